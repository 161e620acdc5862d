"""What was recorded during a task is counted from the rows at each reading; nobody writes a count."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from evidence.sealer import seal_now
from field.dispatch.queries import recorded_during
from field.models import Violation
from tests.cast import Cast, Desk, Handheld, place
from tests.field.dispatch.test_spine import new_task

NEAR = (120.2110, 30.2501)  # some 87 m east of the task's point
FAR = (120.2201, 30.2501)  # some 960 m


def _place_at(lon: float, lat: float, at: dt.datetime) -> dict[str, Any]:
    return place(at) | {"lon": lon, "lat": lat}


@pytest.fixture
def under_way(cast: Cast) -> tuple[Handheld, Desk, str]:
    """Wen at the riverside with a task."""
    wen, li = Handheld.at_work(cast.wen, cast.qiu), Desk.of(cast.li)
    task = li.post("/api/tasks", new_task(cast, "034512")).body["id"]
    return wen, li, task


def _record(wen: Handheld, where: tuple[float, float], *, later_s: float = 1, **said: Any) -> str:
    at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=later_s)
    record = wen.violation(at=at, **({"occurred_at": at.isoformat(), "place": _place_at(*where, at)} | said))
    answered = wen.sync(record)
    assert answered.body["verdicts"][0]["outcome"] == "admitted", answered.body
    return record.uid


def _counted(li: Desk, task: str) -> int:
    return int(li.get(f"/api/tasks/{task}").body["crew"][0]["recorded"])


def test_violations_there_and_then_count(under_way: tuple[Handheld, Desk, str]) -> None:
    wen, li, task = under_way

    _record(wen, NEAR)
    _record(wen, NEAR)
    _record(wen, FAR)

    assert _counted(li, task) == 2
    seal_now()
    views = [one["view"] for one in wen.sync(epoch=None).body["feed"]["items"] if one["id"] == task]
    assert views[0]["recorded"] == 2


def test_what_was_recorded_before_or_by_others_does_not_count(
    cast: Cast, under_way: tuple[Handheld, Desk, str]
) -> None:
    wen, li, task = under_way
    _record(wen, NEAR, later_s=-600)
    _record(Handheld.at_work(cast.mei, cast.qiu), NEAR)

    assert _counted(li, task) == 0


def test_an_annulled_record_counts_no_more(under_way: tuple[Handheld, Desk, str]) -> None:
    wen, li, task = under_way
    uid = _record(wen, NEAR)
    assert _counted(li, task) == 1

    Violation.objects.filter(pk=uid).update(state="annulled")

    assert _counted(li, task) == 0


def test_where_offences_are_named_only_those_count(cast: Cast) -> None:
    wen, li = Handheld.at_work(cast.wen, cast.qiu), Desk.of(cast.li)
    task = li.post("/api/tasks", new_task(cast, "034512", offence_codes=["1042"])).body["id"]

    _record(wen, NEAR)

    assert _counted(li, task) == 0


def test_no_column_holds_a_count(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name IN ('field_task', 'field_assignment')"
        )
        columns = {name for (name,) in cursor.fetchall()}

    assert columns
    assert not {name for name in columns if "recorded" in name or "count" in name}
    assert recorded_during([]) == {}
