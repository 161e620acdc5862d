"""Drawn photos of invented cars with their plates: what a handheld's camera would have taken. The same order gives the same bytes.

JPEG of 1280 by 960 pixels, as small as 20 to 60 KB, since they are flat. Plates use a Chinese font of the machine where there is one; the one
province of the demonstration is drawn stroke by stroke where there is none.
"""

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from glob import glob
from multiprocessing import get_context
from random import Random

from PIL import Image, ImageDraw, ImageFont

from deploy.demo import scenes

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/**/*CJK*Bold*.tt[cf]",
    "/usr/share/fonts/**/*CJK*.[ot]t[cf]",
    "/usr/share/fonts/**/wqy*.tt[cf]",
)
_LOOKS = {
    "blue": ((13, 74, 163), (255, 255, 255)),
    "yellow": ((236, 180, 42), (24, 26, 28)),
    "green": ((150, 212, 168), (24, 34, 28)),
    "white": ((240, 240, 240), (24, 26, 28)),
}
QUALITY = 62
WORKERS = 2
FEW = 60
"""So few are drawn without starting processes."""


@dataclass(frozen=True, slots=True)
class Order:
    """One picture: which shot, of which car, in which street; `take` tells two pictures of the same apart.

    Without a number the plate is out of focus: blank.
    """

    shot: str
    number: str
    plate_type: str
    paint: str
    street: int
    take: int


def draw(order: Order) -> bytes:
    """Draw one picture and return its JPEG."""
    rng = Random(f"{order}")
    if order.shot in ("plate", "other"):
        return _jpeg(_close_up(order, rng), rng)
    far = order.shot == "far"
    picture = scenes.street(order.street, far).copy()
    left, top, width = scenes.FAR_VIEW if far else scenes.VIEW
    vehicle, small = scenes.car(order.paint), 1.0
    if far:
        # as the view is wider, the car is smaller; it stands where its own drawing puts it
        small = scenes.VIEW[2] / width
        size = (round(scenes.WIDTH * small), round(scenes.HEIGHT * small))
        vehicle = vehicle.resize(size, Image.Resampling.BILINEAR)
    scale = scenes.WIDTH / width
    begins = (
        round((scenes.VIEW[0] + rng.uniform(-12, 12) - left) * scale),
        round((scenes.VIEW[1] + rng.uniform(-3, 5) - top) * scale),
    )
    picture.paste(vehicle, begins, vehicle)
    unit = scenes.WIDTH / scenes.VIEW[2] * small
    box = _plate_box(order, begins, unit)
    picture.paste(plate(order.number, order.plate_type).resize((box[2] - box[0], box[3] - box[1])), box[:2])
    picture = _framed(picture, order.shot, begins, unit, rng)
    return _jpeg(picture, rng)


def _close_up(order: Order, rng: Random) -> Image.Image:
    """The plate fills most of the picture."""
    picture = scenes.rear(order.paint).copy()
    wide = scenes.WIDTH * rng.uniform(0.58, 0.68) * (1.1 if len(order.number) > 7 else 1)
    size = round(wide), round(wide * scenes.PLATE_BOX[3] / scenes.PLATE_BOX[2])
    left = round((scenes.WIDTH - size[0]) / 2 + rng.uniform(-40, 40))
    top = round((scenes.HEIGHT - size[1]) / 2 + rng.uniform(-60, 60))
    picture.paste(plate(order.number, order.plate_type).resize(size), (left, top))
    return picture


def draw_all(orders: Sequence[Order]) -> Iterator[bytes]:
    """Draw many, in their order; on several processors where it is worth starting them."""
    if len(orders) <= FEW:
        yield from map(draw, orders)
        return
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        yield from pool.map(draw, orders, chunksize=16)


def _plate_box(order: Order, begins: tuple[int, int], unit: float) -> tuple[int, int, int, int]:
    x, y, width, height = scenes.PLATE_BOX
    if len(order.number) > 7:
        x, width = x - 3, width + 6
    left = begins[0] + round((x - scenes.VIEW[0]) * unit)
    top = begins[1] + round((y - scenes.VIEW[1]) * unit)
    return left, top, left + round(width * unit), top + round(height * unit)


def _framed(
    picture: Image.Image,
    shot: str,
    begins: tuple[int, int],
    unit: float,
    rng: Random,
) -> Image.Image:
    """What of the scene the shot shows."""

    def spot(x: float, y: float) -> tuple[float, float]:
        return begins[0] + (x - scenes.VIEW[0]) * unit, begins[1] + (y - scenes.VIEW[1]) * unit

    match shot:
        case "sign":
            x, y, _ = scenes.SIGN
            middle = ((x - scenes.VIEW[0]) * unit, (y - scenes.VIEW[1]) * unit + 60)
            width = 560.0 + rng.uniform(-30, 30)
        case "cabin":
            middle, width = spot(180, 126), 520.0 + rng.uniform(-20, 20)
        case _:
            return picture
    height = width * scenes.HEIGHT / scenes.WIDTH
    left = min(max(0.0, middle[0] - width / 2), scenes.WIDTH - width)
    top = min(max(0.0, middle[1] - height / 2), scenes.HEIGHT - height)
    return picture.resize(
        (scenes.WIDTH, scenes.HEIGHT), Image.Resampling.BILINEAR, box=(left, top, left + width, top + height)
    )


def _jpeg(picture: Image.Image, rng: Random) -> bytes:
    # one pixel that differs: two takes of the same scene are never the same bytes
    picture.putpixel(
        (rng.randrange(scenes.WIDTH), rng.randrange(60)), tuple(rng.randrange(256) for _ in range(3))
    )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def look_of(plate_type: str) -> str:
    """Colour of a plate of this type."""
    if plate_type in ("51", "52"):
        return "green"
    if plate_type in ("01", "07", "13", "15", "16", "17"):
        return "yellow"
    return "white" if plate_type in ("23", "24", "31", "32") else "blue"


@lru_cache(maxsize=512)
def plate(number: str, plate_type: str) -> Image.Image:
    """A plate as a small picture."""
    ground, ink = _LOOKS[look_of(plate_type)]
    image = Image.new("RGB", (560, 180), ground)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((8, 8, 551, 171), radius=18, outline=ink, width=6)
    step = (560 - 60) / (len(number) + 0.6)
    for index, character in enumerate(number):
        x = 30 + step * (index + (0.6 if index >= 2 else 0)) + step / 2
        _character(image, character, x, step, ink)
    if number:
        pen.ellipse((30 + step * 2.3 - 8, 82, 30 + step * 2.3 + 8, 98), fill=ink)
    return image


def _character(image: Image.Image, character: str, x: float, step: float, ink: tuple[int, ...]) -> None:
    font = _font()
    if character.isascii() or font is not None:
        drawn = font or ImageFont.load_default(size=104)
        stamp = Image.new("L", (124, 124), 0)
        ImageDraw.Draw(stamp).text((62, 62), character, font=drawn, fill=255, anchor="mm")
        stamp = stamp.crop(stamp.getbbox()).resize((round(step * (0.86 if character != "1" else 0.3)), 100))
        image.paste(ink, (round(x - stamp.width / 2), 40), stamp)
        return
    pen = ImageDraw.Draw(image)
    for stroke in _ZHE if character == "浙" else _UNKNOWN:
        line = [(x + (px - 0.5) * step * 0.8, 40 + py * 100) for px, py in stroke]
        pen.line(line, fill=ink, width=9, joint="curve")


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont | None:
    for pattern in FONTS:
        for path in sorted(glob(pattern, recursive=True)):
            return ImageFont.truetype(path, 104)
    return None


# 浙 in a unit square: three drops, the hand, the axe
_ZHE = (
    ((0.06, 0.12), (0.16, 0.24)),
    ((0.02, 0.42), (0.13, 0.52)),
    ((0.04, 0.95), (0.18, 0.64)),
    ((0.22, 0.28), (0.52, 0.24)),
    ((0.38, 0.04), (0.38, 0.92), (0.28, 0.84)),
    ((0.22, 0.62), (0.54, 0.50)),
    ((0.94, 0.06), (0.62, 0.18), (0.62, 0.56), (0.54, 0.96)),
    ((0.62, 0.42), (0.98, 0.42)),
    ((0.82, 0.42), (0.82, 0.98)),
)
_UNKNOWN = (((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1)),)
