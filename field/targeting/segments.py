"""A road network cut into segments, in metres. No database here.

Metres are those of a flat grid around the network's middle latitude: exact enough for a city (a network of more than MOST_DEGREES from
south to north is refused, since the grid's metres would be off by more than about 2 % at its ends).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import ops

from field.targeting.geodesy import Coordinate, metres_per_degree

MOST_DEGREES = 2.0
Line = Sequence[Coordinate]


class TooWide(Exception):
    """The network is no city's: its metres would not be metres."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How many metres a degree of longitude and one of latitude are worth in this network."""

    east: float
    north: float

    def metres(self, degrees: Any) -> NDArray[np.float64]:
        """Longitudes and latitudes (n by 2) as metres."""
        found: NDArray[np.float64] = np.asarray(degrees, dtype=np.float64).reshape(-1, 2) * (
            self.east,
            self.north,
        )
        return found


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments in the file's order: their shapes and lengths in metres."""

    grid: Grid
    shapes: NDArray[Any]
    lengths: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.shapes)


def cut(lines: Sequence[Line], every_m: float | None = None) -> Segments:
    """Cut lines at the junctions: points that three or more ends share; with `every_m`, each piece again into equal parts near that length.

    Lines that only touch end to end stay apart, as the file has them: a name or a class changes there. Crossing without a common
    point is a bridge.

    :raises TooWide: from south to north it is more than MOST_DEGREES
    """
    grid = grid_of(lines)
    shapes = [shapely.LineString(grid.metres(piece)) for piece in _at_junctions(lines)]
    if every_m is not None:
        shapes = [part for shape in shapes for part in _equal_parts(shape, every_m)]
    array = np.array(shapes, dtype=object)
    return Segments(grid, array, shapely.length(array))


def grid_of(lines: Iterable[Line]) -> Grid:
    """The grid around these lines' middle. :raises TooWide: see there"""
    latitudes = [lat for line in lines for _, lat in line]
    if max(latitudes) - min(latitudes) > MOST_DEGREES:
        raise TooWide(
            f"the roads reach from {min(latitudes):.2f} to {max(latitudes):.2f} degrees north: give one city at a time"
        )
    return Grid(*metres_per_degree(sum(latitudes) / len(latitudes)))


def _at_junctions(lines: Sequence[Line]) -> list[Line]:
    ends: Counter[Coordinate] = Counter()
    for line in lines:
        ends.update((line[0], line[-1]))
        for point in line[1:-1]:
            ends[point] += 2
    pieces: list[Line] = []
    for line in lines:
        begun = 0
        for at in range(1, len(line) - 1):
            if ends[line[at]] >= 3:
                pieces.append(line[begun : at + 1])
                begun = at
        pieces.append(line[begun:])
    return pieces


def _equal_parts(shape: Any, every_m: float) -> list[Any]:
    parts = max(1, round(shape.length / every_m))
    return [ops.substring(shape, part / parts, (part + 1) / parts, normalized=True) for part in range(parts)]
