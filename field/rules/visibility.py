"""What a citizen may see of a violation, and in which plain state it stands. Pure.

`public_view` names each thing that leaves; whatever is not named there is invisible, a new column included.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from field.rules import deadlines
from field.rules.law.names import short_name
from field.rules.measure import State as MeasureState
from field.rules.plate import mask
from field.rules.violation import Kind, State, is_delivered


class Standing(StrEnum):
    """What a citizen reads as the state of the matter."""

    IN_FORCE = "in_force"
    REVIEWED = "reviewed"
    BEING_REVIEWED = "being_reviewed"
    BEING_CHECKED = "being_checked"
    RETURNED = "returned"
    ANNULLED = "annulled"
    PAID = "paid"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the view is made from: the violation's columns and what stands around it."""

    kind: Kind
    state: State
    served: bool
    checking: bool
    """A text about it (an amendment, another under its name) waits for somebody's judgement."""
    occurred_at: dt.datetime
    arrived_at: dt.datetime
    decided_at: dt.datetime | None
    plate_masked: str
    plate_type: str
    offence_code: str
    offence_name: str
    legal_basis: str
    penalty_basis: str
    fine: int | None
    fine_min: int | None
    fine_max: int | None
    points: int | None
    place_text: str
    document_number: str
    unit_zh: str
    unit_en: str
    photos: int
    photos_arrived: int
    paid: int
    paid_on: dt.date | None
    payments_known_to: dt.date | None
    served_at: dt.datetime | None = None
    """When the paper was handed over, where that was said apart from the record; its deadlines begin then."""


@dataclass(frozen=True, kw_only=True)
class PublicView:
    """Everything a citizen may see with the slip in hand; sums in yuan, dates of the place."""

    standing: Standing
    kind: Kind
    decided: bool
    """It is a penalty that was made and handed over; all else is at most the ground for one."""
    plate: str
    plate_type: str
    offence_code: str
    offence: str
    """The full name of the catalogue's version."""
    called_zh: str
    called_en: str
    """What people call it; the full name, which is Chinese, where the law's tables have no short one."""
    legal_basis: str
    penalty_basis: str
    occurred_at: dt.datetime
    arrived_at: dt.datetime
    reviewed_at: dt.datetime | None
    place: str
    document_number: str
    unit_zh: str
    unit_en: str
    fine: int | None
    fine_min: int | None
    fine_max: int | None
    points: int | None
    photos: int
    photos_arrived: int
    pay_by: dt.date | None
    reconsider_by: dt.date | None
    reconsideration_first: bool
    days_left: int | None
    payments_known: bool
    surcharge: Decimal | None
    paid: int
    paid_on: dt.date | None


def is_decided(facts: Facts) -> bool:
    """Whether a penalty stands: made on the spot and handed over, in force from that moment, reviewed or not. A notice is none."""
    return is_delivered(facts.kind, facts.served) and facts.state is not State.ANNULLED


def standing(facts: Facts) -> Standing:
    """Say in which state the matter stands for a citizen.

    What was handed over can't be changed by a later text, so that a decision stays in force while one is being checked. A proposal to
    annul is not yet an annulment.
    """
    if facts.state is State.ANNULLED:
        return Standing.ANNULLED
    if facts.fine is not None and facts.paid >= facts.fine > 0:
        return Standing.PAID
    if is_decided(facts):
        return Standing.IN_FORCE
    if facts.checking:
        return Standing.BEING_CHECKED
    if facts.state is State.RETURNED:
        return Standing.RETURNED
    if facts.state is State.CONFIRMED:
        return Standing.REVIEWED
    return Standing.BEING_REVIEWED


def public_view(facts: Facts, *, today: dt.date) -> PublicView:
    """Name each thing that a citizen with the slip may see, as of `today` at the place."""
    stands = standing(facts)
    served_on = (facts.served_at or facts.occurred_at).date()
    owed = stands is Standing.IN_FORCE and bool(facts.fine)
    last_day = deadlines.pay_by(served_on) if owed else None
    # A file of payments that ends before the decision says nothing of it, unless it names a payment of it.
    known = facts.payments_known_to is not None and (facts.payments_known_to >= served_on or facts.paid > 0)
    late = (facts.payments_known_to - last_day).days if last_day and facts.payments_known_to else 0
    return PublicView(
        standing=stands,
        kind=facts.kind,
        decided=is_decided(facts),
        plate=facts.plate_masked,
        plate_type=facts.plate_type,
        offence_code=facts.offence_code,
        offence=facts.offence_name,
        called_zh=_called(facts),
        called_en=_called(facts, "en"),
        legal_basis=facts.legal_basis,
        penalty_basis=facts.penalty_basis,
        occurred_at=facts.occurred_at,
        arrived_at=facts.arrived_at,
        reviewed_at=facts.decided_at if facts.state is State.CONFIRMED else None,
        place=facts.place_text,
        document_number=facts.document_number,
        unit_zh=facts.unit_zh,
        unit_en=facts.unit_en,
        fine=facts.fine,
        fine_min=facts.fine_min,
        fine_max=facts.fine_max,
        points=facts.points,
        photos=facts.photos,
        photos_arrived=facts.photos_arrived,
        pay_by=last_day,
        reconsider_by=deadlines.reconsider_by(served_on) if is_decided(facts) else None,  # paid or not
        reconsideration_first=deadlines.is_reconsideration_first(served_on),
        days_left=(last_day - today).days if last_day else None,
        payments_known=known,
        surcharge=deadlines.surcharge(facts.fine, late)
        if owed and known and late > 0 and facts.fine
        else None,
        paid=facts.paid if is_decided(facts) or stands is Standing.PAID else 0,
        paid_on=facts.paid_on if stands is Standing.PAID else None,
    )


@dataclass(frozen=True, kw_only=True)
class ReducedRow:
    """One line of the answer to plate, plate type and engine number: no place, no hour, no picture, no state, no number of the paper."""

    offence: str
    offence_en: str
    """What people call it, as in PublicView."""
    day: dt.date
    district: str
    fine: int | None
    """What a decision imposed; None where nothing was decided."""


def reduced_row(facts: Facts, *, district: str) -> ReducedRow | None:
    """What somebody may see who knows the vehicle but doesn't hold the slip; None of what is annulled or meant only as a record."""
    if facts.state is State.ANNULLED or facts.kind is Kind.RECORD_ONLY:
        return None
    return ReducedRow(
        offence=_called(facts),
        offence_en=_called(facts, "en"),
        day=facts.occurred_at.date(),
        district=district,
        fine=facts.fine if is_decided(facts) else None,
    )


def _called(facts: Facts, language: str = "zh") -> str:
    return short_name(facts.offence_code, language) or facts.offence_name or facts.offence_code


@dataclass(frozen=True, kw_only=True)
class MeasureView:
    """Everything that whoever holds the certificate of a coercive measure may see of it; nothing that names a person."""

    state: MeasureState
    kinds: tuple[str, ...]
    plate: str
    taken_at: dt.datetime
    arrived_at: dt.datetime
    decided_at: dt.datetime | None
    given_back_at: dt.datetime | None
    place: str
    number: str
    unit_zh: str
    unit_en: str


def measure_view(facts: Mapping[str, Any]) -> MeasureView:
    """Of a measure's columns and what stands around it, what may leave: each thing is named here, or it is invisible."""
    return MeasureView(
        state=MeasureState(facts["state"]),
        kinds=tuple(facts["kinds"]),
        plate=mask(facts["plate"]),
        taken_at=facts["taken_at"],
        arrived_at=facts["arrived_at"],
        decided_at=facts["decided_at"],
        given_back_at=facts["given_back_at"],
        place=facts["place_text"],
        number=facts["number"],
        unit_zh=facts["unit_zh"],
        unit_en=facts["unit_en"],
    )
