"""The papers: shared cases byte for byte, and what must hold whatever somebody types: no paper with a hole, none with a remedy that is
over, none by who may not decide."""

import copy
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from field.rules.documents.book import FOLDER, book, read_book
from field.rules.documents.compose import Document, Refused, compose
from field.rules.documents.sheet import NotASheet, harmless
from tests.environment import drawn

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "cases" / "documents.json").read_text()
)["documents"]
GOOD = [case["sheet"] for case in CASES if "lines" in case]
KINDS = ("simple_decision", "decision", "measure_certificate", "notice_to_appear", "parking_notice")
ONE_OF_EACH = {kind: next(one for one in GOOD if one["kind"] == kind) for kind in KINDS}
REQUIRED = {
    # Order 157 arts. 45, 49, 26, 47, 12: what a paper must say, found independently of the tables
    "simple_decision": (
        *(
            "number",
            "person.name",
            "person.id",
            "vehicle.plate",
            "vehicle.kind",
            "acts.0.name",
            "acts.0.place",
        ),
        *(
            "acts.0.violated",
            "acts.0.basis",
            "acts.0.fine",
            "acts.0.points",
            "setting.bank",
            "setting.authority",
        ),
        *("setting.government", "setting.court", "place"),
    ),
    "decision": (
        *(
            "number",
            "person.name",
            "person.id",
            "person.address",
            "vehicle.plate",
            "vehicle.kind",
            "acts.0.name",
        ),
        *(
            "acts.0.violated",
            "acts.0.basis",
            "acts.0.fine",
            "acts.0.points",
            "setting.bank",
            "setting.authority",
        ),
        *("setting.government", "setting.court"),
    ),
    "measure_certificate": (
        *(
            "number",
            "person.name",
            "person.id",
            "vehicle.plate",
            "vehicle.kind",
            "acts.0.name",
            "measure.basis",
        ),
        *("setting.office", "setting.authority", "setting.government", "setting.court"),
    ),
    "notice_to_appear": (
        *(
            "number",
            "person.name",
            "person.id",
            "vehicle.plate",
            "vehicle.kind",
            "acts.0.name",
            "acts.0.place",
        ),
        *("setting.office", "setting.authority"),
    ),
    "parking_notice": (
        *("number", "vehicle.plate", "acts.0.name", "acts.0.place", "acts.0.violated", "setting.office"),
        "setting.authority",
    ),
}
few = settings(max_examples=drawn(60), deadline=None)


def made(sheet: dict[str, Any]) -> Document | None:
    """The paper, None where it is refused or can't be read."""
    try:
        return compose(sheet, book())
    except (Refused, NotASheet):
        return None


def leaves(node: Any, at: str = "") -> Iterator[str]:
    """Every value of a sheet, by its path."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    if not isinstance(node, dict | list):
        yield at
    for key, child in children:
        yield from leaves(child, f"{at}.{key}" if at else str(key))


def put(sheet: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    node: Any = sheet
    for key in parents:
        node = node[int(key)] if isinstance(node, list) else node[key]
    node[int(last) if isinstance(node, list) else last] = value


def get(sheet: dict[str, Any], path: str) -> Any:
    node: Any = sheet
    for key in path.split("."):
        node = node[int(key)] if isinstance(node, list) else node.get(key)
    return node


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_sheet_makes_its_paper_or_is_refused_on_its_grounds(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(Refused) as refused:
            compose(case["sheet"], book())
        assert [[one.why, list(one.missing), list(one.by)] for one in refused.value.grounds] == case[
            "refused"
        ]
    else:
        paper = compose(case["sheet"], book())
        assert paper.text == "".join(f"{line}\n" for line in case["lines"])
        assert paper.digest == case["digest"]


@few
@given(data=st.data(), kind=st.sampled_from(KINDS))
def test_there_is_no_paper_without_its_required_contents(data: st.DataObject, kind: str) -> None:
    sheet = copy.deepcopy(ONE_OF_EACH[kind])
    # the officers and what the verdict says are not contents; texts become empty, everything else is not there
    paths = sorted(set(leaves(sheet)) - {"kind", "made_at"})
    for path in data.draw(st.lists(st.sampled_from(paths), max_size=3, unique=True)):
        put(
            sheet,
            path,
            data.draw(st.sampled_from(("", None, " \n\u200b"))),
        )

    paper = made(sheet)

    if paper is not None:
        for path in REQUIRED[kind]:
            value = get(sheet, path)
            assert value not in ("", None), path
            assert harmless(str(value)) and harmless(str(value)) in paper.text, path


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind in KINDS for path in REQUIRED[kind]])
def test_each_required_content_is_asked_for(kind: str, path: str) -> None:
    sheet = copy.deepcopy(ONE_OF_EACH[kind])
    put(sheet, path, "")

    with pytest.raises(Refused):
        compose(sheet, book())


@few
@given(
    day=st.dates(min_value=dt.date(2020, 1, 1), max_value=dt.date(2032, 1, 1)), kind=st.sampled_from(KINDS)
)
def test_no_paper_names_a_remedy_that_is_not_in_force(day: Any, kind: str) -> None:
    sheet = copy.deepcopy(ONE_OF_EACH[kind])
    sheet["made_at"] = f"{day}T10:00:00+08:00"
    sheet["acts"][0]["at"] = f"{day}T09:00:00+08:00"
    sheet["pack"]["last_day"] = "2040-01-01"

    paper = made(sheet)

    if str(day) < book().since:
        assert paper is None
        return
    assert paper is not None
    first, either, above = "先向" in paper.text, "六个月内" in paper.text, "上一级公安机关" in paper.text
    has_remedy = kind in book().remedies
    assert above == (has_remedy and str(day) < "2024-01-01")
    assert first == (kind == "simple_decision" and str(day) >= "2024-01-01")
    assert either == (has_remedy and not first)


@few
@given(
    kind=st.sampled_from(KINDS),
    roles=st.lists(st.sampled_from(("officer", "auxiliary", "leader", "technician", "", None)), max_size=4),
    present=st.integers(0, 3),
)
def test_no_paper_is_made_by_who_may_not_decide(kind: str, roles: list[str | None], present: int) -> None:
    sheet = copy.deepcopy(ONE_OF_EACH[kind])
    sheet["officers"] = [{"number": f"03451{at}", "role": role} for at, role in enumerate(roles)]
    sheet["present"] = present

    if made(sheet) is not None:
        assert set(roles) <= {"officer", "leader"}
        assert len(roles) >= (2 if kind in ("decision", "measure_certificate") else 1)


@few
@given(
    fines=st.lists(st.one_of(st.integers(-50, 400), st.none(), st.text(max_size=3)), min_size=1, max_size=3),
    points=st.integers(-1, 12),
    procedure=st.sampled_from(("simple", "general", "none", None)),
    most=st.integers(20, 2000),
)
def test_nothing_is_decided_on_the_spot_beyond_200_yuan_or_the_range(
    fines: list[Any], points: int, procedure: str | None, most: int
) -> None:
    sheet = copy.deepcopy(ONE_OF_EACH["simple_decision"])
    sheet["acts"] = [{**sheet["acts"][0], "fine": fine, "points": points} for fine in fines]
    sheet["verdict"] |= {"procedure": procedure, "fine_max": most, "points": 6 * len(fines)}

    paper = made(sheet)

    if paper is not None:
        assert procedure == "simple" and points == 6
        assert all(isinstance(fine, int) and 1 <= fine <= 200 for fine in fines)
        assert 20 <= sum(fines) <= most


@few
@given(
    text=st.text(max_size=40),
    path=st.sampled_from(("person.name", "place", "remark", "acts.0.name", "number")),
)
def test_no_text_adds_a_line_hides_one_or_breaks_the_form(text: str, path: str) -> None:
    sheet = {**copy.deepcopy(ONE_OF_EACH["simple_decision"]), "remark": "无"}
    plain = compose(sheet, book())
    put(sheet, path, f"甲{text}")

    paper = made(sheet)

    assert paper is not None
    assert paper.text.count("\n") == plain.text.count("\n")
    assert all(
        (line and line == line.strip() and line.isprintable()) or not line.isascii()
        for line in paper.text.split("\n")[:-1]
    )
    assert paper.text.encode() and paper.digest != plain.digest


def test_every_gate_has_a_case_that_it_stops_and_every_ground_its_sentence() -> None:
    stopped = {ground[0] for case in CASES for ground in case.get("refused", ())}
    gates = {gate["why"] for gate in book().gates}

    assert gates <= stopped
    assert set(book().sentences) == gates | {
        *("content_missing", "remedy_not_in_force", "template_not_in_force", "unknown_kind")
    }
    assert all(one["zh"] and one["en"] for one in book().sentences.values())


@pytest.mark.parametrize("at", range(len(book().gates)))
def test_each_gate_alone_stops_something(at: int) -> None:
    gate, others = book().gates[at], [one for number, one in enumerate(book().gates) if number != at]
    without = read_book([file.read_bytes() for file in sorted(FOLDER.glob("*.json"))])
    object.__setattr__(without, "gates", others)
    differ = 0
    for case in CASES:
        if case["sheet"]["kind"] not in gate["kinds"] or "refused" not in case:
            continue
        try:
            compose(case["sheet"], without)
            differ += 1
        except Refused as refused:
            differ += [[one.why, list(one.missing), list(one.by)] for one in refused.grounds] != case[
                "refused"
            ]
        except NotASheet:
            continue
    assert differ, gate


def test_each_required_line_names_its_articles_and_each_article_is_known_and_used() -> None:
    rows = [
        *(line for versions in book().kinds.values() for version in versions for line in version["lines"]),
        *(row for rows in book().remedies.values() for row in rows),
        *book().gates,
    ]
    nameless = [
        row for row in rows if not row.get("by") and not row.get("may") and row.get("text") != "{title}"
    ]

    assert [one for one in nameless if "why" not in one and not one.get("remedy")] == []
    assert {article for row in rows for article in row.get("by", ())} == set(book().articles)


def test_the_digest_changes_with_a_single_byte() -> None:
    files = [file.read_bytes() for file in sorted(FOLDER.glob("*.json"))]
    touched = [files[0].replace(b"15", b"16", 1), *files[1:]]

    assert read_book(files).digest == book().digest != read_book(touched).digest
