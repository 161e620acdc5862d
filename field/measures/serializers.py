"""The shapes of what goes in and out at the doors of measures."""

from typing import Any

from rest_framework import serializers

from accounts.grounds import LONGEST_REMARK
from field.rules.measure import REFUSAL_GROUNDS, Measure, State

STATES = [one.value for one in State]


class MeasureRemarkSerializer(serializers.Serializer[object]):
    """A remark in the leader's own words."""

    remark = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_REMARK, default="")


class MeasureRefuseSerializer(MeasureRemarkSerializer):
    """Why it should not have been taken."""

    ground = serializers.ChoiceField(choices=REFUSAL_GROUNDS)


class MeasureRowSerializer(serializers.Serializer[object]):
    """A measure of the queue: nothing that names a person but the officers, the plate without its last characters."""

    id = serializers.UUIDField()
    violation = serializers.UUIDField()
    state = serializers.ChoiceField(choices=STATES)
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=[one.value for one in Measure]))
    number = serializers.CharField(help_text="Of the certificate.")
    plate = serializers.CharField(allow_blank=True)
    plate_type = serializers.CharField(allow_blank=True)
    offence = serializers.CharField()
    offence_name = serializers.CharField(allow_blank=True)
    place_text = serializers.CharField(allow_blank=True)
    unit = serializers.CharField()
    unit_name = serializers.CharField()
    officer = serializers.CharField()
    officer_name = serializers.CharField()
    second = serializers.CharField(allow_blank=True)
    second_name = serializers.CharField(allow_blank=True)
    second_confirmed_at = serializers.DateTimeField(allow_null=True)
    taken_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="Until when a leader has to approve it.")
    arrived_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(allow_null=True)
    decided_by_name = serializers.CharField(allow_blank=True)
    ground = serializers.CharField(allow_blank=True)
    given_back_at = serializers.DateTimeField(allow_null=True)
    may_decide = serializers.BooleanField(
        help_text="The viewer is a leader who neither took it nor was its second officer."
    )


class MeasuresSerializer(serializers.Serializer[object]):
    """Those that wait, the most urgent first, and below them the newest others. `now` is the server's clock."""

    now = serializers.DateTimeField()
    rows = MeasureRowSerializer(many=True)


class MeasurePhotoSerializer(serializers.Serializer[object]):
    """A photo of the measure or of its violation; its copies are at the violation's address."""

    digest = serializers.CharField()
    shot = serializers.CharField()
    taken_at = serializers.DateTimeField()
    px = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    bytes = serializers.IntegerField()
    arrived_at = serializers.DateTimeField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """`source` is a word of the framework's."""
        return super().get_fields() | {"source": serializers.CharField()}


class MeasureArticleSerializer(serializers.Serializer[object]):
    """What an article says, in a sentence."""

    article = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()


class MeasureLawSerializer(serializers.Serializer[object]):
    """The offence's law at that place on that day."""

    name = serializers.CharField()
    legal_basis = serializers.CharField(allow_blank=True)
    penalty_basis = serializers.CharField(allow_blank=True)
    measures = serializers.ListField(child=serializers.CharField())
    articles = MeasureArticleSerializer(many=True)


class MeasureHappenedSerializer(serializers.Serializer[object]):
    """One entry of its history. `by`: a police number, the terminal whose record it was, or `system`."""

    what = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    by_name = serializers.CharField(allow_blank=True)
    number = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    remark = serializers.CharField(allow_blank=True)


class MeasureSerializer(MeasureRowSerializer):
    """Everything, for who may look; the look is recorded."""

    person_name = serializers.CharField(allow_blank=True)
    licence_number = serializers.CharField(allow_blank=True)
    person_phone = serializers.CharField(allow_blank=True)
    point = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="[lon, lat], WGS-84."
    )
    reason = serializers.CharField(allow_blank=True)
    items = serializers.CharField(allow_blank=True)
    kept_at = serializers.CharField(allow_blank=True)
    remark = serializers.CharField(allow_blank=True)
    terminal_number = serializers.IntegerField()
    paper = serializers.CharField(
        allow_blank=True, help_text="The certificate's text; empty for a paper form."
    )
    law = MeasureLawSerializer(allow_null=True)
    photos = MeasurePhotoSerializer(many=True)
    text_sha256 = serializers.CharField()
    history = MeasureHappenedSerializer(many=True)


class MeasureDecidedSerializer(serializers.Serializer[object]):
    """The state after the act."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=STATES)
