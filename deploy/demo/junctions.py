"""Junctions: where roads are cut, what one piece between two of them is, and what can be reached. Pure.

A junction is a vertex that two roads share exactly; roads that cross without sharing one pass over each other.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from deploy.demo.names import english

Spot = tuple[float, float]
"""Metres east and north of the centre, whole decimetres."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of road between two junctions."""

    name: str
    name_en: str
    road_class: str
    oneway: bool
    km_from: float | None
    line: tuple[Spot, ...]

    @property
    def length_m(self) -> float:
        return sum(math.dist(one, other) for one, other in pairwise(self.line))


@dataclass(slots=True)
class Road:
    """A road, or a stretch of one, before it is cut at its junctions."""

    name: str
    road_class: str
    line: list[Spot]
    km_from: float | None = None


def cut_at(road: Road, ring: Road, *, keep_inside: bool) -> bool:
    """Cut a road off where it meets the ring, in a junction of the two; say whether anything of it is left."""
    line: list[Spot] = []
    for start, end in pairwise(road.line):
        if is_within(start, ring.line) == keep_inside:
            line.append(start)
        for index, (one, other) in enumerate(pairwise(ring.line)):
            spot = crossing(start, end, one, other)
            if spot is not None:
                if spot not in ring.line:
                    ring.line.insert(index + 1, spot)
                line.append(spot)
                break
    if is_within(road.line[-1], ring.line) == keep_inside:
        line.append(road.line[-1])
    road.line = [spot for index, spot in enumerate(line) if index == 0 or spot != line[index - 1]]
    return len(road.line) > 1


def crossing(a: Spot, b: Spot, c: Spot, d: Spot) -> Spot | None:
    """Where two straight pieces cross, to the decimetre; None where they don't."""
    r, s = (b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1])
    cross = r[0] * s[1] - r[1] * s[0]
    if cross == 0:
        return None
    t = ((c[0] - a[0]) * s[1] - (c[1] - a[1]) * s[0]) / cross
    u = ((c[0] - a[0]) * r[1] - (c[1] - a[1]) * r[0]) / cross
    if not (0 <= t < 1 and 0 <= u < 1):
        return None
    return round(a[0] + t * r[0], 1), round(a[1] + t * r[1], 1)


def is_within(spot: Spot, ring: Sequence[Spot]) -> bool:
    """Whether a spot lies within a closed line."""
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > spot[1]) != (y2 > spot[1]) and spot[0] < (x2 - x1) * (spot[1] - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def split(roads: list[Road]) -> list[Segment]:
    """Cut every road at each vertex that it shares with another road or another stretch, and at each kilometre post."""
    uses: Counter[Spot] = Counter()
    for road in roads:
        uses.update(set(road.line))
        uses.update((road.line[0], road.line[-1]))
    segments = []
    for road in roads:
        line = _with_posts(road)
        piece = [line[0][0]]
        kilometre = line[0][1]
        for spot, at in line[1:]:
            piece.append(spot)
            post = at is not None and at == int(at)
            if uses[spot] > 1 or post or spot == line[-1][0]:
                segments.append(
                    Segment(road.name, english(road.name), road.road_class, False, kilometre, tuple(piece))
                )
                piece, kilometre = [spot], at
    return [one for one in segments if one.length_m > 1]


def _with_posts(road: Road) -> list[tuple[Spot, float | None]]:
    """The line's vertices with the kilometre of each (None without posts), and a vertex more at each whole kilometre."""
    if road.km_from is None:
        return [(spot, None) for spot in road.line]
    found: list[tuple[Spot, float | None]] = [(road.line[0], road.km_from)]
    at = road.km_from
    for start, end in pairwise(road.line):
        length = math.dist(start, end) / 1000
        for post in range(math.floor(at) + 1, math.ceil(at + length)):
            share = (post - at) / length
            spot = (
                round(start[0] + (end[0] - start[0]) * share, 1),
                round(start[1] + (end[1] - start[1]) * share, 1),
            )
            found.append((spot, float(post)))
        at += length
        found.append((end, round(at, 3)))
    return found


def connected(segments: list[Segment]) -> list[Segment]:
    """The largest part in which all can be reached; cut-off stubs of the gaps are left out."""
    near: dict[Spot, list[int]] = defaultdict(list)
    for index, segment in enumerate(segments):
        near[segment.line[0]].append(index)
        near[segment.line[-1]].append(index)
    seen: set[int] = set()
    best: set[int] = set()
    for start in range(len(segments)):
        if start in seen:
            continue
        part, edge = {start}, [start]
        while edge:
            one = segments[edge.pop()]
            for end in (one.line[0], one.line[-1]):
                for other in near[end]:
                    if other not in part:
                        part.add(other)
                        edge.append(other)
        seen |= part
        best = max(best, part, key=len)
    return [segments[index] for index in sorted(best)]
