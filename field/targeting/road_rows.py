"""Reading roads out of a file, whatever calls its attributes what: GeoJSON (also .gz), shapefile, GeoPackage. No database here.

GDAL reads in batches, so that a file of a million segments does not stand in memory. Coordinates must be degrees of WGS-84 (or
CGCS2000, which is the same within a metre): another system is refused, never guessed. GCJ-02 can't be told from its numbers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pyogrio
import shapely

from field.targeting.geodesy import Coordinate, length_m

BATCH = 20_000
SHORTEST_M = 0.1
DEGREES = frozenset({"EPSG:4326", "EPSG:4490", "OGC:CRS84", "EPSG:4979"})

CLASSES: dict[str, str] = {
    **{own: own for own in ("expressway", "urban_expressway", "arterial", "secondary", "street", "lane")},
    # OpenStreetMap
    "motorway": "expressway",
    "motorway_link": "expressway",
    "trunk": "urban_expressway",
    "trunk_link": "urban_expressway",
    "primary": "arterial",
    "primary_link": "arterial",
    "secondary_link": "secondary",
    "tertiary": "street",
    "tertiary_link": "street",
    "residential": "street",
    "unclassified": "street",
    "road": "street",
    "living_street": "lane",
    "service": "lane",
    "pedestrian": "lane",
    # 路段 classes of the national dictionary: 10 motorway, 11-14 graded highways, 21 urban expressway, 22 urban road
    "10": "expressway",
    "11": "arterial",
    "12": "arterial",
    "13": "secondary",
    "14": "secondary",
    "21": "urban_expressway",
    "22": "street",
}

WATER = frozenset({"water", "river", "riverbank", "lake"})
"""Areas of these classes are drawn behind the roads."""


class NotRoads(Exception):
    """The file can't be read as a network of roads; its text says why."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """Which attribute of the file means what; the first one that the file has counts."""

    source_id: tuple[str, ...] = ("seg_id", "id", "osm_id", "road_id", "fid")
    name: tuple[str, ...] = ("name", "name_zh", "NAME")
    name_en: tuple[str, ...] = ("name_en", "name:en", "NAME_EN")
    road_class: tuple[str, ...] = ("class", "road_class", "highway", "fclass", "type")
    oneway: tuple[str, ...] = ("oneway",)
    km_from: tuple[str, ...] = ("km_from", "km")
    speed_limit_kmh: tuple[str, ...] = ("maxspeed", "speed_limit_kmh", "speed_limit")


@dataclass(frozen=True, slots=True)
class RoadRow:
    """One segment as it goes into the table."""

    source_id: str
    name: str
    name_en: str
    road_class: str
    oneway: bool
    km_from: float | None
    speed_limit_kmh: int | None
    length_m: float
    line: tuple[Coordinate, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was left out: its number in the file, from 1, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Water:
    """A row that is water: the shores of its areas as closed rings. Islands are left out, as a map of this size does."""

    shores: tuple[tuple[Coordinate, ...], ...]


Row = list[RoadRow] | Water | Rejected
"""What one row of a file is: the segments of a road, water to draw behind them, or left out with a reason."""


@dataclass(slots=True)
class RoadFile:
    """An opened file: how many rows it has, and the rows one by one, good and rejected."""

    path: Path
    rows: int
    _columns: dict[str, str]
    _seen: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[Row]:
        """Yield, for each row of the file, its segments (a multi-line has several), its water, or why there is neither."""
        for start in range(0, self.rows, BATCH):
            yield from self._batch(start)

    def _batch(self, start: int) -> Iterator[Row]:
        about, _, shapes, values = pyogrio.raw.read(
            _gdal_path(self.path),
            skip_features=start,
            max_features=BATCH,
            columns=list(set(self._columns.values())),
        )
        columns = dict(zip(about["fields"], values, strict=True))
        for offset, wkb in enumerate(shapes):
            number = start + offset + 1
            said = {what: columns[name][offset] for what, name in self._columns.items()}
            try:
                if _text(said.get("road_class")).lower() in WATER:
                    yield Water(_shores(wkb))
                else:
                    yield self._segments(number, wkb, said)
            except ValueError as reason:
                yield Rejected(number, str(reason))

    def _segments(self, number: int, wkb: bytes | None, said: Mapping[str, Any]) -> list[RoadRow]:
        """:raises ValueError: the row is no road"""
        lines = _lines(wkb)
        source_id = _text(said.get("source_id")) or f"row {number}"
        found = []
        for part, line in enumerate(lines, 1):
            own_id = source_id if len(lines) == 1 else f"{source_id}/{part}"
            if own_id in self._seen:
                raise ValueError(f"the id {own_id!r} stands twice")
            if len(own_id) > 60:
                raise ValueError("the id is longer than 60 characters")
            found.append(
                RoadRow(
                    source_id=own_id,
                    name=_text(said.get("name"))[:80],
                    name_en=_text(said.get("name_en"))[:80],
                    road_class=CLASSES.get(_text(said.get("road_class")).lower(), "unknown"),
                    oneway=_text(said.get("oneway")).lower() in ("true", "1", "yes", "y", "t"),
                    km_from=_number(said.get("km_from")),
                    speed_limit_kmh=_speed(said.get("speed_limit_kmh")),
                    length_m=round(length_m(line), 3),
                    line=line,
                )
            )
        self._seen.update(one.source_id for one in found)
        return found


def open_roads(path: Path, mapping: Attributes) -> RoadFile:
    """Look into a file without reading it through.

    :raises NotRoads: GDAL can't read it, it has no lines, or its coordinates are no degrees of WGS-84
    """
    try:
        about = pyogrio.read_info(_gdal_path(path), force_feature_count=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as wrong:
        raise NotRoads(f"it can't be read: {wrong}") from wrong
    if about["crs"] is not None and about["crs"] not in DEGREES:
        raise NotRoads(f"its coordinates are {about['crs']}: convert it to WGS-84 degrees (EPSG:4326) first")
    there = set(about["fields"])
    columns = {}
    for what in Attributes.__dataclass_fields__:
        name = next((one for one in getattr(mapping, what) if one in there), None)
        if name is not None:
            columns[what] = name
    return RoadFile(path, int(about["features"]), columns)


def _gdal_path(path: Path) -> str:
    return f"/vsigzip/{path.resolve()}" if path.suffix == ".gz" else str(path.resolve())


def _shape(wkb: bytes | None) -> Any:
    if wkb is None:
        raise ValueError("there is no geometry")
    try:
        return shapely.force_2d(shapely.from_wkb(wkb))
    except shapely.errors.GEOSException as wrong:
        raise ValueError(f"the geometry is broken: {str(wrong).strip()}") from wrong


def _shores(wkb: bytes | None) -> tuple[tuple[Coordinate, ...], ...]:
    """:raises ValueError: the row is no area"""
    shape = _shape(wkb)
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"the water is a {shape.geom_type}, not an area")
    return tuple(_line(one.exterior.coords) for one in getattr(shape, "geoms", [shape])) or _empty()


def _lines(wkb: bytes | None) -> list[tuple[Coordinate, ...]]:
    shape = _shape(wkb)
    if shape.geom_type not in ("LineString", "MultiLineString"):
        raise ValueError(f"the geometry is a {shape.geom_type}, not a line")
    return [_line(part.coords) for part in getattr(shape, "geoms", [shape])] or _empty()


def _empty() -> NoReturn:
    raise ValueError("the geometry is empty")


def _line(coordinates: Any) -> tuple[Coordinate, ...]:
    line = tuple((float(lon), float(lat)) for lon, lat in coordinates)
    if len(line) < 2:
        raise ValueError("a line needs two points")
    for lon, lat in line:
        # a comparison that also refuses NaN
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError(f"a point is out of range: {lon}, {lat}")
    if length_m(line) < SHORTEST_M:
        raise ValueError("the line has no length")
    return line


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()


def _number(value: object) -> float | None:
    text = _text(value)
    try:
        return float(text) if text else None
    except ValueError:
        raise ValueError(f"{text!r} is no kilometre") from None


def _speed(value: object) -> int | None:
    """Whole km/h; what is no number (`none`, `CN:urban`) is no limit, as OpenStreetMap writes it."""
    text = _text(value).removesuffix("km/h").strip()
    try:
        speed = int(float(text))
    except ValueError:
        return None
    return speed if 0 < speed <= 200 else None
