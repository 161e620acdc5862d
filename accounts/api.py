"""The doors of this room: session, enrolment, terminals, the end of a shift."""

from django.contrib.auth.models import AnonymousUser
from django.middleware.csrf import get_token
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import operations, serializers, sessions
from accounts.backends import CsrfFirst
from accounts.capabilities import Capability, require
from accounts.challenges import make_challenge
from accounts.doors import asker
from accounts.middleware import shift_of, terminal_of
from accounts.models import Terminal, Unit, User
from accounts.operations.shifts import ShiftEnded
from accounts.problem import problems
from accounts.queries import terminals_of, units_named_by
from accounts.refusals import NotFound
from accounts.sign_in import Answer, sign_in_at_desk, sign_in_on_terminal, take_up_again


class SessionView(APIView):
    """Who am I?"""

    permission_classes = [AllowAny]

    @extend_schema(responses={200: serializers.SessionSerializer, **problems()})
    def get(self, request: Request) -> Response:
        """Say who this cookie is, and set the CSRF cookie; nobody is an answer too."""
        get_token(request._request)
        user = None if isinstance(request.user, AnonymousUser) else request.user
        said = serializers.say_session(
            user, shift_of(request._request), terminal_of(request._request), timezone.now()
        )
        return Response(serializers.SessionSerializer(said).data)


class ChallengeView(APIView):
    """Something fresh for a handheld to sign."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(responses={200: serializers.ChallengeSerializer, **problems()})
    def get(self, request: Request) -> Response:
        """Make a challenge; it is good for two minutes, once."""
        return Response(serializers.ChallengeSerializer(make_challenge(timezone.now())).data)


class SignInView(APIView):
    """In with number and password."""

    authentication_classes = [CsrfFirst]
    permission_classes = [AllowAny]

    @extend_schema(
        auth=[],
        request=serializers.SignInSerializer,
        responses={200: serializers.SignedInSerializer, **problems(400, 401, 403, 409, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        """Sign in at a desk, or on a handheld, where a shift is opened."""
        asked = serializers.SignInSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said, now = asked.validated_data, timezone.now()
        if said.get("terminal") is None:
            user = sign_in_at_desk(request._request, said["police_number"], said["password"], now=now)
            session = {**serializers.say_session(user, None, None, now), "resume": None}
        else:
            answer = Answer(said["terminal"], said["challenge"], said["terminal_signature"])
            opened = sign_in_on_terminal(
                request._request, said["police_number"], said["password"], answer, now=now
            )
            shift = opened.shift
            session = {
                **serializers.say_session(shift.user, shift, shift.terminal, now),
                "resume": opened.resume,
            }
        return Response(serializers.SignedInSerializer(session).data)


class ResumeView(APIView):
    """A handheld opened by its PIN."""

    authentication_classes = [CsrfFirst]
    permission_classes = [AllowAny]

    @extend_schema(
        auth=[],
        request=serializers.ResumeSerializer,
        responses={200: serializers.SessionSerializer, **problems(400, 403, 409, 415)},
    )
    def post(self, request: Request) -> Response:
        """Take the shift up again under a new cookie."""
        asked = serializers.ResumeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said, now = asked.validated_data, timezone.now()
        answer = Answer(said["terminal"], said["challenge"], said["signature"])
        shift = take_up_again(request._request, said["resume"], answer, now=now)
        session = serializers.say_session(shift.user, shift, shift.terminal, now)
        return Response(serializers.SessionSerializer(session).data)


class SignOutView(APIView):
    """Out."""

    authentication_classes = [CsrfFirst]
    permission_classes = [AllowAny]

    @extend_schema(auth=[], request=None, responses={204: None, **problems(403)})
    def post(self, request: Request) -> Response:
        """End the session; a shift goes on until it is closed. Twice is harmless."""
        sessions.end(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CloseShiftView(APIView):
    """The end of a shift, said by its officer."""

    @extend_schema(request=None, responses={204: None, **problems(401, 403, 409)})
    def post(self, request: Request) -> Response:
        """Close the shift under which this request comes, and its session."""
        asker(request)
        shift = shift_of(request._request)
        if shift is None:
            raise ShiftEnded
        operations.close_shift(shift.id, why="officer", now=timezone.now())
        sessions.end(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class UnitsView(APIView):
    """The units that the asker may name."""

    @extend_schema(responses={200: serializers.UnitsSerializer, **problems(401, 403)})
    def get(self, request: Request) -> Response:
        """For whom a task or a terminal can be."""
        said = {"units": units_named_by(asker(request))}
        return Response(serializers.UnitsSerializer(said).data)


class CodesView(APIView):
    """One-time codes for new handhelds."""

    @extend_schema(
        request=serializers.CodeAskedSerializer,
        responses={201: serializers.CodeSerializer, **problems(400, 401, 403, 404, 415)},
    )
    def post(self, request: Request) -> Response:
        """Make a code for a handheld of this unit."""
        user = asker(request)
        require(user, Capability.ENROL_TERMINAL)
        asked = serializers.CodeAskedSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        code = operations.make_enrolment_code(
            _unit(user, asked.validated_data["unit"]), by=user, now=timezone.now()
        )
        return Response(serializers.CodeSerializer(code).data, status=status.HTTP_201_CREATED)


class EnrolView(APIView):
    """A handheld presents its key."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        request=serializers.EnrolSerializer,
        responses={201: serializers.EnrolledSerializer, **problems(400, 404, 409, 410, 415)},
    )
    def post(self, request: Request) -> Response:
        """Take it in as pending; the same handheld asking again gets the same answer."""
        asked = serializers.EnrolSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        terminal = operations.enrol_terminal(
            code=said["code"], public_key_spki=said["public_key"], label=said["label"], now=timezone.now()
        )
        return Response(serializers.EnrolledSerializer(terminal).data, status=status.HTTP_201_CREATED)


class EnrolledView(APIView):
    """A handheld asks whether it was approved."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(responses={200: serializers.StateSerializer, **problems(404)})
    def get(self, request: Request, terminal: str) -> Response:
        """Its state, and nothing else."""
        found = Terminal.objects.filter(id=terminal).first()
        if found is None:
            raise NotFound
        return Response(serializers.StateSerializer(found).data)


class TerminalsView(APIView):
    """The terminals that the asker may see."""

    @extend_schema(responses={200: serializers.TerminalListSerializer, **problems(401, 403)})
    def get(self, request: Request) -> Response:
        """The technician sees the city's, a leader those of the unit, with what each last said of itself."""
        said = {"terminals": terminals_of(asker(request))}
        return Response(serializers.TerminalListSerializer(said).data)


class ApproveView(APIView):
    """The six digits are the same."""

    @extend_schema(
        request=serializers.ApprovalSerializer,
        responses={200: serializers.TerminalSerializer, **problems(400, 401, 403, 404, 409, 415)},
    )
    def post(self, request: Request, terminal: str) -> Response:
        """Let a pending handheld work."""
        user = _technician(request)
        asked = serializers.ApprovalSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = operations.approve_terminal(
            _terminal(user, terminal),
            fingerprint=asked.validated_data.get("fingerprint"),
            by=user,
            now=timezone.now(),
        )
        return Response(serializers.TerminalSerializer(found).data)


class _WithReason(APIView):
    """What a technician does to a terminal and says why."""

    def act(self, terminal: str, *, reason: str, by: User) -> Terminal:
        raise NotImplementedError

    @extend_schema(
        request=serializers.ReasonSerializer,
        responses={200: serializers.TerminalSerializer, **problems(400, 401, 403, 404, 409, 415)},
    )
    def post(self, request: Request, terminal: str) -> Response:
        """Do it, and answer with the terminal as it stands now."""
        user = _technician(request)
        asked = serializers.ReasonSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = self.act(_terminal(user, terminal), reason=asked.validated_data["reason"], by=user)
        return Response(serializers.TerminalSerializer(found).data)


class SuspendView(_WithReason):
    """Out of service for the time being."""

    def act(self, terminal: str, *, reason: str, by: User) -> Terminal:
        return operations.suspend(terminal, reason=reason, by=by, now=timezone.now())


class ResumeTerminalView(_WithReason):
    """Back in service."""

    def act(self, terminal: str, *, reason: str, by: User) -> Terminal:
        return operations.resume(terminal, reason=reason, by=by, now=timezone.now())


class RevokeView(_WithReason):
    """Out of service for good."""

    def act(self, terminal: str, *, reason: str, by: User) -> Terminal:
        return operations.revoke(terminal, reason=reason, by=by, now=timezone.now())


def _technician(request: Request) -> User:
    user = asker(request)
    require(user, Capability.ENROL_TERMINAL)
    return user


def _terminal(user: User, terminal_id: str) -> str:
    """The id of a terminal within this technician's city. :raises NotFound: none such"""
    if not terminals_of(user).filter(id=terminal_id).exists():
        raise NotFound
    return terminal_id


def _unit(user: User, code: str) -> Unit:
    """A unit of this technician's city. :raises NotFound: none such"""
    unit = Unit.objects.filter(code=code, path__contains=[user.unit.path[0]]).first()
    if unit is None:
        raise NotFound
    return unit
