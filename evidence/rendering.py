"""Draws copies of one photo; runs as a process of its own with little memory and little time (renditions.py starts it).

A hostile picture can make this process fail, never its caller. It knows no Django, no network, no database. It is handed the photo's
path and what is wanted as JSON on its standard input, writes JPEGs where it is told, and answers with JSON.
"""

import json
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_PIXELS = 40_000_000
MEMORY_BYTES = 1_500_000_000
CPU_S = 20
FILE_BYTES = 50_000_000
QUALITY = 85
PIXEL_BLOCKS = 36
"""A redacted picture's longer side has so many blocks: neither a plate nor a face is left in one."""


def limit() -> None:
    """Take away what a picture doesn't need. Memory that runs out, or time, ends this process."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    pillow_heif.register_heif_opener(thumbnails=False)
    pillow_heif.options.DECODE_THREADS = 1


def upright(path: Path, longest_px: int) -> Image.Image:
    """Open the photo, turn it as its EXIF says, shrink it; the result is pixels alone, without any metadata.

    A JPEG is decoded at a fraction of its size where that is enough.
    """
    with Image.open(path, formats=FORMATS) as photo:
        if photo.width * photo.height > MOST_PIXELS:
            raise Image.DecompressionBombError(f"{photo.width} x {photo.height}")
        photo.draft("RGB", (2 * longest_px, 2 * longest_px))
        turned = ImageOps.exif_transpose(photo)
        turned.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
        return bare(turned)


def bare(picture: Image.Image) -> Image.Image:
    """The pixels, on white where they are transparent, in a picture that carries nothing else."""
    if picture.mode in ("I;16", "I;16B", "I", "F"):
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    colours = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    plain = Image.new("RGB", picture.size, "white")
    plain.paste(colours, mask=colours.getchannel("A") if colours.mode == "RGBA" else None)
    return plain


def redacted(picture: Image.Image, clear: list[tuple[float, float, float, float]]) -> Image.Image:
    """Everything pixelated except the given boxes (left, top, right, bottom as parts of the whole, 0 to 1)."""
    block = max(8, -(-max(picture.size) // PIXEL_BLOCKS))
    small = picture.resize((-(-picture.width // block), -(-picture.height // block)), Image.Resampling.BOX)
    coarse = small.resize((small.width * block, small.height * block), Image.Resampling.NEAREST)
    covered = coarse.crop((0, 0, picture.width, picture.height)).filter(ImageFilter.BoxBlur(block / 8))
    for left, top, right, bottom in clear:
        box = (
            int(left * picture.width),
            int(top * picture.height),
            int(right * picture.width),
            int(bottom * picture.height),
        )
        if box[0] < box[2] and box[1] < box[3]:
            covered.paste(picture.crop(box), box)
    return covered


def banded(picture: Image.Image, text: str, font_path: str) -> Image.Image:
    """A band below the picture with the text, wrapped to its width; no pixel of the picture is covered."""
    size = max(14, picture.width // 50)
    font = ImageFont.truetype(font_path, size) if font_path else ImageFont.load_default(size)
    lines, pad = wrapped(text, font, picture.width - 2 * size), size // 2
    height = len(lines) * (size + pad) + 2 * pad
    whole = Image.new("RGB", (picture.width, picture.height + height), "#1d2733")
    whole.paste(picture, (0, 0))
    draw = ImageDraw.Draw(whole)
    for at, line in enumerate(lines):
        draw.text((size, picture.height + pad + at * (size + pad)), line, fill="white", font=font)
    return whole


def wrapped(text: str, font: Any, width_px: int) -> list[str]:
    """Break the text where the width ends; Chinese may break anywhere."""
    lines = [""]
    for sign in " ".join(text.split()):
        if lines[-1] and font.getlength(lines[-1] + sign) > width_px:
            lines.append("")
        lines[-1] += sign
    return [line.strip() for line in lines]


def draw(order: dict[str, Any]) -> None:
    """Make each wanted copy, the largest first; a smaller one is made from it."""
    wishes = sorted(order["wishes"], key=lambda wish: -int(wish["longest_px"]))
    picture = upright(Path(order["photo"]), int(wishes[0]["longest_px"]))
    for wish in wishes:
        longest = int(wish["longest_px"])
        copy = picture.copy()
        copy.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        if wish["redact"]:
            copy = redacted(copy, [tuple(box) for box in wish["clear"]])
        if wish["band"]:
            copy = banded(copy, wish["band"], order["font"])
        copy.save(wish["place"], "JPEG", quality=QUALITY, progressive=True)


def main() -> int:
    """0: all copies are made; 3: too many pixels; anything else: these bytes are no picture we can open."""
    order = json.load(sys.stdin)
    limit()
    try:
        draw(order)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
