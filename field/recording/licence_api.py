"""The door for what this system's records say of a driving licence."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.doors import WHY, asker, why
from accounts.middleware import terminal_of
from accounts.problem import problems
from field.recording.licence import flags

KEPT_NOWHERE = {"Cache-Control": "no-store"}


class FlagsAskedSerializer(serializers.Serializer[Any]):
    """Whose records, and for which draft. The number stands in no address."""

    licence = serializers.CharField(min_length=4, max_length=18)
    draft = serializers.UUIDField(help_text="of the violation being written")
    issued_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="day of first issue: the cycle runs from it"
    )


class EarlierSerializer(serializers.Serializer[Any]):
    """One earlier violation, without plate, place or officer."""

    day = serializers.DateField()
    offence = serializers.CharField()
    name = serializers.CharField()
    points = serializers.IntegerField(allow_null=True)
    decided = serializers.BooleanField(help_text="a decision was handed over: its points count")


class FlagsSerializer(serializers.Serializer[Any]):
    """What was recorded and confirmed here. Other authorities' records are not in it."""

    begins = serializers.DateField(help_text="first day of the cycle that is looked at")
    cycle_known = serializers.BooleanField(help_text="no: the last twelve months were taken")
    earlier = EarlierSerializer(many=True)
    points = serializers.IntegerField(help_text="of decisions of this system within the cycle")
    drink_driving = serializers.ListField(
        child=serializers.DateField(), help_text="days of drink-drivings, of any time"
    )
    only_this_system = serializers.BooleanField()


class FlagsView(APIView):
    """POST /api/persons/flags"""

    @extend_schema(
        operation_id="person_flags",
        summary="Earlier violations of a licence in this system's own records",
        parameters=[WHY],
        request=FlagsAskedSerializer,
        responses={200: FlagsSerializer, **problems(400, 401, 403, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        """A look with a reason each time, on a shift, from its handheld; counted by the hour."""
        asked = FlagsAskedSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = flags(
            **asked.validated_data,
            why=why(request),
            viewer=asker(request),
            terminal=terminal_of(request._request),
            now=timezone.now(),
        )
        return Response(FlagsSerializer(found).data, headers=KEPT_NOWHERE)
