"""The law as tables: worked cases, the machine's three truths, and what must hold whatever the facts are."""

import csv
import json
import time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.rules.law.book import FOLDER, book, read_book
from field.rules.law.engine import judge
from field.rules.law.expression import NotAnExpression, Unknown, evaluate
from field.rules.law.facts import NotFacts, flat
from field.rules.law.names import ALSO, SAME_ACT, short_name

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
MOTOR = (
    *("small_passenger", "medium_passenger", "large_passenger", "light_truck", "medium_truck", "heavy_truck"),
    *("motorcycle", "moped", "low_speed", "tractor"),
)
ROADS = ("expressway", "urban_expressway", "highway", "street")
USES = ("private", "highway_coach", "tour_coach", "bus", "taxi", "freight", "hazmat", "school_bus")


def read(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((CASES / name).read_text(), parse_float=Decimal)
    return cases


@cache
def national() -> frozenset[str]:
    """The codes of the shipped catalogue that may be trusted: more than one source, and not known to have been renumbered."""
    with (ROOT / "deploy" / "catalogue" / "violation_codes.csv").open(newline="") as file:
        return frozenset(
            row["code"]
            for row in csv.DictReader(file)
            if row["confidence"] in ("high", "med")
            and row["version_status"] in ("current_likely", "current_confirmed_post2022")
        )


def trusted(code: str) -> bool:
    return code in national()


def verdict_on(**facts: Any) -> dict[str, Any]:
    """The verdict on a private car's sober driver in a street, but for what is said."""
    line = {
        "at": "2026-11-20T10:00:00+08:00",
        "road": "street",
        "vehicle": {"class": "small_passenger", "use": "private", "seats": 5},
        "person": {
            "role": "driver",
            "licence": "valid",
            "age": 40,
            "points_so_far": 0,
            "prior_drink_driving": False,
        },
        "officers": 2,
        "acts": [],
    }
    return judge({**line, **facts}, book(), trusted)


@pytest.mark.parametrize("case", read("law.json"), ids=lambda case: case["case"])
def test_a_worked_case_has_its_verdict(case: dict[str, Any]) -> None:
    verdict = judge(case["facts"], book(), trusted)

    said = {name: verdict[name] for name in case["verdict"] if name != "articles"}
    assert said == {name: value for name, value in case["verdict"].items() if name != "articles"}
    assert [reason["article"] for reason in verdict["reasons"]] == case["verdict"]["articles"]
    if "unknown" not in case["verdict"]:
        assert verdict["unknown"] == []


@pytest.mark.parametrize(
    "case", read("law_expressions.json"), ids=lambda case: json.dumps(case["is"], default=str)
)
def test_the_machine_computes_exactly_and_knows_what_it_does_not_know(case: dict[str, Any]) -> None:
    facts = flat(case["facts"])

    if "fault" in case:
        with pytest.raises(NotAnExpression):
            evaluate(case["is"], facts)
    elif "unknown" in case:
        assert evaluate(case["is"], facts) == Unknown(frozenset(case["unknown"]))
    else:
        assert evaluate(case["is"], facts) == case["gives"]


@given(
    limit=st.integers(5, 120),
    slower=st.integers(1, 300),
    faster=st.integers(0, 60),
    road=st.sampled_from(ROADS),
    kind=st.sampled_from(MOTOR),
    use=st.sampled_from(USES),
)
def test_who_drives_faster_is_never_judged_milder(
    limit: int, slower: int, faster: int, road: str, kind: str, use: str
) -> None:
    def at(speed: int) -> dict[str, Any]:
        act = {"what": "overspeed", "limit_kmh": limit, "measured_kmh": speed}
        return verdict_on(road=road, vehicle={"class": kind, "use": use}, acts=[act])

    mild, hard = at(slower), at(slower + faster)

    assert mild["points"] <= hard["points"]
    assert mild["fine_max"] <= hard["fine_max"]
    assert set(mild["measures"]) <= set(hard["measures"])


@given(value=st.decimals(0, 400, places=2), use=st.sampled_from(USES), earlier=st.booleans())
def test_every_reading_of_alcohol_has_one_answer_and_20_and_80_are_its_only_steps(
    value: Decimal, use: str, earlier: bool
) -> None:
    verdict = verdict_on(
        vehicle={"class": "small_passenger", "use": use},
        person={"role": "driver", "points_so_far": 0, "prior_drink_driving": earlier},
        acts=[{"what": "alcohol", "value": value, "unit": "mg/100mL", "by": "breath"}],
    )

    assert verdict["unknown"] == []
    assert verdict["outcome"] == ("none" if value < 20 else "general" if value < 80 else "criminal")
    assert ("blood_test" in verdict["measures"]) == (value >= 80)


@pytest.mark.parametrize("what", sorted(book().acts))
def test_an_act_without_its_measurements_says_which_are_missing_or_is_decided(what: str) -> None:
    verdict = verdict_on(acts=[{"what": what}])

    decided = verdict["outcome"] is not None and verdict["points"] is not None
    assert decided or verdict["unknown"], f"{what}: neither decided nor open"


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("what", sorted(book().acts))
def test_nothing_is_decided_on_the_spot_that_costs_more_than_200(what: str, road: str) -> None:
    verdict = verdict_on(road=road, acts=[{"what": what}])

    if verdict["outcome"] == "simple":
        assert verdict["fine_max"] <= 200
        assert verdict["documents"][-1] == "simple_decision"
    if verdict["outcome"] in ("simple", "general", "measure", "criminal"):
        assert verdict["officers"] == (
            2
            if verdict["procedure"] == "general"
            or set(verdict["measures"]) - {"tow"}
            or road in ("expressway", "highway")
            else 1
        )


@pytest.mark.parametrize("what", sorted(book().acts))
def test_an_auxiliary_alone_decides_nothing(what: str) -> None:
    verdict = verdict_on(officers=0, auxiliaries=3, acts=[{"what": what}])

    assert (verdict["outcome"], verdict["documents"], verdict["measures"]) == ("refuse", [], [])


def test_every_reason_is_said_in_both_languages_and_every_article_is_used() -> None:
    said = book().articles
    used = {
        article
        for file in FOLDER.glob("*.json")
        for row in rows_of(json.loads(file.read_bytes()))
        for article in row.get("by", ())
    }

    assert used == set(said)
    assert all(one["zh"] and one["en"] for one in said.values())


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("1039", "违法停车"),
        ("1625", "闯红灯"),
        ("1357", "未礼让行人"),
        ("1223", "驾车接打手持电话"),
        ("9999", ""),
    ],
)
def test_an_offence_has_the_name_that_people_use(code: str, name: str) -> None:
    assert short_name(code) == name


def test_only_codes_of_the_catalogue_are_called_anything() -> None:
    with (ROOT / "deploy" / "catalogue" / "violation_codes.csv").open(newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file)}

    assert codes >= SAME_ACT.keys() | ALSO.keys()
    assert all(short_name(code) and short_name(code, "en") for code in SAME_ACT)


def test_the_digest_changes_with_a_single_byte() -> None:
    files = [file.read_bytes() for file in sorted(FOLDER.glob("*.json"))]
    touched = [files[0].replace(b"12", b"13", 1), *files[1:]]

    assert read_book(files).digest == book().digest != read_book(touched).digest


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ({"at": "2026-11-20", "acts": [{"what": "flying"}]}, "acts[0].what"),
        ({"at": "2026-11-20", "acts": [{}]}, "acts[0].what"),
        ({"at": "2026-11-20", "acts": "red_light"}, "acts"),
        ({"at": "2026-11-20", "stage": "later"}, "stage"),
        ({"at": "2026-11-20", "vehicle": {"seats": [5]}}, "vehicle.seats"),
    ],
)
def test_a_line_that_is_no_facts_says_where(line: dict[str, Any], where: str) -> None:
    with pytest.raises(NotFacts) as refused:
        judge(line, book(), trusted)

    assert refused.value.where == where


def test_a_verdict_takes_less_than_a_millisecond_of_the_processor() -> None:
    lines = [case["facts"] for case in read("law.json")]
    begun = time.process_time()
    for line in lines:
        judge(line, book(), trusted)

    assert (time.process_time() - begun) / len(lines) < 0.001


def rows_of(node: Any) -> list[dict[str, Any]]:
    match node:
        case dict() if "by" in node:
            return [node]
        case dict():
            return [row for one in node.values() for row in rows_of(one)]
        case list():
            return [row for one in node for row in rows_of(one)]
        case _:
            return []
