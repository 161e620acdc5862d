"""From the catalogue to the law: what a code stands for, and that each of its rows can be judged."""

import csv
import datetime as dt
import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from field.recording.catalogue_rows import Row, read_row
from field.rules.law.book import book
from field.rules.law.casting import facts_of
from field.rules.law.engine import judge
from field.rules.offence import GRAVE

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
LAW_OF_POINTS = dt.date(2022, 4, 1)


def read(name: str) -> Any:
    return json.loads((CASES / name).read_text(), parse_float=Decimal)


@cache
def catalogue() -> tuple[Row, ...]:
    with (ROOT / "deploy" / "catalogue" / "violation_codes.csv").open(newline="") as file:
        return tuple(read_row(line, default_from=LAW_OF_POINTS) for line in csv.DictReader(file))


@pytest.mark.parametrize("case", read("casting.json"), ids=lambda case: case["case"])
def test_a_code_stands_for_the_facts_of_the_shared_case(case: dict[str, Any]) -> None:
    assert facts_of(case["code"], case["row"], case["said"], book()) == case["facts"]


@pytest.mark.parametrize("row", catalogue(), ids=lambda row: row.code)
def test_every_row_of_the_catalogue_is_judged_as_it_says(row: Row) -> None:
    """Sums, points and procedure of the verdict are the row's, or the difference has a name in the shared file."""
    judged = read("catalogue_judged.json")
    day = row.valid_to - dt.timedelta(days=1) if row.valid_to else dt.date(2026, 11, 20)
    said = {
        "at": f"{day}T10:00:00+08:00",
        "road": None if row.code.startswith("4") or "城市快速路上" in row.content["name_zh"] else "street",
        "officers": 2,
        "driver_present": True,
        "person": {"age": 40, "points_so_far": 0},
        "answers": judged["answers"].get(row.code) or judged["answers"].get(row.code[:4]),
    }

    verdict = judge(facts_of(row.code, row.content, said, book()), book(), lambda code: True)

    if row.is_superseded:
        assert verdict["outcome"] == "refuse" and str(day) < book().since, "of another law, so none is judged"
        return
    assert verdict["code"] in ([row.code], [row.code[:4]], [])
    least, most, points = (row.content[name] for name in ("fine_min", "fine_max", "points"))
    differs = judged["differs"].get(row.code)
    found = (verdict["fine_min"], verdict["fine_max"], verdict["points"], verdict["procedure"])
    if differs:
        assert found == (differs["fine_min"], differs["fine_max"], differs["points"], differs["procedure"])
        assert found != (least, most, points, _procedure(row)), "it differs no more"
        assert verdict["unknown"] == differs.get("unknown", [])
        return
    assert found == (least, most, points, _procedure(row))
    assert verdict["unknown"] == []


def _procedure(row: Row) -> str:
    grave = any(word in one for one in row.content["measures"] for word in GRAVE)
    return (
        "general" if grave or row.content["fine_max"] is None or row.content["fine_max"] > 200 else "simple"
    )


def test_what_differs_from_the_catalogue_is_of_the_catalogue() -> None:
    judged = read("catalogue_judged.json")
    codes = {row.code for row in catalogue()}
    assert set(judged["differs"]) <= codes and set(judged["answers"]) <= codes
    assert all(one["because"] for one in judged["differs"].values())


def test_every_act_that_a_code_stands_for_is_in_the_tables() -> None:
    entries = [one for entry in book().codes.values() for one in (entry, entry.get("absent", entry))]
    assert {entry["what"] for entry in entries} <= set(book().acts)
