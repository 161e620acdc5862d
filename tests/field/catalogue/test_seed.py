"""The table with which the catalogue begins, walked row by row: every code can be decided, and the traps of the field are avoided."""

import csv
import datetime as dt
import re
from pathlib import Path

import pytest

from field.models import Offence
from field.recording import catalogue
from field.recording.catalogue_import import import_offences
from field.rules import offence as rules
from field.rules.shots import group_of, wanted
from field.rules.violation import Kind

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).resolve().parents[3] / "deploy" / "catalogue"
NOW = dt.datetime(2026, 11, 25, 4, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 25)
CITY = "330900"


@pytest.fixture(autouse=True)
def seed() -> None:
    for name, area in (("violation_codes.csv", ""), ("jianglan.csv", CITY)):
        report = import_offences(FOLDER / name, area=area, default_from=None, actor="system", now=NOW)
        assert report.refused == [], name


def test_every_row_can_be_decided_on_its_own_days() -> None:
    rows = list(csv.DictReader((FOLDER / "violation_codes.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 376

    for row in rows:
        day = dt.date.fromisoformat(row["valid_from"])
        version = catalogue.in_force(row["code"], area="110105", day=day)
        assert version is not None, row["code"]
        assert version.name_zh == row["name_zh"]
        assert version.source and version.confidence, row["code"]
        assert version.initials and all(one.isascii() for one in version.initials), row["code"]
        fines = rules.FineRange(version.fine_min, version.fine_max)
        assert fines.holds(version.fine_default), row["code"]
        assert version.points is None or 0 <= version.points <= 12
        for kind in Kind:
            assert wanted(kind, group_of(version.code, version.category, kind)), row["code"]


def test_no_name_carries_a_foreign_note() -> None:
    names = Offence.objects.values_list("name_zh", flat=True)

    assert [name for name in names if re.search("[a-z]{2}", name)] == []


def test_no_superseded_code_is_offered_today() -> None:
    dead = set(Offence.objects.filter(status="superseded").values_list("code", flat=True))
    assert {"1344", "1345", "13446", "1302", "1613"} <= dead

    offered = {line["code"] for line in catalogue.pack(area=CITY, day=TODAY).offences}

    assert not offered & dead
    assert {"1039", "1116", "1117", "1625", "1356"} <= offered


def test_1356_is_slowing_down_at_a_crossing_and_not_parking() -> None:
    version = catalogue.in_force("1356", area=CITY, day=TODAY)

    assert version is not None
    assert (version.category, version.points) == ("让行", 3)
    assert "人行横道" in version.name_zh


@pytest.mark.parametrize(("old", "new", "old_points"), [("1344", "1116", 3), ("1345", "1117", 3)])
def test_signs_and_markings_changed_their_numbers_and_points_on_1_april_2022(
    old: str, new: str, old_points: int
) -> None:
    before, on_the_day = dt.date(2022, 3, 31), dt.date(2022, 4, 1)

    version = catalogue.in_force(old, area=CITY, day=before)
    assert version is not None and version.points == old_points
    assert catalogue.in_force(new, area=CITY, day=before) is None
    assert catalogue.in_force(old, area=CITY, day=on_the_day) is None
    version = catalogue.in_force(new, area=CITY, day=on_the_day)
    assert version is not None and version.points == 1


def test_the_citys_own_table_narrows_the_national_one() -> None:
    in_the_city = catalogue.in_force("1039", area=CITY, day=TODAY)
    elsewhere = catalogue.in_force("1039", area="110105", day=TODAY)

    assert in_the_city is not None and elsewhere is not None
    assert (in_the_city.fine_default, in_the_city.area) == (150, CITY)
    assert (elsewhere.fine_default, elsewhere.area) == (200, "")


def test_local_splits_are_offered_only_where_they_are_law() -> None:
    here = {line["code"] for line in catalogue.pack(area=CITY, day=TODAY).offences}
    elsewhere = {line["code"] for line in catalogue.pack(area="110105", day=TODAY).offences}

    assert {"10391", "10394"} <= here
    assert not [code for code in elsewhere if len(code) > 4]


def test_the_packs_digest_changes_with_what_is_offered_and_not_with_the_day() -> None:
    today = catalogue.pack(area=CITY, day=TODAY)

    assert catalogue.pack(area=CITY, day=TODAY + dt.timedelta(days=1)).digest == today.digest
    assert catalogue.pack(area="110105", day=TODAY).digest != today.digest
    Offence.objects.filter(code="1039", area=CITY).update(fine_default=100)
    assert catalogue.pack(area=CITY, day=TODAY).digest != today.digest


def test_a_pack_has_each_code_once_and_is_small_enough_for_a_handheld() -> None:
    codes = [line["code"] for line in catalogue.pack(area=CITY, day=TODAY).offences]

    assert len(codes) == len(set(codes))
    assert 300 < len(codes) < 400


def test_parking_is_found_by_its_initials() -> None:
    lines = {line["code"]: line for line in catalogue.pack(area=CITY, day=TODAY).offences}

    assert any("wfgdtf" in one for one in lines["1039"]["py"])
    assert any(one.startswith("xjrxhd") for one in lines["1356"]["py"])


def test_the_day_of_the_law_is_that_of_china() -> None:
    assert catalogue.day_of(dt.datetime(2022, 3, 31, 16, 0, tzinfo=dt.UTC)) == dt.date(2022, 4, 1)
    assert catalogue.day_of(dt.datetime(2022, 3, 31, 15, 59, tzinfo=dt.UTC)) == dt.date(2022, 3, 31)


def test_the_collected_table_itself_can_be_read(shared_data: Path) -> None:
    Offence.objects.all().delete()

    report = import_offences(
        shared_data.parent / "domain" / "violation_codes.csv",
        area="",
        default_from=dt.date(2022, 4, 1),
        actor="system",
        now=NOW,
    )

    assert (report.added, report.refused) == (376, [])
    assert not {"1344", "1345"} & {line["code"] for line in catalogue.pack(area=CITY, day=TODAY).offences}
