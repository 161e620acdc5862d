"""The desk's doors to violations: the list, one in full, its pictures, and what waits."""

from uuid import UUID

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.doors import WHY, asker, why
from accounts.middleware import terminal_of
from accounts.problem import problems
from evidence.renditions import Size
from field.recording import figures, listing, photos, reprinting, serializers, showing

KEPT_NOWHERE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class ViolationsView(APIView):
    """The list."""

    @extend_schema(
        summary="Violations of the units one sees into, masked",
        parameters=[serializers.WantedSerializer],
        responses={200: serializers.PageSerializer, **problems(400, 401, 403, 429)},
    )
    def get(self, request: Request) -> Response:
        """Newest first, 50 a page."""
        asked = serializers.WantedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(listing.page(asked.wanted(), viewer=asker(request), now=timezone.now()))


class SearchView(APIView):
    """The free search."""

    @extend_schema(
        summary="Violations of one plate, masked",
        request=serializers.SearchSerializer,
        responses={200: serializers.PageSerializer, **problems(400, 401, 403, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        """As the list. It needs a typed reason and is recorded; neither stands in an address."""
        asked = serializers.SearchSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = listing.search(
            asked.validated_data["plate"],
            asked.validated_data["why"],
            asked.wanted(),
            viewer=asker(request),
            terminal=terminal_of(request._request),
            now=timezone.now(),
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
        found = showing.in_full(
            violation,
            why=why(request),
            viewer=asker(request),
            terminal=terminal_of(request._request),
            now=timezone.now(),
        )
        return Response(found)


class ReprintView(APIView):
    """One more slip."""

    @extend_schema(
        summary="Print a violation's slip once more, with a further secret of its own",
        request=serializers.ReprintSerializer,
        responses={200: serializers.SlipSerializer, **problems(400, 401, 403, 404, 409, 415)},
    )
    def post(self, request: Request, violation: UUID) -> Response:
        """The earlier slips stay valid. The secret is told in this answer and never again."""
        asked = serializers.ReprintSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        slip = reprinting.reprint(
            violation,
            why=asked.validated_data["why"],
            by=asker(request),
            terminal=terminal_of(request._request),
            now=timezone.now(),
        )
        return Response(slip, headers={**KEPT_NOWHERE, "Referrer-Policy": "no-referrer"})


class FiguresView(APIView):
    """What waits."""

    @extend_schema(
        summary="Counts that lead to their rows",
        responses={200: serializers.FiguresSerializer, **problems(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """None by person, and none of tickets or fines."""
        return Response({"figures": figures.figures(asker(request), timezone.now())})


class MapView(APIView):
    """Where violations were recorded."""

    @extend_schema(
        summary="Violations of the last day as points",
        responses={200: serializers.PointsSerializer, **problems(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Of the units one sees into; nothing that names a car or a person."""
        return Response({"points": figures.points(asker(request), timezone.now())})


class PhotoView(APIView):
    """A copy of a photo."""

    @extend_schema(
        summary="A copy of a violation's photo",
        parameters=[serializers.SizeSerializer, WHY],
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY, **problems(400, 401, 404)},
    )
    def get(self, request: Request, violation: UUID, digest: str) -> FileResponse:
        """Re-encoded pixels without metadata. A look at the record within the hour covers it; else a reason is needed."""
        asked = serializers.SizeSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        photo = showing.photo_seen(
            violation,
            digest,
            viewer=asker(request),
            terminal=terminal_of(request._request),
            why=why(request),
            now=timezone.now(),
        )
        path = photos.copy_of(photo, Size(asked.validated_data["size"]))
        return FileResponse(path.open("rb"), content_type="image/jpeg", headers=KEPT_NOWHERE)


class OriginalView(APIView):
    """The original bytes of a photo."""

    @extend_schema(
        summary="The original bytes of a violation's photo",
        parameters=[WHY],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, violation: UUID, digest: str) -> FileResponse:
        """As bytes: an address that is opened shows nothing; each one is a look of its own, with a reason. A desk draws them once their
        hash is the record's.
        """
        photo = showing.original_seen(
            violation,
            digest,
            viewer=asker(request),
            terminal=terminal_of(request._request),
            why=why(request),
            now=timezone.now(),
        )
        return FileResponse(
            photos.original_of(photo),
            as_attachment=True,
            filename=f"{digest}.bin",
            content_type="application/octet-stream",
            headers=KEPT_NOWHERE | {"Content-Security-Policy": "sandbox"},
        )
