"""The handheld's door to the catalogue of offences."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.problem import problems
from field.recording import catalogue


class OfferedOffenceSerializer(serializers.Serializer[Any]):
    """One offence that may be chosen. Sums in yuan; where there is no range the law names no sum of its own."""

    code = serializers.CharField()
    name = serializers.CharField()
    short_name = serializers.CharField(
        allow_blank=True, help_text="what people call it; empty where nobody does"
    )
    short_name_en = serializers.CharField(allow_blank=True)
    also = serializers.ListField(
        child=serializers.CharField(), help_text="further words by which it is looked for"
    )
    py = serializers.ListField(
        child=serializers.CharField(), help_text="pinyin initials of the name and of what it is called"
    )
    category = serializers.CharField()
    fine_min = serializers.IntegerField(allow_null=True)
    fine_max = serializers.IntegerField(allow_null=True)
    fine = serializers.IntegerField(allow_null=True, help_text="what is usual in the area")
    points = serializers.IntegerField(allow_null=True, help_text="null: they depend on the case")
    measures = serializers.ListField(child=serializers.CharField())
    measured = serializers.ChoiceField(
        choices=["", "speed_kmh", "alcohol_mg_100ml", "load_kg"], allow_blank=True
    )
    applies_to = serializers.CharField(allow_blank=True)
    basis = serializers.CharField(allow_blank=True)
    penalty_basis = serializers.CharField(allow_blank=True)
    to = serializers.DateField(allow_null=True, help_text="the first day on which it no longer holds")
    confidence = serializers.ChoiceField(choices=["high", "med", "low"])

    def get_fields(self) -> dict[str, Any]:
        """`from` is no name that Python allows."""
        return super().get_fields() | {"from": serializers.DateField()}


class OffencePackSerializer(serializers.Serializer[Any]):
    """What may be offered in an area today."""

    digest = serializers.CharField()
    valid_on = serializers.DateField()
    offences = OfferedOffenceSerializer(many=True)


class OffencePackQuery(serializers.Serializer[Any]):
    """Which area, and which pack is there already."""

    area = serializers.RegexField(r"^[0-9]{6}$", required=False)
    have = serializers.RegexField(r"^[0-9a-f]{64}$", required=False)


class OffencePack(APIView):
    """GET /api/offences/pack"""

    @extend_schema(
        operation_id="offence_pack",
        parameters=[
            OpenApiParameter(
                "area",
                {"type": "string", "pattern": "^[0-9]{6}$"},
                description="the city's where none is given",
            ),
            OpenApiParameter(
                "have", {"type": "string", "pattern": "^[0-9a-f]{64}$"}, description="digest of the pack held"
            ),
        ],
        responses={
            200: OffencePackSerializer,
            304: OpenApiResponse(description="what is held is the newest"),
            **problems(400, 401, 403),
        },
    )
    def get(self, request: Request) -> Response:
        asked = OffencePackQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        today = catalogue.day_of(timezone.now())
        pack = catalogue.pack(area=asked.validated_data.get("area", settings.AREA), day=today)
        if asked.validated_data.get("have") == pack.digest:
            return Response(status=304)
        return Response(pack.view())
