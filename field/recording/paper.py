"""Whether the number of a record's paper can stand: no number on two papers, and each only from the terminal that holds its block.

A number of no block is a paper form's, typed in: it stands once.
"""

from uuid import UUID

from django.conf import settings

from evidence import replay
from field.models import NumberBlock, Received, Violation, VoidedNumber
from field.recording.arrival import Arrival
from field.rules.intake import Outcome, Reason, SetAside


def refuse_number(number: str, violation: UUID, arrival: Arrival) -> None:
    """Let the number be this violation's; from here on, until the transaction ends, no other record can take it.

    :raises SetAside: another paper bears it (a conflict, whoever judges); or it is not this terminal's to use, which somebody at the
        desk may let pass when they have seen the paper
    """
    if not number:
        return
    replay.in_turn(f"paper:{number}")
    taken: dict[str, UUID] = arrival.looked_up.setdefault("papers", {})
    if arrival.together is not None and taken.get(number, violation) != violation:
        arrival.together.write()  # the other came with the same batch
    others = Violation.objects.filter(document_number=number).exclude(id=violation)
    if (other := others.values_list("newest_record", flat=True).first()) is not None:
        text = Received.objects.filter(uid=other).order_by("entry").first()
        raise SetAside(Reason.PAPER_NUMBER_TAKEN, Outcome.CONFLICT, text.text_sha256 if text else "")
    if not arrival.judged and not _is_held(number, arrival):
        raise SetAside(Reason.PAPER_NUMBER_VOID)
    taken[number] = violation  # its row may be written with the batch only


def _is_held(number: str, arrival: Arrival) -> bool:
    stem = settings.NUMBER_FORM.stem_of(number)
    block = NumberBlock.objects.filter(first__lte=stem, last__gte=stem).first() if stem is not None else None
    if stem is None or block is None:
        return True
    return (
        block.terminal_id == arrival.terminal.id
        and block.voided_at is None
        and settings.NUMBER_FORM.written(stem) == number
        and not VoidedNumber.objects.filter(id=stem).exists()
    )
