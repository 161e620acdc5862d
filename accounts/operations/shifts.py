"""Opening and closing shifts: one person on one terminal, for at most twelve hours."""

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from accounts import audience
from accounts.capabilities import Capability, require
from accounts.closing import ENDED, close_after_commit
from accounts.models import Shift, ShiftKey, Terminal, User
from accounts.projections import SHIFTS
from accounts.refusals import Refusal
from evidence import ledger
from evidence.replay import hold, project


class TerminalRefused(Refusal):
    """Nobody can work on this terminal now: it is not enrolled, waits for approval, or was taken out of service."""

    status = 403
    code = "terminal_refused"

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state

    def facts(self) -> dict[str, str]:
        return {"state": self.state}


class ShiftEnded(Refusal):
    """The shift is over: closed, or its twelve hours have passed."""

    status = 409
    code = "shift_ended"


@dataclass(frozen=True, slots=True)
class Opened:
    """A shift just opened, and the secret with which the handheld takes it up again behind its PIN."""

    shift: Shift
    resume: str


@transaction.atomic
def open_shift(user: User, terminal: Terminal, *, now: dt.datetime) -> Opened:
    """Open a shift for this person on this terminal.

    An earlier open shift of the same person on the same terminal is closed by it. Another person's goes on: what they sealed still
    comes in as theirs, only their session ends (sessions.begin).

    :raises NotPermitted: the person does not work on the road
    :raises TerminalRefused: the terminal is not active
    """
    require(user, Capability.RECORD)
    held = Terminal.objects.select_for_update().filter(id=terminal.id).first()
    if held is None or held.state != Terminal.State.ACTIVE:
        raise TerminalRefused(held.state if held else "unknown")
    for earlier in Shift.objects.filter(user=user, terminal=held, closed_at=None, ends_at__gt=now):
        close_shift(earlier.id, why="signed_in_again", now=now)
    shift_id = uuid.uuid4()
    entry = ledger.append(
        kind="shift.opened",
        subject=shift_id,
        actor=user.police_number,
        at=now,
        body={
            "officer": user.police_number,
            "terminal": held.id,
            "unit": user.unit_id,
            "ends_at": (now + dt.timedelta(hours=settings.SHIFT_HOURS)).isoformat(),
        },
        audience=_audience(user),
    )
    project(SHIFTS, entry)
    secret = secrets.token_urlsafe(32)
    ShiftKey.objects.create(shift_id=shift_id, resume_sha256=resume_hash(secret))
    return Opened(
        shift=Shift.objects.select_related("user__unit", "terminal").get(id=shift_id), resume=secret
    )


@transaction.atomic
def close_shift(shift_id: uuid.UUID, *, why: str, now: dt.datetime) -> None:
    """End a shift before its time; `why` is `officer` or `signed_in_again`. Its session and its sockets end with it.

    :raises ShiftEnded: it is over already
    """
    hold(SHIFTS, str(shift_id))
    shift = (
        Shift.objects.select_related("user__unit")
        .filter(id=shift_id, closed_at=None, ends_at__gt=now)
        .first()
    )
    if shift is None:
        raise ShiftEnded
    entry = ledger.append(
        kind="shift.closed",
        subject=shift_id,
        actor=shift.user_id,
        at=now,
        body={"why": why},
        audience=_audience(shift.user),
    )
    project(SHIFTS, entry)
    close_after_commit([audience.of_terminal(shift.terminal_id)], ENDED)


def resume_hash(secret: str) -> str:
    """What is kept of a resume secret; it is 32 random bytes, so a plain SHA-256 hides it."""
    return sha256(secret.encode()).hexdigest()


def _audience(user: User) -> list[str]:
    return [audience.of_person(user.police_number), *audience.of_unit(user.unit)]
