"""The shapes of what goes in and out at the doors of tasks. They check forms, never rights."""

from typing import Any
from uuid import uuid4

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from field.dispatch.board import Need
from field.dispatch.operations import NewTask
from field.rules.task import AssignmentState, Completion, TaskKind, TaskState, Urgency

NUMBER = r"^([0-9]{6}|F[0-9]{5})$"
CREW_AT_MOST = 50


def _words(names: Any) -> list[str]:
    return [one.value for one in names]


class PointField(serializers.ListField):
    """[longitude, latitude] in WGS-84."""

    child = serializers.FloatField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=2, max_length=2, **kwargs)

    def to_internal_value(self, data: Any) -> tuple[float, float]:  # type: ignore[override]
        """Both numbers, within the globe."""
        said = super().to_internal_value(data)
        if len(said) != 2 or not (-180 <= said[0] <= 180 and -90 <= said[1] <= 90):
            raise serializers.ValidationError("not on the globe")
        return said[0], said[1]


class WhyRowSerializer(serializers.Serializer[object]):
    """A link to a row behind the reason: one of the two."""

    violation = serializers.UUIDField(required=False)
    road = serializers.CharField(max_length=60, required=False)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """As text, as it stands in the ledger."""
        said = super().to_internal_value(data)
        if len(said) != 1:
            raise serializers.ValidationError("one of violation and road")
        return {key: str(value) for key, value in said.items()}


class NewTaskSerializer(serializers.Serializer[object]):
    """What a leader says of a task. The id is made by the desk, so that a repeated request makes no second one."""

    id = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(choices=_words(TaskKind))
    urgency = serializers.ChoiceField(choices=_words(Urgency))
    completion = serializers.ChoiceField(choices=_words(Completion), default=Completion.ALL.value)
    title = serializers.CharField(max_length=60)
    what = serializers.CharField(max_length=2000, allow_blank=True, default="")
    why = serializers.CharField(max_length=2000, allow_blank=True, default="")
    why_rows = WhyRowSerializer(many=True, default=list)
    offence_codes = serializers.ListField(
        child=serializers.CharField(max_length=8), max_length=50, default=list
    )
    plates = serializers.ListField(child=serializers.CharField(max_length=12), max_length=50, default=list)
    point = PointField(required=False, allow_null=True)
    radius_m = serializers.IntegerField(min_value=0, max_value=50_000, default=0)
    place_text = serializers.CharField(max_length=120)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    due_at = serializers.DateTimeField()
    unit = serializers.RegexField(r"^[0-9]{12}$", max_length=12)
    officers = serializers.ListField(
        child=serializers.RegexField(NUMBER, max_length=6), max_length=CREW_AT_MOST, default=list
    )

    def new_task(self) -> NewTask:
        """What was said, as the operation takes it."""
        said = dict(self.validated_data)
        return NewTask(
            **said
            | {
                "id": said.get("id") or uuid4(),
                "kind": TaskKind(said["kind"]),
                "urgency": Urgency(said["urgency"]),
                "completion": Completion(said["completion"]),
            }
        )


class AssignSerializer(serializers.Serializer[object]):
    """To whom. `seen` is the task's `seen` as it stood on the screen; needed to add people to a task that is somebody's already."""

    officers = serializers.ListField(
        child=serializers.RegexField(NUMBER, max_length=6), min_length=1, max_length=CREW_AT_MOST
    )
    seen = serializers.IntegerField(required=False, allow_null=True)


class ReassignSerializer(serializers.Serializer[object]):
    """From whom to whom: fields `from` and `to`."""

    to = serializers.RegexField(NUMBER, max_length=6)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`from` is a word of Python's."""
        return {**super().get_fields(), "from": serializers.RegexField(NUMBER, max_length=6)}


class SendBackSerializer(serializers.Serializer[object]):
    """Whose report, and what is missing."""

    officer = serializers.RegexField(NUMBER, max_length=6)
    remark = serializers.CharField(max_length=500)


class WithdrawSerializer(serializers.Serializer[object]):
    """Why it is taken back."""

    remark = serializers.CharField(max_length=500)


class CrewSerializer(serializers.Serializer[object]):
    """One officer's part, each step timed by the server and, in `handheld_times`, by the handheld's own clock."""

    police_number = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=_words(AssignmentState))
    assigned_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    reported_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    handheld_times = serializers.DictField(child=serializers.CharField())
    feedback = serializers.DictField(child=serializers.JSONField(allow_null=True))
    remark = serializers.CharField(allow_blank=True)
    recorded = serializers.IntegerField()


class NamedOffenceSerializer(serializers.Serializer[object]):
    """An offence that the task names: its code, and what people call it (empty for a code that no catalogue has)."""

    code = serializers.CharField()
    name = serializers.CharField(allow_blank=True)


class TaskSerializer(serializers.Serializer[object]):
    """A task as the board shows it. `recorded` counts violations recorded there and then, derived at this reading."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=_words(TaskKind))
    urgency = serializers.ChoiceField(choices=_words(Urgency))
    completion = serializers.ChoiceField(choices=_words(Completion))
    state = serializers.ChoiceField(choices=_words(TaskState))
    needs = serializers.ChoiceField(choices=_words(Need))
    rank = serializers.IntegerField()
    seen = serializers.IntegerField()
    title = serializers.CharField()
    what = serializers.CharField(allow_blank=True)
    why = serializers.CharField(allow_blank=True)
    why_rows = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
    offence_codes = serializers.ListField(child=serializers.CharField())
    offences = NamedOffenceSerializer(many=True)
    plates = serializers.ListField(child=serializers.CharField())
    point = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    radius_m = serializers.IntegerField()
    place_text = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField()
    sign_by = serializers.DateTimeField()
    unit = serializers.CharField()
    unit_name = serializers.CharField()
    made_by = serializers.CharField()
    made_by_name = serializers.CharField()
    made_at = serializers.DateTimeField()
    escalations = serializers.IntegerField()
    crew = CrewSerializer(many=True)


class BoardSerializer(serializers.Serializer[object]):
    """The board: what needs a person first."""

    now = serializers.DateTimeField()
    tasks = TaskSerializer(many=True)


@extend_schema_serializer(component_name="TaskHappened")
class HappenedSerializer(serializers.Serializer[object]):
    """One entry about a task. Which of the last fields are there depends on what happened."""

    n = serializers.IntegerField(allow_null=True)
    what = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    officers = serializers.ListField(child=serializers.CharField(), required=False)
    not_needed = serializers.ListField(child=serializers.CharField(), required=False)
    to = serializers.CharField(required=False)
    remark = serializers.CharField(required=False, allow_blank=True)
    level = serializers.IntegerField(required=False)
    late = serializers.ListField(child=serializers.CharField(), required=False)
    told = serializers.ListField(child=serializers.CharField(), required=False)
    step = serializers.CharField(required=False)
    state = serializers.CharField(required=False)
    officer = serializers.CharField(required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`from` is a word of Python's."""
        return {**super().get_fields(), "from": serializers.CharField(required=False)}


class WholeTaskSerializer(TaskSerializer):
    """A task with its history, the oldest first: late steps and escalations, with who was told, among it."""

    history = HappenedSerializer(many=True)
