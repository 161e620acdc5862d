"""What is known of the numbers: which blocks a terminal holds, and what became of each number."""

from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.capabilities import Capability, may
from accounts.models import Terminal, User
from accounts.scope import visible
from evidence.ledger import read_payload
from evidence.queries import ask
from field.models import Measure, NumberBlock, Received, Violation, VoidedNumber
from field.models.projection import read_record
from field.rules.documents.number import Explained, fates
from field.rules.intake import UNSIGNED, Reason
from field.rules.record import AmendmentRecord, MeasureRecord, ViolationRecord

MOST_LIVE_BLOCKS = 3
"""Of one kind on one terminal with numbers left: a handheld that asks again and again doesn't drain the series."""


def blocks_seen(user: User) -> QuerySet[NumberBlock]:
    """The blocks that this person may see: of the terminals of the units they see into, the technician's all."""
    blocks = NumberBlock.objects.select_related("terminal__unit").order_by("-leased_at", "-first")
    if may(user, Capability.ENROL_TERMINAL) or may(user, Capability.AUDIT):
        return blocks
    return visible(blocks, user, path="terminal__unit")


def live_blocks(terminal: Terminal, kind: str) -> list[NumberBlock]:
    """The blocks of this kind that a terminal may use, the oldest first: none once it is revoked.

    Only its newest: those before them are used up, but for numbers that were skipped and will be asked for.
    """
    if terminal.state == Terminal.State.REVOKED:
        return []
    blocks = NumberBlock.objects.select_related("terminal").filter(
        terminal=terminal, kind=kind, voided_at=None
    )
    return list(reversed(blocks.order_by("-first")[: 2 * MOST_LIVE_BLOCKS]))


def explained(blocks: Sequence[NumberBlock]) -> dict[str, list[Explained]]:
    """By block: what became of each of its numbers."""
    numbers = {
        settings.NUMBER_FORM.written(stem): stem
        for block in blocks
        for stem in range(block.first, block.last + 1)
    }
    used = {
        numbers[number]: terminal
        for number, terminal in Violation.objects.filter(document_number__in=numbers).values_list(
            "document_number", "terminal"
        )
    }
    used |= {
        numbers[number]: terminal
        for number, terminal in Measure.objects.filter(number__in=numbers).values_list("number", "terminal")
    }
    aside = {
        numbers[number]: terminal
        for number, terminal, _ in texts_set_aside({one.terminal_id for one in blocks})
        if number in numbers
    }
    taken = aside | used
    voided = set(VoidedNumber.objects.filter(id__in=numbers.values()).values_list("id", flat=True))
    return {
        block.id: fates(
            block.first,
            block.last,
            used=used.keys(),
            set_aside=aside.keys() - used.keys(),
            voided=voided,
            elsewhere={stem for stem, terminal in taken.items() if terminal != block.terminal_id},
            block_voided=block.voided_at is not None or block.terminal.state == Terminal.State.REVOKED,
        )
        for block in blocks
    }


def texts_set_aside(terminals: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Numbers, each with its paper's terminal and its text's digest, of papers whose records wait or were refused: they are on paper all the same.

    Papers of these terminals, and those of others that were set aside for their number. What nobody known has signed is no paper.
    """
    entries = (
        Received.objects.filter(Q(terminal__in=set(terminals)) | Q(reason=Reason.PAPER_NUMBER_VOID))
        .exclude(decision="")
        .exclude(reason__in=UNSIGNED)
        .order_by("-entry")  # the first paper's terminal comes last, and stays
        .values_list("entry", "terminal", "text_sha256")
    )
    texts = {entry: (terminal, text) for entry, terminal, text in entries}
    if not texts:
        return
    rows = dict(ask("SELECT id, payload FROM entry WHERE id = ANY(%s)", [list(texts)]))
    for entry_id, (terminal, text) in texts.items():
        signed = read_payload(entry_id, bytes(rows[entry_id])).record
        record = read_record(signed.text) if signed else None
        match record:
            case ViolationRecord() | AmendmentRecord() if record.said.document_number:
                yield record.said.document_number, terminal, text
            case MeasureRecord():
                yield record.number, terminal, text
