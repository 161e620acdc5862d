"""Judging what was reported: approve it, or send it back for more. Nobody judges their own work."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from accounts.capabilities import Capability, require
from accounts.models import User
from accounts.refusals import NotFound, Refusal
from evidence.ledger import Entry
from field.dispatch.kinds import Kind
from field.dispatch.operations.entries import (
    concerned,
    held_task,
    live_parts,
    must_be_open,
    must_follow,
    write,
)
from field.rules.task import AssignmentState, Completion, Step


class OwnWork(Refusal):
    """Nobody approves or sends back what they did themselves."""

    status = 403
    code = "own_work"


class NothingReported(Refusal):
    """There is nothing to approve yet."""

    status = 409
    code = "nothing_reported"


@transaction.atomic
def approve(task_id: UUID, *, leader: User, now: dt.datetime) -> Entry:
    """Approve all that is reported; the task closes when one report (`any`) or the last one (`all`) is approved.

    Where one was enough, the parts of the others are withdrawn as not needed.

    :raises NotPermitted: the person assigns nothing
    :raises NotFound: the task is not theirs to see
    :raises Overtaken: it has ended
    :raises NothingReported: no report waits
    :raises OwnWork: one of the reports is the leader's own
    """
    require(leader, Capability.ASSIGN)
    task = held_task(task_id, leader)
    must_be_open(task)
    parts = live_parts(task)
    reported = [part for part in parts if part.state == AssignmentState.REPORTED]
    others = [part for part in parts if part.state != AssignmentState.REPORTED]
    if not reported:
        raise NothingReported
    if any(part.officer_id == leader.police_number for part in reported):
        raise OwnWork
    one_is_enough = task.completion == Completion.ANY
    return write(
        Kind.APPROVED,
        task.pk,
        actor=leader.police_number,
        now=now,
        body={
            "officers": [part.officer_id for part in reported],
            "not_needed": [part.officer_id for part in others] if one_is_enough else [],
            "closes": one_is_enough or not others,
        },
        keys=concerned(
            [task.unit, *(part.officer.unit for part in parts)], [part.officer_id for part in parts]
        ),
    )


@transaction.atomic
def send_back(task_id: UUID, *, officer: str, remark: str, leader: User, now: dt.datetime) -> Entry:
    """Send one officer's report back, with a remark that says what is missing.

    :raises NotPermitted: the person assigns nothing
    :raises NotFound: the task is not theirs to see, or not this officer's
    :raises Overtaken: it has ended, or no report waits
    :raises OwnWork: the report is the leader's own
    """
    require(leader, Capability.ASSIGN)
    task = held_task(task_id, leader)
    must_be_open(task)
    part = task.assignments.select_related("officer__unit").filter(officer_id=officer).first()
    if part is None:
        raise NotFound
    if officer == leader.police_number:
        raise OwnWork
    must_follow(task, part, Step.SEND_BACK)
    return write(
        Kind.SENT_BACK,
        task.pk,
        actor=leader.police_number,
        now=now,
        body={"officers": [officer], "remark": remark},
        keys=concerned([task.unit, part.officer.unit], [officer]),
    )
