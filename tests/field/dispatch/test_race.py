"""Two leaders at once: one wins, the other is told who was faster. Real transactions on real connections."""

import datetime as dt
import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import connection

from accounts.refusals import Overtaken
from evidence.queries import entries_about
from field.dispatch import timers
from field.dispatch.operations import approve, assign, reassign, withdraw
from field.models import Assignment
from field.rules.task import LIVE
from tests.cast import Cast, assemble
from tests.field.dispatch.acts import MORNING, a_task, on_shift, step

RACES = 50


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do all of these at the same moment, each over its own connection; what each came to."""
    came_to: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def do(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait(5)
            came_to[place] = act()
        except Overtaken as refused:
            came_to[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    return came_to


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """Everybody, committed."""
    return assemble()


def _live(task: UUID) -> list[str]:
    return list(Assignment.objects.filter(task=task, state__in=LIVE).values_list("officer_id", flat=True))


@pytest.mark.server
def test_the_same_task_made_twice_at_once_is_one_task_and_one_answer(people: Cast) -> None:
    for _ in range(RACES):
        task = uuid4()

        def make(task: UUID = task) -> object:
            return a_task(people, people.wen, id=task)

        assert at_once(make, make) == [task, task]
        assert [one.kind for one in entries_about(task)] == ["task.created", "task.assigned"]


@pytest.mark.server
def test_of_two_leaders_who_assign_at_once_one_wins_each_time(people: Cast) -> None:
    wen, mei = people.wen.police_number, people.mei.police_number
    winners = set()
    for _ in range(RACES):
        task = a_task(people)

        def by_li(task: UUID = task) -> object:
            return assign(task, [wen], leader=people.li, now=MORNING)

        def by_du(task: UUID = task) -> object:
            return assign(task, [mei], leader=people.du, now=MORNING)

        came_to = at_once(by_li, by_du)

        refused = [one for one in came_to if isinstance(one, Overtaken)]
        assert len(refused) == 1, came_to
        winner = "031007" if came_to.index(refused[0]) == 1 else "030110"
        assert refused[0].by == winner
        assert len(_live(task)) == 1
        assert len([one for one in entries_about(task) if one.kind == "task.assigned"]) == 1
        winners.add(winner)
    assert winners


@pytest.mark.server
def test_of_two_who_hand_it_over_at_once_one_wins(people: Cast) -> None:
    wen, mei, fu = (one.police_number for one in (people.wen, people.mei, people.fu))
    for _ in range(10):
        task = a_task(people, people.wen)

        def to_mei(task: UUID = task) -> object:
            return reassign(task, from_=wen, to=mei, leader=people.li, now=MORNING)

        def to_fu(task: UUID = task) -> object:
            return reassign(task, from_=wen, to=fu, leader=people.du, now=MORNING)

        came_to = at_once(to_mei, to_fu)

        assert sum(isinstance(one, Overtaken) for one in came_to) == 1
        assert len(_live(task)) == 1


@pytest.mark.server
def test_a_report_is_approved_or_the_task_withdrawn_never_both(people: Cast) -> None:
    handheld = on_shift(people.wen, people)
    for _ in range(10):
        task = a_task(people, people.wen)
        step(task, "sign", people.wen, handheld)
        step(task, "report", people.wen, handheld)

        def approved(task: UUID = task) -> object:
            return approve(task, leader=people.li, now=MORNING)

        def withdrawn(task: UUID = task) -> object:
            return withdraw(task, remark="误发", leader=people.du, now=MORNING)

        came_to = at_once(approved, withdrawn)

        assert sum(isinstance(one, Overtaken) for one in came_to) == 1
        assert _live(task) == []


@pytest.mark.server
def test_two_timer_loops_write_each_level_once(people: Cast) -> None:
    task = a_task(people, people.wen)
    late = MORNING + dt.timedelta(minutes=11)

    at_once(*(lambda: timers.due(late) for _ in range(4)))

    assert len([one for one in entries_about(task) if one.kind == "task.escalated"]) == 1


@pytest.mark.server
def test_signing_and_handing_over_at_once_leave_one_holder(people: Cast) -> None:
    handheld = on_shift(people.wen, people)
    for _ in range(10):
        task = a_task(people, people.wen)

        def signs(task: UUID = task) -> object:
            return step(task, "sign", people.wen, handheld)

        def hands_over(task: UUID = task) -> object:
            return reassign(
                task,
                from_=people.wen.police_number,
                to=people.mei.police_number,
                leader=people.li,
                now=MORNING,
            )

        at_once(signs, hands_over)

        kinds = [one.kind for one in sorted(entries_about(task), key=lambda one: one.id)]
        assert _live(task) == [people.mei.police_number]
        assert sorted(kinds[2:]) in (
            ["task.reassigned", "task.signed"],
            ["task.reassigned", "task.step_late"],
        )
