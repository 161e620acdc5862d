"""A coercive measure as it stands now: what its record says, and what a leader said to it."""

from django.contrib.gis.db import models as gis
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Shift, Terminal, Unit, User
from field.models.violation import Violation
from field.rules.measure import Measure as Kind
from field.rules.measure import State


class Measure(models.Model):
    """The id is the uid of its record. Person and vehicle are those of its violation."""

    id = models.UUIDField(primary_key=True)
    entry = models.BigIntegerField(unique=True)
    """The one that carries its record, and the certificate's text."""
    violation = models.ForeignKey(Violation, on_delete=models.PROTECT, related_name="measures")
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="measures")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kinds = ArrayField(models.CharField(max_length=20, choices=[(k.value, k.value) for k in Kind]))
    items = models.TextField(blank=True)
    """What was taken, in words."""
    kept_at = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)
    point = gis.PointField(null=True)
    number = models.CharField(max_length=20, db_index=True)
    """Of the certificate."""
    paper_digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the certificate's text; empty where a paper form was filled in."""
    second = models.CharField(max_length=6, blank=True)
    """Police number of the second officer as the record names it; it need not be anybody's."""
    second_confirmed_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """Until when a leader has to approve it."""
    arrived_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in State])
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    """The leader; null where nobody did and it lapsed."""
    ground = models.CharField(max_length=40, blank=True)
    """Why it was refused, a word of rules/measure.py."""
    remark = models.TextField(blank=True)
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="taken"), name="measure_due"),
            models.Index(fields=["unit", "-taken_at"], name="measure_of_unit"),
            models.Index(fields=["second"], condition=~Q(second=""), name="measure_of_second"),
        ]
