"""The tables as a whole: with every fact they ask for they decide, on any day they hold, whatever the facts are; a fact less never says
more. Facts are drawn from the tables' own words, so that a new table is walked without being named here."""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from field.rules.law.book import book
from field.rules.law.engine import judge

FIRST, LAST = dt.date.fromisoformat(book().since), dt.date(2031, 12, 31)
NUMBERS = {"ge", "gt", "le", "lt", "eq", "add", "sub", "mul", "min", "max"}
NOT_FACTS = ("found.", "acts.")
OWN_SHAPE = {
    "act.measures": st.lists(st.sampled_from(["detain_vehicle", "detain_licence"]), unique=True),
    "act.other": st.lists(st.sampled_from(["detention", "transfer_criminal", "revoke_licence"]), unique=True),
    "act.code": st.just("1072"),
    "officers": st.integers(1, 4),
    "person.age": st.integers(14, 90),
}


def names_in(node: Any, kind: str = "truth") -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Each fact that an expression asks for, as what it is asked, and among which words."""
    match node:
        case str():
            yield node, kind, ()
        case ["in", ["else", inner, other], list() as words]:
            yield from names_in(["in", inner, words])
            yield from names_in(["in", other, words])
        case ["in", str() as name, list() as words]:
            yield name, "word", tuple(words)
        case ["given", _]:
            return
        case ["has", str() as name, str() as word]:
            yield name, "list", (word,)
        case ["else", inner, other]:
            yield from names_in(inner, kind)
            yield from names_in(other, kind)
        case [str() as operation, *parts]:
            for part in parts:
                yield from names_in(part, "number" if operation in NUMBERS else kind)


@cache
def asked_by(what: str) -> Mapping[str, tuple[str, frozenset[str]]]:
    """Every fact that the tables of this act, and those on all acts together, ask for."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for table in (*book().gates, *book().acts[what].tables, *book().whole):
        for row in table:
            sums = [one["is"] for one in row.get("set", {}).values() if isinstance(one, dict) and "is" in one]
            asked = [*names_in(row.get("when", True))]
            asked += [one for value in sums for one in names_in(value, "number")]
            for name, kind, words in asked:
                if not name.startswith(NOT_FACTS):
                    before = found.get(name, (kind, frozenset()))[1]
                    found[name] = (kind, before | frozenset(words))
    return found


def drawn_facts(what: str) -> st.SearchStrategy[dict[str, Any]]:
    def of(name: str, kind: str, words: frozenset[str]) -> st.SearchStrategy[Any]:
        if name in OWN_SHAPE:
            return OWN_SHAPE[name]
        if kind == "word":
            return st.sampled_from(sorted(words))
        if kind == "number":
            return st.decimals(0, 300, places=2, allow_nan=False)
        return st.booleans()

    hints = ("vehicle.kind", "vehicle.carries")  # a class that is known leaves none
    known = {n: of(n, *asked) for n, asked in asked_by(what).items() if n not in (*hints, "fine_intended")}
    return st.fixed_dictionaries(known)


def line_of(what: str, facts: Mapping[str, Any], day: dt.date) -> dict[str, Any]:
    line: dict[str, Any] = {"at": f"{day}T10:00:00+08:00", "acts": [{"what": what}]}
    for name, value in facts.items():
        whole, _, part = name.partition(".")
        if whole == "act":
            line["acts"][0][part] = value
        elif part:
            line.setdefault(whole, {})[part] = value
        else:
            line[name] = value
    return line


@pytest.mark.parametrize("what", sorted(book().acts))
@settings(max_examples=10)
@given(data=st.data(), day=st.dates(FIRST, LAST))
def test_with_every_fact_there_is_one_answer_and_no_gap(what: str, data: st.DataObject, day: dt.date) -> None:
    verdict = judge(line_of(what, data.draw(drawn_facts(what)), day), book(), lambda _: True)

    assert verdict["unknown"] == []
    assert verdict["outcome"] is not None and verdict["procedure"] in ("none", "simple", "general")
    assert verdict["officers"] is not None and verdict["officers"] >= 1
    assert verdict["reasons"], "every answer has its article"
    least, most, points = verdict["fine_min"], verdict["fine_max"], verdict["points"]
    if what != "by_catalogue" and verdict["outcome"] in ("simple", "general", "criminal", "parking_notice"):
        assert 0 <= least <= most and 0 <= points <= 12
    if verdict["procedure"] == "simple" and what != "by_catalogue":
        assert (most <= 500 and "simple_decision" in verdict["documents"]) or verdict["outcome"] == "measure"


@pytest.mark.parametrize("what", sorted(book().acts))
@settings(max_examples=10)
@given(data=st.data(), day=st.dates(FIRST, LAST))
def test_a_fact_less_never_says_other_than_all_of_them(what: str, data: st.DataObject, day: dt.date) -> None:
    """What is said without a fact is what is said with it, whatever it turns out to be: unknown is no guess."""
    facts = data.draw(drawn_facts(what))
    asked_for = sorted(name for name in facts if name not in DEFAULTED)
    if not asked_for:
        return
    hidden = data.draw(st.sampled_from(asked_for))

    whole = judge(line_of(what, facts, day), book(), lambda _: True)
    less = judge(line_of(what, {n: v for n, v in facts.items() if n != hidden}, day), book(), lambda _: True)

    for name in ("outcome", "fine_min", "fine_max", "points", "procedure"):
        assert less[name] in (None, whole[name]), (name, hidden)
    assert set(less["measures"]) <= set(whole["measures"])


def _defaulted() -> frozenset[str]:
    """Facts that a table itself supposes where nobody says them: `["else", fact, what is supposed]`, or by whether they are given."""

    def inside(node: Any) -> Iterator[str]:
        match node:
            case ["else", inner, _]:
                yield from (name for name, _, _ in names_in(inner))
            case ["given", str() as name]:
                yield name
            case [*parts]:
                for part in parts:
                    yield from inside(part)

    tables = (*book().gates, *book().whole, *(t for act in book().acts.values() for t in act.tables))
    found = {name for table in tables for row in table for name in inside(row.get("when", True))}
    sums = (
        one["is"]
        for table in tables
        for row in table
        for one in row.get("set", {}).values()
        if isinstance(one, dict) and "is" in one
    )
    return frozenset(found | {name for one in sums for name in inside(one)})


DEFAULTED = _defaulted()


def test_the_walk_meets_every_act_and_knows_its_measurements() -> None:
    assert {"act.measured_kmh", "act.limit_kmh", "road", "vehicle.class"} <= asked_by("overspeed").keys()
    assert asked_by("overspeed")["act.measured_kmh"][0] == "number"
    assert asked_by("parking")["act.driver_absent"][0] == "truth"
