"""What a handheld says of a paper after it was made: handed over, not accepted, printed again, its number voided. Signed, so it works offline.

Service is a record of its own after the decision (Order 157 arts. 44, 25, 46: refused to accept and noted is served, too). Each is an
entry that carries the signed text; whatever can't be so is set aside with its reason, and nothing is dropped.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction

from accounts import audience
from accounts.capabilities import CAPABILITIES, Capability
from accounts.models import Role, Terminal, User
from evidence import ledger, replay
from evidence.ledger import Entry, SignedRecord
from field.documents.projection import NUMBER_VOIDED, VOIDED
from field.models import Measure, NumberBlock, Violation, VoidedNumber
from field.models.projection import VIOLATION
from field.rules.intake import Outcome, Reason, SetAside
from field.rules.record import PaperStep, PaperStepRecord


@transaction.atomic
def record_paper_step(
    record: PaperStepRecord, signed: SignedRecord, *, officer: User, terminal: Terminal, now: dt.datetime
) -> Entry:
    """Take a step about a paper in; return its entry, which holds the record. Rows of the same batch must be written before.

    :raises SetAside: the officer may not, there is no such paper (yet), it is another officer's, or the number can't be voided
    """
    if Capability.RECORD not in CAPABILITIES[Role(officer.role)]:
        raise SetAside(Reason.MAY_NOT_RECORD)
    if record.step is PaperStep.VOIDED:
        return _void(record, signed, terminal, now)
    about = record.violation or record.head.uid
    replay.hold(VIOLATION, str(about))
    of_this = Violation.objects.select_related("unit").filter(id=about)
    violation = of_this.filter(document_number=record.number).first()
    if violation is None:
        return _of_certificate(record, signed, officer, terminal, now)
    if violation.officer_id != officer.police_number:
        raise SetAside(Reason.AMENDS_OTHERS)
    entry = ledger.append(
        kind=f"paper.{record.step}",
        subject=violation.id,
        actor=terminal.id,
        at=now,
        body={"number": record.number, "why": record.reason},
        audience=sorted({*_told(terminal), *audience.of_unit(violation.unit)}),
        record=signed,
    )
    replay.project(VIOLATION, entry)
    return entry


def _of_certificate(
    record: PaperStepRecord, signed: SignedRecord, officer: User, terminal: Terminal, now: dt.datetime
) -> Entry:
    """The same about the certificate of a measure."""
    measure = Measure.objects.select_related("unit").filter(violation=record.violation, number=record.number)
    one = measure.first()
    if one is None:
        raise SetAside(Reason.AMENDS_NOTHING)
    if one.officer_id != officer.police_number:
        raise SetAside(Reason.AMENDS_OTHERS)
    return ledger.append(
        kind=f"measure.{record.step}",
        subject=one.id,
        actor=terminal.id,
        at=now,
        body={"number": record.number, "why": record.reason},
        audience=sorted({*_told(terminal), *audience.of_unit(one.unit)}),
        record=signed,
    )


def _void(record: PaperStepRecord, signed: SignedRecord, terminal: Terminal, now: dt.datetime) -> Entry:
    """Void a number of this terminal's own blocks; voided before, it stays as it was."""
    replay.in_turn(f"paper:{record.number}")
    form = settings.NUMBER_FORM
    stem = form.stem_of(record.number)
    if stem is None or form.written(stem) != record.number:
        raise SetAside(Reason.PAPER_NUMBER_VOID)
    if not NumberBlock.objects.filter(terminal=terminal, first__lte=stem, last__gte=stem).exists():
        raise SetAside(Reason.PAPER_NUMBER_VOID)
    if (
        Violation.objects.filter(document_number=record.number).exists()
        or Measure.objects.filter(number=record.number).exists()
    ):
        raise SetAside(Reason.PAPER_NUMBER_TAKEN, Outcome.CONFLICT)
    entry = ledger.append(
        kind=NUMBER_VOIDED,
        subject=record.number,
        actor=terminal.id,
        at=now,
        body={
            "stem": stem,
            "terminal": terminal.id,
            "reason": "said",
            "remark": record.reason,
            "by": record.head.officer,
        },
        audience=_told(terminal),
        record=signed,
    )
    replay.project(VOIDED, entry, fresh=not VoidedNumber.objects.filter(id=stem).exists())
    return entry


def _told(terminal: Terminal) -> list[str]:
    return [audience.of_terminal(terminal.id), *audience.of_unit(terminal.unit), audience.TECHNICAL_DESK]
