"""The doors of the law: a verdict (the same code as `manage.py judge`), and the tables for a handheld that judges by itself."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.doors import asker
from accounts.problem import problems
from field.errors import NotUnderstood
from field.law.queries import pack, verdict
from field.rules.law.facts import STAGES, NotFacts


class LawActSerializer(serializers.Serializer[Any]):
    """One act; its measurements stand beside `what` and have their names in the tables of the law."""

    what = serializers.CharField()


class LawFactsSerializer(serializers.Serializer[Any]):
    """What happened. A fact that isn't given is unknown; further facts (`vehicle`, `person`, `officers` …) are read by name."""

    at = serializers.CharField(required=False, help_text="ISO time with zone: its day chooses the law")
    place = serializers.CharField(required=False, help_text="six-digit area code: it chooses the catalogue")
    road = serializers.CharField(required=False)
    stage = serializers.ChoiceField(choices=STAGES, required=False)
    acts = LawActSerializer(many=True, required=False)


class LawReasonSerializer(serializers.Serializer[Any]):
    """One article, in a sentence."""

    article = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()


class LawVerdictSerializer(serializers.Serializer[Any]):
    """What the law makes of the facts. Null: it hangs on what is named under `unknown`. Sums in yuan."""

    outcome = serializers.CharField(allow_null=True)
    code = serializers.ListField(child=serializers.CharField())
    fine_min = serializers.FloatField(allow_null=True)
    fine_max = serializers.FloatField(allow_null=True)
    points = serializers.IntegerField(allow_null=True)
    procedure = serializers.CharField(allow_null=True)
    documents = serializers.ListField(child=serializers.CharField())
    measures = serializers.ListField(child=serializers.CharField())
    officers = serializers.IntegerField(allow_null=True, help_text="fewest sworn officers")
    other = serializers.ListField(child=serializers.CharField())
    deadlines = serializers.ListField(child=serializers.DictField())
    surcharge = serializers.FloatField(allow_null=True)
    review = serializers.BooleanField(
        help_text="the texts disagree: nothing is printed before a reviewer decides"
    )
    unknown = serializers.ListField(child=serializers.CharField())
    reasons = LawReasonSerializer(many=True)
    law = serializers.CharField(help_text="SHA-256 of the tables it was judged by")


class VerdictView(APIView):
    """POST /api/law/verdict"""

    @extend_schema(
        operation_id="law_verdict",
        request=LawFactsSerializer,
        responses={200: LawVerdictSerializer, **problems(400, 401, 403, 415)},
    )
    def post(self, request: Request) -> Response:
        """For anybody who is signed in: it reads the law and no person's data, and writes nothing."""
        asker(request)
        if not isinstance(request.data, dict):
            raise NotUnderstood("body", "wrong_type")
        try:
            return Response(verdict(request.data))
        except NotFacts as refused:
            raise NotUnderstood(refused.where, refused.problem) from refused


class LawPackSerializer(serializers.Serializer[Any]):
    """The tables of the law as files: joined in this order their bytes have the digest."""

    digest = serializers.CharField()
    since = serializers.DateField(help_text="acts before that day are not in it")
    files = serializers.ListField(child=serializers.CharField())


class LawPackView(APIView):
    """GET /api/law/pack"""

    @extend_schema(
        operation_id="law_pack",
        parameters=[
            OpenApiParameter(
                "have", {"type": "string", "pattern": "^[0-9a-f]{64}$"}, description="digest of the pack held"
            )
        ],
        responses={
            200: LawPackSerializer,
            304: OpenApiResponse(description="what is held is the newest"),
            **problems(401, 403),
        },
    )
    def get(self, request: Request) -> HttpResponse:
        """The law is no secret, but a handheld's packs are for those who are signed in."""
        asker(request)
        newest = pack()
        if request.query_params.get("have") == newest["digest"]:
            return HttpResponse(status=304)
        return Response(newest)
