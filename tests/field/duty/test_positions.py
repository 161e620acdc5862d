"""Positions: taken on duty only, the newest wins, nothing is guessed, and each look is an entry."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from accounts import operations
from accounts.models import Shift
from evidence.queries import ask
from field.duty.operations import forget_off_duty, note_look, record_positions
from field.duty.queries import officers
from field.models import Position
from field.rules.position import Age, Fix, Refused, age_of, distance_m
from tests.cast import Cast, Desk, Handheld

NOW = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
FIX = Fix(lat=30.2501, lon=120.2101, acc_m=8.0, at=NOW, source="gps", crs="wgs84")


def moved(lat: float = FIX.lat, lon: float = FIX.lon, after_s: float = 0, **said: Any) -> Fix:
    """The same position elsewhere, so many seconds later."""
    return replace(FIX, lat=lat, lon=lon, at=NOW + after_s * SECOND, **said)


@pytest.fixture
def wen(cast: Cast) -> tuple[Handheld, Shift]:
    """Wen on duty since ten minutes."""
    handheld = Handheld.approved(cast.wen.unit, cast.qiu)
    return handheld, handheld.open_shift_of(cast.wen, now=NOW - dt.timedelta(minutes=10))


def take(wen: tuple[Handheld, Shift], *fixes: Fix, now: dt.datetime = NOW) -> dict[int, Refused]:
    """Hand them in; what was refused."""
    handheld, shift = wen
    return record_positions(shift, handheld.row, fixes, now).refused


def known() -> tuple[float, dt.datetime]:
    """Latitude and time of the one position that is known."""
    one = Position.objects.get()
    return one.point.y, one.measured_at


def test_a_position_on_duty_is_kept_with_all_that_is_needed_to_doubt_it(wen: tuple[Handheld, Shift]) -> None:
    assert take(wen, FIX) == {}

    one = Position.objects.get()
    assert (one.officer_id, one.accuracy_m, one.source, one.coordinate_system) == (
        "034512",
        8.0,
        "gps",
        "wgs84",
    )
    assert (one.point.x, one.point.y, one.point.srid) == (120.2101, 30.2501, 4326)
    assert (one.measured_at, one.received_at) == (NOW, NOW)


def test_off_duty_nothing_is_collected(cast: Cast, wen: tuple[Handheld, Shift]) -> None:
    handheld, shift = wen
    operations.close_shift(shift.id, why="officer", now=NOW)
    closed = Shift.objects.get(id=shift.id)

    for ended in (closed, None):
        taken = record_positions(ended, handheld.row, [FIX, FIX], NOW + SECOND)
        assert (taken.believed, taken.refused) == (0, {0: Refused.OFF_DUTY, 1: Refused.OFF_DUTY})
    assert not Position.objects.exists()


def test_after_its_twelve_hours_a_shift_collects_nothing(wen: tuple[Handheld, Shift]) -> None:
    handheld, shift = wen

    taken = record_positions(shift, handheld.row, [FIX], shift.ends_at)

    assert taken.refused == {0: Refused.OFF_DUTY}
    assert not Position.objects.exists()


def test_a_shift_on_another_terminal_collects_nothing_here(cast: Cast, wen: tuple[Handheld, Shift]) -> None:
    other = Handheld.approved(cast.wen.unit, cast.qiu)

    taken = record_positions(wen[1], other.row, [FIX], NOW)

    assert taken.refused == {0: Refused.OFF_DUTY}


def test_through_the_door_a_handheld_without_a_shift_leaves_no_position(cast: Cast) -> None:
    handheld = Handheld.at_work(cast.wen, cast.qiu)
    now = dt.datetime.now(dt.UTC)
    said = [{"lat": 30.25, "lon": 120.21, "acc_m": 9, "at": now.isoformat(), "source": "gps", "crs": "wgs84"}]
    assert handheld.post("/api/shift/close").status == 204

    answered = handheld.sync(positions=said)

    assert answered.status == 200
    assert not Position.objects.exists()
    again = Handheld.at_work(cast.wen, cast.qiu)
    later = dt.datetime.now(dt.UTC)
    assert again.sync(positions=[said[0] | {"at": later.isoformat()}]).status == 200
    assert Position.objects.get().officer_id == "034512"


def test_of_a_batch_the_newest_wins_in_any_order(wen: tuple[Handheld, Shift]) -> None:
    fixes = [moved(30.2501 + n / 10_000, after_s=-60 + n) for n in (3, 1, 5, 2)]

    assert take(wen, *fixes) == {}

    lat, at = known()
    assert at == NOW - 55 * SECOND
    assert lat == pytest.approx(30.2506)


def test_an_older_position_that_comes_later_changes_nothing(wen: tuple[Handheld, Shift]) -> None:
    take(wen, FIX)
    take(wen, moved(30.2502, after_s=-30), now=NOW + SECOND)

    assert known() == (30.2501, NOW)


@pytest.mark.parametrize(
    ("fix", "why"),
    [
        (moved(91), Refused.OUT_OF_RANGE),
        (moved(lon=-181), Refused.OUT_OF_RANGE),
        (moved(float("nan")), Refused.OUT_OF_RANGE),
        (moved(0.0, 0.0), Refused.OUT_OF_RANGE),
        (moved(crs="gcj02"), Refused.SYSTEM_UNKNOWN),
        (moved(crs=""), Refused.SYSTEM_UNKNOWN),
        (moved(acc_m=5001), Refused.TOO_POOR),
        (moved(acc_m=-1), Refused.TOO_POOR),
        (moved(acc_m=float("inf")), Refused.TOO_POOR),
        (moved(after_s=121), Refused.IN_THE_FUTURE),
        (moved(after_s=-601), Refused.BEFORE_THE_SHIFT),
    ],
)
def test_what_cannot_be_is_not_taken(wen: tuple[Handheld, Shift], fix: Fix, why: Refused) -> None:
    assert take(wen, fix, moved(after_s=-1)) == {0: why}

    assert known()[1] == NOW - SECOND


def test_nobody_drives_faster_than_250_kilometres_an_hour(wen: tuple[Handheld, Shift]) -> None:
    take(wen, moved(after_s=-20))

    assert take(wen, moved(30.3, after_s=-10)) == {0: Refused.TOO_FAST}  # 5.5 km in ten seconds
    assert take(wen, moved(30.2556, after_s=-10)) == {}  # 600 m


def test_the_ages_are_said_as_the_map_says_them() -> None:
    ages = {s: age_of(NOW - s * SECOND, NOW) for s in (0, 30, 31, 300, 301)}

    assert ages == {
        0: Age.FRESH,
        30: Age.FRESH,
        31: Age.RECENT,
        300: Age.RECENT,
        301: Age.ASLEEP,
    }


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    assert distance_m(30, 120, 31, 120) == pytest.approx(111_195, abs=1)
    assert distance_m(30.25, 120.21, 30.25, 120.21) == 0


def _on_duty_at(cast: Cast, name: str, lat: float, age_s: float) -> None:
    person = getattr(cast, name)
    handheld = Handheld.approved(person.unit, cast.qiu)
    shift = handheld.open_shift_of(person, now=NOW - dt.timedelta(hours=1))
    taken = record_positions(shift, handheld.row, [moved(lat, after_s=-age_s)], NOW)
    assert taken.refused == {}


def test_the_nearest_free_are_offered_first_and_the_others_named_with_the_reason(cast: Cast) -> None:
    _on_duty_at(cast, "wen", 30.2600, 10)
    _on_duty_at(cast, "mei", 30.2550, 200)
    _on_duty_at(cast, "fu", 30.2502, 400)

    found = officers(cast.li, NOW, near=(FIX.lon, FIX.lat))

    assert [(one["name"], one["offered"], one["why"]) for one in found] == [
        ("梅芳", True, "free"),
        ("文静", True, "free"),
        ("傅强", False, "asleep"),
        ("李正", False, "off_duty"),
    ]
    assert [one["distance_m"] for one in found[:3]] == [545, 1101, 11]
    assert [one["position"]["age"] for one in found[:3]] == ["recent", "fresh", "asleep"]
    assert found[3]["position"] is None


def test_nobody_is_located_off_duty_even_if_a_position_is_left(
    cast: Cast, wen: tuple[Handheld, Shift]
) -> None:
    take(wen, FIX)
    operations.close_shift(wen[1].id, why="officer", now=NOW)

    (view,) = [one for one in officers(cast.li, NOW) if one["police_number"] == "034512"]
    assert (view["on_duty"], view["position"]) == (False, None)
    assert forget_off_duty(NOW) == 1
    assert not Position.objects.exists()


def _looks(viewer: str) -> list[list[str]]:
    rows = ask(
        "SELECT convert_from(payload, 'UTF8')::json -> 'body' -> 'fields' FROM entry WHERE kind = 'look' AND actor = %s"
        " ORDER BY id",
        [viewer],
    )
    return [fields for (fields,) in rows]


def test_each_look_at_positions_is_an_entry_that_names_whose(cast: Cast) -> None:
    note_look(cast.li, shown=["034512", "034513"], terminal=None, now=NOW)

    assert _looks("031007") == [["position:034512", "position:034513"]]


def test_a_map_that_asks_every_few_seconds_is_one_entry_a_minute(cast: Cast) -> None:
    for seconds in range(0, 60, 5):
        note_look(cast.li, shown=["034512"], terminal=None, now=NOW + seconds * SECOND)
    assert len(_looks("031007")) == 1
    note_look(cast.li, shown=["034512", "034513"], terminal=None, now=NOW + 59 * SECOND)
    assert _looks("031007")[1:] == [["position:034513"]]
    note_look(cast.li, shown=["034512"], terminal=None, now=NOW + 60 * SECOND)

    assert len(_looks("031007")) == 3


def test_through_the_door_a_look_is_entered_and_another_unit_is_not_seen(cast: Cast) -> None:
    handheld = Handheld.at_work(cast.wen, cast.qiu)
    now = dt.datetime.now(dt.UTC).isoformat()
    handheld.sync(
        positions=[{"lat": 30.25, "lon": 120.21, "acc_m": 9, "at": now, "source": "gps", "crs": "wgs84"}]
    )

    seen = Desk.of(cast.li).get("/api/officers?lon=120.21&lat=30.25")
    elsewhere = Desk.of(cast.zhao).get("/api/officers")

    assert seen.status == elsewhere.status == 200
    first = seen.body["officers"][0]
    assert (first["police_number"], first["distance_m"], first["position"]["source"]) == ("034512", 0, "gps")
    assert _looks("031007") == [["position:034512"]]
    assert {one["unit"] for one in elsewhere.body["officers"]} == {cast.west_first.code}
    assert _looks("032001") == []
    assert handheld.get("/api/officers").status == 403


@pytest.mark.parametrize("query", ["lon=1", "lat=1", "lon=x&lat=1", "lon=181&lat=0", "lon=nan&lat=nan"])
def test_half_a_place_or_none_is_refused(cast: Cast, query: str) -> None:
    assert Desk.of(cast.li).get(f"/api/officers?{query}").status == 400
