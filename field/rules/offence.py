"""Which version of an offence code holds, where and on which day; what it costs; what must be measured. Pure.

The day of the violation chooses the version, and its place chooses the area: a district's row stands before its city's, that before its
province's, that before the national one. Codes whose points changed in 2022 got new numbers, so a dead code is found for its own days
and offered for no other. The full law engine (procedure, brackets, documents) reads these rows through `in_force` and nothing else.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

NATIONAL = ""
SIMPLE_PROCEDURE_MAX_YUAN = 200
"""A warning or a fine up to 200 yuan, 200 included, may be decided on the spot (RTSL art. 107, Order 157 art. 43)."""


class Version(Protocol):
    """What these rules need to know of a catalogue row."""

    @property
    def code(self) -> str: ...
    @property
    def area(self) -> str: ...
    @property
    def valid_from(self) -> dt.date: ...
    @property
    def valid_to(self) -> dt.date | None: ...
    @property
    def status(self) -> str: ...
    @property
    def confidence(self) -> str: ...


V = TypeVar("V", bound=Version)


class Measure(StrEnum):
    """What has to be measured before an offence can be named."""

    SPEED = "speed_kmh"
    ALCOHOL = "alcohol_mg_100ml"
    LOAD = "load_kg"
    NONE = ""


def covers(area: str, place: str) -> bool:
    """Whether an area holds a place: `330000` holds `330902`, `` (the nation) holds all. Six digits each (GB/T 2260)."""
    return place.startswith(_stem(area))


def is_valid_on(version: Version, day: dt.date) -> bool:
    """Whether a version holds on a day: from its first day on, and before the day on which it ended."""
    return version.valid_from <= day and (version.valid_to is None or day < version.valid_to)


def in_force(versions: Iterable[V], *, code: str, area: str, day: dt.date) -> V | None:
    """The one version of a code that holds in an area on a day: the narrowest area, and in it the newest version; None where none holds."""
    held = [v for v in versions if v.code == code and covers(v.area, area) and is_valid_on(v, day)]
    return max(held, key=_rank, default=None)


def offered(versions: Iterable[V], *, area: str, day: dt.date) -> tuple[V, ...]:
    """What may be chosen in an area for a violation of this day: one version a code, none that was superseded, sorted by code.

    National codes have four digits. A fifth is some place's own split: it is offered where that place's table was imported.
    """
    best: dict[str, V] = {}
    for version in versions:
        if not covers(version.area, area) or not is_valid_on(version, day):
            continue
        if version.code not in best or _rank(version) > _rank(best[version.code]):
            best[version.code] = version
    return tuple(
        best[code]
        for code in sorted(best)
        if best[code].status != "superseded" and not (best[code].area == NATIONAL and len(code) > 4)
    )


@dataclass(frozen=True, slots=True)
class FineRange:
    """Yuan. `None` at both ends: no sum of its own (criminal case, or a multiple of a premium or a price)."""

    least: int | None
    most: int | None

    def holds(self, fine: int | None) -> bool:
        """Whether a fine lies in the range. None is a warning instead of a fine, or no fine at all: always possible."""
        if fine is None or fine == 0:
            return True
        if self.least is None or self.most is None:
            return False
        return self.least <= fine <= self.most

    @property
    def may_be_simple(self) -> bool:
        """Whether some lawful fine of this range can be decided on the spot."""
        return self.least is not None and self.least <= SIMPLE_PROCEDURE_MAX_YUAN


GRAVE = ("吊销", "拘留", "暂扣", "刑事")
"""Words in a row's measures that the general procedure alone may lead to (Order 157 art. 43, 48)."""


def needs_general_procedure(fine: int | None, measures: Iterable[str]) -> bool:
    """Whether what is imposed can't be decided on the spot: a sum above 200 yuan, or a consequence graver than a fine."""
    above = fine is not None and fine > SIMPLE_PROCEDURE_MAX_YUAN
    return above or any(word in one for one in measures for word in GRAVE)


def is_exceeded(measure: Measure, measured: Decimal, limit: Decimal) -> bool:
    """Whether what was measured is an offence at all: speed and load beyond the limit, alcohol from it on."""
    return measured >= limit if measure is Measure.ALCOHOL else measured > limit


def measure_of(category: str, code: str) -> Measure:
    """What must be measured, and against what limit, for this offence to stand."""
    if category == "超速":
        return Measure.SPEED
    if category == "酒驾":
        return Measure.ALCOHOL
    if code in _WEIGHED:
        return Measure.LOAD
    return Measure.NONE


_WEIGHED = frozenset({"1201", "1239", "1342", "1346", "1602"})
"""Overload of goods. Overcrowding is counted, not measured."""


def _stem(area: str) -> str:
    stem = area
    while stem.endswith("00"):
        stem = stem[:-2]
    return stem


def _rank(version: Version) -> tuple[int, dt.date]:
    return len(_stem(version.area)), version.valid_from
