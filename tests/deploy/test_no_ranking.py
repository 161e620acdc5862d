"""No quota: nothing that the product answers counts tickets or fines by person or unit, and nothing can be put in such an order.

Read from the OpenAPI document, so that a new door is judged before anybody has used it, from the figures' door as it answers, and from
the code's own questions to the database.
"""

import ast
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from field.dispatch.queries import RECORDED
from tests import scenes, walk
from tests.cast import Cast, Desk, Handheld

WHO = {"officer", "police_number", "unit", "unit_code", "officer_name", "name", "by", "viewer", "terminal"}
"""Properties that say whose row it is."""
COUNTED = re.compile(
    r"(^|_)(count|counts|total|totals|sum|sums|number_of|recorded|tickets|fines|notices|decisions|violations|amount|average|mean"
    r"|rank|score|place|share|percent|rate|points|quota|target)($|_)"
)
"""Words for how many, how much, or which place in an order."""
OF_ONE_TICKET = {
    ("Full", "points"),
    ("Slip", "points"),
    ("OffenceVersion", "points"),
    ("OfferedOffence", "points"),
    ("Earlier", "points"),
}
"""What the law puts on one act of one driver, not what somebody has collected."""
OF_PHOTOS = {("Full", "photos_total"), ("MaskedRow", "photos_total")}
"""How many photos one record named."""
OF_NEED = {("Task", "rank"), ("WholeTask", "rank")}
"""Which tasks need a person first; the words for it are those of board.py."""
OF_WHAT_WAITS = {("Figure", "count")}
"""How many wait for somebody. Its names are those of the figures' door, which is walked below."""
OF_ONE_TASK = {("Crew", "recorded")}
"""What came of one task, beside each of its crew, in the order in which they were assigned: never summed, never sorted by."""
MAY_COUNT = OF_ONE_TICKET | OF_PHOTOS | OF_NEED | OF_WHAT_WAITS | OF_ONE_TASK
ORDERS = {"newest", "oldest"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found = yaml.load((walk.ROOT / "deploy" / "openapi.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    assert isinstance(found, dict)
    return found


def objects(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object that is described anywhere, with its name or place."""

    def below(name: str, schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        if isinstance(schema, dict):
            if "properties" in schema:
                yield name, schema["properties"]
            for key, inner in schema.items():
                yield from below(name if key in ("items", "properties", "schema") else f"{name}.{key}", inner)
        elif isinstance(schema, list):
            for inner in schema:
                yield from below(name, inner)

    for name, schema in document["components"]["schemas"].items():
        yield from below(name, schema)
    for path, methods in document["paths"].items():
        yield from below(path, methods)


def numeric(schema: Any) -> bool:
    return isinstance(schema, dict) and bool({"integer", "number"} & set(_types(schema)))


def _types(schema: dict[str, Any]) -> list[str]:
    said = schema.get("type", [])
    return [said] if isinstance(said, str) else list(said)


def test_no_answer_stands_a_count_beside_a_person_or_a_unit(document: dict[str, Any]) -> None:
    described = list(objects(document))
    found = {
        (name, one)
        for name, properties in described
        if WHO & properties.keys()
        for one, schema in properties.items()
        if COUNTED.search(one) and numeric(schema)
    }

    assert found == MAY_COUNT
    assert len(described) > 60


def test_nothing_can_be_asked_for_in_the_order_of_a_count(document: dict[str, Any]) -> None:
    asked = [
        (path, one["name"], set(one["schema"].get("enum", ())))
        for path, methods in document["paths"].items()
        for operation in methods.values()
        for one in operation.get("parameters", ())
    ]

    orders = {
        (path, name): words for path, name, words in asked if re.search("order|sort|rank|by$|top", name)
    }
    assert orders == {("/api/violations", "order"): ORDERS}
    assert len(asked) > 50


def test_the_figures_are_of_what_waits_and_lead_to_rows_of_nobody_s(cast: Cast) -> None:
    wen, mei = Handheld.at_work(cast.wen, cast.qiu), Handheld.at_work(cast.mei, cast.qiu)
    for handheld, times in ((wen, 3), (mei, 1)):
        for _ in range(times):
            scenes.recorded_violation(cast, handheld=handheld)

    for who in (cast.li, cast.du, cast.fan, cast.ji):
        answered = Desk.of(who).get("/api/figures")
        assert [one["name"] for one in answered.body["figures"]] == FIGURES
        said = json.dumps(answered.body)
        assert not [one for one in cast.people if one.police_number in said or one.name in said]
        assert "officer" not in said and "fine" not in said


FIGURES = ["today", "to_review", "returned", "annul_proposed", "incomplete", "measures", "items"]


def test_neither_officers_nor_a_crew_stand_in_the_order_of_what_they_recorded(
    cast: Cast, tmp_path: Path
) -> None:
    town = walk.build(cast, tmp_path)
    li, orders = town.browsers["li"], []
    assign = {"officers": [cast.wen.police_number, cast.mei.police_number], "seen": None}
    task = town.names["task_free"]
    assert li.post(f"/api/tasks/{task}/assign", assign).status == 200

    for who in ("mei", "wen", "wen", "wen", "mei", "mei", "mei"):
        handheld = town.browsers[who]
        assert isinstance(handheld, Handheld)
        scenes.recorded_violation(cast, handheld=handheld)
        crew = li.get(f"/api/tasks/{task}").body["crew"]
        officers = li.get("/api/officers").body["officers"]
        orders.append([[one["police_number"] for one in part] for part in (crew, officers)])
        counted = {one["police_number"]: one["recorded"] for one in crew}

    assert counted == {cast.wen.police_number: 3, cast.mei.police_number: 4}
    assert [one for one, _ in itertools.groupby(orders)] == orders[:1]


def test_no_question_to_the_database_counts_by_person_or_unit() -> None:
    """Each GROUP BY and each counted `values()` of the rooms, by what it groups."""
    groups, read = set(), 0
    for path in sorted([*(walk.ROOT / "field").rglob("*.py"), *(walk.ROOT / "accounts").rglob("*.py")]):
        if "migrations" in path.parts:
            continue
        read += 1
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                grouped = re.findall(r"GROUP BY\s+([\w., ]+)", node.value)
                groups |= {(path.stem, one.strip()) for one in grouped}
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("annotate", "alias")
                and re.search(r"\b(Count|Sum|Avg)\(", ast.unparse(node))
            ):
                by = re.search(r"\.values\(([^)]*)\)", ast.unparse(node.func.value))
                groups.add((path.stem, by[1] if by else ""))

    somebody_s = re.compile("officer|unit|person|user|actor|viewer|police|name|by_id")
    assert {(where, by) for where, by in groups if somebody_s.search(by) or not by} == GROUPS
    assert ("queries", "'record'") in groups, "counted photos of a record are a count that is seen"
    assert "GROUP BY part.task_id, part.officer_id" in RECORDED
    assert read > 80


GROUPS = {("queries", "part.task_id, part.officer_id")}
"""What came of one task: see OF_ONE_TASK."""


@pytest.mark.parametrize("room", ["frontend/src", "field", "deploy/demo"])
def test_no_screen_has_a_word_for_it(room: str) -> None:
    files = [
        one for one in (walk.ROOT / room).rglob("*") if one.suffix in (".ts", ".vue", ".html", ".json", ".py")
    ]
    word = re.compile("排名|排行|名次|任务数指标|[Ll]eaderboard|[Rr]anking")

    assert len(files) > 5
    assert [str(one) for one in files if word.search(one.read_text(encoding="utf-8"))] == []
