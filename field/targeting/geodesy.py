"""Lengths on the ground between WGS-84 coordinates. Pure arithmetic.

Between the vertices of a road the Earth's curvature is a matter of millimetres: the ellipsoid's two radii at the middle latitude are
exact enough (within 0.1 % of PostGIS's geodesic below 20 km; a test compares).
"""

import math
from collections.abc import Iterable
from itertools import pairwise

_A = 6378137.0
_E2 = 6.69437999014e-3

Coordinate = tuple[float, float]
"""Longitude and latitude in degrees."""


def metres_per_degree(latitude: float) -> tuple[float, float]:
    """Metres that one degree of longitude and one of latitude are worth at a latitude."""
    sine = math.sin(math.radians(latitude))
    flat = 1 - _E2 * sine * sine
    meridian = _A * (1 - _E2) / flat**1.5
    normal = _A / math.sqrt(flat)
    return (
        math.radians(1) * normal * math.cos(math.radians(latitude)),
        math.radians(1) * meridian,
    )


def distance_m(start: Coordinate, end: Coordinate) -> float:
    """Metres between two near points."""
    east, north = metres_per_degree((start[1] + end[1]) / 2)
    return math.hypot((end[0] - start[0]) * east, (end[1] - start[1]) * north)


def length_m(line: Iterable[Coordinate]) -> float:
    """Metres along a line."""
    return sum(distance_m(start, end) for start, end in pairwise(line))
