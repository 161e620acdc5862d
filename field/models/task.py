"""Tasks that leaders give, and one assignment for each officer who got one."""

from django.contrib.gis.db import models as gis
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Unit, User
from field.rules.task import AssignmentState, Completion, TaskKind, TaskState, Urgency


def _of(names: type) -> list[tuple[str, str]]:
    return [(n.value, n.value) for n in names]  # type: ignore[attr-defined]


class Task(models.Model):
    """What is to be done, where, until when, and why."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20, choices=_of(TaskKind))
    urgency = models.CharField(max_length=10, choices=_of(Urgency))
    completion = models.CharField(max_length=4, choices=_of(Completion))
    state = models.CharField(max_length=10, choices=_of(TaskState))
    title = models.CharField(max_length=60)
    what = models.TextField(blank=True)
    why = models.TextField(blank=True)
    why_rows = models.JSONField(default=list)
    """Links to the rows behind the reason: [{"violation": uid} | {"road": id} …]."""
    offence_codes = ArrayField(models.CharField(max_length=8), default=list)
    plates = ArrayField(models.CharField(max_length=12), default=list)
    point = gis.PointField(null=True)
    radius_m = models.PositiveIntegerField(default=0)
    place_text = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    sign_by = models.DateTimeField()
    escalations = models.PositiveSmallIntegerField(default=0)
    newest_entry = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["unit", "state", "due_at"], name="task_board")]


class Assignment(models.Model):
    """One officer's part in a task; each step timed by the server, and by the handheld where it was taken there."""

    id = models.CharField(max_length=60, primary_key=True)
    """`<task uid>:<police number>`."""
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="assignments")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    state = models.CharField(max_length=10, choices=_of(AssignmentState))
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    handheld_times = models.JSONField(default=dict)
    """step -> ISO time by the handheld's own clock."""
    arrived_point = gis.PointField(null=True)
    feedback = models.JSONField(default=dict)
    remark = models.TextField(blank=True)
    newest_entry = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["officer", "state"], name="assignment_of_officer")]
