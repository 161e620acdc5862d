"""The doors to the roads: the pack for handhelds, and the same pack for the desk's map."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.problem import problems
from field.targeting import roads


class PackedRoadSerializer(serializers.Serializer[Any]):
    """One segment; `line` holds a point and then steps, in 1/100,000 degrees of WGS-84."""

    id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    name_en = serializers.CharField(required=False)
    km_from = serializers.FloatField(allow_null=True)
    line = serializers.ListField(child=serializers.IntegerField())

    def get_fields(self) -> dict[str, Any]:
        """`class` is no name that Python allows."""
        return super().get_fields() | {"class": serializers.ChoiceField(choices=roads.RANK)}


class RoadPackSerializer(serializers.Serializer[Any]):
    """A network."""

    digest = serializers.CharField()
    roads = PackedRoadSerializer(many=True)
    water = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        required=False,
        help_text="Shores of rivers and lakes, coded like the lines; left out where the network has none.",
    )


class RoadPackQuery(serializers.Serializer[Any]):
    """Which network, and which pack is there already."""

    network = serializers.CharField(max_length=80, required=False)
    have = serializers.RegexField(r"^[0-9a-f]{64}$", required=False)


_PARAMETERS = [
    OpenApiParameter(
        "network",
        {"type": "string", "minLength": 1, "maxLength": 80},
        description="the home network where none is given",
    ),
    OpenApiParameter(
        "have", {"type": "string", "pattern": "^[0-9a-f]{64}$"}, description="digest of the pack held"
    ),
]
_ANSWERS = {
    200: RoadPackSerializer,
    304: OpenApiResponse(description="what is held is the newest"),
    **problems(400, 401, 403),
}


class RoadPackView(APIView):
    """GET /api/roads/pack"""

    @extend_schema(operation_id="road_pack", parameters=_PARAMETERS, responses=_ANSWERS)
    def get(self, request: Request) -> HttpResponse:
        return _answer(request)


class MapRoads(APIView):
    """GET /api/map/roads"""

    @extend_schema(operation_id="map_roads", parameters=_PARAMETERS, responses=_ANSWERS)
    def get(self, request: Request) -> HttpResponse:
        return _answer(request)


def _answer(request: Request) -> HttpResponse:
    asked = RoadPackQuery(data=request.query_params)
    asked.is_valid(raise_exception=True)
    pack = roads.pack(asked.validated_data.get("network", ""))
    if asked.validated_data.get("have") == pack.digest:
        return HttpResponse(status=304)
    return HttpResponse(pack.body, content_type="application/json")
