"""A paper as a slip: the bytes for a 58 or 80 mm thermal printer, ESC/POS with text in GB18030 and pictures as raster; the twin of
frontend/src/domain/documents/slip.ts, byte for byte.

The text goes line by line as the printer's own characters (a picture of it would take seconds over a slow radio), the QR code and the
authority's seal as raster. Everything before the first picture is the canonical text, broken where the paper ends.
"""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from field.documents.qr import modules
from field.rules.documents.book import Book
from field.rules.documents.layout import Line, Style, columns, laid_out, wrapped

COLUMNS = {58: 32, 80: 48}
"""Half-width characters in a line, by millimetres of paper: 12 dots each at 203 dpi."""
DOTS_A_COLUMN = 12
ESC, FS, GS = b"\x1b", b"\x1c", b"\x1d"
START = ESC + b"@" + FS + b"&" + ESC + b"3\x20"
"""Reset, two-byte characters on (GB18030), 32 dots a line."""
LEFT, CENTRE = ESC + b"a\x00", ESC + b"a\x01"
PLAIN, LARGE = GS + b"!\x00" + FS + b"W\x00", GS + b"!\x11" + FS + b"W\x01"
"""Plain and double size, said once for half-width and once for two-byte characters."""
BOLD, LIGHT = ESC + b"E\x01", ESC + b"E\x00"
GAP = ESC + b"J\x0c"
END = ESC + b"d\x04"
BAND = 96
"""Rows of a picture sent at once: small printers hold no more."""
QR_DOTS_A_MODULE = 6
CAPTION = "扫码看照片、缴款、提异议"


def slip(text: str, papers: Book, *, address: str, width_mm: int, seal: bytes = b"") -> bytes:
    """The bytes to print. `address` is what the QR code says; `seal` is a PNG, or nothing where the roll bears it.

    :raises KeyError: no printer has that width
    """
    width = COLUMNS[width_mm]
    out = [START]
    long = False
    for line in laid_out(text, papers):
        was_long, long = long, columns(line.label + line.text) > width
        if was_long or (long and line.style in (Style.FIELD, Style.WORDS)):
            out.append(GAP)
        out += _line(line, width)
    dots = width * DOTS_A_COLUMN
    if seal:
        out.append(_raster(seal_as_dots(seal), dots))
    out += [GAP, _raster(_qr(address), dots), CENTRE, f"{CAPTION}\n".encode("gb18030"), LEFT, END]
    return b"".join(out)


def _line(line: Line, width: int) -> list[bytes]:
    match line.style:
        case Style.HEAD:
            return [CENTRE, BOLD, *_text(line.text, width), LIGHT, LEFT]
        case Style.TITLE:
            return [GAP, CENTRE, LARGE, *_text(line.text, _even(line.text, width // 2)), PLAIN, LEFT, GAP]
        case Style.FIELD if line.label in ("编号：", "号牌："):
            return [BOLD, *_text(line.label + line.text, width), LIGHT]
        case _:
            return _text(line.label + line.text, width)


def _even(title: str, width: int) -> int:
    """A width at which a long title breaks into lines of about one length."""
    rows = -(-2 * len(title) // width)
    return 2 * -(-len(title) // rows)


def _text(text: str, width: int) -> list[bytes]:
    return [f"{piece}\n".encode("gb18030") for piece in wrapped(text, width)]


def _qr(address: str) -> Image.Image:
    rows = modules(address)
    picture = Image.new("1", (len(rows), len(rows)), 1)
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    return picture.resize((len(rows) * QR_DOTS_A_MODULE,) * 2, Image.Resampling.NEAREST)


def seal_as_dots(png: bytes) -> Image.Image:
    """A PNG of the seal in black and white, as large on either paper: no wider than the narrower one."""
    most = COLUMNS[58] * DOTS_A_COLUMN
    with Image.open(BytesIO(png), formats=["PNG"]) as seal:
        grey = Image.new("L", seal.size, 255)
        grey.paste(seal.convert("L"), mask=seal.convert("RGBA").getchannel("A"))
    grey.thumbnail((most, most))
    return grey.convert("1")


def _raster(picture: Image.Image, dots: int) -> bytes:
    """A picture in the middle of the paper, as bands of raster (GS v 0): one bit a dot, set where it is black."""
    page = Image.new("1", (dots, picture.height), 1)
    page.paste(picture, ((dots - picture.width) // 2, 0))
    bits = bytes(0xFF ^ byte for byte in page.tobytes())
    across = dots // 8
    bands: Sequence[int] = range(0, picture.height, BAND)
    return b"".join(
        GS
        + b"v0\x00"
        + across.to_bytes(2, "little")
        + min(BAND, picture.height - top).to_bytes(2, "little")
        + bits[top * across : min(top + BAND, picture.height) * across]
        for top in bands
    )
