"""Giving a task: make it, assign it, hand it from one officer to another, take it back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.capabilities import Capability, may, require
from accounts.models import Unit, User
from accounts.queries import overtaken
from accounts.refusals import NotFound, Refusal
from accounts.scope import find_visible
from evidence.ledger import Entry
from evidence.queries import entries_about
from evidence.replay import in_turn
from field.dispatch.kinds import Kind
from field.dispatch.operations.entries import (
    concerned,
    held_task,
    live_parts,
    must_be_open,
    must_follow,
    officers_of,
    sign_by,
    who_did_last,
    write,
)
from field.models import Task
from field.rules.task import Completion, Step, TaskKind, Urgency

LONGEST_WHY_ROWS = 200
EARLIEST = dt.timedelta(days=1)
LONGEST = dt.timedelta(days=366)


class NotForTasks(Refusal):
    """A task can't be given to somebody whose role handles none."""

    status = 400
    code = "not_for_tasks"

    def __init__(self, police_number: str) -> None:
        super().__init__(police_number)
        self.police_number = police_number

    def facts(self) -> Mapping[str, Any]:
        return {"officer": self.police_number}


class TimesWrong(Refusal):
    """A task ends after it begins, not in the past and within a year; it began a day ago at most."""

    code = "times_wrong"


class PlaceMissing(Refusal):
    """A radius without a point says nothing, and a point without a radius counts nothing."""

    code = "place_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What a leader says of a task. `point` is [longitude, latitude] in WGS-84; `radius_m` metres around it."""

    id: UUID
    kind: TaskKind
    urgency: Urgency
    completion: Completion
    title: str
    place_text: str
    due_at: dt.datetime
    unit: str
    what: str = ""
    why: str = ""
    why_rows: Sequence[Mapping[str, str]] = ()
    offence_codes: Sequence[str] = ()
    plates: Sequence[str] = ()
    point: tuple[float, float] | None = None
    radius_m: int = 0
    starts_at: dt.datetime | None = None
    officers: Sequence[str] = field(default=())


@transaction.atomic
def create_task(new: NewTask, *, leader: User, now: dt.datetime) -> UUID:
    """Make a task of a unit, and assign it at once where officers are named; return its id.

    The id is the caller's: asked twice with the same one, by whoever got no answer, there is one task and the same answer.

    :raises NotPermitted: the person assigns nothing
    :raises NotFound: the unit or an officer is not theirs to see
    :raises TimesWrong: it ends before it begins or has ended, began long ago or ends in years
    :raises PlaceMissing: half a place
    :raises Overtaken: there is another task of this id already
    """
    require(leader, Capability.ASSIGN)
    unit = find_visible(Unit.objects.all(), leader, path="", code=new.unit)
    begins = new.starts_at or now
    if not (now - EARLIEST <= begins < new.due_at and now < new.due_at <= now + LONGEST):
        raise TimesWrong
    if (new.point is None) != (new.radius_m == 0):
        raise PlaceMissing
    body: dict[str, Any] = {
        "kind": new.kind.value,
        "urgency": new.urgency.value,
        "completion": new.completion.value,
        "title": new.title,
        "what": new.what,
        "why": new.why,
        "why_rows": [dict(row) for row in new.why_rows[:LONGEST_WHY_ROWS]],
        "offence_codes": list(new.offence_codes),
        "plates": list(new.plates),
        "point": list(new.point) if new.point else None,
        "radius_m": new.radius_m,
        "place_text": new.place_text,
        "unit": unit.code,
        "starts_at": new.starts_at.isoformat() if new.starts_at else None,
        "due_at": new.due_at.isoformat(),
    }
    in_turn(f"task:{new.id}")
    standing = Task.objects.filter(pk=new.id).first()
    if standing is not None:
        if _was_said(new.id, body, leader):
            return new.id
        raise overtaken(standing.state, by=standing.made_by_id)
    body["sign_by"] = sign_by(new.urgency, now).isoformat()
    write(Kind.CREATED, new.id, actor=leader.police_number, now=now, body=body, keys=concerned([unit]))
    if new.officers:
        assign(new.id, new.officers, leader=leader, now=now)
    return new.id


def _was_said(task_id: UUID, body: Mapping[str, Any], leader: User) -> bool:
    """Whether the task of this id was made by this leader in these very words."""
    made = next(one for one in entries_about(task_id) if one.kind == Kind.CREATED)
    return made.actor == leader.police_number and {**made.body, **body} == made.body


@transaction.atomic
def assign(
    task_id: UUID, officers: Sequence[str], *, leader: User, now: dt.datetime, seen: int | None = None
) -> Entry:
    """Give the task to these officers.

    A task that is somebody's already is given to more people only by a leader who has seen that: `seen` is the task's newest entry as
    it stood on their screen. So of two leaders who assign it at once, one wins.

    :raises NotPermitted: the person assigns nothing
    :raises NotFound: the task or an officer is not theirs to see
    :raises NotForTasks: one of them handles no tasks
    :raises Overtaken: it has ended, or somebody assigned it meanwhile (`by` says who)
    """
    require(leader, Capability.ASSIGN)
    task = held_task(task_id, leader)
    must_be_open(task)
    people = officers_of(leader, officers)
    _must_handle_tasks(people)
    present = live_parts(task)
    if present and (seen != task.newest_entry or {one.officer_id for one in present} & set(officers)):
        raise overtaken("assigned", by=who_did_last(task))
    return write(
        Kind.ASSIGNED,
        task.pk,
        actor=leader.police_number,
        now=now,
        body={
            "officers": [one.police_number for one in people],
            "sign_by": sign_by(task.urgency, now).isoformat(),
        },
        keys=concerned(
            [task.unit, *(one.unit for one in people)],
            [one.police_number for one in [*people, *(part.officer for part in present)]],
        ),
    )


@transaction.atomic
def reassign(task_id: UUID, *, from_: str, to: str, leader: User, now: dt.datetime) -> Entry:
    """Hand one officer's part to another; both handhelds are told. What the first one still sends of it is kept as late.

    :raises NotPermitted: the person assigns nothing
    :raises NotFound: task or officer is not theirs to see, or `from_` never had it
    :raises NotForTasks: the other one handles no tasks
    :raises Overtaken: it is no longer his, or already the other one's (`by` says who did that)
    """
    require(leader, Capability.ASSIGN)
    task = held_task(task_id, leader)
    must_be_open(task)
    (receiver,) = officers_of(leader, [to])
    _must_handle_tasks([receiver])
    giver = task.assignments.select_related("officer__unit").filter(officer_id=from_).first()
    if giver is None:
        raise NotFound
    live = {part.officer_id for part in live_parts(task)}
    if from_ not in live or to in live:
        raise overtaken(giver.state, by=who_did_last(task))
    must_follow(task, giver, Step.REASSIGN)
    return write(
        Kind.REASSIGNED,
        task.pk,
        actor=leader.police_number,
        now=now,
        body={"from": from_, "to": to, "sign_by": sign_by(task.urgency, now).isoformat()},
        keys=concerned(
            [task.unit, giver.officer.unit, receiver.unit],
            [from_, to, *(part.officer_id for part in live_parts(task))],
        ),
    )


@transaction.atomic
def withdraw(task_id: UUID, *, remark: str, leader: User, now: dt.datetime) -> Entry:
    """Take the task back from everybody who has it, with a word why.

    :raises NotPermitted: the person assigns nothing
    :raises NotFound: the task is not theirs to see
    :raises Overtaken: it has ended
    """
    require(leader, Capability.ASSIGN)
    task = held_task(task_id, leader)
    must_be_open(task)
    parts = live_parts(task)
    return write(
        Kind.WITHDRAWN,
        task.pk,
        actor=leader.police_number,
        now=now,
        body={"officers": [part.officer_id for part in parts], "remark": remark},
        keys=concerned(
            [task.unit, *(part.officer.unit for part in parts)], [part.officer_id for part in parts]
        ),
    )


def _must_handle_tasks(people: Sequence[User]) -> None:
    for person in people:
        if not may(person, Capability.HANDLE_TASK):
            raise NotForTasks(person.police_number)
