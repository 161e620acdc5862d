"""A violation as it stands now: what its newest admitted record says, and where its review has got to."""

from django.contrib.gis.db import models as gis
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Shift, Terminal, Unit, User
from field.models.catalogue import Offence
from field.rules.violation import Kind, State


class Violation(models.Model):
    """The id is the uid of the first record; an amendment is a later record that names it."""

    id = models.UUIDField(primary_key=True)
    first_entry = models.BigIntegerField(unique=True)
    newest_entry = models.BigIntegerField()
    """Entry of the record whose words stand here: the first, or the newest amendment."""
    newest_record = models.UUIDField(db_index=True)
    """Uid of that record: the photos it stands on are `Photo.record = newest_record`."""
    versions = models.PositiveSmallIntegerField()
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="violations")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in Kind])
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in State])
    reason = models.CharField(max_length=40, blank=True)
    """Word of the ground on which it was returned or is to be annulled (rules/violation.py)."""
    remark = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    """When the present state began by a leader's or reviewer's act."""
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    occurred_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    plate = models.CharField(max_length=12)
    plate_type = models.CharField(max_length=2)
    offence = models.ForeignKey(Offence, on_delete=models.PROTECT, null=True, related_name="+")
    """The version in force at the place on the day; null where the code stands in no catalogue (a check says so)."""
    offence_code = models.CharField(max_length=8)
    fine = models.PositiveIntegerField(null=True)
    points = models.PositiveSmallIntegerField(null=True)
    measured = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    limit = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    point = gis.PointField(null=True)
    accuracy_m = models.FloatField(null=True)
    place_source = models.CharField(max_length=12, blank=True)
    """`gps`, `moved` (the officer set it on the map), `road_list`, or empty where there is none."""
    place_text = models.CharField(max_length=120)
    direction = models.CharField(max_length=20, blank=True)
    person_name = models.CharField(max_length=60, blank=True)
    licence_number = models.CharField(max_length=18, blank=True)
    person_phone = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    document_number = models.CharField(max_length=20, blank=True, db_index=True)
    served = models.BooleanField(default=False)
    """A paper was handed over, or a notice stuck on. A decision can from then on only be annulled (rules/violation.py)."""
    served_at = models.DateTimeField(null=True)
    """When, as a step on the paper says; null where the record itself said that it was handed over, in the moment of the act."""
    second = models.CharField(max_length=6, blank=True)
    """Police number of the second officer as the record names it; it need not be anybody's."""
    second_confirmed_at = models.DateTimeField(null=True)
    """When their word on this version came."""
    needs_second = models.BooleanField(default=False)
    """It takes two officers, by the verdict that the handheld signed with it."""
    clock_offset_ms = models.BigIntegerField(null=True)
    doubts = ArrayField(models.CharField(max_length=30), default=list)
    """Words of rules/checks.py that the reviewer must see first: clock, place_poor, back_dated, unknown_code …"""

    class Meta:
        indexes = [
            models.Index(fields=["unit", "state", "arrived_at"], name="violation_queue"),
            models.Index(fields=["officer", "-occurred_at"], name="violation_of_officer"),
            models.Index(fields=["plate", "plate_type", "-occurred_at"], name="violation_of_plate"),
            models.Index(fields=["-occurred_at"], name="violation_newest"),
            models.Index(
                fields=["licence_number", "-occurred_at"],
                condition=~models.Q(licence_number=""),
                name="violation_of_licence",
            ),
            models.Index(
                fields=["arrived_at"],
                condition=models.Q(second_confirmed_at__isnull=True)
                & (models.Q(needs_second=True) | ~models.Q(second="")),
                name="violation_second_due",
            ),
            models.Index(fields=["second"], condition=~models.Q(second=""), name="violation_of_second"),
        ]
