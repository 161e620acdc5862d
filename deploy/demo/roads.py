"""The city's roads: a bent grid between two rings, cut by the river 澜江 with few bridges; a motorway and a national highway pass by.

Pure: a seed in, segments between junctions out. Lines of the grid share their vertices exactly, so that a junction is a vertex that two
roads have in common; roads that cross without one (the motorway, all but at its interchanges) share none.
"""

import math
from collections.abc import Iterable, Sequence
from random import Random

from deploy.demo.junctions import Road, Segment, Spot, connected, cut_at, split
from deploy.demo.names import EAST_WEST, NORTH_SOUTH, lane_names
from field.targeting.geodesy import metres_per_degree

CENTRE = (119.05, 29.1)
"""Longitude and latitude of the invented centre. The place inland where it would lie has nothing to do with it."""

COLUMNS = 26
ROWS = 24
CELL_M = 440.0
PARTS = 4
RING_COLUMN = (7, 18)
RING_ROW = (6, 17)
RIVER_BELOW = 9
"""The river runs between this row and the one above it."""
BEYOND = 4
"""How many cells the lines are carried on past the grid, to look for the outer ring."""
RIVER_BEYOND = 16
"""How many cells the river flows on past the grid: out of the map's sight."""
OUTER_M = (6300.0, 5600.0)
LIMITS = {
    "expressway": 120,
    "urban_expressway": 80,
    "arterial": 60,
    "secondary": 50,
    "street": 40,
    "lane": 30,
}
LAKE = (15, 4, 17, 6)
"""南湖: no small streets run through it. Columns and rows."""


def city_roads(seed: int) -> list[Segment]:
    """All segments of the network; every one can be reached from every other."""
    rng = Random(f"roads {seed}")
    bend = _Bend(rng)
    ring = _outer_ring(rng)
    grid = [road for road in _grid(rng, bend) if _is_central(road) or cut_at(road, ring, keep_inside=True)]
    highway = [road for road in _national_highway(rng) if cut_at(road, ring, keep_inside=False)]
    motorway = _motorway(rng)
    return connected(split([*grid, ring, *highway, motorway, *_interchanges(motorway, ring)]))


def city_water(seed: int) -> list[list[Spot]]:
    """The shores of the river 澜江 and of the lake 南湖, closed; they lie where the same seed's roads leave room for them."""
    bend = _Bend(Random(f"roads {seed}"))
    columns = [part / PARTS for part in range(-RIVER_BEYOND * PARTS, (COLUMNS + RIVER_BEYOND) * PARTS)]
    south = [bend.at(column, RIVER_BELOW + 0.22) for column in columns]
    north = [bend.at(column, RIVER_BELOW + 0.78) for column in columns]
    left, bottom, right, top = LAKE
    lake = [
        bend.at(
            (left + right) / 2 + 0.8 * (right - left) / 2 * math.cos(math.pi * step / 16),
            (bottom + top) / 2 + 0.8 * (top - bottom) / 2 * math.sin(math.pi * step / 16),
        )
        for step in range(32)
    ]
    return [[*south, *reversed(north), south[0]], [*lake, lake[0]]]


def _is_central(road: Road) -> bool:
    return all(_is_inside(spot, 0.8) for spot in road.line)


def degrees(spot: Spot) -> tuple[float, float]:
    """Longitude and latitude of a spot."""
    east, north = metres_per_degree(CENTRE[1])
    return round(CENTRE[0] + spot[0] / east, 6), round(CENTRE[1] + spot[1] / north, 6)


class _Bend:
    """Turns grid co-ordinates into metres: a turn of a few degrees and slow waves, so that no road is a ruler's."""

    def __init__(self, rng: Random) -> None:
        self.turn = math.radians(rng.uniform(2.5, 5.5))
        self.waves = [(rng.uniform(110, 230), rng.uniform(1300, 2300), rng.uniform(0, 6.3)) for _ in range(4)]
        self.gaps_x = self._gaps(rng, COLUMNS)
        self.gaps_y = self._gaps(rng, ROWS)

    @staticmethod
    def _gaps(rng: Random, count: int) -> list[float]:
        at, lines = 0.0, []
        for index in range(count):
            lines.append(at)
            from_centre = abs(index - count / 2) / (count / 2)
            at += CELL_M * (0.72 + 0.5 * from_centre) * rng.uniform(0.86, 1.14)
        middle = lines[count // 2]
        return [one - middle for one in lines]

    def at(self, column: float, row: float) -> Spot:
        x, y = self._along(self.gaps_x, column), self._along(self.gaps_y, row)
        (a, l1, p1), (b, l2, p2), (c, l3, p3), (d, l4, p4) = self.waves
        u = x + a * math.sin(y / l1 + p1) + b * math.sin((x + y) / l2 + p2)
        v = y + c * math.sin(x / l3 + p3) + d * math.sin((x - y) / l4 + p4)
        return (
            round(u * math.cos(self.turn) - v * math.sin(self.turn), 1),
            round(u * math.sin(self.turn) + v * math.cos(self.turn), 1),
        )

    @staticmethod
    def _along(lines: Sequence[float], index: float) -> float:
        low = max(0, min(int(index), len(lines) - 2))
        return lines[low] + (index - low) * (lines[low + 1] - lines[low])


def _is_inside(spot: Spot, share: float = 1.0) -> bool:
    across: float = (abs(spot[0]) / OUTER_M[0]) ** 2.6 + (abs(spot[1]) / OUTER_M[1]) ** 2.6
    return across < share


def _grid(rng: Random, bend: _Bend) -> list[Road]:
    roads: list[Road] = []
    rows, columns = _named(ROWS, EAST_WEST, _ROW_NAMES), _named(COLUMNS, NORTH_SOUTH, _COLUMN_NAMES)
    for row in range(ROWS):
        roads += _line(rng, bend, rows[row], [(part / PARTS, float(row)) for part in _whole_way(COLUMNS)])
    for column in range(COLUMNS):
        roads += _line(
            rng, bend, columns[column], [(float(column), part / PARTS) for part in _whole_way(ROWS)]
        )
    return roads + _lanes(rng, bend)


def _whole_way(count: int) -> range:
    return range(-BEYOND * PARTS, (count - 1 + BEYOND) * PARTS + 1)


_ROW_NAMES = {
    13: "人民路",
    11: "西直街",
    15: "解放路",
    10: "滨江北路",
    9: "滨江南路",
    4: "南湖路",
    20: "北山路",
    8: "文昌街",
}
_COLUMN_NAMES = {12: "建设路", 14: "澜桥路", 21: "东湖路", 10: "育才街", 4: "望江路", 16: "中兴路"}
_ARTERIAL_ROWS = frozenset({4, 6, 10, 13, 17, 20})
_ARTERIAL_COLUMNS = frozenset({4, 7, 12, 14, 18, 21})


def _named(count: int, pool: Iterable[str], fixed: dict[int, str]) -> list[str]:
    free = iter(name for name in pool if name not in fixed.values())
    return [fixed.get(index) or next(free) for index in range(count)]


def _line(rng: Random, bend: _Bend, name: str, path: list[tuple[float, float]]) -> list[Road]:
    """One line of the grid as roads: the stretch along the inner ring has the ring's name, and small ones have gaps."""
    pieces: list[Road] = []
    for start in range(0, len(path) - 1, PARTS):
        stretch = path[start : start + PARTS + 1]
        called, road_class = _what(name, stretch)
        spots = [bend.at(*one) for one in stretch]
        arterial = road_class == "arterial"
        ends = [_is_inside(one, 1.15 if arterial else 0.9) for one in (spots[0], spots[-1])]
        if not called or not (any(ends) if arterial else all(ends)):
            continue
        if not arterial and rng.random() < _gap_chance(stretch):
            continue
        pieces.append(Road(called, road_class, spots))
    return pieces


def _what(name: str, stretch: list[tuple[float, float]]) -> tuple[str, str]:
    """Name and class of one stretch of a grid line; no name: there is no road (the river without a bridge, the lake)."""
    (c1, r1), (c2, r2) = stretch[0], stretch[-1]
    along_row = r1 == r2
    if along_row and int(r1) in RING_ROW and RING_COLUMN[0] <= c1 and c2 <= RING_COLUMN[1]:
        return ("环城南路" if int(r1) == RING_ROW[0] else "环城北路"), "arterial"
    if not along_row and int(c1) in RING_COLUMN and RING_ROW[0] <= r1 and r2 <= RING_ROW[1]:
        side = "西" if int(c1) == RING_COLUMN[0] else "东"
        if int(r1) == RIVER_BELOW:
            return f"{side}环大桥", "arterial"
        return f"环城{side}路", "arterial"
    if not along_row and int(r1) == RIVER_BELOW:
        return _BRIDGES.get(int(c1), ""), "arterial"
    left, bottom, right, top = LAKE
    if (
        left <= (c1 + c2) / 2 <= right
        and bottom <= (r1 + r2) / 2 <= top
        and not (along_row and int(r1) in (bottom, top))
    ):
        return (name, "arterial") if (along_row and int(r1) in _ARTERIAL_ROWS) else ("", "")
    if (int(r1) in _ARTERIAL_ROWS) if along_row else (int(c1) in _ARTERIAL_COLUMNS):
        return name, "arterial"
    return name, "secondary" if (int(r1 if along_row else c1) % 2 == 0) else "street"


_BRIDGES = {4: "望江大桥", 12: "建设大桥", 14: "澜江大桥", 21: "东湖大桥"}


def _gap_chance(stretch: list[tuple[float, float]]) -> float:
    """Small streets stand closely in the old town and thin out towards the edge."""
    column, row = stretch[PARTS // 2]
    away = max(abs(column - COLUMNS / 2) / (COLUMNS / 2), abs(row - ROWS / 2) / (ROWS / 2))
    return 0.04 + 0.5 * max(0.0, away - 0.35)


def _lanes(rng: Random, bend: _Bend) -> list[Road]:
    """Lanes through the blocks inside the inner ring, from one street to the next or ending in the middle."""
    names = iter(lane_names(rng))
    lanes = []
    for column in range(RING_COLUMN[0], RING_COLUMN[1]):
        for row in range(RING_ROW[0], RING_ROW[1]):
            if row == RIVER_BELOW or rng.random() > 0.62:
                continue
            share = rng.choice((0.25, 0.5, 0.75))
            depth = PARTS if rng.random() < 0.6 else PARTS // 2
            if rng.random() < 0.5:
                path = [(column + share, row + part / PARTS) for part in range(depth + 1)]
            else:
                path = [(column + part / PARTS, row + share) for part in range(depth + 1)]
            lanes.append(Road(next(names), "lane", [bend.at(*one) for one in path]))
    return lanes


def _outer_ring(rng: Random) -> Road:
    """绕城快速路: closed, a little uneven."""
    phase = rng.uniform(0, 6.3)
    line = []
    for step in range(180):
        angle = 2 * math.pi * step / 180
        uneven = 1 + 0.012 * math.sin(3 * angle + phase)
        x = OUTER_M[0] * uneven * _power(math.cos(angle))
        y = OUTER_M[1] * uneven * _power(math.sin(angle))
        line.append((round(x, 1), round(y, 1)))
    return Road("绕城快速路", "urban_expressway", [*line, line[0]])


def _power(value: float) -> float:
    return math.copysign(abs(value) ** (2 / 2.6), value)


def _national_highway(rng: Random) -> list[Road]:
    """899国道 comes from the west, runs on the outer ring through the city, and goes on to the east, with kilometre posts."""
    sway = rng.uniform(150, 300)
    west = [(-11_500.0 + 150 * n, -2_600 + sway * math.sin(n / 9)) for n in range(60)]
    east = [(2_500.0 + 150 * n, 1_400 + sway * math.sin(n / 8 + 1)) for n in range(60)]
    return [
        Road("899国道", "arterial", [(round(x, 1), round(y, 1)) for x, y in line], km_from=km)
        for line, km in ((west, 1196.0), (east, 1211.0))
    ]


def _motorway(rng: Random) -> Road:
    """澜州高速 passes north of the city and meets other roads at its interchanges only."""
    sway = rng.uniform(150, 300)
    line = [(-11_000 + 220.0 * n, 7_300 - 6.0 * n + sway * math.sin(n / 14 + 1)) for n in range(101)]
    return Road("澜州高速", "expressway", [(round(x, 1), round(y, 1)) for x, y in line], km_from=82.0)


def _interchanges(motorway: Road, ring: Road) -> list[Road]:
    """Two ramps from the motorway down to the north of the ring."""
    ramps = []
    for name, x in (("澜江西匝道", -3_000.0), ("澜江东匝道", 3_000.0)):
        top = min(motorway.line, key=lambda spot: abs(spot[0] - x))
        bottom = min((spot for spot in ring.line if spot[1] > 0), key=lambda spot: abs(spot[0] - x * 0.9))
        bend = [
            (
                round(
                    top[0] + (bottom[0] - top[0]) * share + math.copysign(220, x) * math.sin(math.pi * share),
                    1,
                ),
                round(top[1] + (bottom[1] - top[1]) * share, 1),
            )
            for share in (0.1, 0.25, 0.4, 0.6, 0.75, 0.9)
        ]
        ramps.append(Road(name, "secondary", [top, *bend, bottom]))
    return ramps
