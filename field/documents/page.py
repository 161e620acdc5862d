"""A paper as an A4 page: a PDF with its font inside, drawn from the canonical text. The same text gives the same bytes."""

import datetime as dt
from functools import partial
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from accounts.refusals import Refusal
from field.documents.qr import modules
from field.rules.documents.book import Book
from field.rules.documents.layout import Line, Style, laid_out, wrapped

FONT = "paper"
SIMPLIFIED = 2
"""The face of the collection whose characters are drawn as in mainland China."""
MARGIN_MM, FOOT_MM = 24, 16
SIZE_PT = {Style.HEAD: 14, Style.TITLE: 19, Style.FIELD: 12, Style.WORDS: 12}
HEIGHT_MM = {Style.HEAD: 8, Style.TITLE: 13, Style.FIELD: 7.6, Style.WORDS: 7.6}
QR_MM = 32
CAPTION = "扫码看照片、缴款、提异议"


class NoFont(Refusal):
    """The Chinese font is not installed where pages are drawn."""

    status = 503
    code = "no_font"


def page(text: str, papers: Book, *, address: str, digest: str, font: Path, made_at: dt.datetime) -> bytes:
    """The PDF's bytes. The QR code, its caption and the digest in the last line stand outside the text.

    :raises NoFont: there is no such font file
    """
    if not font.is_file():
        raise NoFont
    lines = laid_out(text, papers)
    pdf = FPDF(format="A4", unit="mm")
    pdf.set_creation_date(made_at)
    pdf.set_lang("zh-CN")
    pdf.set_title(next((one.text for one in lines if one.style is Style.TITLE), ""))
    pdf.set_margin(MARGIN_MM)
    pdf.set_auto_page_break(True, FOOT_MM)
    pdf.add_font(FONT, fname=font, collection_font_number=SIMPLIFIED if font.suffix == ".ttc" else 0)
    pdf.add_page()
    for line in lines:
        _draw(pdf, line)
    _beside(pdf, address, digest)
    return bytes(pdf.output())


def _draw(pdf: FPDF, line: Line) -> None:
    pdf.set_font(FONT, size=SIZE_PT[line.style])
    width = pdf.epw - 1
    centred = line.style in (Style.HEAD, Style.TITLE)
    for piece in wrapped(line.label + line.text, width, partial(_width, pdf)):
        pdf.cell(
            0,
            HEIGHT_MM[line.style],
            piece,
            align="C" if centred else "L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
    if line.style is Style.TITLE:
        pdf.ln(3)


def _width(pdf: FPDF, text: str) -> float:
    return float(pdf.get_string_width(text))


def _beside(pdf: FPDF, address: str, digest: str) -> None:
    """What is no part of the text: QR code, caption, digest."""
    if pdf.get_y() + QR_MM + 14 > pdf.h - FOOT_MM:
        pdf.add_page()
    pdf.ln(4)
    left, top = pdf.l_margin, pdf.get_y()
    rows = modules(address)
    side = QR_MM / len(rows)
    for down, row in enumerate(rows):
        begin = None
        for across, dark in enumerate([*row, False]):
            if dark and begin is None:
                begin = across
            elif not dark and begin is not None:
                pdf.rect(left + begin * side, top + down * side, (across - begin) * side, side, style="F")
                begin = None
    pdf.set_xy(left, top + QR_MM)
    pdf.set_font(FONT, size=9)
    pdf.cell(0, 5, CAPTION, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.cell(0, 5, f"SHA-256 {digest}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
