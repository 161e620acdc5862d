"""Taking in what handhelds say of measures: one was taken, and the second officer's word on what takes two.

Each is an entry that carries the signed text; what can't be so is set aside with its reason, and nothing is dropped.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import audience
from accounts.capabilities import CAPABILITIES, Capability
from accounts.models import Role, Terminal, User
from evidence import ledger, replay
from evidence.ledger import Entry, SignedRecord
from field.measures.projection import CONFIRMED, MEASURE, TAKEN
from field.models import Measure, Violation
from field.models.papers import refuse_number
from field.models.projection import VIOLATION, paper_of
from field.rules.intake import Reason, SetAside
from field.rules.record import MeasureRecord, PaperStepRecord


@transaction.atomic
def record_measure(
    record: MeasureRecord,
    signed: SignedRecord,
    *,
    officer: User,
    terminal: Terminal,
    body: Mapping[str, Any],
    judged: bool,
    now: dt.datetime,
) -> Entry:
    """Take in that a measure was taken. `body` is what the server adds to any record. Rows of the same batch must be written before.

    :raises SetAside: the officer may take none, there is no such violation (yet) or it is a colleague's, or its number can't stand
    """
    if Capability.DECIDE_PENALTY not in CAPABILITIES[Role(officer.role)]:
        raise SetAside(Reason.MAY_NOT_RECORD)
    violation = Violation.objects.select_related("unit").filter(id=record.violation).first()
    if violation is None:
        raise SetAside(Reason.AMENDS_NOTHING)
    if violation.officer_id != officer.police_number:
        raise SetAside(Reason.AMENDS_OTHERS)
    refuse_number(record.number, record.head.uid, terminal=terminal.id, judged=judged)
    entry = ledger.append(
        kind=TAKEN,
        subject=record.head.uid,
        actor=terminal.id,
        at=now,
        body={
            **body,
            "violation": str(violation.id),
            **({"second": record.second} if record.second else {}),
        },
        audience=sorted({*_told(violation, officer, terminal), *of_second(record.second)}),
        record=signed,
    )
    replay.project(MEASURE, entry, fresh=True)
    return entry


@transaction.atomic
def record_confirmation(
    record: PaperStepRecord, signed: SignedRecord, *, officer: User, terminal: Terminal, now: dt.datetime
) -> Entry:
    """Take in the second officer's word on a violation or a measure. Rows of the same batch must be written before.

    :raises SetAside: they are not sworn, nothing like it is here (yet), it names another one as second, or another text stands by now
    """
    if Capability.DECIDE_PENALTY not in CAPABILITIES[Role(officer.role)]:
        raise SetAside(Reason.MAY_NOT_RECORD)
    assert record.violation is not None
    measure = Measure.objects.filter(violation=record.violation, number=record.number).first()
    if measure is not None:
        replay.hold(MEASURE, str(measure.id))
        _must_be_second(measure.second, measure.officer_id, officer)
        if record.digest != measure.paper_digest:
            raise SetAside(Reason.CONFIRMS_OTHER)
        entry = _confirmed(CONFIRMED, measure.id, measure.violation, record, signed, officer, terminal, now)
        replay.project(MEASURE, entry)
        return entry
    replay.hold(VIOLATION, str(record.violation))
    violation = Violation.objects.select_related("unit").filter(id=record.violation).first()
    if violation is None or violation.document_number != record.number:
        raise SetAside(Reason.AMENDS_NOTHING)
    _must_be_second(violation.second, violation.officer_id, officer)
    paper = paper_of(violation.newest_entry)
    if record.digest != (paper.digest if paper else ""):
        raise SetAside(Reason.CONFIRMS_OTHER)
    entry = _confirmed("paper.confirmed", violation.id, violation, record, signed, officer, terminal, now)
    replay.project(VIOLATION, entry)
    return entry


def _must_be_second(named: str, first: str, officer: User) -> None:
    """:raises SetAside: another one is named, nobody is, or it is the officer who made it themself"""
    if named != officer.police_number or first == officer.police_number:
        raise SetAside(Reason.NOT_SECOND)


def _confirmed(
    kind: str,
    subject: UUID,
    violation: Violation,
    record: PaperStepRecord,
    signed: SignedRecord,
    officer: User,
    terminal: Terminal,
    now: dt.datetime,
) -> Entry:
    keys = {
        *_told(violation, violation.officer, terminal),
        audience.of_terminal(violation.terminal_id),
        *of_second(officer.police_number),
    }
    return ledger.append(
        kind=kind,
        subject=subject,
        actor=terminal.id,
        at=now,
        body={"number": record.number, "digest": record.digest, "by": officer.police_number},
        audience=sorted(keys),
        record=signed,
    )


def of_second(second: str) -> tuple[str, ...]:
    """The feed of the second officer, where one is named."""
    return (audience.of_person(second),) if second else ()


def _told(violation: Violation, officer: User, terminal: Terminal) -> tuple[str, ...]:
    return (
        audience.of_person(officer.police_number),
        audience.of_terminal(terminal.id),
        *audience.of_unit(violation.unit),
    )
