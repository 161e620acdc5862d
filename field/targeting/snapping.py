"""The nearest segment to each of many events: a grid of cells, and arithmetic on whole arrays.

Each straight piece of a segment is noted in every cell that its surroundings (`max_m`) touch; an event then looks only at the pieces of
its own cell. Cells are as wide as the reach, so that a cell of a city holds a handful of pieces. Measured beside shapely's tree and
PostGIS by `deploy/bench targeting`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from field.targeting.segments import Segments

AT_ONCE = 200_000
"""Events looked at together: what they need at once stays below about 200 MB."""
ALIKE_M = 1e-6
"""Distances that differ by less are equal: the end of one segment is the beginning of the next."""

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Snapped:
    """Which event (its place in the list) lies on which segment, and how far away; the others lie nowhere near."""

    event: Places
    segment: Places
    distance_m: Floats


def snap(places: Any, segments: Segments, max_m: float) -> Snapped:
    """Give each place (n by 2, degrees) to its nearest segment within `max_m` metres; of equally near ones the first in the file."""
    points = segments.grid.metres(places)
    cells = _Cells(segments, max_m)
    found = [cells.nearest(points[start : start + AT_ONCE]) for start in range(0, len(points), AT_ONCE)]
    event = [at + start * AT_ONCE for start, (at, _, _) in enumerate(found)]
    if not found:
        return Snapped(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))
    return Snapped(
        np.concatenate(event),
        np.concatenate([one[1] for one in found]),
        np.concatenate([one[2] for one in found]),
    )


class _Cells:
    """The straight pieces, sorted by the cells that they are near to."""

    def __init__(self, segments: Segments, max_m: float) -> None:
        self._reach = max_m
        vertices, owner = shapely.get_coordinates(segments.shapes, return_index=True)
        same = owner[1:] == owner[:-1]
        self._start = vertices[:-1][same]
        self._along = vertices[1:][same] - self._start
        self._owner = owner[1:][same]
        squared = np.einsum("ij,ij->i", self._along, self._along)
        self._squared = np.where(squared > 0, squared, 1.0)
        ends = self._start + self._along
        low = np.minimum(self._start, ends) - max_m
        high = np.maximum(self._start, ends) + max_m
        self._origin = low.min(axis=0)
        first, last = self._cell_of(low), self._cell_of(high)
        self._columns = int(last[:, 1].max()) + 1
        self._rows = int(last[:, 0].max()) + 1
        wide, tall = (last - first + 1).T
        piece = np.repeat(np.arange(len(first)), wide * tall)
        nth = np.arange(len(piece)) - np.repeat(np.cumsum(wide * tall) - wide * tall, wide * tall)
        at = first[piece] + np.column_stack((nth // tall[piece], nth % tall[piece]))
        near = self._is_near(piece, at)
        cell, piece = self._number(at[near]), piece[near]
        order = np.argsort(cell, kind="stable")
        self._cells, begin = np.unique(cell[order], return_index=True)
        self._piece = piece[order]
        self._begin = np.append(begin, len(order))

    def nearest(self, points: Floats) -> tuple[Places, Places, Floats]:
        """For each point that has a segment within reach: its place, the segment, the distance."""
        at = self._cell_of(points)
        inside = ((at >= 0) & (at < (self._rows, self._columns))).all(axis=1)
        which = np.flatnonzero(inside)
        cell = self._number(at[which])
        place = np.minimum(np.searchsorted(self._cells, cell), len(self._cells) - 1)
        held = self._cells[place] == cell
        which, place = which[held], place[held]
        count = self._begin[place + 1] - self._begin[place]
        group = np.cumsum(count) - count
        if not len(which):
            return which, which, np.empty(0)
        pair = np.repeat(np.arange(len(which)), count)
        piece = self._piece[
            np.arange(len(pair)) - np.repeat(group, count) + np.repeat(self._begin[place], count)
        ]
        distance = self._distance(points[which[pair]], piece)
        least = np.minimum.reduceat(distance, group)
        alike = np.where(
            distance <= np.repeat(least, count) + ALIKE_M, self._owner[piece], np.iinfo(np.intp).max
        )
        owner = np.minimum.reduceat(alike, group)
        reached = least <= self._reach
        return which[reached], owner[reached], least[reached]

    def _distance(self, points: Floats, piece: Places) -> Floats:
        start, along = self._start[piece], self._along[piece]
        away = points - start
        part = np.clip(np.einsum("ij,ij->i", away, along) / self._squared[piece], 0.0, 1.0)
        away -= part[:, None] * along
        distance: Floats = np.hypot(away[:, 0], away[:, 1])
        return distance

    def _is_near(self, piece: Places, at: Places) -> NDArray[np.bool_]:
        """Whether the cell's middle is near enough that some point of the cell may be within reach."""
        middle = self._origin + (at + 0.5) * self._reach
        near: NDArray[np.bool_] = self._distance(middle, piece) <= self._reach * (1 + np.sqrt(0.5)) + ALIKE_M
        return near

    def _cell_of(self, points: Floats) -> Places:
        cells: Places = np.floor((points - self._origin) / self._reach).astype(np.intp)
        return cells

    def _number(self, at: Places) -> Places:
        number: Places = at[:, 0] * self._columns + at[:, 1]
        return number
