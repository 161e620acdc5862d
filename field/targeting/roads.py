"""What the road networks say: which road is nearest, and the pack that handhelds and the desk's map draw from."""

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import shapely
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon

from field.models import Road, RoadNetwork
from field.targeting.geodesy import Coordinate, distance_m, metres_per_degree

MOST_SEGMENTS = 40_000
"""What an old handheld can hold and search; above it the smallest roads are left out first."""
MOST_WATER_POINTS = 4_000
"""Points of all shores together: some 20 kB of a pack. Above it the smallest waters are left out first."""
SCALE = 100_000
"""Coordinates go as whole 1/100,000 degrees: about a metre."""
SIMPLIFY_DEGREES = 1.5e-5
SIMPLIFY_SHORE_DEGREES = 1e-4
RANK = ("expressway", "urban_expressway", "arterial", "secondary", "street", "unknown", "lane")


@dataclass(frozen=True, slots=True)
class NearRoad:
    """A road and how far it is, in metres on the ground."""

    road: Road
    distance_m: float


@dataclass(frozen=True, slots=True)
class RoadPack:
    """A network as it goes out. `body` is the JSON text itself: it is large, and the same for everybody."""

    digest: str
    segments: int
    body: bytes


def nearest_road(point: Coordinate, within_m: float) -> NearRoad | None:
    """The nearest road to a WGS-84 point (longitude, latitude), at most `within_m` away; None where there is none.

    Of roads equally near the earliest imported one: the answer never changes by itself.
    """
    east, north = metres_per_degree(point[1])
    around = Polygon.from_bbox(
        (
            point[0] - within_m / east,
            point[1] - within_m / north,
            point[0] + within_m / east,
            point[1] + within_m / north,
        )
    )
    around.srid = 4326
    here = Point(*point, srid=4326)
    road = (
        Road.objects.filter(line__bboverlaps=around)
        .annotate(away=Distance("line", here, spheroid=True))
        .order_by("away", "pk")
        .first()
    )
    if road is None:
        return None
    away = float(road.away.m)
    return NearRoad(road, away) if away <= within_m else None


def kilometre_at(road: Road, point: Coordinate) -> float | None:
    """The kilometre post value at the point's foot on a road that has posts, rounded down to 0.1; None where it has none."""
    if road.km_from is None:
        return None
    line = shapely.LineString(road.line.coords)
    foot = line.interpolate(line.project(shapely.Point(point)))
    along = 0.0
    for start, end in zip(line.coords, line.coords[1:], strict=False):
        part = shapely.LineString([start, end])
        if part.distance(foot) < 1e-9:
            along += distance_m(start, (foot.x, foot.y))
            break
        along += distance_m(start, end)
    return int((road.km_from + along / 1000) * 10) / 10


def home_network() -> RoadNetwork | None:
    """The network of the place itself: the one that was taken in first. Others are borrowed, and asked for by name."""
    return RoadNetwork.objects.order_by("pk").first()


def pack(name: str = "") -> RoadPack:
    """The roads of a network (the home network where no name is given), simplified to about a metre and a half.

    An unknown name and no network at all give an empty pack.
    """
    network = RoadNetwork.objects.filter(name=name).first() if name else home_network()
    return _pack(network.pk, network.sha256) if network else _packed([], [])


@lru_cache(maxsize=4)
def _pack(network: int, content: str) -> RoadPack:
    """`content` is the network's SHA-256: a network that was imported anew is another pack."""
    rows = Road.objects.filter(network=network).values_list(
        "pk", "name", "name_en", "road_class", "km_from", "line"
    )
    ranked = sorted(rows, key=lambda row: (RANK.index(row[3]), row[0]))[:MOST_SEGMENTS]
    shores = RoadNetwork.objects.values_list("water", flat=True).get(pk=network)
    return _packed([_line(*row) for row in sorted(ranked)], _water(shores))


def _packed(roads: list[dict[str, Any]], water: list[list[int]]) -> RoadPack:
    said = json.dumps(roads, ensure_ascii=False, separators=(",", ":")).encode()
    if water:
        said += b',"water":' + json.dumps(water, separators=(",", ":")).encode()
    digest = sha256(said).hexdigest()
    return RoadPack(digest, len(roads), b'{"digest":"%s","roads":%s}' % (digest.encode(), said))


def _water(shores: list[list[Coordinate]]) -> list[list[int]]:
    """The shores to draw, the greatest waters first, as far as the points reach."""
    by_size = sorted(shores, key=lambda shore: shapely.Polygon(shore).area, reverse=True)
    packed: list[list[int]] = []
    left = MOST_WATER_POINTS
    for shore in by_size:
        coded = delta(shore, SIMPLIFY_SHORE_DEGREES)
        left -= len(coded) // 2
        if left < 0:
            break
        packed.append(coded)
    return packed


def _line(
    pk: int, name: str, name_en: str, road_class: str, km_from: float | None, line: Any
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": pk,
        "name": name,
        "class": road_class,
        "km_from": km_from,
        "line": delta(line.coords),
    }
    return said | {"name_en": name_en} if name_en else said


def delta(line: Any, within: float = SIMPLIFY_DEGREES) -> list[int]:
    """A line as whole 1/100,000 degrees: the first point, then the steps from each point to the next.

    `[lon, lat, dlon, dlat, …]`; a line that shrinks to one point keeps both its ends.
    """
    simple = shapely.simplify(shapely.LineString(line), within, preserve_topology=False)
    points = [(round(lon * SCALE), round(lat * SCALE)) for lon, lat in simple.coords]
    coded = list(points[0])
    before = points[0]
    for index, point in enumerate(points[1:], 1):
        if point == before and index < len(points) - 1:
            continue
        coded += [point[0] - before[0], point[1] - before[1]]
        before = point
    return coded
