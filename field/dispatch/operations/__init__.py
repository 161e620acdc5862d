"""Everything that writes a task: giving it, taking its steps, judging them. What the clock does is in ../timers.py."""

from field.dispatch.operations.giving import (
    NewTask,
    NotForTasks,
    PlaceMissing,
    TimesWrong,
    assign,
    create_task,
    reassign,
    withdraw,
)
from field.dispatch.operations.judging import NothingReported, OwnWork, approve, send_back
from field.dispatch.operations.stepping import mark_delivered, mark_opened, record_step

__all__ = [
    "NewTask",
    "NotForTasks",
    "NothingReported",
    "OwnWork",
    "PlaceMissing",
    "TimesWrong",
    "approve",
    "assign",
    "create_task",
    "mark_delivered",
    "mark_opened",
    "reassign",
    "record_step",
    "send_back",
    "withdraw",
]
