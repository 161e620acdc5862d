"""The second look: confirm, return, and annul with four eyes. Nobody judges what they recorded themselves.

Each act locks the row, asks the table of states and writes one entry. Whoever comes second finds another state and is told which.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import audience
from accounts.capabilities import Capability, require
from accounts.grounds import LONGEST_REMARK, must_be_one_of
from accounts.models import User
from accounts.queries import overtaken
from accounts.refusals import NotFound, Refusal
from accounts.scope import visible
from evidence import ledger, replay
from evidence.ledger import Entry
from evidence.queries import ask
from field.models import Photo, Received, Violation
from field.models.projection import ACTS, VIOLATION
from field.rules import violation as rules
from field.rules.violation import ANNUL_GROUNDS, RETURN_REASONS, Act, Kind, State

KIND_OF = {act: kind for kind, act in ACTS.items()}
REFUSAL_GROUNDS = ("ground_not_given", "evidence_stands", "other")
"""Why the legal reviewer does not agree to an annulment."""


class OwnRecord(Refusal):
    """Nobody reviews, annuls or agrees to annul what they recorded."""

    status = 403
    code = "own_record"


class OwnProposal(Refusal):
    """Who proposed an annulment can't be the one who agrees to it."""

    status = 403
    code = "own_proposal"


class Incomplete(Refusal):
    """Photos are outstanding: what has not been seen can't be confirmed."""

    status = 409
    code = "incomplete"

    def __init__(self, arrived: int, total: int) -> None:
        super().__init__(arrived, total)
        self.arrived, self.total = arrived, total

    def facts(self) -> Mapping[str, Any]:
        return {"arrived": self.arrived, "total": self.total}


class CorrectionWaits(Refusal):
    """A correction of the record is here and waits for somebody's judgement: what it would overtake can't be confirmed."""

    status = 409
    code = "correction_waits"


class Served(Refusal):
    """A decision that was handed over can't be returned, only annulled."""

    status = 409
    code = "served"


@transaction.atomic
def confirm(violation_id: UUID, *, version: int | None, by: User, now: dt.datetime) -> Entry:
    """Confirm a record whose photos are all here. `version` is the newest entry that the reviewer had before her, if she says.

    :raises NotPermitted, NotFound, OwnRecord, Incomplete, CorrectionWaits, Overtaken: it is not hers to do, or not now
    """
    require(by, Capability.REVIEW)
    violation = _held(violation_id, by)
    if version is not None and version != violation.newest_entry:
        raise overtaken(violation.state, violation.officer_id)
    _must_apply(violation, Act.CONFIRM)
    _must_be_complete(violation)
    if Received.objects.filter(about=violation.id, decision=Received.Decision.WAITING).exists():
        raise CorrectionWaits
    return _decide(violation, Act.CONFIRM, {}, by, now)


@transaction.atomic
def return_to_officer(violation_id: UUID, *, reason: str, remark: str, by: User, now: dt.datetime) -> Entry:
    """Send a record back to its officer with a reason; never one whose paper was handed over.

    :raises NotPermitted, NotFound, OwnRecord, GroundNeeded, Served, Overtaken: it is not hers to do, or not now
    """
    require(by, Capability.REVIEW)
    must_be_one_of("reason", reason, RETURN_REASONS, remark)
    violation = _held(violation_id, by)
    _must_apply(violation, Act.RETURN)
    return _decide(violation, Act.RETURN, _said(reason, remark), by, now)


@transaction.atomic
def propose_annulment(violation_id: UUID, *, ground: str, remark: str, by: User, now: dt.datetime) -> Entry:
    """Propose to annul on one of the grounds of Order 157 art. 22. Nothing is annulled by that.

    :raises NotPermitted, NotFound, OwnRecord, GroundNeeded, Overtaken: it is not theirs to do, or not now
    """
    require(by, Capability.PROPOSE_ANNULMENT)
    must_be_one_of("ground", ground, ANNUL_GROUNDS, remark)
    violation = _held(violation_id, by)
    _must_apply(violation, Act.PROPOSE_ANNULMENT)
    return _decide(violation, Act.PROPOSE_ANNULMENT, _said(ground, remark), by, now)


@transaction.atomic
def agree_to_annul(violation_id: UUID, *, remark: str, by: User, now: dt.datetime) -> Entry:
    """Agree as legal reviewer: the second pair of eyes, after which the violation is annulled for good.

    :raises NotPermitted, NotFound, OwnRecord, OwnProposal, Overtaken: it is not theirs to do, or not now
    """
    require(by, Capability.AGREE_ANNULMENT)
    violation = _held(violation_id, by)
    _must_apply(violation, Act.AGREE_TO_ANNUL)
    _must_be_other_eyes(violation, by)
    return _decide(violation, Act.AGREE_TO_ANNUL, {"remark": remark}, by, now)


@transaction.atomic
def refuse_annulment(violation_id: UUID, *, ground: str, remark: str, by: User, now: dt.datetime) -> Entry:
    """Refuse as legal reviewer, with a ground: the record waits for review again.

    :raises NotPermitted, NotFound, OwnRecord, OwnProposal, GroundNeeded, Overtaken: it is not theirs to do, or not now
    """
    require(by, Capability.AGREE_ANNULMENT)
    must_be_one_of("ground", ground, REFUSAL_GROUNDS, remark)
    violation = _held(violation_id, by)
    _must_apply(violation, Act.REFUSE_ANNULMENT)
    _must_be_other_eyes(violation, by)
    return _decide(violation, Act.REFUSE_ANNULMENT, {"ground": ground, "remark": remark}, by, now)


def _held(violation_id: UUID, by: User) -> Violation:
    """The row, locked, if this person may see it and did not record it."""
    seen = visible(Violation.objects.select_related("unit"), by)
    violation = seen.select_for_update(of=("self",)).filter(id=violation_id).first()
    if violation is None:
        raise NotFound
    if violation.officer_id == by.police_number:
        raise OwnRecord
    return violation


def _must_apply(violation: Violation, act: Act) -> None:
    try:
        rules.after(
            State(violation.state), act, delivered=rules.is_delivered(Kind(violation.kind), violation.served)
        )
    except rules.NotAllowed as refused:
        if refused.delivered and (refused.state, act) in rules.NEXT:
            raise Served from None
        raise overtaken(violation.state, _who_decided(violation)) from None


def _who_decided(violation: Violation) -> str:
    """Police number of who brought it into its present state; empty for a handheld's record."""
    rows = ask(
        "SELECT kind, actor FROM entry WHERE subject = %s AND kind LIKE 'violation.%%' ORDER BY id DESC LIMIT 1",
        [str(violation.id)],
    )
    return str(rows[0][1]) if rows and rows[0][0] in ACTS else violation.officer_id


def _must_be_complete(violation: Violation) -> None:
    photos = Photo.objects.filter(record=violation.newest_record)
    total = photos.count()
    arrived = photos.filter(arrived_entry__isnull=False).count()
    if arrived < total:
        raise Incomplete(arrived, total)


def _must_be_other_eyes(violation: Violation, by: User) -> None:
    if violation.proposed_by_id == by.police_number:
        raise OwnProposal


def _said(reason: str, remark: str) -> dict[str, str]:
    return {"reason": reason, "remark": remark.strip()[:LONGEST_REMARK]}


def _decide(violation: Violation, act: Act, body: Mapping[str, Any], by: User, now: dt.datetime) -> Entry:
    """Write the entry and make the row what it says. If the process dies before the commit, nobody has decided anything."""
    entry = ledger.append(
        kind=KIND_OF[act],
        subject=violation.id,
        actor=by.police_number,
        at=now,
        body={"from": violation.state, "version": violation.newest_entry, **body},
        audience=[
            audience.of_person(violation.officer_id),
            audience.of_terminal(violation.terminal_id),
            *audience.of_unit(violation.unit),
        ],
    )
    replay.project(VIOLATION, entry)
    return entry
