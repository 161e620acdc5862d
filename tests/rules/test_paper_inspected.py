"""A paper that was made elsewhere is looked at again: what differs from the tables of its day, or from its record, is named."""

import datetime as dt
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from field.rules.checks import Doubt, _of_paper
from field.rules.documents.book import book
from field.rules.documents.compose import compose
from field.rules.documents.inspect import faults
from field.rules.record import PaperSaid, Said
from field.rules.violation import Kind

CASES = json.loads((Path(__file__).parents[1] / "cases" / "documents.json").read_text())["documents"]
MADE = [case for case in CASES if "lines" in case]
FIRST = MADE[0]


def said_with(case: dict[str, Any]) -> tuple[Said, dt.datetime]:
    """A record that says what the sheet says, with its paper."""
    sheet, paper = case["sheet"], compose(case["sheet"], book())
    decided = sheet["kind"] in ("simple_decision", "decision")
    acts = sheet["acts"]
    said = Said(
        kind=Kind.ON_THE_SPOT if decided else Kind.NOTICE,
        plate=sheet["vehicle"]["plate"],
        plate_type="02",
        offence="1625",
        occurred_at=dt.datetime.fromisoformat(acts[0]["at"]),
        place=None,
        place_text="",
        road=None,
        direction="",
        measured=None,
        limit=None,
        person=None,
        note="",
        document_number=sheet["number"],
        served=True,
        token_sha256="",
        pack="",
        fine=sum(act["fine"] for act in acts) if decided else None,
        points=sum(act["points"] for act in acts) if decided else None,
        paper=PaperSaid(paper.kind, paper.digest, paper.text),
    )
    return said, dt.datetime.fromisoformat(sheet["made_at"])


def changed(old: str, new: str) -> tuple[Said, dt.datetime]:
    """The first paper with other words, and a digest that fits them."""
    said, at = said_with(FIRST)
    assert said.paper is not None and old in said.paper.text
    text = said.paper.text.replace(old, new)
    return replace(said, paper=PaperSaid(said.paper.kind, sha256(text.encode()).hexdigest(), text)), at


@pytest.mark.parametrize("case", MADE, ids=lambda case: case["case"])
def test_a_paper_that_these_tables_made_has_no_fault(case: dict[str, Any]) -> None:
    said, at = said_with(case)

    assert faults(said, at, book()) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("编号：3309001000000015", "编号：3309001000000023", "number"),
        ("号牌：浙M5K082", "号牌：浙M5K083", "plate"),
        ("罚款150元", "罚款100元", "fine"),
        ("记6分", "记3分", "points"),
        ("被处罚人：张三\n", "", "form"),
        ("公安交通管理简易程序处罚决定书", "公安交通管理行政处罚决定书", "form"),
        ("应当自收到本决定书之日起六十日内先向江澜市人民政府申请行政复议", "可以申请行政复议", "remedy"),
        ("日期：", "\n日期：", "text"),
        ("张三", "张  三", "text"),
    ],
)
def test_what_differs_is_named(old: str, new: str, fault: str) -> None:
    said, at = changed(old, new)

    assert fault in faults(said, at, book())


def test_a_digest_of_other_words_is_named() -> None:
    said, at = said_with(FIRST)
    assert said.paper is not None

    assert faults(replace(said, paper=replace(said.paper, digest="0" * 64)), at, book()) == ["digest"]


def test_remedies_that_are_over_are_named_in_both_directions() -> None:
    old = next(case for case in MADE if case["case"] == "the same before 2024: either remedy")
    said, at = said_with(old)

    assert faults(said, at + dt.timedelta(days=1), book()) == ["remedy"]
    said, at = said_with(FIRST)
    assert faults(said, dt.datetime(2023, 5, 1, tzinfo=dt.UTC), book()) == ["remedy"]


def test_an_old_remedy_beside_the_new_one_is_no_remedy() -> None:
    old = next(case for case in MADE if case["case"] == "the same before 2024: either remedy")
    line = next(one for one in old["lines"] if one.startswith("救济途径"))
    said, at = changed("处罚地点：", f"{line}\n处罚地点：")

    assert "remedy" in faults(said, at, book())


def test_the_day_is_that_of_the_place() -> None:
    said, _ = said_with(next(case for case in MADE if case["case"].startswith("the first minute of 2024")))

    assert faults(said, dt.datetime(2023, 12, 31, 16, 0, tzinfo=dt.UTC), book()) == []


def test_a_kind_that_nobody_knows_has_no_form() -> None:
    said, at = said_with(FIRST)
    assert said.paper is not None

    assert "form" in faults(replace(said, paper=replace(said.paper, kind="ticket")), at, book())


def test_the_reviewer_is_told_and_a_record_without_a_paper_is_not_doubted() -> None:
    class Head:
        claimed_at = dt.datetime(2026, 11, 20, 10, 12, tzinfo=dt.UTC)

    wrong, _ = changed("罚款150元", "罚款100元")

    assert list(_of_paper(Head(), wrong)) == [Doubt.PAPER_DIFFERS]  # type: ignore[arg-type]
    assert list(_of_paper(Head(), replace(wrong, paper=None))) == []  # type: ignore[arg-type]
