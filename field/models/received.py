"""What came in from handhelds: each signed record once, and each photo that a record named.

`Received` is what makes intake exactly-once: the SHA-256 of the exact text is its key. Rows follow from ledger entries.
"""

from django.db import models
from django.db.models import Q


class Received(models.Model):
    """One signed text as it arrived, and what became of it."""

    class Outcome(models.TextChoices):
        ADMITTED = "admitted", "收下"
        QUARANTINED = "quarantined", "待核查"
        CONFLICT = "conflict", "冲突"

    class Decision(models.TextChoices):
        WAITING = "waiting", "待核查"
        ADMITTED = "admitted", "已采信"
        REFUSED = "refused", "不采信"

    text_sha256 = models.CharField(max_length=64, primary_key=True)
    uid = models.UUIDField(null=True)
    type = models.CharField(max_length=40, blank=True)
    about = models.UUIDField(null=True)
    """What the record speaks of: its violation (of an amendment the first record), its draft, its task."""
    terminal = models.CharField(max_length=16)
    """Key id as the sender gave it; it need not be enrolled."""
    seq = models.BigIntegerField(null=True)
    prev = models.CharField(max_length=64, blank=True)
    officer = models.CharField(max_length=6, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome)
    reason = models.CharField(max_length=40, blank=True)
    """Why it was set aside, a word of field/rules/intake.py."""
    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    ground = models.TextField(blank=True)
    entry = models.BigIntegerField(unique=True)
    """The ledger entry that holds the text and its signature."""
    arrived_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["uid"],
                condition=Q(outcome__in=["admitted", "quarantined"]),
                name="received_one_text_a_uid",
            ),
            models.UniqueConstraint(
                fields=["terminal", "seq"], condition=Q(outcome="admitted"), name="received_one_text_a_number"
            ),
        ]
        indexes = [
            models.Index(
                fields=["decision", "arrived_at"], condition=Q(decision="waiting"), name="received_waiting"
            ),
            models.Index(fields=["uid"], name="received_by_uid"),
            models.Index(fields=["terminal", "seq"], name="received_chain"),
            models.Index(fields=["about"], name="received_about"),
            models.Index(fields=["officer", "decision"], name="received_of_officer"),
            models.Index(fields=["arrived_at"], name="received_when"),
        ]


class Photo(models.Model):
    """A photo that a record named by its SHA-256, arrived or still wanted. The id is `<record uid>:<digest>`."""

    id = models.CharField(max_length=101, primary_key=True)
    record = models.UUIDField(db_index=True)
    terminal = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    shot = models.CharField(max_length=20)
    """What the picture shows: far, near, plate, sign, cabin, other (rules/shots.py)."""
    place_in_record = models.PositiveSmallIntegerField()
    taken_at = models.DateTimeField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=10)
    """`camera`: the app's own camera; `file`: handed over by the phone."""
    arrived_at = models.DateTimeField(null=True)
    arrived_entry = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["terminal", "digest"], name="photo_of_terminal"),
            models.Index(fields=["taken_at"], condition=Q(arrived_at__isnull=True), name="photo_outstanding"),
        ]


class LookedAt(models.Model):
    """Up to which time of arrival a rule of the clock has looked at everything; it proves nothing, and forgotten it is found out anew."""

    rule = models.CharField(max_length=40, primary_key=True)
    up_to = models.DateTimeField()
    up_to_number = models.BigIntegerField(default=0)
    """The same for a rule that goes through the log: the number of the first entry that it has not looked at."""
