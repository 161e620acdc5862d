"""Whose a paper's number is: no number on two papers, and each only from the terminal that holds its block.

A number of no block is a paper form's, typed in: it stands once. Several rooms take papers in, so this is asked here.
"""

from uuid import UUID

from django.conf import settings

from evidence import replay
from field.models.measure import Measure
from field.models.number import NumberBlock, VoidedNumber
from field.models.received import Received
from field.models.violation import Violation
from field.rules.intake import Outcome, Reason, SetAside


def refuse_number(number: str, bearer: UUID, *, terminal: str, judged: bool) -> None:
    """Let the number be this violation's, or this measure's; until the transaction ends no other record can take it.

    `judged`: somebody at the desk has seen the paper, and lets a number pass that is not this terminal's to use.

    :raises SetAside: another paper bears it (a conflict, whoever judges); or it is not this terminal's to use
    """
    replay.in_turn(f"paper:{number}")
    if (other := _borne_by(number, bearer)) is not None:
        text = Received.objects.filter(uid=other).order_by("entry").first()
        raise SetAside(Reason.PAPER_NUMBER_TAKEN, Outcome.CONFLICT, text.text_sha256 if text else "")
    if not judged and not _is_held(number, terminal):
        raise SetAside(Reason.PAPER_NUMBER_VOID)


def _borne_by(number: str, bearer: UUID) -> UUID | None:
    """Uid of another record whose paper bears the number."""
    violations = Violation.objects.filter(document_number=number).exclude(id=bearer)
    measures = Measure.objects.filter(number=number).exclude(id=bearer)
    return (
        violations.values_list("newest_record", flat=True).first()
        or measures.values_list("id", flat=True).first()
    )


def _is_held(number: str, terminal: str) -> bool:
    stem = settings.NUMBER_FORM.stem_of(number)
    block = NumberBlock.objects.filter(first__lte=stem, last__gte=stem).first() if stem is not None else None
    if stem is None or block is None:
        return True
    return (
        block.terminal_id == terminal
        and block.voided_at is None
        and settings.NUMBER_FORM.written(stem) == number
        and not VoidedNumber.objects.filter(id=stem).exists()
    )
