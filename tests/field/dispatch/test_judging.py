"""Judging reports: one is enough or all are needed, and nobody judges their own."""

import datetime as dt

import pytest

from accounts.refusals import NotFound
from field.dispatch.operations import NothingReported, OwnWork, approve, send_back
from field.rules.task import Completion, TaskState
from tests.cast import Cast
from tests.field.dispatch.acts import MORNING, a_task, on_shift, part, state_of, step, take, task_of


def test_one_report_closes_a_task_that_one_can_do(cast: Cast) -> None:
    task = a_task(cast, cast.wen, cast.mei, completion=Completion.ANY)
    handheld = on_shift(cast.wen, cast)
    for word in ("sign", "arrive", "report"):
        step(task, word, cast.wen, handheld)

    approve(task, leader=cast.li, now=MORNING)

    assert task_of(task).state == TaskState.CLOSED
    assert (state_of(task, cast.wen), state_of(task, cast.mei)) == ("done", "withdrawn")


def test_a_task_for_all_closes_with_the_last_report(cast: Cast) -> None:
    task = a_task(cast, cast.wen, cast.mei, completion=Completion.ALL)
    for person in (cast.wen, cast.mei):
        handheld = on_shift(person, cast)
        step(task, "sign", person, handheld)
        step(task, "report", person, handheld)
        approve(task, leader=cast.li, now=MORNING)
        if person is cast.wen:
            assert task_of(task).state == TaskState.OPEN

    assert task_of(task).state == TaskState.CLOSED


def test_nothing_is_approved_that_nobody_reported(cast: Cast) -> None:
    task = a_task(cast, cast.wen)

    with pytest.raises(NothingReported):
        approve(task, leader=cast.li, now=MORNING)


def test_nobody_approves_or_sends_back_their_own_report(cast: Cast) -> None:
    task = a_task(cast, cast.li)
    handheld = on_shift(cast.li, cast)
    step(task, "sign", cast.li, handheld)
    step(task, "report", cast.li, handheld)

    with pytest.raises(OwnWork):
        approve(task, leader=cast.li, now=MORNING)
    with pytest.raises(OwnWork):
        send_back(task, officer=cast.li.police_number, remark="补照片", leader=cast.li, now=MORNING)
    approve(task, leader=cast.du, now=MORNING)
    assert task_of(task).state == TaskState.CLOSED


def test_a_report_sent_back_says_why_and_can_be_made_again(cast: Cast) -> None:
    task = a_task(cast, cast.wen)
    handheld = on_shift(cast.wen, cast)
    step(task, "sign", cast.wen, handheld)
    step(task, "report", cast.wen, handheld)

    send_back(task, officer=cast.wen.police_number, remark="请补近照", leader=cast.li, now=MORNING)
    assert (state_of(task, cast.wen), part(task, cast.wen).remark) == ("sent_back", "请补近照")
    step(task, "report", cast.wen, handheld, MORNING + dt.timedelta(minutes=5))

    assert state_of(task, cast.wen) == "reported"


def test_the_report_of_somebody_who_has_no_part_is_not_there(cast: Cast) -> None:
    task = a_task(cast, cast.wen)

    with pytest.raises(NotFound):
        send_back(task, officer=cast.mei.police_number, remark="?", leader=cast.li, now=MORNING)


def test_each_step_is_timed_by_the_server_and_by_the_handheld(cast: Cast) -> None:
    task = a_task(cast, cast.wen)
    handheld = on_shift(cast.wen, cast)
    arrived = MORNING + dt.timedelta(minutes=20)
    take(handheld.task_step(task, "sign", at=MORNING, feedback={}), cast.wen, handheld, arrived)

    mine = part(task, cast.wen)
    assert mine.signed_at == arrived
    assert dt.datetime.fromisoformat(mine.handheld_times["sign"]) == MORNING
