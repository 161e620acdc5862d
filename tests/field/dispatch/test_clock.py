"""What the clock does to tasks: unseen ones escalate, each level visible, and past ones end. No Redis anywhere."""

import datetime as dt

import pytest
import redis
from pytest_django import Settings

from evidence.queries import entries_about
from field.dispatch import timers
from field.dispatch.board import Need
from field.dispatch.operations import assign, reassign
from field.dispatch.queries import desk_task
from field.live import announce
from field.rules.task import TaskState, Urgency
from tests.cast import Cast
from tests.field.dispatch.acts import MORNING, a_task, on_shift, state_of, step, task_of

MINUTE = dt.timedelta(minutes=1)


def at(minutes: float) -> dt.datetime:
    """So many minutes after the task was given."""
    return MORNING + minutes * MINUTE


@pytest.fixture(autouse=True)
def no_redis(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis is away in all of these tests, and whoever asks for it is found out."""

    def nobody() -> redis.Redis:
        raise AssertionError("the clock must not need Redis")

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(announce, "line", nobody)


def levels(task: object) -> list[tuple[int, list[str]]]:
    """Each escalation so far: its level and who was told."""
    return [
        (one.body["level"], one.body["told"])
        for one in sorted(entries_about(task), key=lambda one: one.id)
        if one.kind == "task.escalated"
    ]


def test_an_unsigned_task_goes_to_the_officer_then_the_leader_then_the_duty_desk(cast: Cast) -> None:
    task = a_task(cast, cast.wen, urgency=Urgency.CRITICAL)

    for minutes, expected in ((1.9, 0), (2, 0), (2.1, 1), (3.9, 1), (4.1, 2), (6.1, 3), (60, 3)):
        timers.due(at(minutes))
        assert len(levels(task)) == expected, minutes

    assert levels(task) == [(1, ["034512"]), (2, ["031007"]), (3, ["030110"])]
    assert task_of(task).escalations == 3


@pytest.mark.parametrize(
    ("urgency", "minutes"), [(Urgency.CRITICAL, 2), (Urgency.URGENT, 10), (Urgency.ROUTINE, 24 * 60)]
)
def test_the_time_to_sign_follows_the_urgency(cast: Cast, urgency: Urgency, minutes: int) -> None:
    task = a_task(cast, cast.wen, urgency=urgency, due_at=at(3 * 24 * 60))

    timers.due(at(minutes))
    assert levels(task) == []
    timers.due(at(minutes + 0.1))
    assert len(levels(task)) == 1


def test_a_loop_that_was_down_catches_up_level_by_level(cast: Cast) -> None:
    task = a_task(cast, cast.wen, urgency=Urgency.CRITICAL)

    timers.due(at(30))

    assert [level for level, _ in levels(task)] == [1, 2, 3]


def test_two_beats_at_once_write_each_level_once(cast: Cast) -> None:
    task = a_task(cast, cast.wen, urgency=Urgency.CRITICAL)

    timers.due(at(2.5))
    timers.due(at(2.5))

    assert len(levels(task)) == 1


def test_a_signed_task_escalates_no_more(cast: Cast) -> None:
    task = a_task(cast, cast.wen, urgency=Urgency.CRITICAL)
    timers.due(at(2.5))
    step(task, "sign", cast.wen, on_shift(cast.wen, cast), at(3))

    timers.due(at(30))

    assert len(levels(task)) == 1


def test_only_those_who_have_not_signed_are_told_again(cast: Cast) -> None:
    task = a_task(cast, cast.wen, cast.mei, urgency=Urgency.CRITICAL)
    step(task, "sign", cast.wen, on_shift(cast.wen, cast), at(1))

    (entry,) = timers.due(at(2.5))

    assert entry.body["late"] == entry.body["told"] == ["034513"]
    assert "user:034512" not in entry.audience


def test_whoever_is_told_hears_of_it(cast: Cast) -> None:
    a_task(cast, cast.wen, urgency=Urgency.CRITICAL)

    entries = timers.due(at(30))

    assert "user:034512" in entries[0].audience
    assert "user:031007" in entries[1].audience
    assert "user:030110" in entries[2].audience


def test_a_new_holder_begins_with_a_full_time_to_sign(cast: Cast) -> None:
    task = a_task(cast, cast.wen, urgency=Urgency.CRITICAL)
    timers.due(at(2.5))
    reassign(task, from_=cast.wen.police_number, to=cast.mei.police_number, leader=cast.li, now=at(3))

    timers.due(at(4.9))
    assert len(levels(task)) == 1
    timers.due(at(5.1))
    assert levels(task)[-1] == (1, ["034513"])


def test_the_board_shows_what_escalated_and_who_was_told(cast: Cast) -> None:
    task = a_task(cast, cast.wen, urgency=Urgency.CRITICAL)
    timers.due(at(4.5))

    view = desk_task(cast.li, task, at(4.5))

    assert (view["needs"], view["escalations"]) == (Need.UNSIGNED, 2)
    told = [(one["level"], one["told"]) for one in view["history"] if one["what"] == "escalated"]
    assert told == [(1, ["034512"]), (2, ["031007"])]


def test_a_task_that_nobody_began_ends_when_it_is_past(cast: Cast) -> None:
    task = a_task(cast, cast.wen, cast.mei)
    step(task, "sign", cast.mei, on_shift(cast.mei, cast))

    timers.due(at(119))
    assert task_of(task).state == TaskState.OPEN
    timers.due(at(121))

    assert task_of(task).state == TaskState.EXPIRED
    assert state_of(task, cast.wen) == state_of(task, cast.mei) == "expired"


def test_who_is_at_it_when_it_is_past_goes_on(cast: Cast) -> None:
    task = a_task(cast, cast.wen, cast.mei)
    handheld = on_shift(cast.mei, cast)
    step(task, "sign", cast.mei, handheld)
    step(task, "arrive", cast.mei, handheld)

    timers.due(at(121))
    timers.due(at(122))

    assert (state_of(task, cast.wen), state_of(task, cast.mei)) == ("expired", "on_site")
    assert task_of(task).state == TaskState.OPEN
    assert desk_task(cast.li, task, at(122))["needs"] == Need.OVERDUE


def test_a_task_that_nobody_was_given_ends_too(cast: Cast) -> None:
    task = a_task(cast)

    timers.due(at(121))

    assert task_of(task).state == TaskState.EXPIRED


def test_a_step_that_comes_after_the_end_is_kept_as_late(cast: Cast) -> None:
    handheld = on_shift(cast.wen, cast)
    task = a_task(cast, cast.wen)
    timers.due(at(121))

    entry = step(task, "sign", cast.wen, handheld, at(122))

    assert entry.kind == "task.step_late"
    history = desk_task(cast.li, task, at(123))["history"]
    assert (history[-1]["what"], history[-1]["state"]) == ("step_late", "expired")


def test_a_task_of_a_unit_without_a_leader_goes_to_the_next_above(cast: Cast) -> None:
    task = a_task(cast, by=cast.du, unit=cast.west.code, urgency=Urgency.CRITICAL)
    assign(task, [cast.hao.police_number], leader=cast.du, now=MORNING)

    timers.due(at(4.5))

    assert levels(task)[-1] == (2, ["032001"])
