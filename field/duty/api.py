"""The door of the duty room."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability, require
from accounts.doors import asker
from accounts.middleware import terminal_of
from accounts.problem import problems
from field.duty import serializers
from field.duty.operations import note_look
from field.duty.queries import officers


class OfficersView(APIView):
    """Who is on the road."""

    @extend_schema(
        parameters=[
            OpenApiParameter("lon", float, description="Sort by distance from here: degrees, WGS-84."),
            OpenApiParameter("lat", float),
        ],
        responses={200: serializers.OfficersSerializer, **problems(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        """The field force of the asker's units. Whose position is shown is entered in the log before it is."""
        viewer, now = asker(request), timezone.now()
        require(viewer, Capability.SEE_UNIT)
        asked = serializers.NearSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = officers(viewer, now, near=asked.near())
        shown = [one["police_number"] for one in found if one["position"]]
        note_look(viewer, shown=shown, terminal=terminal_of(request._request), now=now)
        return Response(serializers.OfficersSerializer({"now": now, "officers": found}).data)
