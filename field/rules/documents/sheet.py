"""What is known when a paper is made, laid flat for the tables, and texts made harmless.

A sheet is JSON: `kind`, `number`, `made_at`, `place`, `setting`, `officers`, `present`, `person`, `vehicle`, `acts`, `verdict`, `pack` and
what else a line names. An empty text is a thing not given.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from field.rules.law.expression import Value
from field.rules.law.facts import lay_flat

MOST_ACTS = 20
SAID = (
    *(
        "kind",
        "number",
        "made_at",
        "place",
        "setting",
        "present",
        "told",
        "heard",
        "signature",
        "person",
        "vehicle",
        "photos",
    ),
    *(
        "payment",
        "receipt",
        "evidence",
        "measures",
        "measure",
        "decision",
        "approved_by",
        "objection",
        "remark",
    ),
)
"""What a line or a gate may ask of a sheet; `acts`, `officers`, `verdict` and `pack` are read for themselves."""
OF_THE_VERDICT = (
    "procedure",
    "documents",
    "measures",
    "officers",
    "review",
    "fine_min",
    "fine_max",
    "points",
)
MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(:\d\d(\.\d{1,6})?)?\+08:00")
"""A moment with the clock of the place, as it is printed: papers are made in one zone."""
_SILENT = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Characters that show nothing or turn the order of others: on a paper they could only deceive."""
_BLANK = re.compile("[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")


class NotASheet(Exception):
    """It can't be read: `where` is the key, `problem` one word."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, problem)
        self.where, self.problem = where, problem


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as the tables read it: facts by dotted name, those of each act below `act.`."""

    kind: str
    day: str
    facts: Mapping[str, Value]
    acts: tuple[Mapping[str, Value], ...]


def harmless(text: str) -> str:
    """A text as it may stand in a line: composed (NFC), no line break or control, one space where there were blanks, none at the ends."""
    return _BLANK.sub(" ", _SILENT.sub("", unicodedata.normalize("NFC", text))).strip(" ")


def read_sheet(said: Mapping[str, Any]) -> Sheet:
    """Read a sheet.

    :raises NotASheet: it names no kind or no moment, or a value is neither text, number, truth nor a list of texts
    """
    kind, made_at = said.get("kind"), said.get("made_at")
    if not isinstance(kind, str):
        raise NotASheet("kind", "missing")
    if not isinstance(made_at, str) or not MOMENT.fullmatch(made_at):
        raise NotASheet("made_at", "no_moment_of_the_place")
    acts = _list(said, "acts")
    if len(acts) > MOST_ACTS:
        raise NotASheet("acts", "too_many")
    facts = dict(_flat("", {key: said[key] for key in SAID if key in said}))
    read = tuple(dict(_flat("act.", act)) for act in acts)
    verdict = said.get("verdict") or {}
    facts |= dict(_flat("verdict.", {key: verdict[key] for key in OF_THE_VERDICT if key in verdict}))
    facts |= _officers(_list(said, "officers")) | _sums(read)
    facts |= {
        "day": _as_number(made_at),
        "acts.later": Fraction(sum(str(act.get("act.at", ""))[:16] > made_at[:16] for act in read)),
        "verdict.open": Fraction(len(verdict.get("unknown") or ())),
        "measures.outside": Fraction(
            len(set(_texts(facts.get("measures"))) - set(_texts(facts.get("verdict.measures"))))
        ),
    }
    last_day = (said.get("pack") or {}).get("last_day")
    if isinstance(last_day, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", last_day):
        facts["pack.last_day"] = _as_number(last_day)
    return Sheet(kind=kind, day=made_at[:10], facts=facts, acts=read)


def _list(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = said.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise NotASheet(name, "wrong_type")
    return found


def _flat(prefix: str, said: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    return lay_flat(prefix, said, wrong=NotASheet, clean=lambda text: harmless(text) or None)


def _officers(officers: list[Mapping[str, Any]]) -> dict[str, Value]:
    """Who makes it: how many may decide, how many are auxiliaries (and whoever is neither), and their numbers."""
    roles = [one.get("role") for one in officers]
    sworn = sum(role in ("officer", "leader") for role in roles)
    said = [one.get("number") for one in officers]
    numbers = tuple(text for one in said if isinstance(one, str) and (text := harmless(one)))
    facts: dict[str, Value] = {
        "officers.sworn": Fraction(sworn if len(set(numbers)) == len(officers) else min(sworn, 1)),
        "officers.auxiliary": Fraction(len(roles) - sworn),
    }
    return facts | ({"officers.numbers": numbers} if len(numbers) == len(officers) and officers else {})


def _sums(acts: tuple[Mapping[str, Value], ...]) -> dict[str, Value]:
    """Over the acts: how many, the fine and the points together, the dearest; a sum that one act leaves open is not given."""
    facts: dict[str, Value] = {"acts.count": Fraction(len(acts))}
    fines = [one for act in acts if (one := _fine(act)) is not None]
    points = [one for act in acts if (one := _points(act)) is not None]
    if acts and len(fines) == len(acts):
        facts |= {"fine": sum(fines, Fraction(0)), "most_fine": max(fines)}
    if acts and len(points) == len(acts):
        facts["points"] = sum(points, Fraction(0))
    return facts


def _fine(act: Mapping[str, Value]) -> Fraction | None:
    """What one act costs in yuan; None where it is neither a warning nor a fine of at least one yuan."""
    fine = act.get("act.fine")
    match act.get("act.penalty"):
        case "warning":
            return Fraction(0)
        case "fine" if isinstance(fine, Fraction) and fine >= 1:
            return fine
        case _:
            return None


def _points(act: Mapping[str, Value]) -> Fraction | None:
    """Its points; None where there are none given, or a warning is to carry some."""
    points = act.get("act.points")
    if not isinstance(points, Fraction) or points < 0 or (points > 0 and act.get("act.penalty") == "warning"):
        return None
    return points


def _texts(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _as_number(day: str) -> Fraction:
    return Fraction(int(day[:10].replace("-", "")))
