"""Working days by the yearly notice, and what happens where there is none."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from field.rules.calendar import NotACalendar, calendar, read_calendar


def test_the_shipped_year_counts_as_its_notice_says() -> None:
    known = calendar()

    assert known.after(dt.date(2026, 9, 30), 1) == dt.date(2026, 10, 8)
    assert known.after(dt.date(2026, 10, 9), 1) == dt.date(2026, 10, 10), "a Saturday that is worked"
    assert known.after(dt.date(2026, 2, 13), 2) == dt.date(2026, 2, 24), "the Saturday, then nine days off"
    assert (len(known.off), len(known.worked)) == (33, 6)


def test_every_worked_day_is_a_weekend_and_no_day_is_both() -> None:
    known = calendar()

    assert all(day.weekday() >= 5 for day in known.worked)
    assert not known.off & known.worked


def test_a_year_without_a_notice_has_its_weekends_and_says_that_it_is_not_known() -> None:
    known = calendar()

    assert not known.knows(dt.date(2031, 10, 1))
    assert known.after(dt.date(2031, 9, 30), 1) == dt.date(2031, 10, 1)


def test_a_file_adds_years(tmp_path: Path) -> None:
    path = tmp_path / "holidays.json"
    path.write_text(json.dumps({"2031": {"off": [["2031-10-01", "2031-10-07"]], "worked": ["2031-10-11"]}}))

    known = calendar(path)

    assert known.knows(dt.date(2031, 1, 1)) and known.knows(dt.date(2026, 1, 1))
    assert known.after(dt.date(2031, 9, 30), 1) == dt.date(2031, 10, 8)


@pytest.mark.parametrize(
    "said",
    [
        {"off": [["2031-10-07", "2031-10-01"]], "worked": []},
        {"off": [["2030-12-31", "2031-01-03"]], "worked": []},
        {"off": [], "worked": ["2031-13-01"]},
        {"off": [["2031-10-01"]], "worked": []},
        {"off": []},
        [],
    ],
)
def test_a_wrong_table_is_refused_whole(said: Any) -> None:
    with pytest.raises(NotACalendar, match="2031"):
        read_calendar({"2031": said})


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.json"

    with pytest.raises(NotACalendar, match=r"nowhere\.json"):
        calendar(path)
