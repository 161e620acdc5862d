"""What the clock does to tasks: escalate what nobody has signed for, and end what is past. Needs PostgreSQL and nothing else.

Called by the timer loop at each beat; safe to call twice, from two loops, or late: each level is an entry of its own, and is written once.
"""

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import Role, Unit, User
from evidence.ledger import Entry
from field.dispatch.kinds import Kind
from field.dispatch.operations.entries import concerned, held_task, live_parts, write
from field.models import Assignment, Task
from field.rules.task import AssignmentState, Step, StepNotAllowed, TaskState, Urgency, after

ACTOR = "system"
LEVELS = ("officer", "leader", "duty_desk")
"""Who is told, in this order: the officer again, then the unit's leaders, then the duty desk."""


def due(now: dt.datetime) -> list[Entry]:
    """Do all that is due; return the entries that were written."""
    return [*_escalate_unsigned(now), *_end_expired(now)]


def _escalate_unsigned(now: dt.datetime) -> list[Entry]:
    waiting = (
        Assignment.objects.filter(
            state=AssignmentState.TO_SIGN,
            task__state=TaskState.OPEN,
            task__sign_by__lt=now,
            task__due_at__gte=now,
            task__escalations__lt=len(LEVELS),
        )
        .values_list("task_id", flat=True)
        .distinct()
    )
    written: list[Entry] = []
    for task_id in sorted(waiting):
        while (entry := escalate(task_id, now)) is not None:
            written.append(entry)
    return written


def level_due(sign_by: dt.datetime, urgency: str, now: dt.datetime) -> int:
    """Which level (1 to 3, 0: none) an unsigned task must have reached: one at once, the next after each further time to sign."""
    if now <= sign_by:
        return 0
    window = dt.timedelta(minutes=settings.TASK_SIGN_MINUTES[Urgency(urgency)])
    return min(len(LEVELS), 1 + (now - sign_by) // window)


@transaction.atomic
def escalate(task_id: UUID, now: dt.datetime) -> Entry | None:
    """Tell the next one in line that this task is not signed for; None where nothing is due (any more)."""
    task = held_task(task_id)
    late = [part for part in live_parts(task) if part.state == AssignmentState.TO_SIGN]
    level = task.escalations + 1
    if task.state != TaskState.OPEN or not late or level > level_due(task.sign_by, task.urgency, now):
        return None
    told = _told(LEVELS[level - 1], task, late)
    return write(
        Kind.ESCALATED,
        task.pk,
        actor=ACTOR,
        now=now,
        body={
            "level": level,
            "to": LEVELS[level - 1],
            "late": [part.officer_id for part in late],
            "told": [person.police_number for person in told],
        },
        keys=concerned(
            [task.unit, *(part.officer.unit for part in late)],
            [*(part.officer_id for part in late), *(person.police_number for person in told)],
        ),
    )


def _told(level: str, task: Task, late: list[Assignment]) -> list[User]:
    """The people of this level: for leaders those of the nearest unit, upwards, that has one."""
    if level == "officer":
        return [part.officer for part in late]
    if level == "duty_desk":
        top = task.unit.path[0]
        return list(
            User.objects.filter(role=Role.DUTY_DESK, is_active=True, unit__path__contains=[top]).order_by(
                "pk"
            )
        )
    leaders: dict[str, User] = {}
    for part in late:
        for person in _leaders_of(part.officer.unit):
            leaders[person.police_number] = person
    return list(leaders.values())


def _leaders_of(unit: Unit) -> list[User]:
    for code in reversed(unit.path):
        found = list(User.objects.filter(role=Role.LEADER, is_active=True, unit_id=code).order_by("pk"))
        if found:
            return found
    return []


def _end_expired(now: dt.datetime) -> list[Entry]:
    past = Task.objects.filter(state=TaskState.OPEN, due_at__lt=now).values_list("pk", flat=True)
    return [entry for task_id in sorted(past) if (entry := expire(task_id, now)) is not None]


@transaction.atomic
def expire(task_id: UUID, now: dt.datetime) -> Entry | None:
    """End the parts of a task past its time that were never begun on site; the task ends when nobody is left at it.

    Who is on site, has reported or was asked for more goes on: that is a leader's to judge.
    """
    task = held_task(task_id)
    if task.state != TaskState.OPEN or task.due_at >= now:
        return None
    parts = live_parts(task)
    over = [part for part in parts if _may_expire(part)]
    ends = len(over) == len(parts)
    if not over and not ends:
        return None
    return write(
        Kind.EXPIRED,
        task.pk,
        actor=ACTOR,
        now=now,
        body={"officers": [part.officer_id for part in over], "ends": ends},
        keys=concerned(
            [task.unit, *(part.officer.unit for part in over)], [part.officer_id for part in over]
        ),
    )


def _may_expire(part: Assignment) -> bool:
    try:
        after(AssignmentState(part.state), Step.EXPIRE)
    except StepNotAllowed:
        return False
    return True
