"""Which version of an offence holds: day and place choose, the dead are found and not offered."""

import datetime as dt
from dataclasses import dataclass

import pytest

from field.rules.offence import FineRange, Measure, covers, in_force, measure_of, offered

NEW_TABLE = dt.date(2022, 4, 1)
TODAY = dt.date(2026, 11, 25)


@dataclass(frozen=True)
class Row:
    code: str
    area: str = ""
    valid_from: dt.date = NEW_TABLE
    valid_to: dt.date | None = None
    status: str = "current"
    confidence: str = "high"


OLD_SIGN = Row("1344", valid_from=dt.date(2013, 1, 1), valid_to=NEW_TABLE, status="superseded")
NEW_SIGN = Row("1116")
PARKING = Row("1039")
PARKING_OF_THE_CITY = Row("1039", area="330900", valid_from=dt.date(2023, 1, 1))
PARKING_OF_THE_DISTRICT = Row(
    "1039", area="330902", valid_from=dt.date(2024, 1, 1), valid_to=dt.date(2025, 1, 1)
)
SPLIT = Row("10391")
LOCAL_SPLIT = Row("10394", area="330900")
TABLE = (OLD_SIGN, NEW_SIGN, PARKING, PARKING_OF_THE_CITY, PARKING_OF_THE_DISTRICT, SPLIT, LOCAL_SPLIT)


@pytest.mark.parametrize(
    ("area", "place", "held"),
    [
        ("", "330902", True),
        ("330000", "330902", True),
        ("330900", "330902", True),
        ("330900", "330900", True),
        ("330902", "330900", False),
        ("330100", "330902", False),
        ("330000", "340902", False),
    ],
)
def test_an_area_holds_what_lies_below_it(area: str, place: str, held: bool) -> None:
    assert covers(area, place) is held


@pytest.mark.parametrize(
    ("day", "row"),
    [
        (dt.date(2012, 12, 31), None),
        (dt.date(2013, 1, 1), OLD_SIGN),
        (dt.date(2022, 3, 31), OLD_SIGN),
        (dt.date(2022, 4, 1), None),
    ],
)
def test_a_version_holds_from_its_first_day_to_before_its_last(day: dt.date, row: Row | None) -> None:
    assert in_force(TABLE, code="1344", area="330900", day=day) is row


@pytest.mark.parametrize(
    ("area", "day", "row"),
    [
        ("330902", dt.date(2024, 6, 1), PARKING_OF_THE_DISTRICT),
        ("330902", TODAY, PARKING_OF_THE_CITY),
        ("330900", dt.date(2024, 6, 1), PARKING_OF_THE_CITY),
        ("330900", dt.date(2022, 12, 31), PARKING),
        ("110105", TODAY, PARKING),
    ],
)
def test_the_narrowest_area_wins_on_its_own_days(area: str, day: dt.date, row: Row) -> None:
    assert in_force(TABLE, code="1039", area=area, day=day) is row


def test_of_two_versions_of_an_area_the_newer_one_holds() -> None:
    newer = Row("1116", valid_from=dt.date(2025, 1, 1))

    assert in_force((newer, NEW_SIGN), code="1116", area="330900", day=TODAY) is newer


def test_the_superseded_are_not_offered_for_today() -> None:
    endless = Row("1302", status="superseded")

    codes = [row.code for row in offered((*TABLE, endless), area="330900", day=TODAY)]

    assert codes == ["1039", "10394", "1116"]


def test_a_fifth_digit_is_offered_only_where_it_is_local_law() -> None:
    assert "10394" not in [row.code for row in offered(TABLE, area="110105", day=TODAY)]
    assert "10391" not in [row.code for row in offered(TABLE, area="330900", day=TODAY)]
    assert in_force(TABLE, code="10391", area="330900", day=TODAY) is SPLIT


@pytest.mark.parametrize(
    ("least", "most", "fine", "holds"),
    [
        (20, 200, 20, True),
        (20, 200, 200, True),
        (20, 200, 19, False),
        (20, 200, 201, False),
        (20, 200, None, True),
        (20, 200, 0, True),
        (None, None, 100, False),
    ],
)
def test_a_fine_lies_in_its_range_or_not(
    least: int | None, most: int | None, fine: int | None, holds: bool
) -> None:
    assert FineRange(least, most).holds(fine) is holds


def test_two_hundred_is_still_simple_and_more_is_not() -> None:
    assert FineRange(200, 500).may_be_simple
    assert not FineRange(201, 500).may_be_simple
    assert not FineRange(None, None).may_be_simple


def test_speed_and_alcohol_and_load_are_measured() -> None:
    assert measure_of("超速", "6093") == Measure.SPEED
    assert measure_of("酒驾", "1712") == Measure.ALCOHOL
    assert measure_of("装载", "1201") == Measure.LOAD
    assert measure_of("装载", "1710") == Measure.NONE
    assert measure_of("停车", "1039") == Measure.NONE
