"""Coercive measures: their names, their states, and the 24 hours within which a leader has to approve them. Pure.

Sources: administrative coercion law (AFL) arts. 16, 18-20, 27, 28; Order 157 arts. 24, 25, 27-39. A measure that is taken on the spot is told
to the leader within 24 hours, who approves it afterwards or ends it at once (AFL 19, Order 157 art. 25). These are hours of the calendar,
not of working days: AFL 69 counts only periods of days in working days.
"""

import datetime as dt
from enum import StrEnum


class Measure(StrEnum):
    """What may be done on the spot (Order 157 art. 24), in the law tables' words."""

    DETAIN_VEHICLE = "detain_vehicle"
    DETAIN_LICENCE = "detain_licence"
    DETAIN_NONMOTOR = "detain_nonmotor"
    TOW = "tow"
    BLOOD_TEST = "blood_test"
    CONFISCATE = "confiscate"


class State(StrEnum):
    """How it stands with a measure."""

    TAKEN = "taken"
    """Taken on the spot; the leader's approval is due (AFL 19)."""
    APPROVED = "approved"
    REFUSED = "refused"
    """The leader held that it should not have been taken: it is ended at once (AFL 19)."""
    LAPSED = "lapsed"
    """Nobody approved it within the 24 hours: it is ended at once."""
    RELEASED = "released"
    """What was refused or had lapsed was given back."""
    ENDED = "ended"
    """What was approved has served its purpose, and was given back or handed on (AFL 28)."""


class Act(StrEnum):
    """What is done about it after it was taken."""

    APPROVE = "approve"
    REFUSE = "refuse"
    LAPSE = "lapse"
    GIVE_BACK = "give_back"


NEXT: dict[tuple[State, Act], State] = {
    (State.TAKEN, Act.APPROVE): State.APPROVED,
    (State.TAKEN, Act.REFUSE): State.REFUSED,
    (State.TAKEN, Act.LAPSE): State.LAPSED,
    (State.APPROVED, Act.GIVE_BACK): State.ENDED,
    (State.REFUSED, Act.GIVE_BACK): State.RELEASED,
    (State.LAPSED, Act.GIVE_BACK): State.RELEASED,
}
WAITING = frozenset({State.TAKEN, State.REFUSED, State.LAPSED})
"""Somebody has to act at once: decide about it, or give back what may no longer be kept."""

APPROVAL_WITHIN = dt.timedelta(hours=24)
CONFIRMED_WITHIN = dt.timedelta(hours=24)
"""Until the second officer's word is asked for by an item; a rule of the house, not of the law."""
REFUSAL_GROUNDS = ("not_necessary", "not_in_the_list", "facts_not_clear", "procedure_broken", "other")
"""AFL 16: a slight act that harms nobody; Order 157 arts. 27, 31: closed lists; AFL 18: the steps."""


class NotAllowed(Exception):
    """The act does not apply in the present state."""

    def __init__(self, state: State, act: Act) -> None:
        super().__init__(f"{act} in {state}")
        self.state, self.act = state, act


def after(state: State, act: Act) -> State:
    """Say what state follows. :raises NotAllowed: the act does not apply in this state"""
    try:
        return NEXT[state, act]
    except KeyError:
        raise NotAllowed(state, act) from None


def taken_at(made_at: dt.datetime | None, arrived_at: dt.datetime) -> dt.datetime:
    """When the clock began: when it was taken, as the handheld's measured clock says, and never later than the record came.

    A handheld that had never compared its clock proves no moment: there the record's arrival counts.
    """
    return arrived_at if made_at is None else min(made_at, arrived_at)


def due_at(taken: dt.datetime) -> dt.datetime:
    """Until when a leader has to approve it."""
    return taken + APPROVAL_WITHIN


def needs_second(outcome: str, measures: tuple[str, ...] = ()) -> bool:
    """Whether a verdict takes two officers: the general procedure (Order 157 art. 48), a crime, or any measure (AFL 18)."""
    return outcome in ("criminal", "measure", "general") or bool(measures)
