"""Snapping: a million events to the nearest of 50,000 segments within 30 m, beside shapely's tree and a bare PostGIS query in the same run.

The network is a made grid of streets, the events lie around them, so that two in three are near a road. All three must find the same.
"""

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import LineString
from numpy.typing import NDArray

from evidence.direct import connect
from field.targeting.segments import Line, Segments, cut
from field.targeting.snapping import snap

REACH_M = 30.0
STEP = 0.002
SIDE = 160
NEAREST = """SELECT count(*), sum(near.id) FROM bench_event e CROSS JOIN LATERAL (
  SELECT s.id, s.line <-> e.place AS away FROM bench_segment s WHERE ST_DWithin(s.line, e.place, %s) ORDER BY away, s.id LIMIT 1) near"""


def main(argv: list[str]) -> int:
    """Print seconds and ratios; 1 if ours is slower than the faster of the two, or finds something else."""
    parser = argparse.ArgumentParser(prog="targeting")
    parser.add_argument("--events", type=int, default=1_000_000)
    asked = parser.parse_args(argv)
    draws = np.random.default_rng(int(os.environ.get("LUQIN_SEED") or 1))
    lines = streets(draws)
    segments = cut(lines)
    corners = np.array([line[0] for line in lines])
    places = corners[draws.integers(len(corners), size=asked.events)] + draws.normal(
        0, 0.0003, (asked.events, 2)
    )
    print(f"  {asked.events} events, {len(segments)} segments, {REACH_M:.0f} m")
    found: dict[str, tuple[float, int]] = {}
    peers: dict[str, Callable[[Segments, NDArray[np.float64]], tuple[float, int]]] = {
        "luqin": ours,
        "shapely's tree": trees,
        "PostGIS": postgis,
    }
    for name, run in peers.items():
        found[name] = run(segments, places)
        print(f"    {name:<15} {found[name][0]:6.1f} s   {found[name][1]} snapped")
    fastest = min(found[name][0] for name in ("shapely's tree", "PostGIS"))
    print(
        f"    ours takes {found['luqin'][0] / fastest:.2f} of the faster of the two (at most 1, wanted 0.5)"
    )
    return 0 if found["luqin"][0] <= fastest and len({snapped for _, snapped in found.values()}) == 1 else 1


def streets(draws: np.random.Generator) -> list[Line]:
    """A grid of slightly crooked streets, about 200 m between junctions."""

    def street(east: int, north: int, over: int, up: int) -> Line:
        bends = draws.normal(0, STEP * 0.03, 2)
        lon, lat = 120 + east * STEP, 30 + north * STEP
        ways = ((0.0, 0.0), (0.3, bends[0]), (0.7, bends[1]), (1.0, 0.0))
        return [
            (lon + part * STEP * over + bend * up, lat + part * STEP * up + bend * over)
            for part, bend in ways
        ]

    return [
        street(east, north, over, 1 - over)
        for east in range(SIDE)
        for north in range(SIDE)
        for over in (1, 0)
        if (east if over else north) < SIDE - 1
    ]


def ours(segments: Segments, places: Any) -> tuple[float, int]:
    """Seconds, from nothing to the answer; how many were snapped."""
    begun = time.perf_counter()
    near = snap(places, segments, REACH_M)
    return time.perf_counter() - begun, len(near.event)


def trees(segments: Segments, places: Any) -> tuple[float, int]:
    """The same by shapely: build the tree, ask it once for all."""
    begun = time.perf_counter()
    points = shapely.points(segments.grid.metres(places))
    tree = shapely.STRtree(segments.shapes)
    (event, _), _ = tree.query_nearest(points, max_distance=REACH_M, return_distance=True, all_matches=False)
    return time.perf_counter() - begun, len(event)


def postgis(segments: Segments, places: Any) -> tuple[float, int]:
    """The same by PostGIS in metres of the same grid, the events in the database already: index, then one query."""
    with connect("bench") as db:
        db.execute("CREATE TEMP TABLE bench_segment (id int PRIMARY KEY, line geometry NOT NULL)")
        db.execute("CREATE TEMP TABLE bench_event (place geometry NOT NULL)")
        with db.cursor().copy("COPY bench_segment FROM STDIN") as copy:
            for number, shape in enumerate(segments.shapes):
                copy.write_row((number, LineString(list(shape.coords)).hexewkb.decode()))
        with db.cursor().copy("COPY bench_event FROM STDIN") as copy:
            for wkb in shapely.to_wkb(shapely.points(segments.grid.metres(places)), hex=True):
                copy.write_row((wkb,))
        begun = time.perf_counter()
        db.execute("CREATE INDEX ON bench_segment USING gist (line)")
        db.execute("ANALYZE bench_segment")
        row = db.execute(NEAREST, (REACH_M,)).fetchone()
    return time.perf_counter() - begun, int(row[0]) if row else 0
