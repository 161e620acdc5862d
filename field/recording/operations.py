"""Officers record and amend. Each operation takes a record whose signature was checked and writes one entry that carries it.

They run in the transaction of intake, which also writes the rows of the text and its photos, one savepoint a record: if the process dies before that transaction's commit there is neither
entry nor row, and the handheld, which got no answer, sends the same bytes again.
"""

from django.conf import settings

from accounts import audience
from accounts.capabilities import CAPABILITIES, Capability
from accounts.models import Role, User
from evidence import ledger, replay
from evidence.ledger import Entry
from field.models import Violation
from field.models.projection import VIOLATION
from field.recording.arrival import Arrival, around, body_of, offence_of
from field.recording.paper import refuse_number
from field.rules import checks
from field.rules import violation as rules
from field.rules.intake import Outcome, Reason, SetAside
from field.rules.penalty import Power, power_for
from field.rules.record import AmendmentRecord, DraftClosedRecord, Said, ViolationRecord
from field.rules.violation import Act, Kind, State


def record_violation(record: ViolationRecord, arrival: Arrival) -> Entry:
    """Record a violation for the first time.

    :raises SetAside: the officer may not do what the record says was done, or its paper's number can't stand
    """
    _may_record(arrival.officer, record.said)
    refuse_number(record.said.document_number, record.head.uid, arrival)
    entry = ledger.append(
        kind="violation.recorded",
        subject=record.head.uid,
        actor=arrival.terminal.id,
        at=arrival.now,
        body={**_violation_body(record, arrival), **_names_second(record.said.second)},
        audience=(*arrival.audience, *_second(record.said)),
        record=arrival.signed,
    )
    arrival.project(VIOLATION, entry, fresh=True)
    return entry


def amend(record: AmendmentRecord, arrival: Arrival) -> Entry:
    """Put a whole new version in the place of what was recorded: by its own officer, before a decision was handed over.

    :raises SetAside: there is no such violation, it is another officer's, or its state doesn't allow it (a conflict, kept for the desk)
    """
    _may_record(arrival.officer, record.said)
    if arrival.together is not None:
        arrival.together.write()  # what is amended may have come with the same batch
    replay.hold(VIOLATION, str(record.amends))
    violation = Violation.objects.select_related("unit").filter(id=record.amends).first()
    if violation is None:
        raise SetAside(Reason.AMENDS_NOTHING)
    if violation.officer_id != arrival.officer.police_number:
        raise SetAside(Reason.AMENDS_OTHERS)
    try:
        rules.after(
            State(violation.state),
            Act.AMEND,
            delivered=rules.is_delivered(Kind(violation.kind), violation.served),
        )
    except rules.NotAllowed:
        raise SetAside(Reason.CANT_BE_AMENDED, Outcome.CONFLICT) from None
    if record.said.document_number != violation.document_number:
        refuse_number(record.said.document_number, record.amends, arrival)
    entry = ledger.append(
        kind="violation.amended",
        subject=record.amends,
        actor=arrival.terminal.id,
        at=arrival.now,
        body={
            **_violation_body(record, arrival),
            "reason_of_amendment": record.reason,
            **_names_second(record.said.second or violation.second),
        },
        # its officer may have moved since: the unit that reviews it hears of it, the one it came from does
        audience=sorted(
            {*arrival.audience, *audience.of_unit(violation.unit), *_second(record.said), *_before(violation)}
        ),
        record=arrival.signed,
    )
    replay.project(VIOLATION, entry)
    return entry


def close_draft(record: DraftClosedRecord, arrival: Arrival) -> Entry:
    """Keep that a draft with shots was given up, why, and which shots: nothing that was photographed goes away in silence."""
    return ledger.append(
        kind="draft.closed",
        subject=record.draft,
        actor=arrival.terminal.id,
        at=arrival.now,
        body=body_of(arrival, (one.sha256 for one in record.head.photos)),
        audience=arrival.audience,
        record=arrival.signed,
    )


def _second(said: Said) -> tuple[str, ...]:
    """The feed of the second officer, where one is named: it waits for their word."""
    return (audience.of_person(said.second),) if said.second else ()


def _names_second(second: str) -> dict[str, str]:
    """Told in the entry itself, so that the feed asks for what waits to be confirmed only where it might."""
    return {"second": second} if second else {}


def _before(violation: Violation) -> tuple[str, ...]:
    """The second officer of the version before, who may be none any more."""
    return (audience.of_person(violation.second),) if violation.second else ()


def _may_record(officer: User, said: Said) -> None:
    """A penalty, and a numbered paper, only by who may decide one; an auxiliary's parking notice where a local rule says so."""
    held = CAPABILITIES[Role(officer.role)]
    power = power_for(said)
    if Capability.DECIDE_PENALTY in held:
        return
    if power is Power.NOTICE and settings.AUXILIARY_MAY_ISSUE_NOTICE and Capability.RECORD in held:
        return
    if power is not Power.RECORD or Capability.RECORD not in held:
        raise SetAside(Reason.MAY_NOT_RECORD)


def _violation_body(record: ViolationRecord | AmendmentRecord, arrival: Arrival) -> dict[str, object]:
    offence = offence_of(record.said, arrival)
    doubts = checks.doubts(record.head, record.said, around(record.head, arrival, offence))
    return {
        **body_of(arrival, (one.sha256 for one in record.head.photos)),
        "offence": offence.id if offence else None,
        "doubts": [one.value for one in doubts],
    }
