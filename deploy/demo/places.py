"""Places on the invented roads as officers write them down: `人民路北侧，建设路口往东 30 米`. Pure."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from deploy.demo.junctions import Segment, Spot
from deploy.demo.roads import degrees

_BUSY = {
    "arterial": 5.0,
    "secondary": 2.0,
    "street": 1.2,
    "urban_expressway": 2.0,
    "lane": 0.5,
    "expressway": 0.8,
}


SECTORS = 6
"""Slices of the city, one for each squadron: two in the east, two in the west, two in the south."""


@dataclass(frozen=True, slots=True)
class Place:
    """A spot beside a road: metres from the centre, degrees, the road's name, the sentence, and which way the traffic goes."""

    spot: Spot
    lon: float
    lat: float
    road: str
    road_class: str
    text: str
    direction: str


class Places:
    """Where things happen: some stretches much more than others, as in any city."""

    def __init__(self, segments: Sequence[Segment], rng: Random) -> None:
        self._segments = segments
        self._names: dict[Spot, set[str]] = defaultdict(set)
        for one in segments:
            self._names[one.line[0]].add(one.name)
            self._names[one.line[-1]].add(one.name)
        # a few stretches are hot: weights fall off like 1/rank over a shuffled order
        order = list(range(len(segments)))
        rng.shuffle(order)
        self._weights = [0.0] * len(segments)
        for rank, index in enumerate(order, 1):
            one = segments[index]
            self._weights[index] = _BUSY[one.road_class] * min(one.length_m, 600) * (0.05 + 6 / rank)

    def pick(self, rng: Random, classes: frozenset[str], sector: int) -> Place:
        """A place on a road of one of these classes, in one of the SECTORS of the city."""
        fitting = [
            index
            for index, one in enumerate(self._segments)
            if one.road_class in classes and _sector(one.line[0]) == sector
        ]
        index = rng.choices(fitting, [self._weights[one] for one in fitting])[0]
        return self._on(self._segments[index], rng)

    def _on(self, segment: Segment, rng: Random) -> Place:
        share = rng.uniform(0.08, 0.92)
        foot, heading = _along(segment.line, share)
        offset = rng.uniform(3, 8)
        across = heading + math.pi / 2
        spot = (foot[0] + math.cos(across) * offset, foot[1] + math.sin(across) * offset)
        east_west = abs(math.cos(heading)) > abs(math.sin(heading))
        side = ("北" if spot[1] > foot[1] else "南") if east_west else ("东" if spot[0] > foot[0] else "西")
        lon, lat = degrees(spot)
        directions = ("由西向东", "由东向西") if east_west else ("由南向北", "由北向南")
        return Place(
            spot=spot,
            lon=lon,
            lat=lat,
            road=segment.name,
            road_class=segment.road_class,
            text=self._sentence(segment, share, foot, side),
            direction=rng.choice(directions),
        )

    def _sentence(self, segment: Segment, share: float, foot: Spot, side: str) -> str:
        if segment.km_from is not None:
            metres = round((segment.km_from % 1) * 1000 + share * segment.length_m)
            kilometre = int(segment.km_from) + metres // 1000
            return f"{segment.name} K{kilometre}+{metres % 1000:03d}"
        end = segment.line[0] if share < 0.5 else segment.line[-1]
        away = segment.length_m * min(share, 1 - share)
        crossing = sorted(self._names[end] - {segment.name})
        if not crossing:
            return f"{segment.name}{side}侧"
        way = _way(end, foot)
        return f"{segment.name}{side}侧，{crossing[0]}口往{way} {max(10, round(away / 10) * 10)} 米"


def _sector(spot: Spot) -> int:
    """Which slice of the city a spot lies in, from east over north."""
    return int((math.degrees(math.atan2(spot[1], spot[0])) + 30) % 360 // (360 / SECTORS))


def _along(line: Sequence[Spot], share: float) -> tuple[Spot, float]:
    """The spot at a share of a line's length, and the heading there in radians from east."""
    left = share * sum(math.dist(a, b) for a, b in pairwise(line))
    for start, end in pairwise(line):
        length = math.dist(start, end)
        if left <= length or end == line[-1]:
            part = min(1.0, left / length) if length else 0.0
            spot = (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)
            return spot, math.atan2(end[1] - start[1], end[0] - start[0])
        left -= length
    raise ValueError("a line needs two points")


def _way(start: Spot, end: Spot) -> str:
    east, north = end[0] - start[0], end[1] - start[1]
    if abs(east) > abs(north):
        return "东" if east > 0 else "西"
    return "北" if north > 0 else "南"
