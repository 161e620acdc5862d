"""The shapes of violations at the desk's doors."""

from dataclasses import fields
from typing import Any

from rest_framework import serializers

from accounts.looks import LONGEST_WHY
from field.recording.listing import Wanted
from field.rules.violation import Kind, State

STATES = [one.value for one in State]
KINDS = [one.value for one in Kind]
_OF_THE_LIST = {one.name for one in fields(Wanted)}


class WantedSerializer(serializers.Serializer[Wanted]):
    """Which rows of the list."""

    state = serializers.ChoiceField(choices=STATES, required=False)
    unit = serializers.RegexField(r"^[0-9]{12}$", required=False, help_text="This unit and all below it.")
    officer = serializers.RegexField(r"^([0-9]{6}|F[0-9]{5})$", required=False)
    since = serializers.DateTimeField(required=False, help_text="Occurred then or later.")
    until = serializers.DateTimeField(required=False, help_text="Occurred before.")
    incomplete = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Photos outstanding."
    )
    order = serializers.ChoiceField(choices=["newest", "oldest"], required=False)
    cursor = serializers.IntegerField(required=False, min_value=0, max_value=2**62)

    def wanted(self) -> Wanted:
        """As the query takes it."""
        given: dict[str, Any] = self.validated_data
        said = {name: value for name, value in given.items() if name in _OF_THE_LIST}
        return Wanted(oldest_first=given.get("order", "newest") == "oldest", **said)


class SearchSerializer(WantedSerializer):
    """Which plate, why, and which of its rows."""

    plate = serializers.CharField(max_length=20, help_text="With or without dot and spaces.")
    why = serializers.CharField(
        max_length=LONGEST_WHY, allow_blank=True, default="", help_text="In words; kept."
    )


class MaskedRowSerializer(serializers.Serializer[object]):
    """A row of a list: nothing that names a person, the plate without its last characters."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=STATES)
    kind = serializers.ChoiceField(choices=KINDS)
    plate = serializers.CharField(allow_blank=True)
    plate_type = serializers.CharField(allow_blank=True)
    offence = serializers.CharField()
    offence_name = serializers.CharField(allow_blank=True, help_text="Short; empty for an unknown code.")
    occurred_at = serializers.DateTimeField()
    arrived_at = serializers.DateTimeField()
    place_text = serializers.CharField(allow_blank=True)
    unit = serializers.CharField()
    officer = serializers.CharField()
    versions = serializers.IntegerField()
    served = serializers.BooleanField()
    doubts = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField(allow_blank=True)
    checking = serializers.BooleanField(
        help_text="A correction, or a second text under its id, waits for judgement."
    )
    photos_total = serializers.IntegerField()
    photos_arrived = serializers.IntegerField()
    point = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="[lon, lat], WGS-84."
    )


class PageSerializer(serializers.Serializer[object]):
    """One page; `cursor` leads to the next, null at the end."""

    rows = MaskedRowSerializer(many=True)
    cursor = serializers.IntegerField(allow_null=True)


class PhotoSerializer(serializers.Serializer[object]):
    """A photo as the record names it. `arrived_at` is null as long as its bytes are not here."""

    digest = serializers.CharField()
    shot = serializers.CharField()
    taken_at = serializers.DateTimeField()
    px = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    bytes = serializers.IntegerField()
    arrived_at = serializers.DateTimeField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """`source` is a word of the framework's."""
        return super().get_fields() | {"source": serializers.CharField()}


class ArticleSerializer(serializers.Serializer[object]):
    """What an article says, in a sentence, as far as the tables of the law have it."""

    article = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()


class OffenceVersionSerializer(serializers.Serializer[object]):
    """The version of the offence in force at that place on that day."""

    code = serializers.CharField()
    name = serializers.CharField()
    category = serializers.CharField(allow_blank=True)
    legal_basis = serializers.CharField(allow_blank=True)
    penalty_basis = serializers.CharField(allow_blank=True)
    articles = ArticleSerializer(many=True)
    measures = serializers.ListField(child=serializers.CharField())
    fine_min = serializers.IntegerField(allow_null=True)
    fine_max = serializers.IntegerField(allow_null=True)
    points = serializers.IntegerField(allow_null=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    status = serializers.CharField()
    confidence = serializers.CharField(allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        """`source` is a word of the framework's."""
        return super().get_fields() | {"source": serializers.CharField(allow_blank=True)}


class RecordSerializer(serializers.Serializer[object]):
    """Where the words of this row stand in the log; `number` is null until it is sealed."""

    text_sha256 = serializers.CharField()
    number = serializers.IntegerField(allow_null=True)
    uid = serializers.UUIDField()


class HappenedSerializer(serializers.Serializer[object]):
    """One entry of its history. `by`: a police number, or the terminal whose record it was."""

    what = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    by_name = serializers.CharField(allow_blank=True)
    number = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    remark = serializers.CharField(allow_blank=True)


class WaitingSerializer(serializers.Serializer[object]):
    """A text about this violation, or under its document number, that was set aside and is not judged yet."""

    type = serializers.CharField()
    reason = serializers.CharField()
    arrived_at = serializers.DateTimeField()


class MaySerializer(serializers.Serializer[object]):
    """Which buttons are drawn for this viewer."""

    review = serializers.BooleanField()
    propose = serializers.BooleanField()
    agree = serializers.BooleanField()
    reprint = serializers.BooleanField(
        help_text="Its paper may be printed once more, by this viewer and as it stands."
    )


class MeasureOfViolationSerializer(serializers.Serializer[object]):
    """A coercive measure that was taken for it."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())
    due_at = serializers.DateTimeField()


class FullSerializer(MaskedRowSerializer):
    """Everything, for who may look; the look is recorded."""

    remark = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    proposed_by = serializers.CharField(allow_null=True)
    proposed_by_name = serializers.CharField(allow_blank=True)
    fine = serializers.IntegerField(allow_null=True)
    points = serializers.IntegerField(allow_null=True)
    measured = serializers.CharField(allow_null=True)
    limit = serializers.CharField(allow_null=True)
    accuracy_m = serializers.FloatField(allow_null=True)
    place_source = serializers.CharField(allow_blank=True)
    direction = serializers.CharField(allow_blank=True)
    person_name = serializers.CharField(allow_blank=True)
    licence_number = serializers.CharField(allow_blank=True)
    person_phone = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    document_number = serializers.CharField(allow_blank=True)
    second = serializers.CharField(allow_blank=True)
    second_name = serializers.CharField(allow_blank=True)
    second_confirmed_at = serializers.DateTimeField(allow_null=True)
    needs_second = serializers.BooleanField()
    measures = MeasureOfViolationSerializer(many=True)
    clock_offset_ms = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(
        help_text="Entry of the record whose words these are; say it when you confirm."
    )
    unit_name = serializers.CharField()
    officer_name = serializers.CharField()
    terminal = serializers.CharField()
    terminal_number = serializers.IntegerField()
    photos = PhotoSerializer(many=True)
    offence_version = OffenceVersionSerializer(allow_null=True)
    record = RecordSerializer()
    history = HappenedSerializer(many=True)
    earlier = MaskedRowSerializer(many=True)
    waiting = WaitingSerializer(many=True)
    may = MaySerializer()


class ReprintSerializer(serializers.Serializer[object]):
    """Why a slip is printed once more; it stands in the log."""

    why = serializers.CharField(max_length=LONGEST_WHY)


class SlipSerializer(serializers.Serializer[object]):
    """What a reprinted slip says, and its new secret: told here once, and kept nowhere."""

    token = serializers.CharField(
        help_text="22 characters of base64url: 128 random bits. Printed as the path /t/<token>."
    )
    printed_at = serializers.DateTimeField()
    office = serializers.CharField()
    phone = serializers.CharField()
    unit_name = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    document_number = serializers.CharField(allow_blank=True)
    plate = serializers.CharField(allow_blank=True)
    plate_type = serializers.CharField(allow_blank=True)
    occurred_at = serializers.DateTimeField()
    place_text = serializers.CharField(allow_blank=True)
    offence = serializers.CharField()
    offence_name = serializers.CharField(
        allow_blank=True, help_text="The full name of the catalogue's version."
    )
    legal_basis = serializers.CharField(allow_blank=True)
    penalty_basis = serializers.CharField(allow_blank=True)
    fine = serializers.IntegerField(allow_null=True, help_text="Yuan, of a decision; null of a notice.")
    points = serializers.IntegerField(allow_null=True, help_text="Of a decision; null of a notice.")
    pay_by = serializers.DateField(allow_null=True, help_text="Of a decision with a fine.")
    officer = serializers.CharField()


class SizeSerializer(serializers.Serializer[object]):
    """Which copy."""

    size = serializers.ChoiceField(choices=["thumb", "view"], required=False, default="view")


class PointSerializer(serializers.Serializer[object]):
    """One violation on the map."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=STATES)
    kind = serializers.ChoiceField(choices=KINDS)
    offence = serializers.CharField()
    offence_name = serializers.CharField(allow_blank=True, help_text="Short; empty for an unknown code.")
    occurred_at = serializers.DateTimeField()
    point = serializers.ListField(child=serializers.FloatField(), help_text="[lon, lat], WGS-84.")


class PointsSerializer(serializers.Serializer[object]):
    """Those of the last day that have a place, the newest first, at most 2,000."""

    points = PointSerializer(many=True)


class FigureSerializer(serializers.Serializer[object]):
    """A count, and where its rows are."""

    name = serializers.CharField()
    count = serializers.IntegerField()
    rows = serializers.CharField()
    oldest = serializers.DateTimeField(allow_null=True)


class FiguresSerializer(serializers.Serializer[object]):
    """What waits at this desk."""

    figures = FigureSerializer(many=True)
