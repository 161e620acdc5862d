"""Who: units, people, handheld terminals, and the shifts that bind a person to a terminal for a while.

Evidence-bearing columns are projections of the ledger (projections.py says what each must be). What changes by itself, such as when a
terminal was last heard of, stands in a table of its own and proves nothing.
"""

import base64
import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Unit(models.Model):
    """A unit of the traffic police with its 12-digit code; `path` holds the codes from the root down to itself."""

    class Level(models.TextChoices):
        PROVINCE = "province", "总队"
        DETACHMENT = "detachment", "支队"
        BRIGADE = "brigade", "大队"
        SQUADRON = "squadron", "中队"

    code = models.CharField(max_length=12, primary_key=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    level = models.CharField(max_length=12, choices=Level)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = ArrayField(models.CharField(max_length=12))

    class Meta:
        indexes = [GinIndex(fields=["path"], name="unit_path")]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{12}$"), name="unit_code_has_12_digits")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class Role(models.TextChoices):
    OFFICER = "officer", "民警"
    AUXILIARY = "auxiliary", "辅警"
    LEADER = "leader", "领导"
    LEGAL_REVIEWER = "legal_reviewer", "法制员"
    DUTY_DESK = "duty_desk", "指挥中心"
    TECHNICIAN = "technician", "科技民警"
    AUDITOR = "auditor", "督察"


class UserManager(BaseUserManager["User"]):
    """Finds people by their police number; people are made by operations.enlist, never here."""


class User(AbstractBaseUser):
    """A person with a police number: six digits for sworn officers, F and five digits for auxiliaries.

    The number is the key: what the ledger says of a person names nothing else, so rows can be computed from entries alone.
    """

    police_number = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=16, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="people")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "police_number"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(police_number__regex=r"^([0-9]{6}|F[0-9]{5})$"), name="user_police_number_is_one"
            ),
            models.CheckConstraint(
                condition=Q(role="auxiliary", police_number__startswith="F")
                | (~Q(role="auxiliary") & ~Q(police_number__startswith="F")),
                name="user_auxiliaries_have_their_own_numbers",
            ),
        ]

    def __str__(self) -> str:
        return self.police_number


class EnrolmentCode(models.Model):
    """A one-time code for one handheld, shown as a QR by the technician. Only its SHA-256 is kept."""

    code_sha256 = models.CharField(max_length=64, primary_key=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    terminal = models.CharField(max_length=16, blank=True)
    """Key id that it enrolled: the same handheld asking once more, its answer lost on the way, gets the same answer."""

    def __str__(self) -> str:
        return self.code_sha256[:8]


class PasswordCode(models.Model):
    """A one-time code with which one person chooses their password. Only its SHA-256 is kept."""

    code_sha256 = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="password_codes")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    """None: at the server's console."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code_sha256[:8]


class UsedChallenge(models.Model):
    """A challenge that a terminal has answered. It is taken once; rows older than any challenge's life are swept."""

    challenge_sha256 = models.CharField(max_length=64, primary_key=True)
    used_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.challenge_sha256[:8]


class Terminal(models.Model):
    """A handheld. Its id is the key id of its P-256 public key; the private half never leaves it."""

    class State(models.TextChoices):
        PENDING = "pending", "待核对"
        ACTIVE = "active", "在用"
        SUSPENDED = "suspended", "停用"
        REVOKED = "revoked", "注销"

    id = models.CharField(max_length=16, primary_key=True)
    number = models.PositiveIntegerField(unique=True)
    public_key = models.TextField()
    """SubjectPublicKeyInfo, DER, base64."""
    fingerprint = models.CharField(max_length=6)
    """Six digits of the key's SHA-256 that both screens show."""
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="terminals")
    label = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=State)
    enrolled_at = models.DateTimeField()
    enrolled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id__regex=r"^[0-9a-f]{16}$"), name="terminal_id_is_a_key_id")
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def spki(self) -> bytes:
        """The public key as SPKI (DER)."""
        return base64.b64decode(self.public_key)


class TerminalContact(models.Model):
    """What the handheld last said of itself; technical, overwritten at each contact, no evidence."""

    terminal = models.OneToOneField(
        Terminal, on_delete=models.CASCADE, primary_key=True, related_name="contact"
    )
    seen_at = models.DateTimeField()
    app_version = models.CharField(max_length=40, blank=True)
    browser = models.CharField(max_length=200, blank=True)
    waiting = models.PositiveIntegerField(default=0)
    storage_persisted = models.BooleanField(null=True)
    battery_percent = models.PositiveSmallIntegerField(null=True)
    verified_size = models.BigIntegerField(default=0)
    """Size of the newest checkpoint that this handheld has verified: it witnesses the log up to there."""
    feed_cursor = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.terminal_id} at {self.seen_at}"


class Shift(models.Model):
    """One person on one terminal from sign-in to the end of the shift; a record names its shift."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shifts")
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="shifts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-opened_at"], name="shift_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.terminal_id}"


class ShiftKey(models.Model):
    """The secret with which a handheld opened by PIN takes its shift up again; only its SHA-256 is kept, and it is no evidence."""

    shift = models.OneToOneField(Shift, on_delete=models.CASCADE, primary_key=True, related_name="key")
    resume_sha256 = models.CharField(max_length=64, unique=True)
    session = models.CharField(max_length=40, blank=True)
    """Key of the one session that reads for this shift; when another person opens the terminal, it is ended."""

    def __str__(self) -> str:
        return str(self.shift_id)
