"""Doubts: what a reviewer must see first about a record that was admitted. A doubt never stops a record. Pure.

Sources: GA/T 832-2014 (clock within 1 s, pictures of at least 1280 x 720); shots.py for the pictures; Order 157 for the rest.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from field.rules import offence, plate, shots
from field.rules.documents.book import book
from field.rules.documents.inspect import faults
from field.rules.record import Head, NamedPhoto, PhotoSource, Said
from field.rules.violation import is_delivered


class Doubt(StrEnum):
    """One reason to look twice."""

    CLOCK = "clock"
    """The handheld's clock was off by more than a second."""
    CLOCK_UNKNOWN = "clock_unknown"
    """It had not compared its clock with the server's."""
    BACK_DATED = "back_dated"
    """It says it was made before the checkpoint that it had already seen."""
    POST_DATED = "post_dated"
    """It says it was made after it arrived."""
    SEEN_UNKNOWN = "seen_unknown"
    """It names a checkpoint that this log never signed."""
    OCCURRED_LATER = "occurred_later"
    """What it tells would have happened after it was written."""
    WRITTEN_LATE = "written_late"
    """It was written more than a day after what it tells."""
    OUTSIDE_SHIFT = "outside_shift"
    PLACE_POOR = "place_poor"
    PLACE_MISSING = "place_missing"
    PHOTOS_FEW = "photos_few"
    """A shot that this kind of record wants is not there."""
    PHOTO_GAP = "photo_gap"
    """The pictures of a parked car lie too close together in time."""
    PHOTO_SMALL = "photo_small"
    PHOTO_FROM_FILE = "photo_from_file"
    """A picture was handed over as a file, not taken in the app."""
    PLATE_ODD = "plate_odd"
    UNKNOWN_CODE = "unknown_code"
    SUPERSEDED_CODE = "superseded_code"
    FINE_OUTSIDE = "fine_outside"
    """The sum is not in the range of the offence."""
    GENERAL_PROCEDURE = "general_procedure"
    """Decided on the spot and handed over, though its sum or its consequence needs the general procedure."""
    NOT_EXCEEDED = "not_exceeded"
    """What was measured does not go beyond the limit."""
    PAPER_DIFFERS = "paper_differs"
    """The paper that was handed over is not what the tables of that day make, or says other than the record."""


CLOCK_TOLERANCE = dt.timedelta(seconds=1)
PLACE_TOLERANCE_M = 30.0
LATE_AFTER = dt.timedelta(hours=24)
SLACK = dt.timedelta(seconds=2)
"""Between two honest clocks and a network nothing is claimed below this."""
LEAST_PIXELS = (1280, 720)


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What the catalogue says of the offence at that place on that day; None where it knows no such code."""

    category: str
    superseded: bool
    fine: offence.FineRange
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the server knows beside the record itself."""

    arrived_at: dt.datetime
    shift_opened_at: dt.datetime
    shift_ends_at: dt.datetime
    seen_at: dt.datetime | None
    """Time of the last entry in the checkpoint that the record had seen; None where it had seen none."""
    seen_is_ours: bool
    law: Law | None


def doubts(head: Head, said: Said, around: Around) -> list[Doubt]:
    """All doubts about a violation record, in the order of the words above."""
    found = {
        *_of_time(head, said, around),
        *_of_place(said),
        *_of_photos(head, said, around),
        *_of_law(said, around),
        *_of_paper(head, said),
    }
    return [one for one in Doubt if one in found]


def _of_time(head: Head, said: Said, around: Around) -> Iterator[Doubt]:
    offset_ms = head.clock.offset_ms
    if offset_ms is None:
        yield Doubt.CLOCK_UNKNOWN
    elif abs(offset_ms) > CLOCK_TOLERANCE / dt.timedelta(milliseconds=1):
        yield Doubt.CLOCK
    made_at = head.made_at or head.claimed_at
    granted = SLACK + dt.timedelta(milliseconds=head.clock.unc_ms or 0)
    if around.seen_at is not None and made_at + granted < around.seen_at:
        yield Doubt.BACK_DATED
    if made_at > around.arrived_at + granted:
        yield Doubt.POST_DATED
    if head.seen is not None and not around.seen_is_ours:
        yield Doubt.SEEN_UNKNOWN
    if said.occurred_at > head.claimed_at + SLACK:
        yield Doubt.OCCURRED_LATER
    if said.occurred_at < head.claimed_at - LATE_AFTER:
        yield Doubt.WRITTEN_LATE
    if not around.shift_opened_at - granted <= made_at <= around.shift_ends_at + granted:
        yield Doubt.OUTSIDE_SHIFT


def _of_place(said: Said) -> Iterator[Doubt]:
    if said.place is None:
        yield Doubt.PLACE_MISSING
    elif said.place.acc_m > PLACE_TOLERANCE_M:
        yield Doubt.PLACE_POOR


def _of_photos(head: Head, said: Said, around: Around) -> Iterator[Doubt]:
    category = around.law.category if around.law else ""
    group = shots.group_of(said.offence, category, said.kind)
    photos = [one for one in head.photos if one.shot not in shots.NOT_OF_THE_ACT]
    if shots.missing(said.kind, group, [one.shot for one in photos]):
        yield Doubt.PHOTOS_FEW
    if shots.gap_too_short(said.kind, group, [one.taken_at for one in photos]) is not None:
        yield Doubt.PHOTO_GAP
    if any(_is_small(one) for one in photos):
        yield Doubt.PHOTO_SMALL
    if any(one.source == PhotoSource.FILE for one in photos):
        yield Doubt.PHOTO_FROM_FILE


def _is_small(photo: NamedPhoto) -> bool:
    if photo.px is None:
        return False
    long, short = max(photo.px), min(photo.px)
    return long < LEAST_PIXELS[0] or short < LEAST_PIXELS[1]


def _of_law(said: Said, around: Around) -> Iterator[Doubt]:
    if said.plate and not plate.kinds_of(said.plate):
        yield Doubt.PLATE_ODD
    if around.law is None:
        yield Doubt.UNKNOWN_CODE
        return
    if around.law.superseded:
        yield Doubt.SUPERSEDED_CODE
    if not around.law.fine.holds(said.fine):
        yield Doubt.FINE_OUTSIDE
    if is_delivered(said.kind, said.served) and offence.needs_general_procedure(
        said.fine, around.law.measures
    ):
        yield Doubt.GENERAL_PROCEDURE
    if said.measured is not None and said.limit is not None:
        measure = offence.measure_of(around.law.category, said.offence)
        if not offence.is_exceeded(measure, said.measured, said.limit):
            yield Doubt.NOT_EXCEEDED


def _of_paper(head: Head, said: Said) -> Iterator[Doubt]:
    if faults(said, head.claimed_at, book()):
        yield Doubt.PAPER_DIFFERS
