"""A task's way: from the leader's desk to the officer's screen within a second, and through a dead line, each once and in order."""

import datetime as dt
import re
import secrets
import statistics
import time

import pytest
from playwright.sync_api import expect

from tests.cast import Desk
from tests.figures import Figure
from tests.journeys.chromium import Chromium
from tests.journeys.conftest import Person, Town
from tests.journeys.officer import Officer

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


def assign(desk: Desk, officer: Person, unit: str, title: str) -> str:
    """Give a task to this officer; return its id."""
    now = dt.datetime.now(dt.UTC)
    made = desk.post(
        "/api/tasks",
        {
            "kind": "violation_control",
            "urgency": "urgent",
            "completion": "any",
            "title": title,
            "what": "查违法停车",
            "why": "这里上月有 6 起",
            "point": [119.0507, 29.1012],
            "radius_m": 200,
            "place_text": "人民路，松柏街口",
            "due_at": (now + dt.timedelta(hours=2)).isoformat(),
            "unit": unit,
            "officers": [officer.police_number],
        },
    )
    assert made.status == 201, made
    task: str = made.body["id"]
    return task


def test_tasks_ring_through_and_none_is_missed_or_doubled_while_the_line_is_dead(
    town: Town, handheld: Chromium, figure: Figure
) -> None:
    person = town.one("officer", "城东二中队")
    leader = town.desk(town.one("leader", "城东二中队"))
    unit = leader.get("/api/session").body["officer"]["unit_code"]
    officer = town.on_duty(handheld, person)
    officer.press("我的任务")
    first, second, third = (
        f"{words}{secrets.token_hex(2)}" for words in ("人民路口护学", "建设路货车闯禁区", "南湖路井盖缺失")
    )

    took_s = []
    for title in (first, *(f"南门执勤{secrets.token_hex(2)}" for _ in range(2))):
        assign(leader, person, unit, title)
        answered = time.monotonic()
        expect(officer.page.get_by_text(title)).to_be_visible(timeout=10_000)
        took_s.append(time.monotonic() - answered)
    figure(
        f"from the desk's answer to the officer's screen: {', '.join(f'{one * 1000:.0f}' for one in took_s)} ms"
    )
    assert statistics.median(took_s) < 1

    handheld.context.set_offline(True)
    assign(leader, person, unit, second)
    town.stack.kill("redis")
    assign(leader, person, unit, third)
    town.stack.launch("redis")
    handheld.context.set_offline(False)

    titles = officer.page.get_by_text(re.compile(f"^({first}|{second}|{third})$"))
    expect(titles).to_have_count(3, timeout=60_000)
    time.sleep(3)  # nothing more comes
    assert titles.all_inner_texts() == [first, second, third], (
        "the earlier to be done, the higher on the screen"
    )
    given = town.rows(
        "SELECT t.title FROM field_assignment a JOIN field_task t ON t.id = a.task_id"
        " WHERE a.officer_id = %s AND t.title = ANY(%s)",
        person.police_number,
        [first, second, third],
    )
    assert sorted(given) == sorted([(first,), (second,), (third,)]), "and each is given once"


def test_an_officer_signs_arrives_and_reports_and_the_leader_closes(town: Town, handheld: Chromium) -> None:
    person = town.one("officer", "城东二中队", n=1)
    leader = town.desk(town.one("leader", "城东二中队"))
    unit = leader.get("/api/session").body["officer"]["unit_code"]
    officer = town.on_duty(handheld, person)
    title = f"育才街违停整治{secrets.token_hex(2)}"
    task = assign(leader, person, unit, title)

    carry_out(officer, title)

    is_reported(leader, task)
    closed = leader.post(f"/api/tasks/{task}/approve", {"officer": person.police_number, "remark": ""})
    assert closed.status == 200, closed


def carry_out(officer: Officer, title: str) -> None:
    """From home: sign, arrive, report."""
    officer.press("我的任务")
    officer.page.locator("section", has_text=title).get_by_role("button", name="签收", exact=True).click()
    officer.press(title)
    officer.press("我到岗了")
    officer.press("反馈")
    officer.press("做完了")
    officer.press("交反馈")


def is_reported(leader: Desk, task: str) -> None:
    """Wait until the desk knows that it was reported, and when each step was."""
    until = time.monotonic() + 30
    while leader.get(f"/api/tasks/{task}").body["crew"][0]["state"] != "reported":
        assert time.monotonic() < until, leader.get(f"/api/tasks/{task}").body
        time.sleep(0.5)
    crew = leader.get(f"/api/tasks/{task}").body["crew"][0]
    assert crew["signed_at"] and crew["arrived_at"] and crew["reported_at"] and crew["delivered_at"]
