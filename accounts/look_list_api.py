"""The door to the list of looks."""

import datetime as dt
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.doors import asker
from accounts.look_list import Cursor, Wanted, page
from accounts.middleware import terminal_of
from accounts.problem import problems


def _a_day_of_the_log(day: dt.date) -> None:
    if not 2000 <= day.year < 3000:
        raise serializers.ValidationError("no day of this log")


class WantedLooksSerializer(serializers.Serializer[object]):
    """Which looks."""

    viewer = serializers.RegexField(
        r"^([0-9]{6}|F[0-9]{5})$", required=False, help_text="By whom: a police number."
    )
    record = serializers.RegexField(
        r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64})$",
        required=False,
        help_text="At what: the id of a violation, or the SHA-256 of a text that was set aside.",
    )
    first_day = serializers.DateField(
        required=False, validators=[_a_day_of_the_log], help_text="In the place's own time."
    )
    last_day = serializers.DateField(
        required=False, validators=[_a_day_of_the_log], help_text="That day included."
    )
    cursor = serializers.RegexField(
        r"^[0-9]{1,18}-[0-9]{1,18}$", required=False, help_text="Where the last page ended."
    )

    def wanted(self) -> Wanted:
        """As the query takes it."""
        said: dict[str, Any] = dict(self.validated_data)
        cursor = said.pop("cursor", None)
        return Wanted(**said, cursor=Cursor.read(cursor) if cursor else None)


class LookSerializer(serializers.Serializer[object]):
    """One look. `about`: `record` for a violation or a text set aside, else what was looked at (`search`, `positions`, `looks`)."""

    number = serializers.IntegerField(help_text="Its number in the log.")
    at = serializers.DateTimeField()
    viewer = serializers.CharField()
    viewer_name = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(help_text="The viewer's unit at the time.")
    unit_name = serializers.CharField(allow_blank=True)
    unit_name_en = serializers.CharField(allow_blank=True)
    terminal_number = serializers.IntegerField(allow_null=True, help_text="null: at a desk.")
    about = serializers.CharField()
    record = serializers.CharField(allow_blank=True, help_text="Empty for what is no record.")
    why = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """`fields` is a word of the framework's."""
        return super().get_fields() | {"fields": serializers.ListField(child=serializers.CharField())}


class LooksSerializer(serializers.Serializer[object]):
    """One page; `cursor` leads to the next, null at the end. A page with few rows or none may have a next one."""

    rows = LookSerializer(many=True)
    cursor = serializers.CharField(allow_null=True)


class LooksView(APIView):
    """The list of looks."""

    @extend_schema(
        summary="Who looked at what, when and why",
        parameters=[WantedLooksSerializer],
        responses={200: LooksSerializer, **problems(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        """The newest first: the auditor's all, a leader's those of their own people. Each page read is a look itself."""
        asked = WantedLooksSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        said = page(
            asked.wanted(), viewer=asker(request), terminal=terminal_of(request._request), now=timezone.now()
        )
        return Response(LooksSerializer(said).data)
