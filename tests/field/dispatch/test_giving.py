"""Giving tasks: to one's own people only, by one leader at a time, and taken back or handed over so that both sides hear of it."""

import datetime as dt
from uuid import uuid4

import pytest

from accounts.capabilities import NotPermitted
from accounts.refusals import NotFound, Overtaken
from evidence.queries import entries_about
from field.dispatch.operations import (
    NotForTasks,
    PlaceMissing,
    TimesWrong,
    assign,
    reassign,
    withdraw,
)
from field.dispatch.queries import officers_tasks
from field.rules.task import TaskState
from tests.cast import Cast
from tests.field.dispatch.acts import MORNING, a_task, on_shift, part, state_of, step, task_of

MINUTE = dt.timedelta(minutes=1)


def test_a_task_is_made_and_given_in_one_go(cast: Cast) -> None:
    task = a_task(cast, cast.wen, cast.mei)

    assert [one.kind for one in entries_about(task)] == ["task.created", "task.assigned"]
    assert state_of(task, cast.wen) == state_of(task, cast.mei) == "to_sign"
    assert task_of(task).sign_by == MORNING + 10 * MINUTE


def test_an_entry_says_whom_it_concerns_the_units_above_included(cast: Cast) -> None:
    task = a_task(cast, cast.wen)

    audience = entries_about(task)[-1].audience
    assert set(audience) == {
        "user:034512",
        "unit:330900010100",
        "unit:330900010000",
        "unit:330900000000",
    }


@pytest.mark.parametrize("who", ["wen", "fu", "fan", "ji", "qiu"])
def test_only_leaders_and_the_duty_desk_give_tasks(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        a_task(cast, cast.wen, by=getattr(cast, who))


def test_the_duty_desk_gives_tasks_to_the_whole_city(cast: Cast) -> None:
    task = a_task(cast, cast.hao, by=cast.du, unit=cast.west_first.code)

    assert state_of(task, cast.hao) == "to_sign"


def test_a_leader_of_another_unit_finds_no_such_task(cast: Cast) -> None:
    task = a_task(cast, cast.wen)

    with pytest.raises(NotFound):
        assign(task, [cast.hao.police_number], leader=cast.zhao, now=MORNING)
    with pytest.raises(NotFound):
        withdraw(task, remark="误发", leader=cast.zhao, now=MORNING)


def test_a_leader_gives_nothing_to_people_of_another_unit(cast: Cast) -> None:
    with pytest.raises(NotFound):
        a_task(cast, cast.hao)
    with pytest.raises(NotFound):
        a_task(cast, unit=cast.west_first.code)


def test_who_handles_no_tasks_gets_none(cast: Cast) -> None:
    with pytest.raises(NotForTasks):
        a_task(cast, cast.ji, by=cast.du, unit=cast.detachment.code)


def test_a_task_must_end_after_now_and_after_it_begins(cast: Cast) -> None:
    with pytest.raises(TimesWrong):
        a_task(cast, due_at=MORNING)
    with pytest.raises(TimesWrong):
        a_task(cast, starts_at=MORNING + 90 * MINUTE, due_at=MORNING + 60 * MINUTE)


def test_half_a_place_is_none(cast: Cast) -> None:
    with pytest.raises(PlaceMissing):
        a_task(cast, point=None)
    with pytest.raises(PlaceMissing):
        a_task(cast, radius_m=0)


def test_a_request_made_twice_makes_one_task(cast: Cast) -> None:
    once = uuid4()
    a_task(cast, cast.wen, id=once)

    assert a_task(cast, cast.wen, id=once) == once
    assert len(entries_about(once)) == 2
    for other in ({"title": "另一件事"}, {"by": cast.du}):
        with pytest.raises(Overtaken):
            a_task(cast, id=once, **other)


def test_the_second_of_two_leaders_is_told_who_was_faster(cast: Cast) -> None:
    task = a_task(cast)
    assign(task, [cast.wen.police_number], leader=cast.du, now=MORNING)

    with pytest.raises(Overtaken) as refused:
        assign(task, [cast.mei.police_number], leader=cast.li, now=MORNING)
    assert refused.value.by == cast.du.police_number


def test_more_people_are_added_by_who_has_seen_who_is_there(cast: Cast) -> None:
    task = a_task(cast, cast.wen)

    assign(task, [cast.mei.police_number], leader=cast.li, now=MORNING, seen=task_of(task).newest_entry)

    assert state_of(task, cast.mei) == state_of(task, cast.wen) == "to_sign"


def test_a_handed_over_task_leaves_one_handheld_and_comes_to_the_other(cast: Cast) -> None:
    task = a_task(cast, cast.wen)

    entry = reassign(
        task, from_=cast.wen.police_number, to=cast.mei.police_number, leader=cast.li, now=MORNING
    )

    assert {"user:034512", "user:034513"} <= set(entry.audience)
    assert officers_tasks(cast.wen, MORNING, [task])[str(task)] is None
    view = officers_tasks(cast.mei, MORNING, [task])[str(task)]
    assert view is not None and view["mine"]["state"] == "to_sign"


def test_a_task_can_come_back_to_who_had_it_before(cast: Cast) -> None:
    task, wen, mei = a_task(cast, cast.wen), cast.wen.police_number, cast.mei.police_number
    step(task, "sign", cast.wen, on_shift(cast.wen, cast))
    reassign(task, from_=wen, to=mei, leader=cast.li, now=MORNING)
    reassign(task, from_=mei, to=wen, leader=cast.li, now=MORNING + MINUTE)

    again = part(task, cast.wen)

    assert (again.state, again.signed_at, again.assigned_at) == ("to_sign", None, MORNING + MINUTE)


def test_a_crew_hears_of_each_other_s_steps_and_of_who_comes_instead(cast: Cast) -> None:
    task = a_task(cast, cast.wen, cast.mei)
    step(task, "sign", cast.wen, on_shift(cast.wen, cast))

    assert {"user:034512", "user:034513"} <= set(entries_about(task)[-1].audience)


def test_a_step_for_a_task_no_longer_his_is_kept_and_changes_nothing(cast: Cast) -> None:
    handheld = on_shift(cast.wen, cast)
    task = a_task(cast, cast.wen)
    reassign(task, from_=cast.wen.police_number, to=cast.mei.police_number, leader=cast.li, now=MORNING)

    entry = step(task, "sign", cast.wen, handheld)

    assert entry.kind == "task.step_late"
    assert entry.record is not None and entry.body["state"] == "reassigned"
    assert state_of(task, cast.wen) == "reassigned"
    assert state_of(task, cast.mei) == "to_sign"


def test_a_step_for_a_task_that_nobody_knows_is_kept_too(cast: Cast) -> None:
    entry = step(uuid4(), "sign", cast.wen, on_shift(cast.wen, cast))

    assert (entry.kind, entry.body["state"]) == ("task.step_late", "unknown")


def test_an_officer_can_take_no_step_in_anothers_task(cast: Cast) -> None:
    task = a_task(cast, cast.mei)

    entry = step(task, "sign", cast.wen, on_shift(cast.wen, cast))

    assert entry.kind == "task.step_late"
    assert state_of(task, cast.mei) == "to_sign"


def test_a_withdrawn_task_is_over_for_everybody(cast: Cast) -> None:
    task = a_task(cast, cast.wen, cast.mei)

    withdraw(task, remark="道路已封闭", leader=cast.li, now=MORNING)

    assert task_of(task).state == TaskState.WITHDRAWN
    assert state_of(task, cast.wen) == state_of(task, cast.mei) == "withdrawn"
    with pytest.raises(Overtaken) as refused:
        assign(task, [cast.wen.police_number], leader=cast.li, now=MORNING)
    assert (refused.value.state, refused.value.by) == ("withdrawn", cast.li.police_number)
