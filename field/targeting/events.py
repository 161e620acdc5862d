"""Reading events (crashes, violations, complaints) out of a table or a file of points, whatever calls its columns what. No database here.

Tables are CSV in UTF-8, also packed (.gz, .bz2, .xz); points are anything GDAL reads. Coordinates are degrees of WGS-84.
"""

import bz2
import csv
import gzip
import lzma
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

LONGITUDE = ("longitude", "longitud", "lon", "lng", "long", "x", "经度", "經度")
LATITUDE = ("latitude", "lat", "y", "纬度", "緯度")
YEAR = (
    *("year", "date_time", "datetime", "occurred_at", "happened_at", "time", "date"),
    *("发生年度", "發生年度", "年份", "发生时间", "發生時間", "发生日期", "發生日期", "日期"),
)
"""Columns whose value begins with a year of four digits."""
PACKED: Mapping[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
TABLES = frozenset({".csv", ".txt", ".tsv"})
NOTHING = frozenset({"", "na", "nan", "null", "none", "\\n"})
Row = Mapping[str, str]


class NotEvents(Exception):
    """The file can't be read as events; its text says why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`column=value,value`: a row counts if its column has one of the values."""

    column: str
    values: frozenset[str]

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """:raises NotEvents: it is not of that form"""
        column, equals, values = text.partition("=")
        if not equals or not column.strip():
            raise NotEvents(f"{text!r} is no condition: write column=value or column=value,value")
        return cls(column.strip().casefold(), frozenset(one.strip().casefold() for one in values.split(",")))


@dataclass(slots=True)
class Events:
    """Where and when: places in degrees (n by 2), the year of each or 0, and how many rows were left out for what."""

    places: NDArray[np.float64]
    years: NDArray[np.int64]
    left_out: Counter[str] = field(default_factory=Counter)
    alike: int = 0
    """Rows that share their place and their day and time with an earlier one: of a table of parties rather than of crashes."""


def read_events(
    paths: Sequence[Path], *, where: Sequence[Condition] = (), one_per: Sequence[str] = ()
) -> Events:
    """Read all events of these files that meet every condition.

    With `one_per`, rows that agree in these columns, and in their file, are one event: for tables with a row for each party.

    :raises NotEvents: a file can't be read, or has no such column
    """
    places: list[tuple[float, float]] = []
    years: list[int] = []
    left_out: Counter[str] = Counter()
    seen: set[tuple[str, ...]] = set()
    same: set[tuple[Any, ...]] = set()
    alike = 0
    for nth, path in enumerate(paths):
        with _open(path) as (columns, rows):
            lon, lat = _one_of(columns, LONGITUDE), _one_of(columns, LATITUDE)
            if lon is None or lat is None:
                raise NotEvents(f"{path}: no columns of longitude and latitude among {', '.join(columns)}")
            when = _one_of(columns, YEAR)
            times = [
                name
                for name in columns
                if re.search(r"time|hour|date|day|month|year|时间|時間|日期|年", name, re.IGNORECASE)
            ]
            asked = [(_named(path, columns, one.column), one.values) for one in where]
            key = [_named(path, columns, name.casefold()) for name in one_per]
            for row in rows:
                if any(row[name].strip().casefold() not in values for name, values in asked):
                    left_out["not_asked_for"] += 1
                    continue
                if key:
                    own = (str(nth), *(row[name] for name in key))
                    if own in seen:
                        left_out["same_event"] += 1
                        continue
                    seen.add(own)
                place = _place(row[lon], row[lat])
                if isinstance(place, str):
                    left_out[place] += 1
                    continue
                moment = (place, *(row[name] for name in times))
                alike += bool(times) and moment in same
                same.add(moment)
                places.append(place)
                years.append(_year(row[when]) if when else 0)
    return Events(
        np.array(places, dtype=np.float64).reshape(-1, 2), np.array(years, dtype=np.int64), left_out, alike
    )


@contextmanager
def _open(path: Path) -> Iterator[tuple[list[str], Iterator[Row]]]:
    """The columns of a file, and its rows. :raises NotEvents: it can't be read, from the start or somewhere on the way"""
    inner = Path(path.stem).suffix if path.suffix in PACKED else path.suffix
    if inner.lower() not in TABLES:
        yield _shapes(path)
        return
    with PACKED.get(path.suffix, open)(path, "rt", encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened, restval="")
        try:
            yield list(reader.fieldnames or ()), iter(reader)
        except (OSError, EOFError, UnicodeDecodeError, csv.Error, lzma.LZMAError) as wrong:
            raise NotEvents(f"{path}, line {reader.line_num + 1}: {wrong}") from wrong


def _shapes(path: Path) -> tuple[list[str], Iterator[Row]]:
    packed = f"/vsigzip/{path.resolve()}" if path.suffix == ".gz" else str(path.resolve())
    try:
        about, _, shapes, values = pyogrio.raw.read(packed)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as wrong:
        raise NotEvents(f"{path}: {wrong}") from wrong
    columns = [str(one) for one in about["fields"]]

    def rows() -> Iterator[Row]:
        for wkb, *said in zip(shapes, *values, strict=True):
            yield dict(zip(columns, ("" if one is None else str(one) for one in said), strict=True)) | _where(
                wkb
            )

    return [
        *(name for name in columns if name.casefold() not in (*LONGITUDE, *LATITUDE)),
        "lon",
        "lat",
    ], rows()


def _where(wkb: bytes | None) -> dict[str, str]:
    shape = None if wkb is None else shapely.from_wkb(wkb)
    if shape is None or shape.is_empty or shape.geom_type != "Point":
        return {"lon": "", "lat": ""}
    return {"lon": str(shape.x), "lat": str(shape.y)}


def _one_of(columns: Sequence[str], names: Sequence[str]) -> str | None:
    known = {column.strip().casefold(): column for column in columns}
    return next((known[name] for name in names if name in known), None)


def _named(path: Path, columns: Sequence[str], name: str) -> str:
    found = _one_of(columns, (name,))
    if found is None:
        raise NotEvents(f"{path}: no column {name!r} among {', '.join(columns)}")
    return found


def _place(lon: str, lat: str) -> tuple[float, float] | str:
    """The place, or why there is none."""
    if lon.strip().casefold() in NOTHING or lat.strip().casefold() in NOTHING:
        return "no_place"
    try:
        place = float(lon), float(lat)
    except ValueError:
        return "place_not_read"
    if place == (0, 0) or not (-180 <= place[0] <= 180 and -90 <= place[1] <= 90):
        return "place_not_on_earth"
    return place


def _year(text: str) -> int:
    found = re.match(r"\s*([12]\d{3})", text)
    return int(found[1]) if found else 0
