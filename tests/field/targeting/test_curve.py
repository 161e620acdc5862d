"""How concentrated events are on a network: worked by hand, against chance, and on the real cities' figures."""

import bz2
import gzip
import json
from collections.abc import Sequence
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command

from field.targeting import curve
from field.targeting.events import Condition, NotEvents, read_events
from field.targeting.segments import TooWide, cut
from field.targeting.snapping import snap

Line = Sequence[tuple[float, float]]
LAT = 30.0
EAST_M = 96_486.3
"""Metres of a degree of longitude at LAT."""


def at(east_m: float, north_m: float = 0.0) -> tuple[float, float]:
    """A place so many metres from the town's middle."""
    return 120.0 + east_m / EAST_M, LAT + north_m / 110_852.4


def road(*points: tuple[float, float]) -> Line:
    return [at(*point) for point in points]


def measured(*arguments: str | Path) -> dict[str, Any]:
    out = StringIO()
    call_command("curve", *map(str, arguments), "--json", stdout=out)
    said: dict[str, Any] = json.loads(out.getvalue())
    return said


# cutting


def test_roads_are_cut_where_three_ends_meet_and_nowhere_else() -> None:
    high_street = road((0, 0), (100, 0), (200, 0), (300, 0))
    lane = road((100, 0), (100, 80))
    bridge = road((200, -50), (200, 50))

    segments = cut([high_street, lane, bridge])

    assert np.allclose(segments.lengths, [100, 200, 80, 100], atol=0.2)


def test_a_long_segment_is_cut_into_equal_parts_near_the_length_asked_for() -> None:
    segments = cut([road((0, 0), (500, 0)), road((0, 50), (90, 50))], every_m=200)

    assert np.allclose(segments.lengths, [250, 250, 90], atol=0.3)


def test_a_network_that_is_no_city_is_refused() -> None:
    with pytest.raises(TooWide, match="one city at a time"):
        cut([[(120.0, 30.0), (120.0, 30.1)], [(120.0, 33.0), (120.0, 33.1)]])


# snapping


def test_an_event_belongs_to_the_nearest_segment_within_reach_and_of_equal_ones_to_the_first() -> None:
    segments = cut([road((0, 0), (100, 0)), road((0, 20), (100, 20)), road((100, 0), (200, 0))])

    near = snap([at(50, 4), at(50, 17), at(50, -29.9), at(50, -30.2), at(100, -5)], segments, 30)

    assert near.event.tolist() == [0, 1, 2, 4]
    assert near.segment.tolist() == [0, 1, 0, 0]
    assert np.allclose(near.distance_m, [4, 3, 29.9, 5], atol=0.1)


@pytest.mark.parametrize("reach_m", [5.0, 30.0, 250.0])
def test_the_grid_of_cells_finds_what_looking_at_every_segment_finds(reach_m: float) -> None:
    draws = np.random.default_rng(int(reach_m))
    lines = [
        [
            at(*point)
            for point in np.cumsum(draws.normal(0, 120, (draws.integers(2, 6), 2)), axis=0)
            + draws.uniform(-900, 900, 2)
        ]
        for _ in range(120)
    ]
    segments = cut(lines)
    places = np.array([at(*point) for point in draws.uniform(-1500, 1500, (2000, 2))])
    away = shapely.distance(
        shapely.points(segments.grid.metres(places))[:, None], np.asarray(segments.shapes)[None, :]
    )

    near = snap(places, segments, reach_m)

    assert near.event.tolist() == np.flatnonzero(away.min(axis=1) <= reach_m).tolist()
    assert near.segment.tolist() == away.argmin(axis=1)[near.event].tolist()
    assert np.allclose(near.distance_m, away.min(axis=1)[near.event])


def test_no_events_are_no_error() -> None:
    assert len(snap(np.empty((0, 2)), cut([road((0, 0), (100, 0))]), 30).event) == 0


# shares


def test_the_three_shares_are_each_of_something_else() -> None:
    lengths = np.full(20, 100.0)
    counts = np.array([10, 5, 1, 1, 1, 1, 1] + [0] * 13)

    seen = curve.shares(counts, lengths)

    assert seen.count == 15 / 20  # the worst two of twenty
    assert seen.length == 15 / 20  # as much length
    assert seen.hit == 10 / 20  # the worst one of the seven that have any


def test_one_event_on_a_stub_is_not_the_worst_place_of_the_city() -> None:
    lengths = np.array([5.0, 100.0, *[100.0] * 18])
    counts = np.array([1, 5, *[0] * 18])[:20]

    order = np.argsort(-counts[: len(lengths)] / np.maximum(lengths, curve.FLOOR_M))

    assert order[0] == 1
    assert curve.shares(counts[: len(lengths)], lengths).length > 5 / 6


def test_of_a_segment_that_is_cut_by_the_tenth_its_part_counts() -> None:
    assert curve.shares(np.array([8, 2]), np.array([500.0, 500.0])).length == pytest.approx(0.8 * 0.2)


def test_the_curve_begins_at_nothing_ends_at_everything_and_never_falls() -> None:
    draws = np.random.default_rng(5)
    lengths = draws.uniform(20, 400, 300)

    points = curve.points(draws.poisson(2, 300), lengths)

    assert points[0] == (0, 0.0) and points[-1] == (100, 1.0) and len(points) == 101
    assert all(before[1] <= after[1] for before, after in pairwise(points))


def test_events_thrown_blindly_are_told_as_chance_and_a_planted_black_spot_is_not() -> None:
    draws = np.random.default_rng(7)
    lengths = draws.uniform(50, 300, 400)
    blind = draws.multinomial(300, lengths / lengths.sum())
    spots = blind.copy()
    spots[:10] += 60
    by_chance = [
        curve.chance(int(one.sum()), lengths, np.random.default_rng(1), times=60) for one in (blind, spots)
    ]

    assert curve.is_mostly_chance(curve.shares(blind, lengths), by_chance[0])
    assert not curve.is_mostly_chance(curve.shares(spots, lengths), by_chance[1])
    assert curve.shares(blind, lengths).count == pytest.approx(by_chance[0].count, abs=0.06)


def test_the_band_holds_the_share_and_narrows_with_more_segments() -> None:
    draws = np.random.default_rng(11)
    widths = []
    for size in (200, 5000):
        lengths, counts = np.full(size, 100.0), draws.negative_binomial(1, 0.3, size)
        low, high = curve.band(counts, lengths, draws)["count"]
        assert low <= curve.shares(counts, lengths).count <= high
        widths.append(high - low)

    assert widths[1] < widths[0] / 2


def test_what_lasts_is_ranked_on_the_earlier_years_and_met_in_the_later() -> None:
    lengths = np.full(10, 100.0)
    segments = np.array([3] * 6 + [5] * 4 + [3] * 1 + [7] * 3)
    years = np.array([2020] * 6 + [2021] * 4 + [2022] * 4)

    lasted = curve.persistence(segments, years, lengths)

    assert lasted is not None
    assert (lasted.earlier, lasted.later, lasted.events) == ((2020, 2021), (2022, 2022), 4)
    assert (lasted.count, lasted.best_count) == (1 / 4, 3 / 4)


def test_one_year_says_nothing_of_what_lasts() -> None:
    assert curve.persistence(np.array([0, 1]), np.array([2025, 2025]), np.array([100.0, 100.0])) is None


# reading events

TABLE = "﻿Longitude,LATITUDE,Year,Cause,Party\n120.1,30.1,2024-03-01,超速,1\n120.1,30.1,2024-03-01,超速,2\n,30.1,2024,酒驾,1\n0,0,2024,酒驾,1\nx,30,2025,酒驾,1\n120.2,30.2,2025,酒驾,1\n"


@pytest.mark.parametrize("packing", ["", ".gz", ".bz2"])
def test_a_table_is_read_whatever_packs_it_and_what_is_left_out_is_counted(
    tmp_path: Path, packing: str
) -> None:
    path = tmp_path / f"crashes.csv{packing}"
    raw = TABLE.encode()
    path.write_bytes({"": raw, ".gz": gzip.compress(raw), ".bz2": bz2.compress(raw)}[packing])

    events = read_events([path])

    assert events.places.tolist() == [[120.1, 30.1], [120.1, 30.1], [120.2, 30.2]]
    assert events.years.tolist() == [2024, 2024, 2025]
    assert events.left_out == {"no_place": 1, "place_not_on_earth": 1, "place_not_read": 1}
    assert events.alike == 1


def test_parties_of_one_crash_are_one_event_where_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "parties.csv"
    path.write_text(TABLE)

    events = read_events(
        [path], where=[Condition.parse("cause=超速")], one_per=["longitude", "latitude", "year"]
    )

    assert len(events.places) == 1
    assert events.left_out == {"not_asked_for": 4, "same_event": 1}


def test_points_of_any_file_that_gdal_reads_are_events(tmp_path: Path) -> None:
    path = tmp_path / "crashes.geojson"
    shapes = [{"type": "Point", "coordinates": [120.1, 30.1]}, None]
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "properties": {"cause": "speeding", "year": 2024}, "geometry": one}
                    for one in shapes
                ],
            }
        )
    )

    events = read_events([path], where=[Condition.parse("CAUSE=Speeding")])

    assert (events.places.tolist(), events.years.tolist()) == ([[120.1, 30.1]], [2024])
    assert events.left_out == {"no_place": 1}


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("a.csv", b"where,when\n1,2\n", "no columns of longitude and latitude"),
        ("b.csv", "lon,lat,名\n1,2,路\n".encode("gb18030"), "codec"),
        ("c.csv.gz", gzip.compress(b"lon,lat\n120,30\n" * 2000, mtime=0)[:60], "ended"),
        ("d.geojson", b"{", "not recognized"),
        ("e.csv", b"", "no columns"),
    ],
)
def test_what_can_not_be_read_says_so(tmp_path: Path, name: str, raw: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)

    with pytest.raises(NotEvents, match=says):
        read_events([path])


@pytest.mark.parametrize("text", ["cause", "=speeding"])
def test_a_condition_needs_a_column_and_a_value(text: str) -> None:
    with pytest.raises(NotEvents, match="no condition"):
        Condition.parse(text)


# the command


@pytest.fixture
def town(tmp_path: Path) -> tuple[Path, Path]:
    """Ten roads of a hundred metres; nine events on the second and one on the fifth, one far out."""
    roads, events = tmp_path / "roads.geojson", tmp_path / "crashes.csv"
    lines = [road((0, 100 * nth), (100, 100 * nth)) for nth in range(10)]
    features = [
        {
            "type": "Feature",
            "properties": {"id": nth},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for nth, line in enumerate(lines)
    ]
    roads.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    places = [(at(10 * nth, 100 + nth), 2020 + nth % 3) for nth in range(9)] + [
        (at(50, 400), 2022),
        (at(50, 5000), 2022),
    ]
    events.write_text("lon,lat,year\n" + "".join(f"{lon},{lat},{year}\n" for (lon, lat), year in places))
    return roads, events


def test_the_command_prints_all_of_it_without_a_database(town: tuple[Path, Path]) -> None:
    said = measured("--roads", town[0], "--events", town[1])

    assert (said["events"], said["snapped"], said["too_far"], said["segments"], said["segments_hit"]) == (
        11,
        10,
        1,
        10,
        2,
    )
    assert said["share"] == {"count": 0.9, "length": 0.9, "hit": 0.9}
    assert set(said["chance"]) == set(said["band"]) == {"count", "length", "hit"}
    assert said["persistence"]["later"] == [2022, 2022]
    assert said["read_as"]["max_m"] == 30


def test_the_same_seed_gives_the_same_figures(town: tuple[Path, Path]) -> None:
    asked = ("--roads", town[0], "--events", town[1], "--seed", "4")

    assert measured(*asked) == measured(*asked)


def test_a_longer_reach_and_a_finer_cut_are_what_they_say(town: tuple[Path, Path]) -> None:
    assert measured("--roads", town[0], "--events", town[1], "--cut", "20m")["segments"] == 50
    assert measured("--roads", town[0], "--events", town[1], "--max-m", "2.5")["snapped"] == 4


def test_no_event_on_any_road_has_no_share_and_says_so(town: tuple[Path, Path], tmp_path: Path) -> None:
    far = tmp_path / "far.csv"
    far.write_text("lon,lat\n10,10\n")

    said = measured("--roads", town[0], "--events", far)
    out = StringIO()
    call_command("curve", "--roads", str(town[0]), "--events", str(far), stdout=out)

    assert (said["snapped"], said["share"], said["persistence"]) == (0, None, None)
    assert "there is no curve" in out.getvalue()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--cut", "road"), "junction or a length"),
        (("--max-m", "0"), "metres"),
        (("--where", "cause=speeding"), "no column 'cause'"),
        (("--events", "nowhere.csv"), "there is no file"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(
    town: tuple[Path, Path], arguments: tuple[str, ...], says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        measured("--roads", town[0], "--events", town[1], *arguments)


# the real cities: the figures that stand beside the data, within 0.01

HONG_KONG = ("hongkong/roads_hongkong_osm2021.geojson.gz",), ("hongkong/hk_accidents_2014_2019.csv.gz",)
ISLAND = ("--where", "district_council_district=CW,WC,E,S")
TAIWAN = (
    ("taiwan/taichung_highways.geojson.gz", "taiwan/changhua_highways.geojson.gz"),
    ("taiwan/a1_fatal_2018_2026.csv.gz", "taiwan/a2_injury_sample.csv.gz"),
)
COLUMBUS = ("columbus_oh/roads_columbus_osm.geojson.gz",), ("columbus_oh/crashes_ped_bike.csv.gz",)


@pytest.mark.parametrize(
    ("files", "asked", "snapped", "share", "chance"),
    [
        (HONG_KONG, ISLAND, 11_156, (0.672, 0.571, 0.388), (0.498, 0.259, 0.353)),
        (
            HONG_KONG,
            (*ISLAND, "--where", "severity=Fatal,Serious"),
            1_983,
            (0.843, 0.773, 0.295),
            (0.694, 0.560, 0.238),
        ),
        (
            TAIWAN,
            ("--one-per", "發生日期,發生時間,發生地點,經度,緯度"),
            5_826,
            (0.606, 0.717, 0.327),
            (0.581, 0.356, 0.338),
        ),
        (COLUMBUS, (), 3_204, (1.0, 0.965, 0.310), (0.793, 0.719, 0.206)),
    ],
    ids=["hong kong", "hong kong, killed or serious", "taichung and changhua", "columbus"],
)
@pytest.mark.long
def test_the_real_cities_have_the_figures_that_stand_beside_them(
    shared_data: Path,
    files: tuple[tuple[str, ...], tuple[str, ...]],
    asked: tuple[str, ...],
    snapped: int,
    share: tuple[float, ...],
    chance: tuple[float, ...],
) -> None:
    roads, events = ([str(shared_data / one) for one in names] for names in files)

    said = measured("--roads", *roads, "--events", *events, *asked)

    assert said["snapped"] == snapped
    assert tuple(said["share"].values()) == pytest.approx(share, abs=0.01)
    assert tuple(said["chance"].values()) == pytest.approx(chance, abs=0.01)
    if asked == ISLAND:
        lasted = said["persistence"]
        assert (lasted["earlier"], lasted["later"], lasted["events"]) == ([2014, 2017], [2018, 2019], 3_843)
        assert (lasted["count"], lasted["length"], lasted["best_count"]) == pytest.approx(
            (0.550, 0.453, 0.778), abs=0.01
        )
