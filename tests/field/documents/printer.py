"""A thermal printer of the tests: it reads the bytes as a printer would, and draws what comes out of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path("/usr/share/fonts/opentype/noto")
FONT, BOLD = FOLDER / "NotoSansCJK-Regular.ttc", FOLDER / "NotoSansCJK-Bold.ttc"
EVEN = 7
"""The face whose half-width characters are half as wide as the others."""
DOTS = 24
"""Height and width of a two-byte character."""


@dataclass
class Printed:
    """What came out: lines of text as the printer broke them, pictures, and the paper as a picture."""

    texts: list[str] = field(default_factory=list)
    pictures: list[Image.Image] = field(default_factory=list)
    before_pictures: int = 0
    """How many lines came before the first picture."""
    paper: Image.Image = field(default_factory=lambda: Image.new("L", (1, 1), 255))


def printed(data: bytes, *, dots: int) -> Printed:
    """Print these bytes on paper so many dots wide.

    :raises AssertionError: a command that such a printer doesn't have, or a line wider than its paper
    """
    result = Printed()
    strips: list[Image.Image] = []
    large = centred = bold = False
    spacing, band_before = 30, False
    for command, argument in _commands(data):
        if command == "text":
            strip, width = _strip(argument.decode("gb18030"), dots, large, centred, bold, spacing)
            assert width <= dots, f"{width} dots do not fit {dots}: {argument.decode('gb18030')}"
            strips.append(strip)
            result.texts.append(argument.decode("gb18030"))
            result.before_pictures += not result.pictures
        elif command == "raster":
            picture = _raster(argument)
            assert picture.width <= dots
            strips.append(picture.convert("L"))
            if band_before:
                result.pictures[-1] = _under_each_other([result.pictures[-1], picture], dots)
            else:
                result.pictures.append(picture.convert("L"))
        elif command == "GS !":
            large = argument[0] == 0x11
        elif command == "ESC a":
            centred = argument[0] == 1
        elif command == "ESC E":
            bold = argument[0] == 1
        elif command == "ESC 3":
            spacing = argument[0]
        elif command in ("ESC J", "ESC d"):
            strips.append(Image.new("L", (dots, argument[0] * (spacing if command == "ESC d" else 1)), 255))
        band_before = command == "raster"
    result.paper = _under_each_other(strips, dots)
    return result


def _commands(data: bytes) -> Iterator[tuple[str, bytes]]:
    with_one = {b"\x1ba": "ESC a", b"\x1bE": "ESC E", b"\x1bJ": "ESC J", b"\x1bd": "ESC d", b"\x1b3": "ESC 3"}
    with_one |= {b"\x1d!": "GS !", b"\x1cW": "FS W"}
    at = 0
    while at < len(data):
        two = data[at : at + 2]
        if two in (b"\x1b@", b"\x1c&"):
            at += 2
        elif two in with_one:
            yield with_one[two], data[at + 2 : at + 3]
            at += 3
        elif data[at : at + 4] == b"\x1dv0\x00":
            across, rows = (int.from_bytes(data[one : one + 2], "little") for one in (at + 4, at + 6))
            yield "raster", data[at + 4 : at + 8 + across * rows]
            at += 8 + across * rows
        else:
            assert data[at] >= 0x20, f"no such command: {data[at : at + 4]!r}"
            end = data.index(b"\n", at)
            yield "text", data[at:end]
            at = end + 1


def _strip(
    text: str, dots: int, large: bool, centred: bool, bold: bool, spacing: int
) -> tuple[Image.Image, int]:
    """One printed line, each character in its cell: 12 dots for a half-width one, 24 for any other, twice that when large."""
    scale = 2 if large else 1
    cells = [(one, (DOTS // 2 if " " <= one <= "~" else DOTS) * scale) for one in text]
    width = sum(cell for _, cell in cells)
    strip = Image.new("L", (dots, max(spacing, DOTS * scale + 6)), 255)
    draw, left = ImageDraw.Draw(strip), (dots - width) // 2 if centred else 0
    font = _font(bold, DOTS * scale)
    for one, cell in cells:
        draw.text((left + cell / 2, strip.height / 2), one, 0, font, anchor="mm")
        left += cell
    return strip, width


@cache
def _font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BOLD if bold else FONT, size, index=EVEN)


def _raster(argument: bytes) -> Image.Image:
    across, rows = int.from_bytes(argument[:2], "little"), int.from_bytes(argument[2:4], "little")
    return Image.frombytes("1", (across * 8, rows), bytes(0xFF ^ byte for byte in argument[4:]))


def _under_each_other(strips: list[Image.Image], dots: int) -> Image.Image:
    paper = Image.new("L", (dots, sum(one.height for one in strips)), 255)
    top = 0
    for one in strips:
        paper.paste(one.convert("L"), (0, top))
        top += one.height
    return paper
