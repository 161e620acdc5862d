"""What the rows of number blocks and voided numbers must be, from the ledger's entries alone."""

from evidence.ledger import Entry
from evidence.replay import Projection, Row

LEASED = "numbers.leased"
BLOCK_VOIDED = "numbers.voided"
NUMBER_VOIDED = "number.voided"


def _block(row: Row | None, entry: Entry, key: str) -> Row | None:
    body = entry.body
    if entry.kind == BLOCK_VOIDED:
        return row and row | {"voided_at": entry.at, "void_reason": body["reason"]}
    return {
        "terminal_id": body["terminal"],
        "kind": body["kind"],
        "first": body["first"],
        "last": body["last"],
        "leased_at": entry.at,
        "voided_at": None,
        "void_reason": "",
    }


def _number(row: Row | None, entry: Entry, key: str) -> Row | None:
    """The first word on it stands."""
    return row or {
        "terminal_id": entry.body["terminal"],
        "reason": entry.body["reason"],
        "remark": entry.body["remark"],
        "voided_by": entry.body["by"],
        "voided_at": entry.at,
    }


BLOCK = Projection(
    model="field.NumberBlock",
    kinds=frozenset({LEASED, BLOCK_VOIDED}),
    key=lambda entry: (entry.subject,),
    step=_block,
)
VOIDED = Projection(
    model="field.VoidedNumber",
    kinds=frozenset({NUMBER_VOIDED}),
    key=lambda entry: (str(entry.body["stem"]),),
    step=_number,
)
PROJECTIONS = (BLOCK, VOIDED)
