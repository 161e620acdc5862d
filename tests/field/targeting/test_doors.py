"""The roads over HTTP: the same pack for handhelds and for the desk's map."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.test import Client

from field.targeting.road_import import import_roads
from tests.cast import Cast, Desk

PATHS = ("/api/roads/pack", "/api/map/roads")


@pytest.fixture
def network(db: None, tmp_path: Path) -> None:
    path = tmp_path / "roads.geojson"
    properties = {"id": "r1", "name": "人民路", "name_en": "Renmin Road", "class": "arterial", "km_from": 3.0}
    line = {"type": "LineString", "coordinates": [[119.05, 29.1], [119.06, 29.1]]}
    feature = {"type": "Feature", "properties": properties, "geometry": line}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    import_roads(path, name="江澜", licence="own", actor="system", now=dt.datetime.now(dt.UTC))


@pytest.mark.parametrize("path", PATHS)
def test_who_is_signed_in_gets_the_roads_once(cast: Cast, network: None, path: str) -> None:
    desk = Desk.of(cast.li)

    answer = desk.get(path)

    (road,) = answer.body["roads"]
    assert (road["name"], road["name_en"], road["class"], road["km_from"]) == (
        "人民路",
        "Renmin Road",
        "arterial",
        3.0,
    )
    assert road["line"] == [11905000, 2910000, 1000, 0]
    assert desk.get(f"{path}?have={answer.body['digest']}").status == 304
    assert desk.get(f"{path}?have={'0' * 64}").status == 200


def test_both_doors_show_the_same_network(cast: Cast, network: None) -> None:
    desk = Desk.of(cast.li)

    handheld, desk_map = (desk.get(path).body for path in PATHS)

    assert handheld == desk_map


def test_before_any_import_the_pack_is_empty(cast: Cast) -> None:
    assert Desk.of(cast.li).get(PATHS[0]).body["roads"] == []


@pytest.mark.parametrize("path", PATHS)
def test_nobody_else_gets_them(db: None, network: None, path: str) -> None:
    assert Client().get(path).status_code in (401, 403)
