"""What happens in these tests: a task is given, and officers sign, arrive and report from their handhelds."""

import base64
import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from accounts.models import User
from evidence.ledger import Entry, SignedRecord
from field.dispatch.operations import NewTask, create_task, record_step
from field.models import Assignment, Task
from field.rules import record_text as records
from field.rules.record import TaskStepRecord
from field.rules.task import AssignmentState, Completion, TaskKind, Urgency
from tests.cast import Cast, Handheld, Sealed

MORNING = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
RIVERSIDE = (120.2101, 30.2501)


def a_task(
    cast: Cast, *officers: User, by: User | None = None, now: dt.datetime = MORNING, **said: Any
) -> UUID:
    """Li's task of the first squadron at the riverside for two hours, given to these officers."""
    usual: dict[str, Any] = {
        "id": uuid4(),
        "kind": TaskKind.VIOLATION_CONTROL,
        "urgency": Urgency.URGENT,
        "completion": Completion.ALL,
        "title": "滨江路违停整治",
        "place_text": "滨江路与江虹路口",
        "point": RIVERSIDE,
        "radius_m": 300,
        "due_at": now + dt.timedelta(hours=2),
        "unit": cast.east_first.code,
        "officers": [one.police_number for one in officers],
    }
    return create_task(NewTask(**usual | said), leader=by or cast.li, now=now)


def on_shift(person: User, cast: Cast, now: dt.datetime = MORNING) -> Handheld:
    """A handheld in this person's hand, with an open shift."""
    handheld = Handheld.approved(person.unit, cast.qiu)
    handheld.open_shift_of(person, now=now)
    return handheld


def take(sealed: Sealed, person: User, handheld: Handheld, now: dt.datetime = MORNING) -> Entry:
    """Hand a sealed step to the operation, as intake does once it has checked the signature."""
    record = records.read(sealed.text)
    assert isinstance(record, TaskStepRecord)
    signature = base64.urlsafe_b64decode(sealed.signature + "==")
    signed = SignedRecord(sealed.text.encode(), signature, handheld.id, now)
    return record_step(record, signed, officer=person, terminal=handheld.row, now=now)


def step(task: UUID, word: str, person: User, handheld: Handheld, now: dt.datetime = MORNING) -> Entry:
    """The officer takes a step on the handheld, and it arrives."""
    feedback = {"result": "done", "note": "已处置"} if word == "report" else {}
    return take(handheld.task_step(task, word, at=now, feedback=feedback), person, handheld, now)


def part(task: UUID, person: User) -> Assignment:
    """The officer's part as it stands."""
    return Assignment.objects.get(task=task, officer=person)


def state_of(task: UUID, person: User) -> str:
    """The state of the officer's part."""
    return str(part(task, person).state)


def task_of(task: UUID) -> Task:
    """The task as it stands."""
    return Task.objects.get(pk=task)


WAY_TO: dict[AssignmentState, tuple[str, ...]] = {
    AssignmentState.TO_SIGN: (),
    AssignmentState.SIGNED: ("sign",),
    AssignmentState.ON_SITE: ("sign", "arrive"),
    AssignmentState.REPORTED: ("sign", "report"),
    AssignmentState.SENT_BACK: ("sign", "report", "send_back"),
    AssignmentState.DONE: ("sign", "report", "approve"),
    AssignmentState.REASSIGNED: ("reassign",),
    AssignmentState.WITHDRAWN: ("withdraw",),
    AssignmentState.EXPIRED: ("expire",),
}
"""How a part comes into each state, by steps of the table."""
