"""From an offence code of the catalogue, and what is known on the road, to facts that the law can judge.

Which act a code stands for, and what the code itself says of road, vehicle and person, is in `tables/20-codes.json`. A code that has no
entry there is judged by what its dated catalogue row says (the act `by_catalogue`), by the same general rules. What was seen goes before
what the code or the plate suggest; what nobody said stays unknown, and the verdict names it.

Written twice: the other one is frontend/src/domain/law/casting.ts; tests/cases/casting.json holds both to the same facts.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from field.rules.law.book import Book

BY_CATALOGUE = "by_catalogue"
PLAIN = ("at", "place", "road", "officers", "auxiliaries", "fine_intended")
"""What goes over as it was said."""
NATIONAL_DIGITS = 4
"""A longer code is some place's own split of the national one that it begins with."""
_TYPED = re.compile(r"\d{1,9}(\.\d{1,6})?")
_OF_AN_ACT = re.compile(r"acts\[0\]\.(\w+)")


def facts_of(code: str, row: Mapping[str, Any], said: Mapping[str, Any], law: Book) -> dict[str, Any]:
    """One line of facts in the judge's language, with one act.

    :param row: the catalogue's version of the code there and then: `fine_min`, `fine_max` (yuan), `points` (each may be None), `measures`
    :param said: what is known, all optional: `at`, `place` (six digits), `road`, `officers`, `auxiliaries`, `fine_intended`;
        `vehicle` and `person` in the judge's words; `plate_type`; `driver_present`; `measured`, `limit` and `unit` as typed;
        `answers`: to what a verdict named as unknown, under that very name
    """
    driver = said.get("driver_present")
    entry = law.codes.get(code) or law.codes.get(code[:NATIONAL_DIGITS]) or {"what": BY_CATALOGUE}
    if driver is False and "absent" in entry:
        entry = entry["absent"]
    act = {
        name: value for name, value in entry.items() if name not in ("road", "vehicle", "person", "absent")
    }
    if act["what"] == BY_CATALOGUE:
        act |= _of_the_row(code, row, law)
    line: dict[str, Any] = {
        "at": None,
        "place": None,
        "road": entry.get("road") or law.casting["series"].get(code[:1], {}).get("road"),
        "vehicle": _vehicle(code, entry, said, law),
        "person": {**entry.get("person", {}), **_known(said.get("person"))},
        "acts": [act],
    }
    line |= {name: said[name] for name in PLAIN if said.get(name) is not None}
    known = {
        "measured": _number(said.get("measured")),
        "limit": _number(said.get("limit")),
        "unit": said.get("unit"),
        "driver_absent": None if driver is None else not driver,
    }
    for name, source in law.casting["taken"].get(act["what"], {}).items():
        if known[source] is not None:
            _put(line, f"acts[0].{name[4:]}" if name.startswith("act.") else name, known[source])
    for name, value in (said.get("answers") or {}).items():
        _put(line, name, value)
    return {name: value for name, value in line.items() if value not in (None, {})}


def _of_the_row(code: str, row: Mapping[str, Any], law: Book) -> dict[str, Any]:
    """What a catalogue row says of an act: its sums and points where it has them, and what its measures mean in the law's words."""
    found: dict[str, Any] = {
        name: row[name] for name in ("fine_min", "fine_max", "points") if row.get(name) is not None
    }
    found |= {"code": code, "measures": [], "other": []}
    for words in row.get("measures") or ():
        means: Mapping[str, str] = next(
            (means for phrase, means in law.casting["phrases"] if phrase in words), {}
        )
        for name, value in means.items():
            if value not in found[name]:
                found[name].append(value)
    return found


def _vehicle(code: str, entry: Mapping[str, Any], said: Mapping[str, Any], law: Book) -> dict[str, Any]:
    """The vehicle by the code, the plate and what was seen, each going before the one before."""
    found: dict[str, Any] = {}
    for layer in (
        law.casting["series"].get(code[:1], {}).get("vehicle", {}),
        entry.get("vehicle", {}),
        law.casting["plates"].get(said.get("plate_type"), {}),
        _known(said.get("vehicle")),
    ):
        found = _upon(found, layer)
    return found


def _upon(found: Mapping[str, Any], layer: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a vehicle when more is: a class or kind takes the place of both, and a class says itself what is carried."""
    drops = {"class", "kind"} if {"class", "kind"} & layer.keys() else set()
    if "class" in layer:
        drops.add("carries")
    return {name: value for name, value in found.items() if name not in drops} | dict(layer)


def _put(line: dict[str, Any], name: str, value: Any) -> None:
    """Put a fact where its name says: `acts[0].obstructs`, `person.age`, `road`."""
    of_an_act = _OF_AN_ACT.fullmatch(name)
    if of_an_act:
        line["acts"][0][of_an_act[1]] = value
        return
    whole, _, part = name.partition(".")
    if not part:
        line[whole] = value
        return
    known = line.get(whole) or {}
    line[whole] = _upon(known, {part: value}) if whole == "vehicle" else {**known, part: value}


def _known(said: Any) -> dict[str, Any]:
    return {name: value for name, value in (said or {}).items() if value is not None}


def _number(typed: Any) -> int | Decimal | None:
    """The number that was typed, exactly; None where it is none."""
    if typed is None or not _TYPED.fullmatch(str(typed)):
        return None
    return Decimal(typed) if "." in str(typed) else int(typed)
