"""The life of a handheld after enrolment: approved by the technician, suspended, resumed, revoked."""

import datetime as dt
from enum import StrEnum

from django.db import transaction

from accounts import audience
from accounts.capabilities import Capability, require
from accounts.closing import REVOKED, close_after_commit
from accounts.models import Terminal, User
from accounts.projections import TERMINALS
from accounts.refusals import NotFound, Overtaken, Refusal
from evidence import ledger
from evidence.replay import hold, project

State = Terminal.State


class Act(StrEnum):
    """What a technician does to a terminal; the entry's kind is `terminal.` and this word."""

    APPROVE = "approved"
    SUSPEND = "suspended"
    RESUME = "resumed"
    REVOKE = "revoked"


NEXT: dict[tuple[State, Act], State] = {
    (State.PENDING, Act.APPROVE): State.ACTIVE,
    (State.ACTIVE, Act.SUSPEND): State.SUSPENDED,
    (State.SUSPENDED, Act.RESUME): State.ACTIVE,
    (State.PENDING, Act.REVOKE): State.REVOKED,
    (State.ACTIVE, Act.REVOKE): State.REVOKED,
    (State.SUSPENDED, Act.REVOKE): State.REVOKED,
}


class FingerprintDiffers(Refusal):
    """The six digits on the two screens are not the same: another device answered the code."""

    status = 409
    code = "fingerprint_differs"


class ReasonNeeded(Refusal):
    """Taking a terminal out of service needs a reason in words."""

    status = 400
    code = "reason_needed"


def approve_terminal(terminal_id: str, *, fingerprint: str | None, by: User, now: dt.datetime) -> Terminal:
    """Let an enrolled handheld work. `fingerprint` are the six digits read on its screen; None: they were compared by eye.

    :raises NotPermitted: `by` may not enrol terminals
    :raises FingerprintDiffers: they are not those of the key that came in
    :raises Overtaken: it is not pending
    """
    require(by, Capability.ENROL_TERMINAL)
    terminal = Terminal.objects.filter(id=terminal_id).first()
    if terminal is None:
        raise NotFound
    if fingerprint is not None and fingerprint != terminal.fingerprint:
        raise FingerprintDiffers
    return _apply(Act.APPROVE, terminal_id, reason="", by=by, now=now)


def suspend(terminal_id: str, *, reason: str, by: User, now: dt.datetime) -> Terminal:
    """Stop a terminal's reads for the time being; what it signed still comes in.

    :raises NotPermitted: `by` may not enrol terminals
    :raises Overtaken: it is not active
    """
    return _apply(Act.SUSPEND, terminal_id, reason=_needed(reason), by=by, now=now)


def resume(terminal_id: str, *, reason: str, by: User, now: dt.datetime) -> Terminal:
    """Let a suspended terminal work again.

    :raises NotPermitted: `by` may not enrol terminals
    :raises Overtaken: it is not suspended
    """
    return _apply(Act.RESUME, terminal_id, reason=_needed(reason), by=by, now=now)


def revoke(terminal_id: str, *, reason: str, by: User, now: dt.datetime) -> Terminal:
    """Take a terminal out of service for good: reads end at once, and at its next contact it uploads and wipes.

    :raises NotPermitted: `by` may not enrol terminals
    :raises Overtaken: it is revoked already
    """
    return _apply(Act.REVOKE, terminal_id, reason=_needed(reason), by=by, now=now)


def _needed(reason: str) -> str:
    if not reason.strip():
        raise ReasonNeeded
    return reason.strip()


@transaction.atomic
def _apply(act: Act, terminal_id: str, *, reason: str, by: User, now: dt.datetime) -> Terminal:
    require(by, Capability.ENROL_TERMINAL)
    hold(TERMINALS, terminal_id)
    terminal = Terminal.objects.select_related("unit").filter(id=terminal_id).first()
    if terminal is None:
        raise NotFound
    if (State(terminal.state), act) not in NEXT:
        raise Overtaken(terminal.state)
    entry = ledger.append(
        kind=f"terminal.{act}",
        subject=terminal_id,
        actor=by.police_number,
        at=now,
        body={"reason": reason},
        audience=[
            audience.of_terminal(terminal_id),
            *audience.of_unit(terminal.unit),
            audience.TECHNICAL_DESK,
        ],
    )
    project(TERMINALS, entry)
    if act in (Act.SUSPEND, Act.REVOKE):
        close_after_commit([audience.of_terminal(terminal_id)], REVOKED)
    return Terminal.objects.select_related("unit").get(id=terminal_id)
