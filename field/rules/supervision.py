"""What the reviewer and the auditor look at beside the record itself: how the law was applied on the road. Pure.

The handheld judges by the tables that it carries; afterwards the same facts are judged again by the date of the violation. The other
rules are those on which officers are held to account: an offence changed to a lower one after the paper (Order 163 art. 33), a breath
reading that is not the paper's, a second drink-driving handled as a first (RTSL art. 91).
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from field.rules.record import Said

FIRST_DRINK_DRIVING = "1712"
DRINK_DRIVING = ("1702", "1703", "1711", "1712", "1713")
"""Codes of driving a motor vehicle after drinking: each makes the next one a second (RTSL art. 91)."""
COMPARED = ("outcome", "fine_min", "fine_max", "points", "procedure", "documents", "measures")
_ON_PAPER = re.compile(r"实测值([0-9]+(?:\.[0-9]+)?)")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the record and the verdict on its own facts differ, with both sides."""

    what: str
    handheld: Any
    server: Any


def differences(said: Said, judged: Mapping[str, Any]) -> list[Difference]:
    """In what a record differs from the verdict on its own facts by the tables in force.

    Words of COMPARED; `code`: the verdict names another offence; `paper`: the law provides none of that kind here; `sum`: the fine is
    outside the range. Empty where the handheld judged nothing.
    """
    if said.law is None:
        return []
    theirs = said.law.verdict
    found = [Difference(name, _plain(getattr(theirs, name)), _plain(judged[name])) for name in COMPARED]
    found = [one for one in found if one.handheld != one.server]
    codes = judged["code"]
    if codes and not any(said.offence.startswith(one) for one in codes):
        found.append(Difference("code", said.offence, codes))
    if said.paper is not None and said.paper.kind not in judged["documents"]:
        found.append(Difference("paper", said.paper.kind, _plain(judged["documents"])))
    least, most = judged["fine_min"], judged["fine_max"]
    lighter = "lighter_for_minor" in judged["other"]
    if said.fine and most is not None and not ((0 if lighter else least) <= said.fine <= most):
        found.append(Difference("sum", said.fine, [_plain(least), _plain(most)]))
    return found


def _plain(value: Any) -> Any:
    """As both sides have it: lists in no order, sums in whole yuan."""
    if isinstance(value, list | tuple):
        return sorted(value)
    return round(value) if isinstance(value, float) else value


def readings(said: Said) -> list[str]:
    """The different readings of one breath or blood test that a record holds: as typed, as judged, as printed; empty where all agree."""
    acts = _alcohol_acts(said)
    if not acts and said.offence[:4] not in DRINK_DRIVING:
        return []
    found = [said.measured, *(_number(act.get("value")) for act in acts)]
    if said.paper is not None and (printed := _ON_PAPER.search(said.paper.text)):
        found.append(_number(printed[1]))
    different = dict.fromkeys(one.normalize() for one in found if one is not None)
    return [f"{one:f}" for one in different] if len(different) > 1 else []


def says_second(said: Said) -> bool:
    """Whether the record's own facts say that this driver has drunk and driven before."""
    person = said.law.facts.get("person") if said.law else None
    return isinstance(person, Mapping) and person.get("prior_drink_driving") is True


@dataclass(frozen=True, slots=True)
class Weight:
    """How heavy an offence is by the catalogue; None where it says no sum or points."""

    fine_most: int | None
    points: int | None


def is_lower(before: Weight, after: Weight) -> bool:
    """Whether the new offence costs less than the one before, in money or in points."""
    return (after.fine_most or 0) < (before.fine_most or 0) or (after.points or 0) < (before.points or 0)


def is_past_its_last_day(
    pack: str, made_at: dt.datetime, carried: Sequence[tuple[str, dt.datetime]], days: int
) -> bool:
    """Whether a handheld that still judged by this pack had not heard "still the newest" within so many days.

    `carried`: digest and first moment of each pack that this server has carried since it keeps count, the oldest first.
    """
    begun = dict(carried)
    followed = [since for _, since in carried if pack not in begun or since > begun[pack]]
    return bool(followed) and min(followed) + dt.timedelta(days=days) < made_at


def _alcohol_acts(said: Said) -> list[Mapping[str, Any]]:
    acts = said.law.facts.get("acts") if said.law else None
    if not isinstance(acts, Iterable):
        return []
    return [one for one in acts if isinstance(one, Mapping) and one.get("what") == "alcohol"]


def _number(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
