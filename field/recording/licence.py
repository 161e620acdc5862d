"""What this system's own records say of a driving licence, for the officer who has its holder before them.

The national register of points is not here: what is said is what was recorded and confirmed by this authority, and the answer says so.
Each question is a look with its reason, on a shift, for a draft in hand.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.capabilities import Capability, require
from accounts.looks import look
from accounts.models import Shift, Terminal, User
from accounts.refusals import Refusal
from field.models import Violation
from field.models.tally import count_up
from field.rules import plate
from field.rules.keyed import keyed_hash
from field.rules.points import cycle_of
from field.rules.supervision import DRINK_DRIVING
from field.rules.violation import Kind, State, is_delivered

MOST = 50
"""Earlier violations that are named."""
ROOM_FOR_WHY = 150
"""Characters of the reason that stand beside the draft in the log."""


class NotOnDuty(Refusal):
    """Asked from no handheld, or without a shift on it."""

    status = 403
    code = "not_on_duty"


class TooManyLicences(Refusal):
    """More licences within the hour than anybody stops. Counted by person."""

    status = 429
    code = "too_many_licences"

    def facts(self) -> dict[str, Any]:
        return {"most": settings.LICENCES_AN_HOUR}


def flags(
    licence: str,
    *,
    draft: UUID,
    issued_on: dt.date | None,
    why: str,
    viewer: User,
    terminal: Terminal | None,
    now: dt.datetime,
) -> dict[str, Any]:
    """Earlier confirmed violations of a licence within its cycle of points, and drink-drivings of any time. No plate, place or officer.

    `issued_on`: the day on which the licence was first issued, from which its cycles run (Order 163 art. 3); unknown: the last 12 months.

    :raises NotPermitted: this person decides no penalties
    :raises NotOnDuty, TooManyLicences: not now
    :raises WhyNeeded: no reason
    """
    require(viewer, Capability.DECIDE_PENALTY)
    on_shift = Shift.objects.filter(
        user=viewer, terminal=terminal, closed_at__isnull=True, opened_at__lte=now, ends_at__gt=now
    )
    if terminal is None or not on_shift.exists():
        raise NotOnDuty
    if count_up("licences", viewer.police_number, 1, now) > settings.LICENCES_AN_HOUR:
        raise TooManyLicences
    number = licence.strip().upper()
    reason = plate.hide(why, number).strip()[:ROOM_FOR_WHY]
    look(
        viewer,
        terminal=terminal,
        subject=licence_subject(number),
        fields=["earlier"],
        why=f"{reason} · {draft}" if reason else "",
        now=now,
    )
    today = timezone.localdate(now)
    begins = cycle_of(issued_on, today)
    confirmed = (
        Violation.objects.filter(licence_number=number, state=State.CONFIRMED)
        .exclude(id=draft)
        .select_related("offence")
        .order_by("-occurred_at")
    )
    of_cycle = [one for one in confirmed[:MOST] if timezone.localdate(one.occurred_at) >= begins]
    drunk = confirmed.filter(offence_code__in=DRINK_DRIVING)[:MOST]
    return {
        "begins": begins,
        "cycle_known": issued_on is not None,
        "earlier": [_shown(one) for one in of_cycle],
        "points": sum(one.points or 0 for one in of_cycle if _is_decided(one)),
        "drink_driving": [timezone.localdate(one.occurred_at) for one in drunk],
        "only_this_system": True,
    }


def licence_subject(number: str) -> str:
    """Under which subject the questions about this licence stand in the log: only who has the key can tell which number."""
    return f"licence:{keyed_hash(settings.LOOKUP_KEY, 'licence', number)}"


def _is_decided(one: Violation) -> bool:
    return is_delivered(Kind(one.kind), one.served)


def _shown(one: Violation) -> dict[str, Any]:
    return {
        "day": timezone.localdate(one.occurred_at),
        "offence": one.offence_code,
        "name": one.offence.name_zh if one.offence else "",
        "points": one.points,
        "decided": _is_decided(one),
    }
