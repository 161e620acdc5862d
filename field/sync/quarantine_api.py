"""The desk's doors to what was set aside."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.doors import asker, said_in
from accounts.grounds import LONGEST_REMARK
from accounts.middleware import terminal_of
from accounts.problem import problems
from field.rules.intake import ADMISSION_GROUNDS, REFUSAL_GROUNDS, Reason
from field.sync import quarantine


class RowSerializer(serializers.Serializer[object]):
    """A text that was set aside, without what it says."""

    text_sha256 = serializers.CharField()
    uid = serializers.UUIDField(allow_null=True)
    type = serializers.CharField(allow_blank=True)
    about = serializers.UUIDField(allow_null=True)
    terminal = serializers.CharField()
    seq = serializers.IntegerField(allow_null=True)
    terminal_number = serializers.IntegerField(allow_null=True, help_text="Null where nobody enrolled it.")
    officer = serializers.CharField(allow_blank=True)
    officer_name = serializers.CharField(allow_blank=True, help_text="Empty where nobody has the number.")
    outcome = serializers.ChoiceField(choices=["admitted", "quarantined", "conflict"])
    reason = serializers.ChoiceField(choices=["", *(one.value for one in Reason)], allow_blank=True)
    decision = serializers.ChoiceField(choices=["", "waiting", "admitted", "refused"], allow_blank=True)
    arrived_at = serializers.DateTimeField()


class QueueSerializer(serializers.Serializer[object]):
    """Those that wait, the oldest first."""

    rows = RowSerializer(many=True)


class OtherSideSerializer(RowSerializer):
    """A text with its exact bytes."""

    text = serializers.CharField(allow_blank=True)


@extend_schema_field({"type": "object", "additionalProperties": True})
class DetailField(serializers.JSONField):
    """What the server noted: the problem and its place, or the version."""


class TextSerializer(OtherSideSerializer):
    """Both sides, and what was noted."""

    ground = serializers.CharField(allow_blank=True)
    detail = DetailField()
    other = OtherSideSerializer(allow_null=True)
    may_admit = serializers.BooleanField()


class _Remark(serializers.Serializer[object]):
    remark = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_REMARK, default="")


class AdmitSerializer(_Remark):
    """On which ground it counts after all."""

    ground = serializers.ChoiceField(choices=ADMISSION_GROUNDS)


class RefuseTextSerializer(_Remark):
    """On which ground it is refused for good."""

    ground = serializers.ChoiceField(choices=REFUSAL_GROUNDS)


class JudgedSerializer(serializers.Serializer[object]):
    """What was decided."""

    text_sha256 = serializers.CharField()
    decision = serializers.ChoiceField(choices=["admitted", "refused"])


class QueueView(APIView):
    """The queue."""

    @extend_schema(
        summary="Texts set aside that wait", responses={200: QueueSerializer, **problems(401, 403)}
    )
    def get(self, request: Request) -> Response:
        """The legal reviewer's; the technician sees those of unknown versions."""
        viewer = asker(request)
        rows = quarantine.queue_rows(viewer, quarantine.queue_ids(viewer))
        return Response({"rows": list(rows.values())})


class TextView(APIView):
    """One text."""

    @extend_schema(
        summary="One text set aside, both sides", responses={200: TextSerializer, **problems(401, 404)}
    )
    def get(self, request: Request, text_sha256: str) -> Response:
        """The look is entered in the log before anything is shown."""
        terminal = terminal_of(request._request)
        return Response(
            quarantine.detail(text_sha256, by=asker(request), terminal=terminal, now=timezone.now())
        )


class AdmitView(APIView):
    """Admit."""

    @extend_schema(
        summary="Let a text count after all",
        request=AdmitSerializer,
        responses={200: JudgedSerializer, **problems(400, 401, 403, 404, 409, 415)},
    )
    def post(self, request: Request, text_sha256: str) -> Response:
        """As of the time when it first came."""
        said = said_in(request, AdmitSerializer)
        quarantine.admit(
            text_sha256, ground=said["ground"], remark=said["remark"], by=asker(request), now=timezone.now()
        )
        return Response({"text_sha256": text_sha256, "decision": "admitted"})


class RefuseTextView(APIView):
    """Refuse."""

    @extend_schema(
        summary="Refuse a text for good",
        request=RefuseTextSerializer,
        responses={200: JudgedSerializer, **problems(400, 401, 403, 404, 409, 415)},
    )
    def post(self, request: Request, text_sha256: str) -> Response:
        """With a ground; the text stays in the log."""
        said = said_in(request, RefuseTextSerializer)
        quarantine.refuse(
            text_sha256, ground=said["ground"], remark=said["remark"], by=asker(request), now=timezone.now()
        )
        return Response({"text_sha256": text_sha256, "decision": "refused"})
