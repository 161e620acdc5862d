"""Envelopes in: each text is received exactly once, whatever the network, the handheld and other requests do meanwhile.

The SHA-256 of the exact text decides: it is the key of `Received`. Whoever sends the same bytes gets the same entry, and so the same
receipt. Other bytes under a uid or a number that is taken are a conflict, and are kept.

What is true if the process dies:
- before a transaction's commit: nothing of its envelopes is in; the handheld has had no answer and sends them again;
- between the commit and the answer: they are in, once; sent again they are known, and get the receipt they would have had;
- between the commit and the seal: the sealer, a process of its own, numbers them; the receipt comes with a later contact.
"""

import datetime as dt
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from accounts import audience
from accounts.models import Terminal, User
from evidence import ledger, replay
from evidence import queries as evidence
from evidence.ledger import Entry, SignedRecord
from evidence.queries import Waiting
from field.dispatch.operations.stepping import record_step
from field.documents.stepping import record_paper_step
from field.measures.recording import record_confirmation, record_measure
from field.models import Received
from field.models.projection import PHOTO, RECEIVED
from field.recording import operations as recording
from field.recording.arrival import Arrival, body_of, of_terminal
from field.recording.tickets import remember_tickets
from field.rules import record_text as records
from field.rules.intake import FOR_TECHNICIAN, UNSIGNED, Outcome, Reason, SetAside
from field.rules.record import (
    AmendmentRecord,
    DraftClosedRecord,
    MeasureRecord,
    PaperStep,
    PaperStepRecord,
    Record,
    TaskStepRecord,
    ViolationRecord,
)
from field.sync.batch import Batch, Verdict
from field.sync.opening import Envelope, Opened, shift_of
from field.sync.order import one_at_a_time
from field.sync.unsigned import room_for

TOGETHER = 25
"""Envelopes in one transaction: few flushes, and no lock held for long."""
LOCK_WAIT = "2s"

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Taken:
    """The verdicts in the order of the envelopes, what to wait on for the seals of those that are new, and terminals read on the way."""

    verdicts: list[Verdict]
    waiting: list[Waiting]
    terminals: Mapping[str, Terminal]


@dataclass(frozen=True, slots=True)
class _Piece:
    """The same of one transaction, its verdicts by text."""

    verdicts: dict[str, Verdict]
    waiting: Waiting | None
    terminals: Mapping[str, Terminal]


def take_in(
    envelopes: Sequence[Envelope], *, sender: str, now: dt.datetime, address: str | None = None
) -> Taken:
    """Take each envelope in; none of them stops another.

    `sender` is the terminal that sends, as it says of itself: it names a text that doesn't name its terminal. Nothing is raised for
    what an envelope says or is.
    """
    # one alone is asked about when it is its turn; of several, those that are known wait for nobody's turn
    verdicts = _known({one.text_sha256 for one in envelopes}) if len(envelopes) > 1 else {}
    waiting: list[Waiting] = []
    terminals: dict[str, Terminal] = {}
    unknown = [
        one for one in {e.text_sha256: e for e in envelopes}.values() if one.text_sha256 not in verdicts
    ]
    for some in _pieces(unknown, TOGETHER):
        piece = _take_or_say_again(some, sender, now, address)
        verdicts |= piece.verdicts
        terminals |= piece.terminals
        if piece.waiting is not None:
            waiting.append(piece.waiting)
    return Taken([verdicts[one.text_sha256] for one in envelopes], waiting, terminals)


def _take_or_say_again(
    envelopes: Sequence[Envelope], sender: str, now: dt.datetime, address: str | None
) -> _Piece:
    """First all in one go; where anything goes wrong, once more with a savepoint for each, so that only the one at fault suffers."""
    try:
        try:
            return _take_together(envelopes, sender, now, address, careful=False)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - nothing of it is in; taken one by one, the one at fault is found and named
            log.warning("%d envelopes are taken one by one: %s", len(envelopes), type(error).__name__)
            return _take_together(envelopes, sender, now, address, careful=True)
    except (OperationalError, InterfaceError) as error:
        log.warning("%d envelopes are to come again: %s", len(envelopes), type(error).__name__)
        return _Piece({one.text_sha256: _again(one) for one in envelopes}, None, {})


def _take_together(
    envelopes: Sequence[Envelope], sender: str, now: dt.datetime, address: str | None, *, careful: bool
) -> _Piece:
    """One transaction. The wait for seals is registered before the commit, so that no wake-up is lost."""
    batch = Batch(envelopes, sender, now)
    expected: Waiting | None = None
    take = _take
    if careful:
        take, batch.together = _take_carefully, None
    try:
        with transaction.atomic():
            one_at_a_time(batch.terminal_ids, wait=LOCK_WAIT)
            batch.look_up()  # what another request took while this one waited for its turn is known by now
            verdicts = dict(batch.known)
            verdicts |= _too_many_unsigned(batch, verdicts, address)
            for opened in batch.opened:
                if isinstance(opened, Verdict):
                    verdicts.setdefault(opened.text_sha256, opened)
                elif opened.text_sha256 not in verdicts:
                    verdicts[opened.text_sha256] = take(opened, batch)
            batch.write()
            entries = [one.entry for one in verdicts.values() if one.entry is not None]
            expected = evidence.expect_sealed(entries) if entries else None
    except BaseException:
        if expected is not None:
            expected.wait(0)  # nobody will: the entries are gone with the transaction
        raise
    return _Piece(verdicts, expected, batch.terminals)


def _too_many_unsigned(batch: Batch, known: Mapping[str, Verdict], address: str | None) -> dict[str, Verdict]:
    """Those of the batch's new texts that nobody enrolled has signed, and for which there is no room within this hour.

    From no address (a rescue file that somebody imports) all of them have room.
    """
    if address is None:
        return {}
    new = [
        one
        for one in batch.opened
        if isinstance(one, Opened) and not one.is_signed and one.text_sha256 not in known
    ]
    room = room_for(len(new), address, batch.now)
    if room < len(new):
        log.warning("%d unsigned texts are to come again later", len(new) - room)
    return {one.text_sha256: _again(one.envelope) for one in new[room:]}


def _take(opened: Opened, batch: Batch) -> Verdict:
    """Take one envelope in. A record that can't count says so before anything of it is written."""
    try:
        return batch.taken(opened, Outcome.ADMITTED, "", _admit(opened, batch))
    except SetAside as aside:
        return _set_aside(opened, aside, batch)


def _take_carefully(opened: Opened, batch: Batch) -> Verdict:
    """The same in a savepoint of its own: what goes wrong here is undone here."""
    try:
        with transaction.atomic():
            return _take(opened, batch)
    except (OperationalError, InterfaceError) as error:
        log.warning("an envelope is to come again: %s", type(error).__name__)
        return _again(opened.envelope)
    except IntegrityError as error:
        return _lost_a_race(opened, error)
    except Exception as error:  # noqa: BLE001 - a fault in reading one record must neither lose it nor stop the others
        # its kind and place only: an error's text may hold what the record says of a person
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
        log.error("a record could not be processed and is set aside: %s at %s", type(error).__name__, place)
        with transaction.atomic():
            return _set_aside(opened, SetAside(Reason.NOT_PROCESSED), batch)


def _admit(opened: Opened, batch: Batch) -> Entry:
    """Make the record what it says it is.

    :raises SetAside: it can't count, with the reason; nothing is written then
    """
    if opened.is_signed:
        batch.refuse_taken(opened)
    if opened.aside is not None:
        raise opened.aside
    assert opened.record is not None and opened.terminal is not None
    shift, officer = shift_of(opened.record, batch.shifts)
    signed = SignedRecord(opened.envelope.text.encode(), opened.signature, opened.key, batch.now)
    arrival = Arrival(
        signed=signed,
        terminal=opened.terminal,
        shift=shift,
        officer=officer,
        now=batch.now,
        looked_up=batch.looked_up,
        photos_here=batch.photos_here,
        together=batch.together,
    )
    entry = _count(opened.record, arrival)
    _carried(entry, batch)
    return entry


def count(record: Record, arrival: Arrival) -> Entry:
    """Let a record count that was received before; return the entry that carries it, with the rows of its text, photos and ticket.

    :raises SetAside: the operation says why it can't count
    """
    entry = _count(record, arrival)
    replay.project(RECEIVED, entry)
    replay.project(PHOTO, entry)
    remember_tickets([entry])
    return entry


def _count(record: Record, arrival: Arrival) -> Entry:
    """Hand a record to the operation of its type; return the entry that carries it.

    :raises SetAside: the operation says why it can't count
    """
    match record:
        case ViolationRecord():
            return recording.record_violation(record, arrival)
        case AmendmentRecord():
            return recording.amend(record, arrival)
        case DraftClosedRecord():
            return recording.close_draft(record, arrival)
        case TaskStepRecord():
            return record_step(
                record, arrival.signed, officer=arrival.officer, terminal=arrival.terminal, now=arrival.now
            )
        case PaperStepRecord():
            if arrival.together is not None:
                arrival.together.write()  # its violation may have come with the same batch
            take = record_confirmation if record.step is PaperStep.CONFIRMED else record_paper_step
            return take(
                record, arrival.signed, officer=arrival.officer, terminal=arrival.terminal, now=arrival.now
            )
        case MeasureRecord():
            if arrival.together is not None:
                arrival.together.write()
            return record_measure(
                record,
                arrival.signed,
                officer=arrival.officer,
                terminal=arrival.terminal,
                body=body_of(arrival, (one.sha256 for one in record.head.photos)),
                judged=arrival.judged,
                now=arrival.now,
            )


def _carried(entry: Entry, batch: Batch) -> None:
    """The rows of a text that was never received before, of its photos, and its ticket: with the others of the batch."""
    project = replay.project if batch.together is None else batch.together.project
    project(RECEIVED, entry, fresh=True)
    project(PHOTO, entry)
    if batch.together is None:
        remember_tickets([entry])
    else:
        batch.tickets.append(entry)


def _set_aside(opened: Opened, aside: SetAside, batch: Batch) -> Verdict:
    """Keep the text with its signature and the reason: an entry, a receipt, and a place in the desk's queue."""
    signed = opened.is_signed and aside.reason not in UNSIGNED
    conflict = aside.outcome is Outcome.CONFLICT
    entry = ledger.append(
        kind="record.conflict" if conflict else "record.quarantined",
        subject=opened.text_sha256,
        actor=opened.key or "system",
        at=batch.now,
        body={
            "reason": aside.reason.value,
            "detail": dict(opened.detail),
            "arrived_at": batch.now.isoformat(),
            "unit": opened.terminal.unit_id if opened.terminal else None,
            "other": (aside.other or batch.other_side(opened)) if conflict else None,
            "photos_here": of_terminal(batch.photos_here, opened.key, (one for one, _ in opened.hint.photos))
            if signed
            else {},
        },
        audience=_told(opened, aside.reason),
        record=SignedRecord(opened.envelope.text.encode(), opened.signature, opened.key, batch.now),
    )
    _carried(entry, batch)
    return batch.taken(opened, aside.outcome, aside.reason.value, entry)


def _told(opened: Opened, reason: Reason) -> list[str]:
    """Who hears of it: the desk that judges it, and, if their handheld did sign it, the officer and the unit."""
    keys = [audience.TECHNICAL_DESK if reason in FOR_TECHNICIAN else audience.LEGAL_DESK]
    if opened.terminal is not None:
        keys += [audience.of_terminal(opened.terminal.id), *audience.of_unit(opened.terminal.unit)]
        if User.objects.filter(police_number=opened.hint.officer).exists():
            keys.append(audience.of_person(opened.hint.officer))
    return keys


def _lost_a_race(opened: Opened, error: IntegrityError) -> Verdict:
    """A unique key has spoken: another request, of another terminal's name, was faster by a moment. Next time it will be seen."""
    known = _known([opened.text_sha256]).get(opened.text_sha256)
    if known is None:
        log.warning("an envelope is to come again: %s", type(error).__name__)
    return known or _again(opened.envelope)


def _known(texts: Collection[str]) -> dict[str, Verdict]:
    """The verdicts on those texts that were received before."""
    rows = Received.objects.filter(text_sha256__in=list(texts))
    return {
        row.text_sha256: Verdict(
            text_sha256=row.text_sha256,
            uid=row.uid,
            outcome=Outcome(row.outcome),
            reason=row.reason,
            entry=row.entry,
        )
        for row in rows
    }


def _again(envelope: Envelope) -> Verdict:
    return Verdict(
        text_sha256=envelope.text_sha256, uid=records.hint(envelope.text).uid, outcome=Outcome.AGAIN
    )


def _pieces(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
