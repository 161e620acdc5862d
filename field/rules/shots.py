"""Which photos a record should have, by how it was dealt with and what kind of offence it is. Pure.

Sources: Order 157 art. 12 and 18 (what a picture must show); GA/T 832; local templates for parking (far and near, plate, the sign or
line, the empty cabin). The time between the first picture and the last of a parked car is local practice, not law: it is a doubt for the
reviewer, never a bar to saving.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from field.rules.violation import Kind


class Shot(StrEnum):
    """What a picture shows."""

    FAR = "far"  # 远景: the car and its surroundings
    NEAR = "near"  # 近景: the whole car
    PLATE = "plate"  # 车牌, legible
    SIGN = "sign"  # 标志 or marking that forbids
    CABIN = "cabin"  # 车内: nobody there
    OTHER = "other"  # a reading, a document, anything else
    SIGNATURE = "signature"  # 签名: the strokes on the glass, no picture of the act


class Group(StrEnum):
    """Offences that want the same pictures."""

    PARKING = "parking"
    SIGNAL = "signal"
    SPEED = "speed"
    ALCOHOL = "alcohol"
    LOAD = "load"
    MOVING = "moving"
    PERSON = "person"  # pedestrians, passengers, non-motor riders: there may be no plate


@dataclass(frozen=True, slots=True)
class Wanted:
    """One shot of the list. A shot that isn't required may be skipped without a word."""

    shot: Shot
    required: bool


NOT_OF_THE_ACT = frozenset({Shot.SIGNATURE})
"""Kept and hashed as every photo is, but no list wants it, no rule of pictures looks at it, and the public never sees or counts it."""
PARKING_GAP = dt.timedelta(minutes=5)
"""Between the first picture and the last of a car whose driver is absent (practice; a local rule may set another)."""

_CATEGORY_GROUP = {
    "停车": Group.PARKING,
    "信号": Group.SIGNAL,
    "超速": Group.SPEED,
    "酒驾": Group.ALCOHOL,
    "装载": Group.LOAD,
    "行人乘车人": Group.PERSON,
    "非机动车": Group.PERSON,
}
_PARKED_BY_SIGN = frozenset({"1116", "1117"})
"""禁令标志 and 禁止标线 are moving offences when the driver is met, and parking when a notice is left on the car."""

_LISTS: dict[tuple[Kind, Group], tuple[tuple[Shot, bool], ...]] = {
    (Kind.NOTICE, Group.PARKING): (
        (Shot.FAR, True),
        (Shot.NEAR, True),
        (Shot.PLATE, True),
        (Shot.SIGN, False),
        (Shot.CABIN, False),
    ),
    (Kind.ON_THE_SPOT, Group.PARKING): ((Shot.NEAR, True), (Shot.PLATE, True), (Shot.SIGN, False)),
    (Kind.ON_THE_SPOT, Group.SIGNAL): ((Shot.PLATE, True), (Shot.NEAR, False), (Shot.SIGN, False)),
    (Kind.ON_THE_SPOT, Group.SPEED): ((Shot.PLATE, True), (Shot.OTHER, True)),
    (Kind.ON_THE_SPOT, Group.ALCOHOL): ((Shot.OTHER, True), (Shot.PLATE, False)),
    (Kind.ON_THE_SPOT, Group.LOAD): ((Shot.PLATE, True), (Shot.NEAR, True), (Shot.OTHER, False)),
    (Kind.ON_THE_SPOT, Group.MOVING): ((Shot.PLATE, True), (Shot.NEAR, False)),
    (Kind.ON_THE_SPOT, Group.PERSON): ((Shot.OTHER, False),),
    (Kind.RECORD_ONLY, Group.PERSON): ((Shot.NEAR, True),),
    (Kind.RECORD_ONLY, Group.PARKING): (
        (Shot.FAR, True),
        (Shot.NEAR, True),
        (Shot.PLATE, True),
        (Shot.SIGN, False),
    ),
}
_DEFAULT = ((Shot.NEAR, True), (Shot.PLATE, True), (Shot.SIGN, False))


def group_of(code: str, category: str, kind: Kind) -> Group:
    """The group of an offence, from its code and its category in the catalogue."""
    if kind == Kind.NOTICE and code[:4] in _PARKED_BY_SIGN:
        return Group.PARKING
    return _CATEGORY_GROUP.get(category, Group.MOVING)


def wanted(kind: Kind, group: Group) -> tuple[Wanted, ...]:
    """The shot list in the order in which it is taken."""
    return tuple(Wanted(shot, required) for shot, required in _LISTS.get((kind, group), _DEFAULT))


def missing(kind: Kind, group: Group, taken: Iterable[str]) -> tuple[Shot, ...]:
    """Required shots that were not taken, in the order of the list."""
    there = set(taken)
    return tuple(one.shot for one in wanted(kind, group) if one.required and one.shot not in there)


def gap_too_short(
    kind: Kind, group: Group, taken_at: Iterable[dt.datetime], least: dt.timedelta = PARKING_GAP
) -> dt.timedelta | None:
    """How far the first and the last picture lie apart, where that is less than a parking notice wants; else None."""
    times = sorted(taken_at)
    if kind != Kind.NOTICE or group != Group.PARKING or len(times) < 2:
        return None
    gap = times[-1] - times[0]
    return gap if gap < least else None
