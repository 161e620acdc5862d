"""Every cell of the table of a task's part, walked through the operations: what the table allows happens, what it doesn't is refused."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from accounts.refusals import Overtaken
from evidence.queries import entries_about
from evidence.replay import Replay
from field.dispatch import timers
from field.dispatch.operations import NothingReported, approve, reassign, send_back, withdraw
from field.dispatch.projection import PROJECTIONS
from field.rules.task import NEXT, AssignmentState, Step
from tests.cast import Cast, Handheld
from tests.field.dispatch.acts import MORNING, WAY_TO, a_task, on_shift, state_of, step

AFTER_THE_END = MORNING + dt.timedelta(hours=3)


class Stage:
    """One task of Wen's, on which every step can be tried."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.handheld: Handheld = on_shift(cast.wen, cast)
        self.task: UUID = a_task(cast, cast.wen)

    def do(self, word: str) -> None:
        """Take the step through its own operation. :raises Overtaken: it is refused"""
        li, task, now = self.cast.li, self.task, MORNING
        acts: dict[str, Callable[[], Any]] = {
            "send_back": lambda: send_back(
                task, officer=self.cast.wen.police_number, remark="照片不清", leader=li, now=now
            ),
            "approve": lambda: approve(task, leader=li, now=now),
            "reassign": lambda: reassign(
                task,
                from_=self.cast.wen.police_number,
                to=self.cast.mei.police_number,
                leader=li,
                now=now,
            ),
            "withdraw": lambda: withdraw(task, remark="天气", leader=li, now=now),
            "expire": lambda: timers.expire(task, AFTER_THE_END),
        }
        if word in acts:
            acts[word]()
        else:
            step(task, word, self.cast.wen, self.handheld)


@pytest.mark.parametrize("word", list(Step))
@pytest.mark.parametrize("state", list(AssignmentState))
def test_a_step_leads_where_the_table_says_and_nowhere_else(
    cast: Cast, state: AssignmentState, word: Step
) -> None:
    stage = Stage(cast)
    for before in WAY_TO[state]:
        stage.do(before)
    assert state_of(stage.task, cast.wen) == state

    try:
        stage.do(word)
    except (Overtaken, NothingReported):
        refused = True
    else:
        refused = False

    expected = NEXT.get((state, word), state)
    assert state_of(stage.task, cast.wen) == expected
    if (state, word) in NEXT:
        assert not refused
    _replay_says_the_same(stage.task)


def _replay_says_the_same(task: UUID) -> None:
    """The rows are what the entries alone lead to."""
    replay = Replay(PROJECTIONS)
    for entry in sorted(entries_about(task), key=lambda one: one.id):
        replay.feed(entry)
    assert replay.size >= 2
    assert [one for one in replay.differences() if one is not None] == []


def test_every_state_can_be_reached_in_these_tests() -> None:
    assert set(WAY_TO) == set(AssignmentState)
