"""The drawn street behind the drawn car: shapes as SVG path data, and how they become a picture. Knows neither plates nor records."""

import math
import re
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1280, 960
VIEW = (66.0, 20.0, 300.0)
"""Left, top and width of what the near picture shows, in the drawing's own units."""
FAR_VIEW = (-60.0, -60.0, 480.0)
FINE = 2
"""Layers are drawn this much larger and scaled down once, for smooth edges."""

Point = tuple[float, float]
_STEPS = 14

CAR_BODY = "M104 158c6-34 14-56 34-61 28-6 56-6 84 0 20 5 28 27 34 61l4 10v40c0 6-4 10-10 10h-140c-6 0-10-4-10-10v-40z"
CAR_SKIRT = "M100 186h160v24c0 5-4 8-9 8h-142c-5 0-9-3-9-8z"
CAR_WINDOW = "M122 146c4-26 10-38 20-41 24-5 52-5 76 0 10 3 16 15 20 41-36 6-80 6-116 0z"
CAR_GLINTS = ("M130 143c4-22 9-31 15-34l18-2-14 37z", "M186 145l12-39 9 1-11 38z")
CAR_TYRES = ("M114 200h24v27h-24z", "M222 200h24v27h-24z")
CAR_LAMPS = ("M101 162l32 3v15h-31z", "M259 162l-32 3v15h31z")
PLATE_BOX = (149.0, 176.0, 62.0, 20.0)
"""Left, top, width, height of a car's plate in the drawing's units."""
SIGN = (310.0, 34.0, 21.0)
"""Middle and radius of the no-stopping sign."""
PAINTS = {
    "silver": ((212, 216, 219), (174, 181, 186)),
    "white": ((238, 240, 241), (206, 211, 214)),
    "black": ((62, 66, 72), (44, 47, 52)),
    "red": ((168, 46, 44), (132, 36, 35)),
    "blue": ((58, 86, 132), (44, 66, 104)),
    "grey": ((138, 144, 150), (110, 116, 122)),
    "brown": ((124, 98, 76), (98, 76, 60)),
    "green": ((84, 122, 104), (64, 96, 82)),
}
STREETS = 6


def outline(path: str, shift: Point = (0.0, 0.0)) -> list[Point]:
    """The corners of a filled SVG path of one piece (M, m, L, l, H, h, V, v, C, c, z), curves as short lines."""
    words = re.findall(r"[A-Za-z]|-?\d*\.?\d+", path)
    points: list[Point] = []
    x = y = 0.0
    command = ""
    at = 0

    def take(count: int) -> list[float]:
        nonlocal at
        values = [float(word) for word in words[at : at + count]]
        at += count
        return values

    while at < len(words):
        if words[at].isalpha():
            command = words[at]
            at += 1
            if command in "zZ":
                continue
        own = (x, y) if command.islower() else (0.0, 0.0)
        match command.lower():
            case "m" | "l":
                dx, dy = take(2)
                x, y = own[0] + dx, own[1] + dy
                points.append((x, y))
            case "h":
                x = own[0] + take(1)[0]
                points.append((x, y))
            case "v":
                y = own[1] + take(1)[0]
                points.append((x, y))
            case "c":
                c1x, c1y, c2x, c2y, dx, dy = take(6)
                start, one = (x, y), (own[0] + c1x, own[1] + c1y)
                two, end = (own[0] + c2x, own[1] + c2y), (own[0] + dx, own[1] + dy)
                points += [_bezier(start, one, two, end, step / _STEPS) for step in range(1, _STEPS + 1)]
                x, y = end
    return [(px + shift[0], py + shift[1]) for px, py in points]


def _bezier(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    u = 1 - t
    return (
        u**3 * a[0] + 3 * u * u * t * b[0] + 3 * u * t * t * c[0] + t**3 * d[0],
        u**3 * a[1] + 3 * u * u * t * b[1] + 3 * u * t * t * c[1] + t**3 * d[1],
    )


class _Paper:
    """A picture under way, in the drawing's units."""

    def __init__(self, mode: str, ground: object, view: tuple[float, float, float] = VIEW) -> None:
        self.image = Image.new(mode, (WIDTH * FINE, HEIGHT * FINE), ground)  # type: ignore[arg-type]
        self.pen = ImageDraw.Draw(self.image)
        self.left, self.top, width = view
        self.scale = WIDTH * FINE / width

    def at(self, point: Point) -> Point:
        return (point[0] - self.left) * self.scale, (point[1] - self.top) * self.scale

    def fill(self, points: list[Point], colour: tuple[int, ...]) -> None:
        self.pen.polygon([self.at(one) for one in points], fill=colour)

    def box(self, left: float, top: float, width: float, height: float, colour: tuple[int, ...]) -> None:
        self.pen.rectangle([self.at((left, top)), self.at((left + width, top + height))], fill=colour)

    def disc(self, x: float, y: float, rx: float, ry: float, colour: tuple[int, ...]) -> None:
        self.pen.ellipse([self.at((x - rx, y - ry)), self.at((x + rx, y + ry))], fill=colour)

    def stroke(self, start: Point, end: Point, width: float, colour: tuple[int, ...]) -> None:
        self.pen.line([self.at(start), self.at(end)], fill=colour, width=round(width * self.scale))

    def done(self) -> Image.Image:
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)


@lru_cache(maxsize=STREETS * 2)
def street(number: int, far: bool = False) -> Image.Image:
    """One of STREETS streets, without a car: sky, houses, trees, kerb, road, the yellow line, and a sign that forbids stopping.

    `far` shows the same street from a greater distance.
    """
    rng = Random(f"street {number}")
    paper = _Paper("RGB", (191 - 6 * (number % 3), 204 - 4 * (number % 4), 214), FAR_VIEW if far else VIEW)
    for index in range(7):
        _house(paper, rng, -210 + index * 125 + rng.uniform(-10, 10))
    for index in range(5):
        _tree(paper, rng, -150 + index * 140 + rng.uniform(-35, 35))
    paper.box(-300, 128, 1000, 34, (183, 178, 166))
    paper.box(-300, 158, 1000, 6, (141, 138, 130))
    paper.box(-300, 164, 1000, 500, (109, 115, 120))
    paper.box(-300, 170, 1000, 5, (227, 181, 58))
    paper.box(-300, 300, 1000, 3, (120, 126, 131))
    x, y, radius = SIGN
    paper.box(x - 2, y, 5, 128, (92, 98, 105))
    paper.disc(x, y, radius + 2.5, radius + 2.5, (194, 42, 47))
    paper.disc(x, y, radius - 2.5, radius - 2.5, (29, 79, 159))
    reach = radius * math.sqrt(0.5)
    paper.stroke((x - reach, y - reach), (x + reach, y + reach), 5, (194, 42, 47))
    if number % 2 == 0:
        paper.stroke((x + reach, y - reach), (x - reach, y + reach), 5, (194, 42, 47))
    return paper.done()


def _house(paper: _Paper, rng: Random, left: float) -> None:
    tone = rng.randint(-14, 14)
    top, width = rng.uniform(-100, 10), rng.uniform(80, 140)
    paper.box(left, top, width, 140 - top, (151 + tone, 162 + tone, 171 + tone))
    for row in range(int((128 - top) // 40)):
        for column in range(int(width // 34)):
            paper.box(
                left + 12 + column * 34, top + 18 + row * 40, 20, 22, (127 + tone, 139 + tone, 149 + tone)
            )


def _tree(paper: _Paper, rng: Random, x: float) -> None:
    size, tone = rng.uniform(0.8, 1.3), rng.randint(-10, 10)
    paper.box(x - 2, 112, 5, 22, (91, 74, 60))
    for dx, dy, radius in ((-14, 100, 17), (14, 100, 17), (0, 84, 22), (0, 106, 20)):
        paper.disc(
            x + dx * size,
            120 - (120 - dy) * size,
            radius * size,
            radius * size,
            (95 + tone, 127 + tone, 99 + tone),
        )


@lru_cache(maxsize=len(PAINTS))
def car(paint: str) -> Image.Image:
    """A car from behind, on nothing, without its plate."""
    body, skirt = PAINTS[paint]
    paper = _Paper("RGBA", (0, 0, 0, 0))
    paper.disc(180, 226, 94, 11, (60, 66, 71, 255))
    for tyre in CAR_TYRES:
        paper.fill(outline(tyre), (35, 40, 44, 255))
    paper.fill(outline(CAR_BODY), (*body, 255))
    paper.fill(outline(CAR_SKIRT), (*skirt, 255))
    paper.fill(outline(CAR_WINDOW), (42, 52, 64, 255))
    for glint in CAR_GLINTS:
        paper.fill(outline(glint), (71, 85, 100, 255))
    for lamp in CAR_LAMPS:
        paper.fill(outline(lamp), (179, 38, 43, 255))
    paper.box(104, 166, 10, 6, (231, 154, 148, 255))
    paper.box(246, 166, 10, 6, (231, 154, 148, 255))
    paper.box(140, 170, 80, 30, (*((one * 2 + 139) // 3 for one in skirt), 255))
    paper.disc(180, 160, 5, 5, (154, 162, 168, 255))
    return paper.done()


@lru_cache(maxsize=len(PAINTS))
def rear(paint: str) -> Image.Image:
    """The rear of a car from close by, where its plate is fixed."""
    ground = Image.new("RGB", (WIDTH, HEIGHT), (109, 115, 120))
    whole = car(paint)
    ground.paste(whole, (0, 0), whole)
    x, y, width, height = PLATE_BOX
    scale = WIDTH / VIEW[2]
    middle = ((x + width / 2 - VIEW[0]) * scale, (y + height / 2 - VIEW[1]) * scale)
    half = (width * scale * 0.8, width * scale * 0.8 * HEIGHT / WIDTH)
    box = (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
    return ground.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=box)
