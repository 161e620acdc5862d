"""The desk's doors to measures: the queue, one in full, and a leader's word on it."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.doors import WHY, asker, said_in, why
from accounts.middleware import terminal_of
from accounts.problem import problems
from field.measures import operations, queries, serializers
from field.models import Measure

ANSWERS = {200: serializers.MeasureDecidedSerializer, **problems(400, 401, 403, 404, 409, 415)}


class MeasuresView(APIView):
    """The queue."""

    @extend_schema(
        summary="Coercive measures of the units one sees into, masked",
        operation_id="measures_queue",
        responses={200: serializers.MeasuresSerializer, **problems(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Those that wait for somebody's act first, by the end of their 24 hours."""
        return Response({"now": timezone.now(), "rows": queries.queue(asker(request))})


class MeasureView(APIView):
    """One measure."""

    @extend_schema(
        summary="One coercive measure in full",
        parameters=[WHY],
        responses={200: serializers.MeasureSerializer, **problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, measure: UUID) -> Response:
        """The look at its violation is entered in the log before anything is shown; it covers the pictures, too."""
        found = queries.in_full(
            measure,
            why=why(request),
            viewer=asker(request),
            terminal=terminal_of(request._request),
            now=timezone.now(),
        )
        return Response(found)


class ApproveView(APIView):
    """Approve."""

    @extend_schema(
        summary="Approve a coercive measure", request=serializers.MeasureRemarkSerializer, responses=ANSWERS
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Within its 24 hours, and never one's own."""
        said = said_in(request, serializers.MeasureRemarkSerializer)
        operations.approve(measure, remark=said["remark"], by=asker(request), now=timezone.now())
        return _decided(measure)


class RefuseView(APIView):
    """Refuse."""

    @extend_schema(
        summary="Refuse a coercive measure: it is ended at once",
        request=serializers.MeasureRefuseSerializer,
        responses=ANSWERS,
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """With a ground; officer and unit are told."""
        said = said_in(request, serializers.MeasureRefuseSerializer)
        operations.refuse(
            measure, ground=said["ground"], remark=said["remark"], by=asker(request), now=timezone.now()
        )
        return _decided(measure)


class GiveBackView(APIView):
    """Given back."""

    @extend_schema(
        summary="Note that what was taken was given back, or that the measure is over",
        request=serializers.MeasureRemarkSerializer,
        responses=ANSWERS,
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Of one that was approved, refused, or has lapsed."""
        said = said_in(request, serializers.MeasureRemarkSerializer)
        operations.give_back(measure, remark=said["remark"], by=asker(request), now=timezone.now())
        return _decided(measure)


def _decided(measure: UUID) -> Response:
    return Response(
        {"id": str(measure), "state": Measure.objects.values_list("state", flat=True).get(id=measure)}
    )
