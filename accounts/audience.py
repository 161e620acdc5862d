"""Whose feeds an entry shows up in, as keys: `user:`, `terminal:`, `unit:` for a unit and each above it, `desk:`.

A reader's key is their own unit, so an entry names all units above the one it happened in.
"""

from accounts.models import Unit

LEGAL_DESK = "desk:legal"
TECHNICAL_DESK = "desk:tech"


def of_person(police_number: str) -> str:
    """Key of one person."""
    return f"user:{police_number}"


def of_terminal(terminal_id: str) -> str:
    """Key of one handheld."""
    return f"terminal:{terminal_id}"


def of_unit(unit: Unit) -> tuple[str, ...]:
    """Keys of a unit and of all units above it."""
    return tuple(f"unit:{code}" for code in unit.path)
