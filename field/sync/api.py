"""The handheld's one door, the desk's feed, and the queue of what was set aside."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import JSONParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.doors import asker
from accounts.middleware import shift_of, terminal_of
from accounts.problem import problems
from accounts.tries import bucket
from field.errors import TooLarge
from field.sync.contact import contact
from field.sync.feed import Reader, feed
from field.sync.post import MOST_BYTES, read_post
from field.sync.serializers import FeedSerializer, SyncAnswerSerializer, SyncRequestSerializer


class SyncView(APIView):
    """One trip: envelopes up, verdicts with receipts and news down."""

    # No authentication class: a record is admitted by its signature, and must come in when the session has ended. What is read
    # out hangs on the session's cookie (SameSite=Strict) and on JSON only, which no foreign page can post.
    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (JSONParser,)

    @extend_schema(
        summary="One contact of a handheld",
        request=SyncRequestSerializer,
        responses={200: SyncAnswerSerializer, **problems(400, 413, 415, 503, 507)},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Never all or nothing: each envelope has its own verdict. At most 100 envelopes and 1 MB."""
        if len(request.body) > MOST_BYTES:
            raise TooLarge(MOST_BYTES)
        post = read_post(request.data)
        shift = shift_of(request._request)
        had_session = shift is None and settings.SESSION_COOKIE_NAME in request.COOKIES
        answer: dict[str, Any] = contact(
            post,
            shift=shift,
            had_session=had_session,
            now=timezone.now(),
            address=bucket(request._request) or "",
        )
        return Response(answer)


class FeedView(APIView):
    """What is new for a desk."""

    @extend_schema(
        summary="The desk's feed",
        parameters=[
            OpenApiParameter(
                "cursor", int, description="Number from which news is wanted; none: start over."
            ),
            OpenApiParameter("epoch", str, description="The epoch of the last answer."),
        ],
        responses={200: FeedSerializer, **problems(401, 503)},
    )
    def get(self, request: Request) -> Response:
        """Things as they stand now, in the order of the sealed log."""
        said = request.query_params.get("cursor", "")
        cursor = int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None
        reader = Reader(asker(request), terminal_of(request._request), timezone.now())
        return Response(feed(reader, epoch=request.query_params.get("epoch"), cursor=cursor))
