"""What all these operations do alike: hold the task, say whom an entry concerns, append it and let both tables follow."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts import audience
from accounts.models import Unit, User
from accounts.queries import overtaken
from accounts.refusals import NotFound
from accounts.scope import visible
from evidence import ledger, replay
from evidence.ledger import Entry, SignedRecord
from evidence.queries import entries_about
from field.dispatch.kinds import Kind
from field.dispatch.projection import ASSIGNMENT, TASK
from field.dispatch.queries import tasks_seen
from field.models import Assignment, Task
from field.rules.task import LIVE, AssignmentState, Step, StepNotAllowed, TaskState, Urgency, after


def held_task(task_id: UUID, viewer: User | None = None) -> Task:
    """The task, locked until the transaction ends: whoever holds it decides what happens next, all others see that.

    :raises NotFound: there is none, or it is not the viewer's to see
    """
    replay.hold(TASK, str(task_id))
    seen = Task.objects.all() if viewer is None else tasks_seen(viewer)
    found = seen.select_related("unit", "made_by").filter(pk=task_id).first()
    if found is None:
        raise NotFound
    return found


def must_be_open(task: Task) -> None:
    """Go on only with a task that is still open. :raises Overtaken: it has ended, and who ended it"""
    if task.state != TaskState.OPEN:
        raise overtaken(task.state, by=who_did_last(task))


def who_did_last(task: Task) -> str:
    """Police number (or `system`) of whoever changed the task last."""
    newest = max((one for one in entries_about(task.pk) if one.kind in TASK.kinds), key=lambda one: one.id)
    return newest.actor


def must_follow(task: Task, part: Assignment, step: Step) -> None:
    """Go on only with a step that the table allows. :raises Overtaken: not in the present state, and who did last what led there"""
    try:
        after(AssignmentState(part.state), step)
    except StepNotAllowed as refused:
        raise overtaken(refused.state.value, by=who_did_last(task)) from None


def live_parts(task: Task) -> list[Assignment]:
    """The assignments that are still somebody's, by police number."""
    return list(
        task.assignments.select_related("officer__unit").filter(state__in=LIVE).order_by("officer_id")
    )


def officers_of(viewer: User, police_numbers: Collection[str]) -> list[User]:
    """These people, if the viewer sees all of them. :raises NotFound: one is not there, or not theirs to see"""
    found = list(
        visible(User.objects.select_related("unit"), viewer).filter(pk__in=police_numbers).order_by("pk")
    )
    if len(found) != len(set(police_numbers)) or not found:
        raise NotFound
    return found


def concerned(units: Iterable[Unit], people: Iterable[str] = ()) -> tuple[str, ...]:
    """Audience keys: these units with all above them, and these people."""
    keys = {key for unit in units for key in audience.of_unit(unit)}
    return tuple(sorted(keys | {audience.of_person(one) for one in people}))


def sign_by(urgency: str, now: dt.datetime) -> dt.datetime:
    """Until when a task of this urgency, given now, is to be signed for."""
    return now + dt.timedelta(minutes=settings.TASK_SIGN_MINUTES[Urgency(urgency)])


def write(
    kind: Kind,
    task: object,
    *,
    actor: str,
    now: dt.datetime,
    body: Mapping[str, Any],
    keys: Collection[str],
    record: SignedRecord | None = None,
) -> Entry:
    """Append the entry and make task and assignments what it says."""
    entry = ledger.append(
        kind=kind, subject=task, actor=actor, at=now, body=body, audience=sorted(keys), record=record
    )
    replay.project(TASK, entry)
    replay.project(ASSIGNMENT, entry)
    return entry
