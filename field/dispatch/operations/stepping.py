"""What comes from the officer's side: the steps in his signed records, and that a task was delivered and opened."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from accounts.models import Terminal, User
from evidence import replay
from evidence.ledger import Entry, SignedRecord
from evidence.queries import numbers
from field.dispatch.kinds import OF_STEP, Kind
from field.dispatch.operations.entries import concerned, live_parts, write
from field.dispatch.projection import TASK, assignment_id
from field.models import Assignment, Task
from field.rules.record import TaskStepRecord
from field.rules.task import LIVE, AssignmentState, StepNotAllowed, TaskState, after


@transaction.atomic
def record_step(
    record: TaskStepRecord, signed: SignedRecord, *, officer: User, terminal: Terminal, now: dt.datetime
) -> Entry:
    """Take a step that an officer signed for; return its entry, which holds the record.

    Never refuses: a step for a task that is no longer his, has ended, is unknown, or comes in no order is kept as late with the reason,
    and nothing follows from it.
    """
    step, kind = OF_STEP[record.step]
    replay.hold(TASK, str(record.task))
    task = Task.objects.select_related("unit").filter(pk=record.task).first()
    part = Assignment.objects.filter(pk=assignment_id(record.task, officer.police_number)).first()
    body = {"officer": officer.police_number, "terminal": terminal.pk, "step": record.step.value}
    late = ""
    if task is None or part is None:
        late = "unknown"
    else:
        try:
            after(AssignmentState(part.state), step)
        except StepNotAllowed as refused:
            late = refused.state.value
    crew = live_parts(task) if task and part else []
    keys = concerned(
        [officer.unit, *([task.unit] if task and part else [])],
        [officer.police_number, *(one.officer_id for one in crew)],
    )
    if late:
        return write(
            Kind.STEP_LATE,
            record.task,
            actor=terminal.pk,
            now=now,
            body=body | {"state": late},
            keys=keys,
            record=signed,
        )
    return write(kind, record.task, actor=terminal.pk, now=now, body=body, keys=keys, record=signed)


def mark_delivered(officer: User, terminal: Terminal, *, cursor: int, now: dt.datetime) -> list[Entry]:
    """Note which of his tasks have come to lie on the handheld: those whose giving is numbered below its feed cursor.

    `cursor` is what the handheld says it has stored, not what was sent to it.
    """
    waiting = Assignment.objects.filter(
        officer=officer, delivered_at__isnull=True, state=AssignmentState.TO_SIGN, task__state=TaskState.OPEN
    )
    given = dict(waiting.values_list("task_id", "newest_entry"))
    if not given:
        return []  # nearly always: no transaction is opened for it
    at = numbers(given.values())
    reached = [task for task, entry in given.items() if entry in at and at[entry] < cursor]
    with transaction.atomic():
        return [
            entry
            for task in sorted(reached)
            if (entry := _mark(Kind.DELIVERED, task, officer, terminal, now))
        ]


@transaction.atomic
def mark_opened(
    officer: User, terminal: Terminal, *, tasks: Collection[UUID], now: dt.datetime
) -> list[Entry]:
    """Note which of his tasks he has had before his eyes; those that are not his, or were opened before, change nothing."""
    return [
        entry for task in sorted(set(tasks)) if (entry := _mark(Kind.OPENED, task, officer, terminal, now))
    ]


def _mark(kind: Kind, task_id: UUID, officer: User, terminal: Terminal, now: dt.datetime) -> Entry | None:
    replay.hold(TASK, str(task_id))
    column = "delivered_at" if kind is Kind.DELIVERED else "opened_at"
    part = (
        Assignment.objects.select_related("task__unit")
        .filter(pk=assignment_id(task_id, officer.police_number), state__in=LIVE, **{column: None})
        .first()
    )
    if part is None:
        return None
    return write(
        kind,
        task_id,
        actor=terminal.pk,
        now=now,
        body={"officers": [officer.police_number]},
        keys=concerned([part.task.unit, officer.unit]),
    )
