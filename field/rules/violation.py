"""The life of a violation: kinds, states, acts, and the one table that says what may follow what. Pure."""

from enum import StrEnum


class Kind(StrEnum):
    """How it was dealt with on the road."""

    NOTICE = "notice"  # 违停告知, driver absent
    ON_THE_SPOT = "on_the_spot"  # 现场处罚, driver present
    RECORD_ONLY = "record_only"  # 只记录


class State(StrEnum):
    """Where its review has got to."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    ANNUL_PROPOSED = "annul_proposed"
    ANNULLED = "annulled"


class Act(StrEnum):
    """What people do to it."""

    CONFIRM = "confirm"
    RETURN = "return"
    AMEND = "amend"
    PROPOSE_ANNULMENT = "propose_annulment"
    AGREE_TO_ANNUL = "agree_to_annul"
    REFUSE_ANNULMENT = "refuse_annulment"


NEXT: dict[tuple[State, Act], State] = {
    (State.RECORDED, Act.CONFIRM): State.CONFIRMED,
    (State.RECORDED, Act.RETURN): State.RETURNED,
    (State.RECORDED, Act.AMEND): State.RECORDED,
    (State.RETURNED, Act.AMEND): State.RECORDED,
    (State.RECORDED, Act.PROPOSE_ANNULMENT): State.ANNUL_PROPOSED,
    (State.RETURNED, Act.PROPOSE_ANNULMENT): State.ANNUL_PROPOSED,
    (State.CONFIRMED, Act.PROPOSE_ANNULMENT): State.ANNUL_PROPOSED,
    (State.ANNUL_PROPOSED, Act.AGREE_TO_ANNUL): State.ANNULLED,
    (State.ANNUL_PROPOSED, Act.REFUSE_ANNULMENT): State.RECORDED,
}

NOT_ONCE_DELIVERED = frozenset({Act.RETURN, Act.AMEND})
"""A decision that was handed over can't be taken back or changed, only annulled."""

RETURN_REASONS = (
    "photo_unclear",
    "photo_missing",
    "plate_doubtful",
    "wrong_offence",
    "wrong_place",
    "wrong_time",
    "person_missing",
    "other",
)
ANNUL_GROUNDS = (
    "emergency_vehicle",
    "stolen",
    "plate_used_by_other",
    "rescue",
    "already_handled",
    "signals_conflict",
    "unclear",
    "plate_misread",
    "other",
)
"""The eight grounds of Order 157 article 22 on which a record is removed, and `other` among them."""


class NotAllowed(Exception):
    """The act does not apply in the present state."""

    def __init__(self, state: State, act: Act, delivered: bool = False) -> None:
        super().__init__(f"{act} in {state}{' once delivered' if delivered else ''}")
        self.state, self.act, self.delivered = state, act, delivered


def is_delivered(kind: Kind, served: bool) -> bool:
    """Whether a decision was handed over. A parking notice that was stuck on a window is no decision (Order 157 art. 12)."""
    return kind is Kind.ON_THE_SPOT and served


def may_be_reprinted(kind: Kind, state: State, served: bool) -> bool:
    """Whether its paper may be printed once more: there is one, and what it says stands.

    A record only has no paper, and a decision none before it was handed over. What was returned is known to be wrong, and what was
    annulled has no effect; a proposal to annul is not yet an annulment.
    """
    has_paper = kind is Kind.NOTICE or is_delivered(kind, served)
    return has_paper and state not in (State.RETURNED, State.ANNULLED)


def after(state: State, act: Act, *, delivered: bool = False) -> State:
    """Say what state follows.

    :raises NotAllowed: the act does not apply in this state, or not once a decision was handed over
    """
    if delivered and act in NOT_ONCE_DELIVERED:
        raise NotAllowed(state, act, delivered)
    try:
        return NEXT[state, act]
    except KeyError:
        raise NotAllowed(state, act) from None
