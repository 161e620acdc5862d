"""What the clock brings: items that somebody must look at, opened once, closed by themselves when their cause is gone."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence.queries import entries_about
from evidence.verification import verify
from field import overdue, timers
from field.models import Asked, Item, Received, Violation
from field.review import items
from field.review import operations as review
from field.rules.items import missing_between
from tests import scenes
from tests.cast import Cast, Desk, photo

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)


def open_kinds() -> list[str]:
    return list(Item.objects.filter(closed_at__isnull=True).order_by("kind").values_list("kind", flat=True))


def beat(now: dt.datetime) -> timers.Beat:
    """One look of the clock, the sealer being at work."""
    scenes.sealed_log()
    return timers.beat(now)


def test_photos_outstanding_for_24_hours_open_an_item_and_their_arrival_closes_it(cast: Cast) -> None:
    scene = scenes.incomplete_violation(cast)
    arrived = scene.violation.arrived_at

    beat(arrived + 23 * HOUR)
    assert open_kinds() == []
    for late in (24, 25, 48):
        beat(arrived + late * HOUR)
        assert open_kinds() == ["photos_outstanding"]
    (item,) = Desk.of(cast.li).get("/api/items").body["items"]
    assert (item["subject"], item["unit"]) == (str(scene.id), "330900010100")

    scene.handheld.upload(scenes.PLATE)
    beat(arrived + 49 * HOUR)

    assert open_kinds() == []
    assert verify().sound


def test_a_correction_with_a_new_photo_that_stays_away_opens_the_item_that_somebody_had_closed(
    cast: Cast,
) -> None:
    scene = scenes.incomplete_violation(cast)
    arrived = scene.violation.arrived_at
    beat(arrived + 24 * HOUR)
    (item,) = Item.objects.all()
    items.close_item(item.id, ground="explained", remark="", by=cast.li, now=arrived + 25 * HOUR)
    beat(arrived + 60 * HOUR)
    assert open_kinds() == []

    amended = scene.handheld.amendment(scene.sealed, photos=[photo(b"the sign, from nearer", "sign")])
    scenes.sent(scene.handheld, amended)
    Received.objects.filter(uid=amended.uid).update(arrived_at=arrived + 30 * HOUR)
    beat(arrived + 53 * HOUR)
    assert open_kinds() == []
    beat(arrived + 54 * HOUR)

    assert open_kinds() == ["photos_outstanding"]


@pytest.mark.parametrize("kind", ["given up", "set aside"])
def test_photos_of_what_is_no_violation_are_missed_as_well(cast: Cast, kind: str) -> None:
    wen = scenes.wens_handheld(cast)
    shots = [photo(scenes.FAR)]
    if kind == "given up":
        sealed = wen.draft_closed(photos=shots)
    else:
        sealed = wen.violation(officer=cast.mei.police_number, photos=shots)
    wen.sync(sealed)
    came = Received.objects.get(text_sha256=sealed.sha256).arrived_at

    overdue.shots_outstanding(came + 23 * HOUR)
    assert open_kinds() == []
    overdue.shots_outstanding(came + 24 * HOUR)
    assert open_kinds() == ["photos_outstanding"]
    overdue.shots_outstanding(came + 25 * HOUR)
    assert Item.objects.count() == 1

    assert wen.upload(scenes.FAR).status == 201
    overdue.no_longer_so(came + 26 * HOUR)
    assert open_kinds() == []
    assert Item.objects.get().unit_id == cast.east_first.code


@pytest.mark.parametrize(
    ("returned_on", "open_from"),
    [
        (dt.date(2026, 11, 23), dt.date(2026, 11, 27)),  # Monday: Tuesday, Wednesday and Thursday to answer
        (dt.date(2026, 11, 26), dt.date(2026, 12, 2)),  # Thursday: Friday, Monday, Tuesday
        (dt.date(2026, 11, 28), dt.date(2026, 12, 3)),  # Saturday: Monday, Tuesday, Wednesday
        (
            dt.date(2026, 9, 29),
            dt.date(2026, 10, 10),
        ),  # Wednesday, then the National Day's week, Thursday, Friday
        (
            dt.date(2026, 9, 18),
            dt.date(2026, 9, 23),
        ),  # Friday: the Sunday that is worked for it, Monday, Tuesday
    ],
)
def test_a_return_unanswered_for_three_working_days_opens_an_item(
    cast: Cast, returned_on: dt.date, open_from: dt.date
) -> None:
    scene = scenes.recorded_violation(cast)
    at = dt.datetime.combine(returned_on, dt.time(2, 0), dt.UTC)
    review.return_to_officer(scene.id, reason="wrong_time", remark="", by=cast.li, now=at)
    due = dt.datetime.combine(open_from, dt.time(0, 5), dt.timezone(8 * HOUR))

    overdue.returns_unanswered(due - 10 * dt.timedelta(minutes=1))
    assert open_kinds() == []
    overdue.returns_unanswered(due)

    assert open_kinds() == ["return_unanswered"]


def test_an_amendment_closes_the_item_and_a_second_return_opens_another(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    review.return_to_officer(scene.id, reason="wrong_time", remark="", by=cast.li, now=MONDAY)
    overdue.returns_unanswered(MONDAY + 5 * DAY)
    assert open_kinds() == ["return_unanswered"]

    scenes.sent(scene.handheld, scene.handheld.amendment(scene.sealed))
    overdue.no_longer_so(MONDAY + 5 * DAY)
    assert open_kinds() == []
    review.return_to_officer(scene.id, reason="wrong_time", remark="", by=cast.li, now=MONDAY + 7 * DAY)
    overdue.returns_unanswered(MONDAY + 14 * DAY)

    assert open_kinds() == ["return_unanswered"]
    assert Item.objects.count() == 2
    assert verify().sound


def test_the_loop_does_not_close_over_what_a_person_has_closed_since_it_looked(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    review.return_to_officer(scene.id, reason="wrong_time", remark="", by=cast.li, now=MONDAY)
    overdue.returns_unanswered(MONDAY + 5 * DAY)
    seen_open = Item.objects.get()
    items.close_item(seen_open.id, ground="explained", remark="", by=cast.li, now=MONDAY + 6 * DAY)

    assert items.settle_item(seen_open, now=MONDAY + 6 * DAY) is None

    assert (Item.objects.get().closed_by, Item.objects.get().ground) == (cast.li.police_number, "explained")
    assert verify().sound


def test_a_number_that_stays_away_for_24_hours_is_the_leader_s_to_ask_about(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    first, withheld, third = wen.violation(), wen.violation(), wen.violation()
    wen.sync(first, third)
    came = Violation.objects.get(id=third.uid).arrived_at

    beat(came + 23 * HOUR)
    assert open_kinds() == []
    beat(came + 24 * HOUR)

    (item,) = Item.objects.filter(closed_at__isnull=True)
    assert (item.kind, item.facts["number"], item.unit_id) == ("number_missing", 2, "330900010100")
    wen.sync(withheld)
    beat(came + 25 * HOUR)
    assert open_kinds() == []


def test_which_numbers_are_missing() -> None:
    assert missing_between(0, 1, most=100) == []
    assert missing_between(2, 6, most=100) == [3, 4, 5]
    assert missing_between(0, 2**62, most=3) == [1, 2, 3]
    assert missing_between(2, 6, most=0) == []


def test_a_beat_looks_only_at_what_became_due_since_the_last(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    first, second, third, fourth, fifth = (wen.violation() for _ in range(5))
    wen.sync(first, third)
    came = Violation.objects.get(id=third.uid).arrived_at
    assert len(overdue.numbers_missing(came + 24 * HOUR)) == 1

    with CaptureQueriesContext(connection) as asked:
        assert overdue.numbers_missing(came + 24 * HOUR) == []
    assert not any("field_received" in one["sql"] for one in asked), "nothing has become due"

    wen.sync(fifth)
    later = Violation.objects.get(id=fifth.uid).arrived_at
    (entry,) = overdue.numbers_missing(later + 40 * DAY)  # the loop was away for weeks
    assert entry.body["facts"]["number"] == 4
    wen.sync(second, fourth)
    beat(later + 41 * DAY)
    assert open_kinds() == []


def test_a_text_that_nobody_judges_opens_an_item(cast: Cast) -> None:
    scene = scenes.record_set_aside(cast)
    came = scene.received.arrived_at

    overdue.quarantine_waiting(came + 10 * DAY)

    assert open_kinds() == ["quarantine_waiting"]


@pytest.mark.django_db(transaction=True)
def test_entries_that_nobody_seals_open_the_technician_s_item(cast: Cast) -> None:
    scenes.sealed_log()
    scene = scenes.recorded_violation(cast)
    review.confirm(scene.id, version=None, by=cast.li, now=scenes.now())  # not sealed: no sealer runs here

    assert overdue.log_stopped(scenes.now() + dt.timedelta(minutes=14)) == []
    overdue.log_stopped(scenes.now() + dt.timedelta(minutes=16))

    assert open_kinds() == ["log_stopped"]
    (item,) = Desk.of(cast.qiu).get("/api/items").body["items"]
    assert item["kind"] == "log_stopped"
    assert Desk.of(cast.li).get("/api/items").body["items"] == []
    scenes.sealed_log()
    overdue.no_longer_so(scenes.now())
    assert open_kinds() == []


def test_what_no_backup_holds_for_a_day_opens_an_item_where_one_is_configured(
    cast: Cast, settings: object
) -> None:
    scenes.recorded_violation(cast)
    scenes.sealed_log()
    tomorrow = scenes.now() + DAY + HOUR

    assert overdue.log_unsettled(tomorrow) == []
    settings.SETTLED_BY = "backup"  # type: ignore[attr-defined]
    overdue.log_unsettled(tomorrow)

    assert open_kinds() == ["unsettled"]


def test_what_a_person_has_closed_is_not_opened_again(cast: Cast) -> None:
    scene = scenes.incomplete_violation(cast)
    arrived = scene.violation.arrived_at
    beat(arrived + 25 * HOUR)
    (item,) = Item.objects.all()

    items.close_item(item.id, ground="terminal_lost", remark="", by=cast.li, now=arrived + 26 * HOUR)
    beat(arrived + 27 * HOUR)

    assert open_kinds() == []
    assert [one.kind for one in entries_about(item.id)] == ["item.opened", "item.closed"]
    again = Desk.of(cast.li).post(f"/api/items/{item.id}/close", {"ground": "done"})
    assert (again.status, again.body["facts"]) == (
        409,
        {"state": "closed", "by": "031007", "name": "李正"},
    )


def test_an_item_is_closed_by_its_own_unit_with_a_ground(cast: Cast) -> None:
    scene = scenes.incomplete_violation(cast)
    beat(scene.violation.arrived_at + 25 * HOUR)
    (item,) = Item.objects.all()

    assert Desk.of(cast.zhao).post(f"/api/items/{item.id}/close", {"ground": "done"}).status == 404
    assert Desk.of(cast.ji).post(f"/api/items/{item.id}/close", {"ground": "done"}).status == 403
    assert Desk.of(cast.li).post(f"/api/items/{item.id}/close", {"ground": "because"}).status == 400
    assert Desk.of(cast.li).post(f"/api/items/{item.id}/close", {"ground": "done"}).status == 200


def test_one_rule_s_fault_doesn_t_stop_the_clock_of_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = scenes.incomplete_violation(cast)

    def broken(now: dt.datetime) -> list[object]:
        raise ZeroDivisionError

    monkeypatch.setattr(timers, "RULES", {"broken": broken, **timers.RULES})
    found = beat(scene.violation.arrived_at + 25 * HOUR)

    assert (found.failed, open_kinds()) == (("broken",), ["photos_outstanding"])


def test_a_beat_with_nothing_to_do_asks_little(cast: Cast) -> None:
    for _ in range(5):
        scenes.recorded_violation(cast)

    beat(scenes.now())  # which looks at the records
    with CaptureQueriesContext(connection) as asked:
        timers.beat(scenes.now())

    assert len(asked) < 30, [one["sql"] for one in asked]


def test_what_is_over_is_taken_away_and_what_is_not_stays(cast: Cast) -> None:
    now = scenes.now()
    for name, ends in (("over", now - HOUR), ("running", now + HOUR)):
        Session.objects.create(session_key=name, session_data="", expire_date=ends)
    for name, hour in (("long_ago", now - DAY), ("this_hour", now)):
        Asked.objects.create(network=name, hour=hour, times=1)

    done = timers.tidy(now)

    assert (dict(done.done), done.failed) == (
        {
            "uploads_dropped": 0,
            "leftovers": 0,
            "networks_forgotten": 1,
            "papers_missing": 0,
            "sessions_cleared": 1,
        },
        (),
    )
    assert list(Session.objects.filter(session_key__in=["over", "running"]).values_list("pk", flat=True)) == [
        "running"
    ]
    assert list(Asked.objects.values_list("network", flat=True)) == ["this_hour"]
