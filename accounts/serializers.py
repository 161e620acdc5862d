"""The shapes of what goes in and out at the doors of this room. They check forms, never rights."""

import datetime as dt
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.capabilities import capabilities_of
from accounts.models import Role, Shift, Terminal, User

KEY_ID = r"^[0-9a-f]{16}$"


class SignInSerializer(serializers.Serializer[object]):
    """At a desk number and password alone; a handheld adds its key id and its signature over a fresh challenge."""

    police_number = serializers.RegexField(r"^([0-9]{6}|F[0-9]{5})$", max_length=6)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    terminal = serializers.RegexField(KEY_ID, max_length=16, required=False, allow_null=True)
    challenge = serializers.CharField(max_length=200, required=False, allow_null=True)
    terminal_signature = serializers.CharField(max_length=100, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """All three of a handheld's fields, or none."""
        given = [attrs.get(name) is not None for name in ("terminal", "challenge", "terminal_signature")]
        if any(given) and not all(given):
            raise serializers.ValidationError("terminal, challenge and terminal_signature go together")
        return attrs


class ResumeSerializer(serializers.Serializer[object]):
    """A handheld opened by PIN takes its shift up again."""

    resume = serializers.CharField(max_length=100)
    terminal = serializers.RegexField(KEY_ID, max_length=16)
    challenge = serializers.CharField(max_length=200)
    signature = serializers.CharField(max_length=100)


class ChallengeSerializer(serializers.Serializer[object]):
    """What to sign, and until when."""

    challenge = serializers.CharField()
    expires_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="Myself")
class OfficerSerializer(serializers.Serializer[object]):
    """The person who is signed in."""

    police_number = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.values)
    unit_code = serializers.CharField()
    unit_name = serializers.CharField()
    unit_name_en = serializers.CharField()
    capabilities = serializers.ListField(child=serializers.CharField())
    home_plate = serializers.CharField()
    """Province and letter of the city's own plates, e.g. 浙M."""


class ShiftSerializer(serializers.Serializer[object]):
    """A shift that is running."""

    id = serializers.UUIDField()
    opened_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class SessionSerializer(serializers.Serializer[object]):
    """Who this cookie is: nobody (`officer` null), somebody at a desk, or somebody on shift with a terminal."""

    now = serializers.DateTimeField()
    officer = OfficerSerializer(allow_null=True)
    shift = ShiftSerializer(allow_null=True)
    terminal = serializers.CharField(allow_null=True)


class SignedInSerializer(SessionSerializer):
    """As above, with the secret that takes the shift up again (handhelds, at sign-in only)."""

    resume = serializers.CharField(allow_null=True)


class UnitSerializer(serializers.Serializer[object]):
    """One unit of the tree."""

    code = serializers.CharField()
    name = serializers.CharField(source="name_zh")
    name_en = serializers.CharField()
    level = serializers.CharField()


class UnitsSerializer(serializers.Serializer[object]):
    """Units by code, so that each stands below its parent."""

    units = UnitSerializer(many=True)


class CodeAskedSerializer(serializers.Serializer[object]):
    """For which unit a handheld is to be enrolled."""

    unit = serializers.RegexField(r"^[0-9]{12}$", max_length=12)


class CodeSerializer(serializers.Serializer[object]):
    """A one-time code, the address for its QR, and its end."""

    code = serializers.CharField()
    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class EnrolSerializer(serializers.Serializer[object]):
    """A handheld presents the public key that it made: SPKI in base64."""

    code = serializers.CharField(max_length=20)
    public_key = serializers.CharField(max_length=400)
    label = serializers.CharField(max_length=80, allow_blank=True)  # type: ignore[assignment]  # a field of that name


class EnrolledSerializer(serializers.Serializer[object]):
    """What the handheld shows while it waits."""

    terminal = serializers.CharField(source="id")
    number = serializers.IntegerField()
    fingerprint = serializers.CharField()
    state = serializers.ChoiceField(choices=Terminal.State.values)
    unit_code = serializers.CharField(source="unit_id")
    unit_name = serializers.CharField(source="unit.name_zh")


class StateSerializer(serializers.Serializer[object]):
    """How a terminal stands."""

    state = serializers.ChoiceField(choices=Terminal.State.values)


class ContactSerializer(serializers.Serializer[object]):
    """What a handheld last said of itself."""

    seen_at = serializers.DateTimeField()
    app_version = serializers.CharField()
    browser = serializers.CharField()
    waiting = serializers.IntegerField()
    storage_persisted = serializers.BooleanField(allow_null=True)
    battery_percent = serializers.IntegerField(allow_null=True)


class TerminalSerializer(EnrolledSerializer):
    """One line of the list of terminals."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    enrolled_at = serializers.DateTimeField()
    contact = ContactSerializer(allow_null=True)
    """None: it has never been heard of."""


class TerminalListSerializer(serializers.Serializer[object]):
    """All terminals that the asker may see, by number."""

    terminals = TerminalSerializer(many=True)


class ReasonSerializer(serializers.Serializer[object]):
    """Why a terminal is suspended, resumed or revoked."""

    reason = serializers.CharField(max_length=200)


class ApprovalSerializer(serializers.Serializer[object]):
    """The six digits read on the handheld's screen, where they were typed and not compared by eye."""

    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    fingerprint = serializers.RegexField(r"^[0-9]{6}$", max_length=6, required=False, allow_null=True)


def say_session(
    user: User | None, shift: Shift | None, terminal: Terminal | None, now: dt.datetime
) -> dict[str, Any]:
    """The words of SessionSerializer."""
    return {
        "now": now,
        "officer": say_officer(user) if user else None,
        "shift": shift,
        "terminal": terminal.id if terminal else None,
    }


def say_officer(user: User) -> dict[str, Any]:
    """The words of OfficerSerializer."""
    return {
        "police_number": user.police_number,
        "name": user.name,
        "role": user.role,
        "unit_code": user.unit_id,
        "unit_name": user.unit.name_zh,
        "unit_name_en": user.unit.name_en,
        "capabilities": sorted(capabilities_of(user)),
        "home_plate": settings.HOME_PLATE,
    }
