"""The doors to people: who belongs to which unit, enlisting from a table, codes for passwords, transfer, suspension."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import operations
from accounts.backends import CsrfFirst
from accounts.capabilities import Capability, require
from accounts.doors import asker
from accounts.models import Role, User
from accounts.operations.enlisting import MOST_ROWS, Line, Outcome, Why
from accounts.operations.password_codes import FreshCode
from accounts.people import Wanted, managed_by, page
from accounts.problem import problems
from accounts.queries import units_named_by
from accounts.refusals import NotFound
from accounts.serializers import ReasonSerializer

POLICE_NUMBER = r"^([0-9]{6}|F[0-9]{5})$"


class WantedPeopleSerializer(serializers.Serializer[object]):
    """Which people."""

    unit = serializers.RegexField(r"^[0-9]{12}$", required=False, help_text="This unit and all below it.")
    role = serializers.ChoiceField(choices=Role.values, required=False)
    text = serializers.CharField(
        required=False, max_length=40, help_text="Part of the name, or the number's beginning."
    )
    active = serializers.BooleanField(required=False, allow_null=True, default=None)
    cursor = serializers.RegexField(POLICE_NUMBER, required=False, help_text="Where the last page ended.")


class PersonSerializer(serializers.Serializer[object]):
    """One person."""

    police_number = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.values)
    unit = serializers.CharField(source="unit_id")
    unit_name = serializers.CharField(source="unit.name_zh")
    unit_name_en = serializers.CharField(source="unit.name_en")
    active = serializers.BooleanField(source="is_active")
    has_password = serializers.BooleanField(help_text="Has chosen one.")
    code_until = serializers.DateTimeField(
        allow_null=True, help_text="A code was handed out and is not used yet."
    )


class PeopleSerializer(serializers.Serializer[object]):
    """One page by number; `cursor` leads to the next, null at the end."""

    people = PersonSerializer(many=True)
    cursor = serializers.CharField(allow_null=True)


class TableSerializer(serializers.Serializer[object]):
    """A table of people as text: CSV with a header that names 警号, 姓名, 岗位, 单位 (or police_number, name, role, unit)."""

    table = serializers.CharField(max_length=500_000, trim_whitespace=False, allow_blank=True)
    dry_run = serializers.BooleanField(help_text="Say what would happen, and change nothing.")


class HandedOutSerializer(serializers.Serializer[object]):
    """A code to choose a password with: said once, kept nowhere."""

    police_number = serializers.CharField()
    name = serializers.CharField()
    code = serializers.CharField()
    expires_at = serializers.DateTimeField()


class LineSerializer(serializers.Serializer[object]):
    """What became of one row of the table."""

    number = serializers.IntegerField(help_text="In the file; the header is 1.")
    police_number = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(choices=[one.value for one in Outcome])
    why = serializers.ChoiceField(choices=[one.value for one in Why], allow_null=True)


class ReportSerializer(serializers.Serializer[object]):
    """Every row of the table, and the codes of those who came in."""

    lines = LineSerializer(many=True)
    codes = HandedOutSerializer(many=True)


class CodesAskedSerializer(serializers.Serializer[object]):
    """For whom."""

    people = serializers.ListField(
        child=serializers.RegexField(POLICE_NUMBER), allow_empty=False, max_length=MOST_ROWS
    )


class HandedOutListSerializer(serializers.Serializer[object]):
    """In the order of the numbers."""

    codes = HandedOutSerializer(many=True)


class TransferSerializer(serializers.Serializer[object]):
    """Where to, and as what."""

    unit = serializers.RegexField(r"^[0-9]{12}$")
    role = serializers.ChoiceField(choices=Role.values)


class ChosenSerializer(serializers.Serializer[object]):
    """One's own password, with a code that was handed out."""

    police_number = serializers.RegexField(POLICE_NUMBER, max_length=6)
    code = serializers.CharField(max_length=40)
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class PeopleView(APIView):
    """The people that the asker may see."""

    @extend_schema(
        summary="People of the units one manages or sees into",
        parameters=[WantedPeopleSerializer],
        responses={200: PeopleSerializer, **problems(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        """The technician's are the city's; suspended ones too."""
        asked = WantedPeopleSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        people, cursor = page(Wanted(**asked.validated_data), viewer=asker(request), now=timezone.now())
        return Response(PeopleSerializer({"people": people, "cursor": cursor}).data)


class TableView(APIView):
    """A table of people."""

    @extend_schema(
        summary="Enlist everybody of a table",
        request=TableSerializer,
        responses={200: ReportSerializer, **problems(400, 401, 403, 415)},
    )
    def post(self, request: Request) -> Response:
        """Row by row; twice changes nothing. The codes are said here and nowhere else."""
        user = _manager(request)
        asked = TableSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        lines = operations.enlist_table(
            asked.validated_data["table"],
            by=user,
            dry_run=asked.validated_data["dry_run"],
            now=timezone.now(),
        )
        return Response(_report(lines))


class CodesForView(APIView):
    """Codes for people who have no password, or forgot it."""

    @extend_schema(
        summary="Make codes to choose a password with",
        request=CodesAskedSerializer,
        responses={201: HandedOutListSerializer, **problems(400, 401, 403, 404, 415)},
    )
    def post(self, request: Request) -> Response:
        """An earlier code that was not used is void. The old password stays good until the code is used."""
        user = _manager(request)
        asked = CodesAskedSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        numbers = set(asked.validated_data["people"])
        people = list(managed_by(user).filter(police_number__in=numbers))
        if len(people) != len(numbers):
            raise NotFound
        codes = operations.make_password_codes(people, by=user, now=timezone.now())
        return Response({"codes": [_handed_out(one) for one in codes]}, status=status.HTTP_201_CREATED)


class TransferView(APIView):
    """Another unit or role."""

    @extend_schema(
        summary="Transfer a person",
        request=TransferSerializer,
        responses={200: PersonSerializer, **problems(400, 401, 403, 404, 409, 415)},
    )
    def post(self, request: Request, police_number: str) -> Response:
        """It counts from the person's next request on; open lines are closed and come again."""
        user = _manager(request)
        asked = TransferSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        unit = units_named_by(user).filter(code=asked.validated_data["unit"]).first()
        if unit is None:
            raise NotFound
        operations.change_role(
            _person(user, police_number),
            role=asked.validated_data["role"],
            unit=unit,
            by=user,
            now=timezone.now(),
        )
        return _said(user, police_number)


class _WithReason(APIView):
    """What is done to a person and said why."""

    def act(self, police_number: str, *, reason: str, by: User) -> User:
        raise NotImplementedError

    @extend_schema(
        request=ReasonSerializer,
        responses={200: PersonSerializer, **problems(400, 401, 403, 404, 409, 415)},
    )
    def post(self, request: Request, police_number: str) -> Response:
        """Do it, and answer with the person as they stand now."""
        user = _manager(request)
        asked = ReasonSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        self.act(_person(user, police_number), reason=asked.validated_data["reason"], by=user)
        return _said(user, police_number)


class SuspendPersonView(_WithReason):
    """Out at once: sessions and open lines end; what was signed still comes in."""

    def act(self, police_number: str, *, reason: str, by: User) -> User:
        return operations.disable(police_number, reason=reason, by=by, now=timezone.now())


class ReinstateView(_WithReason):
    """In again."""

    def act(self, police_number: str, *, reason: str, by: User) -> User:
        return operations.enable(police_number, reason=reason, by=by, now=timezone.now())


class ChoosePasswordView(APIView):
    """One's own password, the first one or a new one."""

    authentication_classes = [CsrfFirst]
    permission_classes = [AllowAny]

    @extend_schema(
        auth=[],
        summary="Choose a password with a code that was handed out",
        request=ChosenSerializer,
        responses={204: None, **problems(400, 403, 404, 415)},
    )
    def post(self, request: Request) -> Response:
        """Then sign in with it. A wrong, old or used code and an unknown number are answered alike."""
        asked = ChosenSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        operations.choose_password(**asked.validated_data, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _manager(request: Request) -> User:
    user = asker(request)
    require(user, Capability.MANAGE_PEOPLE)
    return user


def _person(user: User, police_number: str) -> str:
    """The number of a person within this technician's city. :raises NotFound: none such"""
    if not managed_by(user).filter(police_number=police_number).exists():
        raise NotFound
    return police_number


def _said(user: User, police_number: str) -> Response:
    (found,), _ = page(Wanted(number=police_number), viewer=user, now=timezone.now())
    return Response(PersonSerializer(found).data)


def _report(lines: list[Line]) -> dict[str, Any]:
    return {
        "lines": [LineSerializer(one).data for one in lines],
        "codes": [_handed_out(one.code) for one in lines if one.code is not None],
    }


def _handed_out(code: FreshCode) -> dict[str, Any]:
    said = {
        "police_number": code.person.police_number,
        "name": code.person.name,
        "code": code.code,
        "expires_at": code.expires_at,
    }
    return dict(HandedOutSerializer(said).data)
