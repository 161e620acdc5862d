"""The desk's doors to violations: the list, one in full, its pictures, and what waits."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.doors import asker
from accounts.middleware import terminal_of
from accounts.problem import problems
from field.recording import desk, serializers

WHY = OpenApiParameter(
    "why",
    str,
    description="`review`, `annulment` or `own` where that is the work in hand, else a typed reason.",
)


class ViolationsView(APIView):
    """The list."""

    @extend_schema(
        summary="Violations of the units one sees into, masked",
        parameters=[serializers.WantedSerializer],
        responses={200: serializers.PageSerializer, **problems(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Newest first, 50 a page. A search for a plate needs a reason and is recorded."""
        asked = serializers.WantedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = desk.page(
            asked.wanted(), viewer=asker(request), terminal=terminal_of(request._request), now=timezone.now()
        )
        return Response(found)


class ViolationView(APIView):
    """One violation."""

    @extend_schema(
        summary="One violation in full",
        parameters=[WHY],
        responses={200: serializers.FullSerializer, **problems(400, 401, 404)},
    )
    def get(self, request: Request, violation: UUID) -> Response:
        """The look is entered in the log before anything is shown."""
        found = desk.in_full(
            violation,
            why=_why(request),
            viewer=asker(request),
            terminal=terminal_of(request._request),
            now=timezone.now(),
        )
        return Response(found)


class FiguresView(APIView):
    """What waits."""

    @extend_schema(
        summary="Counts that lead to their rows",
        responses={200: serializers.FiguresSerializer, **problems(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """None by person, and none of tickets or fines."""
        return Response({"figures": desk.figures(asker(request), timezone.now())})


def _why(request: Request) -> str:
    asked = serializers.WhySerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return str(asked.validated_data["why"]).strip()
