"""Which power a record needs from the person who makes it. Pure.

Sources: Order 157 art. 12 (a notice may be issued by auxiliaries where a local rule says so); field rules of 2018 art. 5 (an auxiliary decides
neither a penalty nor a measure).
"""

from enum import StrEnum

from field.rules.record import Said
from field.rules.violation import Kind


class Power(StrEnum):
    """From the least to the greatest."""

    RECORD = "record"
    """To say what was seen."""
    NOTICE = "notice"
    """To issue a numbered paper that is no penalty."""
    PENALTY = "penalty"
    """To decide."""


def power_for(said: Said) -> Power:
    """What a record takes, by all that it says and not by its kind alone: a sum, points, or something handed over make a penalty of it."""
    if said.kind is Kind.ON_THE_SPOT or said.fine is not None or said.points is not None:
        return Power.PENALTY
    if said.kind is Kind.NOTICE:
        return Power.NOTICE
    if said.served or said.document_number or said.token_sha256:
        return Power.PENALTY
    return Power.RECORD
