"""What a task needs from a person at the desk: the board's groups, in the order in which they stand."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from field.models import Assignment, Task
from field.rules.task import LIVE, AssignmentState, TaskState


class Need(StrEnum):
    """The groups, the most pressing first."""

    UNSIGNED = "unsigned"  # past its time to be signed for: somebody must be reached
    REVIEW = "review"  # a report waits
    UNASSIGNED = "unassigned"  # nobody has it
    OVERDUE = "overdue"  # past its end, and still being worked on
    WAITING = "waiting"  # given, to be signed for
    UNDER_WAY = "under_way"
    ENDED = "ended"


def needs(task: Task, crew: Sequence[Assignment], now: dt.datetime) -> Need:
    """Say to which group a task belongs now."""
    if task.state != TaskState.OPEN:
        return Need.ENDED
    states = {part.state for part in crew if part.state in LIVE}
    if not states:
        return Need.UNASSIGNED
    if AssignmentState.TO_SIGN in states and now > task.sign_by:
        return Need.UNSIGNED
    if AssignmentState.REPORTED in states:
        return Need.REVIEW
    if now > task.due_at:
        return Need.OVERDUE
    return Need.WAITING if states == {AssignmentState.TO_SIGN} else Need.UNDER_WAY
