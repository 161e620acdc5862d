"""One text on every kind of paper: what the slip, the page and the screen say is the canonical text, character by character.

LUQIN_PICTURES=1 also writes pictures of each paper to deploy/docs/papers/.
"""

import datetime as dt
import json
import os
import re
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from field.documents.page import NoFont, page
from field.documents.screen import screen
from field.documents.slip import CAPTION, COLUMNS, slip
from field.rules.documents.book import book
from field.rules.documents.compose import Document, compose
from field.rules.documents.layout import Style, columns, laid_out, wrapped
from tests.field.documents.printer import FONT, Printed, printed

ROOT = Path(__file__).parents[3]
PICTURES = ROOT / "deploy" / "docs" / "papers"
CASES = json.loads((ROOT / "tests" / "cases" / "documents.json").read_text())["documents"]
TWINS = json.loads((ROOT / "tests" / "cases" / "slips.json").read_text())
"""What the handheld's bytes are as well (frontend/src/domain/documents/slip.test.ts)."""
PAPERS = {case["case"]: compose(case["sheet"], book()) for case in CASES if "lines" in case}
EACH = {paper.kind: paper for paper in reversed(PAPERS.values())}
"""The first of each kind."""
ADDRESS = "https://luqin.example/t/AAECAwQFBgcICQoLDA0ODw"
MADE = dt.datetime(2026, 11, 20, 2, 12, tzinfo=dt.UTC)


def plain(text: str) -> str:
    """Without what a break may be made of."""
    return re.sub(r"\s", "", text)


def qr_of(picture: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)


def print_out(paper: Document, width_mm: int) -> Printed:
    data = slip(paper.text, book(), address=ADDRESS, width_mm=width_mm)
    return printed(data, dots=COLUMNS[width_mm] * 12)


def keep(picture: Image.Image, name: str) -> None:
    """Keep a picture for the documentation, if this run is to make them."""
    if os.environ.get("LUQIN_PICTURES") == "1":
        PICTURES.mkdir(exist_ok=True)
        picture.save(PICTURES / name, optimize=True)


def pdf_of(paper: Document) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(
        page(paper.text, book(), address=ADDRESS, digest=paper.digest, font=FONT, made_at=MADE)
    )


@pytest.mark.parametrize("case", PAPERS)
def test_the_slip_says_the_text_and_nothing_else_before_its_qr_code(case: str) -> None:
    paper = PAPERS[case]

    out = print_out(paper, 58)

    assert "".join(out.texts[: out.before_pictures]) == paper.text.replace("\n", "")
    assert out.texts[out.before_pictures :] == [CAPTION]
    assert qr_of(out.pictures[0]) == ADDRESS


@pytest.mark.parametrize("twin", TWINS["slips"], ids=lambda twin: twin["case"])
def test_the_slip_is_that_of_the_handheld_byte_for_byte(twin: dict[str, str]) -> None:
    text = twin.get("text") or PAPERS[twin["case"]].text

    for width_mm in COLUMNS:
        data = slip(text, book(), address=twin["address"], width_mm=width_mm)
        assert sha256(data).hexdigest() == twin[f"slip{width_mm}"]


def test_every_paper_has_a_twin_and_every_character_its_bytes() -> None:
    every = "".join(chr(point) for point in range(0x10000) if not 0xD800 <= point < 0xE000)

    assert set(PAPERS) <= {twin["case"] for twin in TWINS["slips"]}
    assert sha256(every.encode("gb18030")).hexdigest() == TWINS["every_character"][0]["sha256"]
    assert [row["text"].encode("gb18030").hex() for row in TWINS["gb18030"]] == [
        row["hex"] for row in TWINS["gb18030"]
    ]
    assert [wrapped(row["text"], row["width"]) for row in TWINS["broken"]] == [
        row["lines"] for row in TWINS["broken"]
    ]


@pytest.mark.parametrize("width_mm", COLUMNS)
@pytest.mark.parametrize("kind", EACH)
def test_the_slip_fits_its_paper_and_its_qr_code_is_read_from_it(kind: str, width_mm: int) -> None:
    out = print_out(EACH[kind], width_mm)

    assert "".join(out.texts[: out.before_pictures]) == EACH[kind].text.replace("\n", "")
    assert qr_of(out.paper) == ADDRESS
    keep(out.paper.convert("1"), f"{kind}-{width_mm}.png")


def test_a_seal_is_printed_as_dots_between_text_and_qr_code() -> None:
    seal = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    ImageDraw.Draw(seal).ellipse((10, 10, 290, 290), outline="red", width=20)
    png = BytesIO()
    seal.save(png, "PNG")

    data = slip(EACH["simple_decision"].text, book(), address=ADDRESS, width_mm=58, seal=png.getvalue())
    out = printed(data, dots=384)

    assert out.pictures[0].getpixel((192, 20)) == 0
    assert out.pictures[0].getpixel((192, 150)) == 255
    assert qr_of(out.paper) == ADDRESS


@pytest.mark.long
@pytest.mark.parametrize("kind", EACH)
def test_the_page_says_the_text_then_qr_code_caption_and_digest(kind: str) -> None:
    paper = EACH[kind]
    pdf = pdf_of(paper)

    said = "".join(one.get_textpage().get_text_range() for one in pdf)
    picture = pdf[len(pdf) - 1].render(scale=3).to_pil()

    assert len(pdf) == 1
    assert plain(said) == plain(f"{paper.text}{CAPTION}SHA-256{paper.digest}")
    assert qr_of(picture) == ADDRESS
    keep(pdf[0].render(scale=1.4).to_pil().convert("L").quantize(16), f"{kind}-a4.png")
    assert pdf.get_metadata_value("Title") == paper.title


def test_the_same_text_gives_the_same_page_byte_for_byte() -> None:
    paper = EACH["parking_notice"]
    one, two = (
        page(paper.text, book(), address=ADDRESS, digest=paper.digest, font=FONT, made_at=MADE)
        for _ in range(2)
    )

    assert one == two
    assert b"/FontFile3" in one and len(one) < 120_000


def test_without_the_font_there_is_no_page_with_holes(tmp_path: Path) -> None:
    paper = EACH["parking_notice"]

    with pytest.raises(NoFont):
        page(paper.text, book(), address=ADDRESS, digest=paper.digest, font=tmp_path / "no.ttc", made_at=MADE)


def test_many_acts_go_on_on_a_second_page() -> None:
    sheet = next(case["sheet"] for case in CASES if case["case"] == "two acts in one decision")
    acts = [sheet["acts"][0]] * 10
    paper = compose(
        {**sheet, "acts": acts, "verdict": sheet["verdict"] | {"points": 60, "fine_max": 2000}}, book()
    )

    pdf = pdf_of(paper)

    assert len(pdf) > 1
    assert plain(paper.text) in plain("".join(one.get_textpage().get_text_range() for one in pdf))


@pytest.mark.parametrize("case", PAPERS)
def test_the_screen_says_the_text_line_by_line(case: str) -> None:
    paper = PAPERS[case]

    assert read_html(str(screen(paper.text, book()))) == paper.text.split("\n")[:-1]


def test_a_name_that_is_markup_is_shown_as_it_is_written() -> None:
    sheet = next(case["sheet"] for case in CASES if "lines" in case)
    paper = compose({**sheet, "person": sheet["person"] | {"name": "<script>alert(1)</script>&amp;"}}, book())

    html = str(screen(paper.text, book()))

    assert "<script" not in html
    assert read_html(html) == paper.text.split("\n")[:-1]


@pytest.mark.parametrize("kind", EACH)
def test_what_each_line_is_can_be_read_from_the_text_alone(kind: str) -> None:
    lines = laid_out(EACH[kind].text, book())

    assert "".join(f"{one.label}{one.text}\n" for one in lines) == EACH[kind].text
    assert [one.text for one in lines if one.style is Style.TITLE] == [EACH[kind].title]
    assert lines[0].style is Style.HEAD
    assert any(one.label == "编号：" for one in lines)


@settings(max_examples=80, deadline=None)
@given(text=st.text(st.sampled_from("罚款，。）《a1 -中"), min_size=1, max_size=60), width=st.integers(4, 40))
def test_a_broken_line_fits_and_is_the_line_again(text: str, width: int) -> None:
    pieces = wrapped(text, width)

    assert "".join(pieces) == text
    assert all(columns(one) <= width for one in pieces)


def test_no_line_begins_with_a_closing_sign_or_ends_with_an_opening_one() -> None:
    assert wrapped("驾驶机动车（代码1625），在人民路。", 12) == [
        "驾驶机动车",
        "（代码",
        "1625），在人",
        "民路。",
    ]
    assert wrapped("按信号灯通行。", 12) == ["按信号灯通", "行。"]
    assert wrapped("违反规定的《道交法》", 12) == ["违反规定的", "《道交法》"]


class _Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "p":
            self.said.append("")

    def handle_data(self, data: str) -> None:
        if self.said:
            self.said[-1] += data if data.strip("\n") else ""


def read_html(html: str) -> list[str]:
    """The text of each paragraph."""
    reader = _Paragraphs()
    reader.feed(html)
    return reader.said
