"""The record: what a handheld wrote and signed. Pure. It is read from its exact text by record_text.py."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from field.rules.measure import Measure
from field.rules.shots import Shot
from field.rules.violation import Kind


class PhotoSource(StrEnum):
    """Through which door a picture came into the handheld."""

    CAMERA = "camera"
    FILE = "file"


class PlaceSource(StrEnum):
    """Who says where it was."""

    GPS = "gps"
    MOVED = "moved"
    ROAD_LIST = "road_list"


class Step(StrEnum):
    """What an officer reports of a task from the road."""

    SIGN = "sign"
    ARRIVE = "arrive"
    REPORT = "report"


class System(StrEnum):
    """The only coordinate system in store."""

    WGS84 = "wgs84"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position in WGS-84 with its accuracy in metres, its source and its own time."""

    lat: float
    lon: float
    acc_m: float
    source: PlaceSource
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPhoto:
    """A photo as the record names it, before or after its bytes arrive."""

    sha256: str
    size: int
    px: tuple[int, int] | None
    shot: Shot
    source: PhotoSource
    taken_at: dt.datetime
    place: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What the handheld knew of its clock: what has to be added to get the server's time, and how wrong that may be."""

    offset_ms: int | None
    unc_ms: int | None
    synced_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The newest checkpoint that the handheld had verified: the record was made after it."""

    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every record says of itself."""

    type: str
    uid: UUID
    terminal: str
    seq: int
    prev: str
    officer: str
    shift: UUID
    claimed_at: dt.datetime
    mono_ms: int
    clock: Clock
    seen: Seen | None
    app: str
    photos: tuple[NamedPhoto, ...]

    @property
    def made_at(self) -> dt.datetime | None:
        """When it was made, put right by the measured offset of the handheld's clock; None where nothing was measured."""
        if self.clock.offset_ms is None:
            return None
        return self.claimed_at + dt.timedelta(milliseconds=self.clock.offset_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The person as the officer wrote them down."""

    name: str
    licence: str
    phone: str


@dataclass(frozen=True, slots=True)
class PaperSaid:
    """The paper that was handed over: which, its canonical text, and the SHA-256 of that (rules/documents)."""

    kind: str
    digest: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictSaid:
    """What the handheld's engine said, as far as papers follow from it; sums in yuan. None where it left a value open."""

    outcome: str
    fine_min: int | None
    fine_max: int | None
    points: int | None
    procedure: str | None
    documents: tuple[str, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LawSaid:
    """By which law pack (SHA-256) the handheld judged, from which facts in the judge's language, and to what verdict."""

    pack: str
    facts: Mapping[str, Any]
    verdict: VerdictSaid


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a violation record or an amendment says happened."""

    kind: Kind
    plate: str
    plate_type: str
    offence: str
    occurred_at: dt.datetime
    place: Place | None
    place_text: str
    road: int | str | None
    direction: str
    measured: Decimal | None
    limit: Decimal | None
    person: Person | None
    note: str
    document_number: str
    served: bool
    token_sha256: str
    pack: str
    fine: int | None
    points: int | None
    paper: PaperSaid | None = None
    """None where none was made, and in texts written before papers had one text."""
    second: str = ""
    """Police number of the second officer, who was there and is to confirm it; empty where one acted alone."""
    law: LawSaid | None = None
    """None where the handheld judged nothing, and in texts written before it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationRecord:
    """A violation, for the first time."""

    head: Head
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentRecord:
    """A whole new version of a violation recorded earlier, with the reason."""

    head: Head
    said: Said
    amends: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftClosedRecord:
    """A draft that had shots was given up, with the reason; its shots are named."""

    head: Head
    draft: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStepRecord:
    """An officer's step in a task."""

    head: Head
    task: UUID
    step: Step
    place: Place | None
    feedback: Mapping[str, Any]


class PaperStep(StrEnum):
    """What happens to a paper after it was made."""

    SERVED = "served"
    """Handed over, or stuck on."""
    NOT_ACCEPTED = "not_accepted"
    """The person didn't take it; noted, it is served all the same."""
    REPRINTED = "reprinted"
    VOIDED = "voided"
    """The number will never be used: misprinted, spoilt."""
    CONFIRMED = "confirmed"
    """The second officer was there and stands for it, from their own shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperStepRecord:
    """One of these, about the paper with this number; `violation` is None where the number was voided before there was a record."""

    head: Head
    number: str
    violation: UUID | None
    step: PaperStep
    reason: str
    """In words; empty where it was confirmed, and only there or where the paper was handed over."""
    digest: str = ""
    """Of the paper's text that the second officer read and confirms; empty where the record has no paper, and in every other step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRecord:
    """A coercive measure that was taken on the spot, with its certificate (Order 157 arts. 24-26)."""

    head: Head
    violation: UUID
    measures: tuple[Measure, ...]
    items: str
    """What was taken, in words."""
    kept_at: str
    """Where that is kept."""
    reason: str
    place: Place | None
    number: str
    """Of the certificate."""
    paper: PaperSaid | None
    """None where a paper form was filled in by hand."""
    second: str
    """Police number of the second officer; empty where none is named."""
    token_sha256: str


Record = (
    ViolationRecord | AmendmentRecord | DraftClosedRecord | TaskStepRecord | PaperStepRecord | MeasureRecord
)
