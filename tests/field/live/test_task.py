"""The way of a task on real parts: assigned at the desk, rung at the officer's line, found by cursor; and the step rung back."""

import asyncio
import time
from typing import Any

import pytest

from tests.cast import Cast, Desk, Handheld
from tests.field.dispatch.test_spine import new_task
from tests.field.live.lines import in_a_thread, open_line
from tests.field.live.town import Town
from tests.figures import Figure

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


@pytest.mark.alone
async def test_a_task_is_rung_within_a_second_and_its_step_is_rung_back(
    town: Town, people: Cast, figure: Figure
) -> None:
    wen = await in_a_thread(Handheld.at_work)(people.wen, people.qiu)
    li = await in_a_thread(Desk.of)(people.li)
    sync = in_a_thread(wen.sync)
    await sync()
    async with (
        open_line(town.url, wen.session_cookie) as officers_line,
        open_line(town.url, li.session_cookie) as leaders_line,
    ):
        await officers_line.until(1)
        await asyncio.sleep(0.2)
        began, before = time.monotonic(), officers_line.newest
        made = await in_a_thread(li.post)("/api/tasks", new_task(people, "034512"))
        rung = await officers_line.until(before + 1) - began
        feed = (await sync()).body["feed"]
        seen = time.monotonic() - began

        assert made.status == 201
        assert [one["id"] for one in feed["items"]] == [made.body["id"]]
        assert rung < 1

        number = leaders_line.newest
        began = time.monotonic()
        answered = await sync(wen.task_step(made.body["id"], "sign", feedback={}))
        back = await leaders_line.until(number + 1) - began
        board = (await in_a_thread(li.get)("/api/tasks")).body["tasks"]

    assert answered.body["verdicts"][0]["outcome"] == "admitted"
    assert [one["crew"][0]["state"] for one in board if one["id"] == made.body["id"]] == ["signed"]
    assert back < 1
    figure(
        f"task: POST to doorbell {rung * 1000:.0f} ms, to its row on the handheld {seen * 1000:.0f} ms; "
        f"signed to the leader's doorbell {back * 1000:.0f} ms"
    )


async def test_two_tasks_given_while_offline_with_redis_restarted_come_once_and_in_order(
    town: Town, people: Cast
) -> None:
    mei = await in_a_thread(Handheld.at_work)(people.mei, people.qiu)
    li = await in_a_thread(Desk.of)(people.li)
    sync = in_a_thread(mei.sync)
    await sync()

    given: list[str] = []
    for title in ("甲", "乙"):
        await asyncio.to_thread(town.kill_redis)
        task: dict[str, Any] = new_task(people, "034513", title=title)
        given.append((await in_a_thread(li.post)("/api/tasks", task)).body["id"])
        await asyncio.to_thread(town.start_redis)

    came: list[str] = []
    async with open_line(town.url, mei.session_cookie) as line:
        await line.until(1)
        while True:
            feed = (await sync()).body["feed"]
            came += [one["id"] for one in feed["items"] if one["about"] == "task"]
            if not feed["more"] and not feed["items"]:
                break
    assert came == given
