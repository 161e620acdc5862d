"""Roads: taken in once, rejected row by row, found from a point, packed for handhelds."""

import datetime as dt
import gzip
import io
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from evidence.models import Entry
from field.models import Road, RoadNetwork
from field.targeting import roads
from field.targeting.road_import import Report, import_roads
from field.targeting.road_rows import Attributes, NotRoads

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 25, 4, 0, tzinfo=dt.UTC)
RENMIN = {
    "id": "r1",
    "name": "人民路",
    "name_en": "Renmin Road",
    "highway": "primary",
    "maxspeed": "50",
    "oneway": "no",
}


def feature(line: Any, kind: str = "LineString", **properties: Any) -> dict[str, Any]:
    geometry = None if line is None else {"type": kind, "coordinates": line}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(folder: Path, *features: dict[str, Any], name: str = "roads.geojson") -> Path:
    path = folder / name
    content = json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()
    path.write_bytes(gzip.compress(content, mtime=0) if name.endswith(".gz") else content)
    return path


def take(
    path: Path, *, name: str = "江澜", dry_run: bool = False, attributes: Attributes | None = None
) -> Report:
    return import_roads(
        path, name=name, licence="own", actor="system", now=NOW, dry_run=dry_run, attributes=attributes
    )


@pytest.mark.parametrize("name", ["roads.geojson", "roads.geojson.gz"])
def test_a_line_becomes_a_road_with_its_length_on_the_ground(tmp_path: Path, name: str) -> None:
    report = take(geojson(tmp_path, feature([[110.0, 20.0], [110.01, 20.0]], **RENMIN), name=name))

    road = Road.objects.get()
    assert (report.rows, report.added, report.rejected) == (1, 1, [])
    assert (road.source_id, road.name, road.name_en) == ("r1", "人民路", "Renmin Road")
    assert (road.road_class, road.oneway, road.speed_limit_kmh) == ("arterial", False, 50)
    assert road.length_m == pytest.approx(1046.5, abs=0.2)
    assert Entry.objects.get(kind="roads.imported").subject == "江澜"


def test_lengths_are_those_of_the_geodesic(tmp_path: Path) -> None:
    lines = [
        [[100 + x, y], [100.05 + x, y + 0.04], [100.09 + x, y]]
        for x, y in ((0, 0), (1, 20), (2, 45), (3, 53))
    ]
    take(geojson(tmp_path, *(feature(line, id=str(n)) for n, line in enumerate(lines))))

    with connection.cursor() as cursor:
        cursor.execute("SELECT length_m, ST_Length(line::geography) FROM field_road")
        for mine, geodesic in cursor.fetchall():
            assert mine == pytest.approx(geodesic, rel=0.001)


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = geojson(tmp_path, feature([[110.0, 20.0], [110.01, 20.0]], **RENMIN))
    take(path)
    before = list(Road.objects.values_list())

    assert take(path).already_read

    assert list(Road.objects.values_list()) == before
    assert Entry.objects.filter(kind="roads.imported").count() == 1


def test_another_file_keeps_the_ids_of_the_segments_that_are_still_there(tmp_path: Path) -> None:
    kept, moved, gone = (feature([[110.0, 20.0 + n], [110.01, 20.0 + n]], id=f"r{n}") for n in range(3))
    take(geojson(tmp_path, kept, moved, gone))
    ids = dict(Road.objects.values_list("source_id", "pk"))
    moved["geometry"]["coordinates"][1][0] = 110.02

    report = take(
        geojson(tmp_path, kept, moved, feature([[111.0, 20.0], [111.01, 20.0]], id="r9"), name="new.geojson")
    )

    assert (report.added, report.changed, report.removed, report.unchanged) == (1, 1, 1, 1)
    now = dict(Road.objects.values_list("source_id", "pk"))
    assert (now["r0"], now["r1"]) == (ids["r0"], ids["r1"])
    assert set(now) == {"r0", "r1", "r9"}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (feature([[110.0, 20.0]], id="x"), "broken"),
        (feature([[110.0, 20.0], [110.0, 20.0]], id="x"), "no length"),
        (feature([[110.0, 20.0], [210.0, 20.0]], id="x"), "out of range"),
        (feature([[20.0, 110.0], [20.1, 110.0]], id="x"), "out of range"),
        (feature([110.0, 20.0], "Point", id="x"), "not a line"),
        (feature(None, id="x"), "no geometry"),
        (feature([[110.0, 20.0], [110.1, 20.0]], id="r1"), "stands twice"),
        (feature([[110.0, 20.0], [110.1, 20.0]], id="x" * 61), "longer than 60"),
    ],
)
def test_a_row_that_is_no_road_is_rejected_with_its_reason_and_stops_no_other(
    tmp_path: Path, wrong: dict[str, Any], reason: str
) -> None:
    report = take(geojson(tmp_path, feature([[110.0, 20.0], [110.01, 20.0]], **RENMIN), wrong))

    assert [one.row for one in report.rejected] == [2]
    assert reason in report.rejected[0].reason
    assert list(Road.objects.values_list("source_id", flat=True)) == ["r1"]
    assert reason in RoadNetwork.objects.get().rejected[0]["reason"]


def test_a_line_of_several_parts_becomes_several_segments(tmp_path: Path) -> None:
    parts = [[[110.0, 20.0], [110.01, 20.0]], [[110.02, 20.0], [110.03, 20.0]]]

    report = take(geojson(tmp_path, feature(parts, "MultiLineString", id="m")))

    assert report.added == 2
    assert set(Road.objects.values_list("source_id", flat=True)) == {"m/1", "m/2"}


def test_attributes_may_be_called_anything(tmp_path: Path) -> None:
    path = geojson(
        tmp_path, feature([[110.0, 20.0], [110.01, 20.0]], LDDM="77", LDMC="建设路", JB="10", KM="12.5")
    )

    take(
        path, attributes=Attributes(source_id=("LDDM",), name=("LDMC",), road_class=("JB",), km_from=("KM",))
    )

    road = Road.objects.get()
    assert (road.source_id, road.name, road.road_class, road.km_from) == ("77", "建设路", "expressway", 12.5)


def test_a_dry_run_leaves_nothing(tmp_path: Path) -> None:
    report = take(geojson(tmp_path, feature([[110.0, 20.0], [110.01, 20.0]], **RENMIN)), dry_run=True)

    assert report.added == 1
    assert not Road.objects.exists() and not RoadNetwork.objects.exists() and not Entry.objects.exists()


def test_a_file_in_metres_of_a_grid_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "grid.geojson"
    collection = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}},
        "features": [feature([[0, 0], [100, 0]])],
    }
    path.write_text(json.dumps(collection))

    with pytest.raises(NotRoads, match="WGS-84"):
        take(path)


def test_a_file_that_is_no_map_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "roads.geojson"
    path.write_text("{}")

    with pytest.raises(NotRoads):
        take(path)

    assert not RoadNetwork.objects.exists()


def test_the_nearest_road_is_found_within_the_distance_and_no_further(tmp_path: Path) -> None:
    north, south = (feature([[110.0, lat], [110.01, lat]], id=str(lat)) for lat in (20.001, 20.0))
    take(geojson(tmp_path, north, south))

    near = roads.nearest_road((110.005, 20.0001), 50)

    assert near is not None
    assert near.road.source_id == "20.0"
    assert near.distance_m == pytest.approx(11.07, abs=0.05)
    assert roads.nearest_road((110.005, 20.0001), 11) is None
    assert roads.nearest_road((110.005, 20.0001), 11.2) is not None


def test_kilometre_posts_count_from_the_start_of_the_line(tmp_path: Path) -> None:
    take(geojson(tmp_path, feature([[110.0, 20.0], [110.01, 20.0], [110.02, 20.0]], id="g", km_from=1201.0)))
    road = Road.objects.get()

    assert roads.kilometre_at(road, (110.0, 20.0001)) == 1201.0
    assert roads.kilometre_at(road, (110.015, 19.9999)) == 1202.5


def _drawn(coded: list[int]) -> list[tuple[float, float]]:
    lon, lat = coded[:2]
    line = [(lon, lat)]
    for step in range(2, len(coded), 2):
        lon, lat = lon + coded[step], lat + coded[step + 1]
        line.append((lon, lat))
    return [(x / roads.SCALE, y / roads.SCALE) for x, y in line]


def test_a_pack_draws_every_road_within_two_metres(tmp_path: Path) -> None:
    bent = [[110.0, 20.0], [110.001, 20.0005], [110.00105, 20.00055], [110.003, 20.0]]
    take(geojson(tmp_path, feature(bent, **RENMIN), feature([[110.0, 20.1], [110.000003, 20.1]], id="tiny")))

    pack = json.loads(roads.pack().body)

    lines = {road["name"]: _drawn(road["line"]) for road in pack["roads"]}
    assert pack["digest"] == roads.pack().digest
    assert lines["人民路"][0] == pytest.approx((110.0, 20.0), abs=1e-5)
    assert lines["人民路"][-1] == pytest.approx((110.003, 20.0), abs=1e-5)
    assert len(lines[""]) == 2
    for (x, y), (u, v) in pairwise(lines["人民路"]):
        assert (x, y) != (u, v)


def test_the_pack_is_that_of_the_first_network_and_changes_with_it(tmp_path: Path) -> None:
    home = geojson(tmp_path, feature([[110.0, 20.0], [110.01, 20.0]], **RENMIN))
    take(home)
    before = roads.pack()
    take(geojson(tmp_path, feature([[111.0, 21.0], [111.01, 21.0]], id="b"), name="b.geojson"), name="海口")

    assert roads.pack().digest == before.digest
    assert roads.pack("海口").digest != before.digest
    assert roads.pack("nowhere").segments == 0
    take(geojson(tmp_path, feature([[110.0, 20.0], [110.02, 20.0]], **RENMIN), name="c.geojson"))
    assert roads.pack().digest != before.digest


LAKE = [[110.0, 20.0], [110.02, 20.0], [110.02, 20.02], [110.0, 20.02], [110.0, 20.0]]
POND = [[110.1, 20.0], [110.101, 20.0], [110.101, 20.001], [110.1, 20.0]]


def test_water_is_drawn_behind_the_roads_and_is_none(tmp_path: Path) -> None:
    road = feature([[110.0, 20.0], [110.01, 20.0]], **RENMIN)
    take(geojson(tmp_path, road))
    dry = json.loads(roads.pack().body)

    report = take(
        geojson(tmp_path, road, feature([LAKE], "Polygon", id="w", highway="water"), name="w.geojson")
    )

    wet = json.loads(roads.pack().body)
    assert "water" not in dry
    assert (report.rejected, Road.objects.count()) == ([], 1)
    assert _drawn(wet["water"][0]) == [pytest.approx(tuple(point), abs=1e-5) for point in LAKE]
    assert (wet["roads"], wet["digest"] != dry["digest"]) == (dry["roads"], True)


def test_too_much_water_leaves_out_the_smallest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roads, "MOST_WATER_POINTS", 5)
    waters = [feature([one], "Polygon", highway="water") for one in (POND, LAKE)]

    take(geojson(tmp_path, feature([[110.0, 20.0], [110.01, 20.0]], **RENMIN), *waters))

    (only,) = json.loads(roads.pack().body)["water"]
    assert only[:2] == [11000000, 2000000]


def test_water_without_an_area_is_rejected(tmp_path: Path) -> None:
    line = feature(LAKE, highway="river")

    report = take(geojson(tmp_path, feature([[110.0, 20.0], [110.01, 20.0]], **RENMIN), line))

    assert [one.reason for one in report.rejected] == ["the water is a LineString, not an area"]


def test_too_many_segments_leave_out_the_smallest_roads_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roads, "MOST_SEGMENTS", 1)
    lane = feature([[110.0, 20.1], [110.01, 20.1]], id="lane", highway="service", name="巷")

    take(geojson(tmp_path, lane, feature([[110.0, 20.0], [110.01, 20.0]], **RENMIN)))

    assert [road["name"] for road in json.loads(roads.pack().body)["roads"]] == ["人民路"]


def test_the_command_says_what_was_rejected(tmp_path: Path) -> None:
    out = io.StringIO()
    path = geojson(
        tmp_path, feature([[110.0, 20.0], [110.01, 20.0]], **RENMIN), feature([[1, 1], [1, 1]], id="x")
    )

    call_command("import_roads", str(path), "--name=江澜", "--licence=own", stdout=out, stderr=io.StringIO())

    assert "row 2: rejected: the line has no length" in out.getvalue()
    assert "1 segments added" in out.getvalue()
    with pytest.raises(CommandError, match="there is no file"):
        call_command("import_roads", str(tmp_path / "none"), "--name=x", "--licence=x")


@pytest.mark.parametrize(
    ("file", "rows", "rejected", "point"),
    [
        ("roads_cn/roads_haikou_osm2021.geojson.gz", 11718, 0, (110.37181, 20.009136)),
        ("hongkong/roads_hongkong_osm2021.geojson.gz", 8848, 1, (114.14268, 22.284143)),
    ],
)
def test_real_networks_come_in_whole_and_once(
    shared_data: Path, file: str, rows: int, rejected: int, point: tuple[float, float]
) -> None:
    report = take(shared_data / file)

    assert (report.rows, len(report.rejected), report.added) == (rows, rejected, rows - rejected)
    assert take(shared_data / file).already_read
    near = roads.nearest_road(point, 20)
    assert near is not None and near.distance_m < 1
    pack = roads.pack()
    assert pack.segments == rows - rejected
    assert len(gzip.compress(pack.body)) < 400_000
