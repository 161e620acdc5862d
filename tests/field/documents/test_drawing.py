"""The paper of a record is drawn from the text that was signed: the archive copy, and what is printed again, each time a look with a reason."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pypdfium2
import pytest

from evidence.queries import entries_about
from field.documents.qr import modules
from field.rules.documents.book import book
from field.rules.documents.compose import Document, compose
from tests import scenes
from tests.cast import Answered, Browser, Cast, Desk, Handheld
from tests.field.documents.printer import printed

CASES = json.loads((Path(__file__).parents[2] / "cases" / "documents.json").read_text())["documents"]
SHEET = next(case["sheet"] for case in CASES if "lines" in case)


@pytest.fixture
def paper() -> Document:
    return compose(SHEET, book())


@pytest.fixture
def wen(cast: Cast) -> Handheld:
    return scenes.wens_handheld(cast)


@pytest.fixture
def violation(cast: Cast, wen: Handheld, paper: Document) -> str:
    """Wen has decided, printed, and handed over."""
    record = wen.violation(
        kind="on_the_spot",
        served=True,
        plate="浙M5K082",
        document_number=SHEET["number"],
        fine=150,
        points=6,
        paper={"kind": paper.kind, "digest": paper.digest, "text": paper.text},
    )
    assert scenes.sent(wen, record)["outcome"] == "admitted"
    return record.uid


def ask(at: Browser, violation: str, form: str, why: str = "当事人来补打", **said: Any) -> Answered:
    reason = {"Luqin-Why": quote(why)} if why else {}
    return at.post(f"/api/violations/{violation}/paper", {"form": form, **said}, **reason)


def test_text_page_slip_and_screen_are_of_the_signed_text(
    cast: Cast, violation: str, paper: Document
) -> None:
    li = Desk.of(cast.li)

    text, screen, page, slip = (ask(li, violation, form) for form in ("text", "screen", "page", "slip58"))

    assert {one.status for one in (text, screen, page, slip)} == {200}
    assert {one.headers["Luqin-Digest"] for one in (text, screen, page, slip)} == {paper.digest}
    assert text.body.decode() == paper.text
    assert paper.title in screen.body.decode()
    out = printed(slip.body, dots=384)
    assert "".join(out.texts[: out.before_pictures]) == paper.text.replace("\n", "")
    (sheet,) = pypdfium2.PdfDocument(page.body)
    assert paper.digest in sheet.get_textpage().get_text_range().replace("\r\n", "")


def test_each_form_is_a_look_with_its_reason_and_without_the_plate(cast: Cast, violation: str) -> None:
    assert ask(Desk.of(cast.li), violation, "text", why="").body["code"] == "why_needed"
    ask(Desk.of(cast.li), violation, "slip80", why="浙M5K082 车主来补打")

    (look,) = [one for one in entries_about(violation) if one.kind == "look"]
    assert (look.actor, look.body["fields"]) == (cast.li.police_number, ["paper:slip80"])
    assert "补打" in look.body["why"] and "5K082" not in look.body["why"]


def test_the_officer_prints_the_own_paper_again_and_nobody_else_s(
    cast: Cast, wen: Handheld, violation: str
) -> None:
    assert ask(wen, violation, "slip58").status == 200
    assert ask(Handheld.at_work(cast.mei, cast.qiu), violation, "slip58").status == 404
    assert ask(Desk.of(cast.zhao), violation, "text").status == 404


def test_a_qr_code_is_drawn_for_a_token_of_its_own_slips_only(cast: Cast, violation: str) -> None:
    li = Desk.of(cast.li)
    token = li.post(f"/api/violations/{violation}/reprint", {"why": "纸质损坏"}).body["token"]

    assert ask(li, violation, "slip58", token=token).status == 200
    assert ask(li, violation, "slip58", token="A" * 22).status == 404
    assert ask(li, violation, "slip58", token="short").status == 400


def test_a_record_without_a_paper_s_text_has_none_to_draw(cast: Cast) -> None:
    scene = scenes.delivered_decision(cast)

    answered = ask(Desk.of(cast.li), str(scene.id), "page")

    assert (answered.status, answered.body["code"]) == (404, "no_paper")
    assert [one.kind for one in entries_about(scene.id)] == ["violation.recorded"]


def test_the_reviewer_is_told_of_a_paper_that_says_another_sum(
    cast: Cast, wen: Handheld, paper: Document
) -> None:
    record = wen.violation(
        kind="on_the_spot",
        served=True,
        plate="浙M5K082",
        document_number=SHEET["number"],
        fine=100,
        points=6,
        paper={"kind": paper.kind, "digest": paper.digest, "text": paper.text},
    )

    scenes.sent(wen, record)

    full = Desk.of(cast.li).look(f"/api/violations/{record.uid}", "核查").body
    assert "paper_differs" in full["doubts"]


def test_a_code_has_its_quiet_zone() -> None:
    rows = modules("https://luqin.example/")

    assert not any(any(row) for row in [*rows[:4], *rows[-4:]])
    assert not any(any(row[:4]) or any(row[-4:]) for row in rows)
