"""A leader's word on a measure: approved, or refused and ended at once; and that it was given back. Never by who took it or was second.

Each act locks the row, asks the table of states and writes one entry. Whoever comes second finds another state and is told which.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import audience
from accounts.capabilities import Capability, require
from accounts.grounds import LONGEST_REMARK, must_be_one_of
from accounts.models import User
from accounts.queries import overtaken
from accounts.refusals import NotFound, Refusal
from accounts.scope import visible
from evidence import ledger, replay
from evidence.ledger import Entry
from field.measures.projection import KIND_OF, MEASURE
from field.measures.recording import of_second
from field.models import Measure
from field.rules.measure import REFUSAL_GROUNDS, Act, NotAllowed, State, after

SYSTEM = "system"


class OwnMeasure(Refusal):
    """Nobody approves, refuses or gives back a measure that they took themselves, or were the second officer of."""

    status = 403
    code = "own_measure"


@transaction.atomic
def approve(measure_id: UUID, *, remark: str, by: User, now: dt.datetime) -> Entry:
    """Approve a measure afterwards, within its 24 hours (AFL 19).

    :raises NotPermitted, NotFound, OwnMeasure, Overtaken: it is not theirs to do, or not now
    """
    measure = _held(measure_id, Act.APPROVE, by)
    if now >= measure.due_at:
        raise overtaken(State.LAPSED, SYSTEM)  # whether the clock's loop has been here yet or not
    return _decide(measure, Act.APPROVE, {"remark": _short(remark)}, by.police_number, now)


@transaction.atomic
def refuse(measure_id: UUID, *, ground: str, remark: str, by: User, now: dt.datetime) -> Entry:
    """Hold that a measure should not have been taken: it is ended at once, and its officer and unit are told (AFL 19).

    :raises NotPermitted, NotFound, OwnMeasure, GroundNeeded, Overtaken: it is not theirs to do, or not now
    """
    must_be_one_of("ground", ground, REFUSAL_GROUNDS, remark)
    measure = _held(measure_id, Act.REFUSE, by)
    return _decide(measure, Act.REFUSE, {"ground": ground, "remark": _short(remark)}, by.police_number, now)


@transaction.atomic
def give_back(measure_id: UUID, *, remark: str, by: User, now: dt.datetime) -> Entry:
    """Note that what was taken was given back, or that the measure is over.

    :raises NotPermitted, NotFound, OwnMeasure, Overtaken: it is not theirs to do, or not now
    """
    measure = _held(measure_id, Act.GIVE_BACK, by)
    return _decide(measure, Act.GIVE_BACK, {"remark": _short(remark)}, by.police_number, now)


def lapse_held(measure: Measure, now: dt.datetime) -> Entry:
    """Let a measure end that nobody has approved in time. The row is held."""
    return _decide(measure, Act.LAPSE, {"due_at": measure.due_at.isoformat()}, SYSTEM, now)


def _held(measure_id: UUID, act: Act, by: User) -> Measure:
    """The row, locked, if this act is this person's to do and applies now."""
    require(by, Capability.APPROVE_MEASURE)
    seen = visible(Measure.objects.select_related("unit"), by).filter(id=measure_id)
    if not seen.exists():
        raise NotFound
    replay.hold(MEASURE, str(measure_id))
    measure = seen.get()
    if by.police_number in (measure.officer_id, measure.second):
        raise OwnMeasure
    try:
        after(State(measure.state), act)
    except NotAllowed:
        raise overtaken(measure.state, measure.decided_by_id or SYSTEM) from None
    return measure


def _short(remark: str) -> str:
    return remark.strip()[:LONGEST_REMARK]


def _decide(measure: Measure, act: Act, body: Mapping[str, Any], actor: str, now: dt.datetime) -> Entry:
    entry = ledger.append(
        kind=KIND_OF[act],
        subject=measure.id,
        actor=actor,
        at=now,
        body={"from": measure.state, **body},
        audience=sorted(
            {
                audience.of_person(measure.officer_id),
                audience.of_terminal(measure.terminal_id),
                *of_second(measure.second),
                *audience.of_unit(measure.unit),
            }
        ),
    )
    replay.project(MEASURE, entry)
    return entry
