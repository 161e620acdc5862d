"""What units, people, terminals and shifts must be, computed from ledger entries alone: one pure step for each table.

Operations write what these say, and verify_ledger asks them again. A password and the time of the last sign-in are no evidence.
"""

import base64
from collections.abc import Iterable

from accounts.models import Terminal
from evidence.ledger import Entry
from evidence.replay import Projection, Row


def _subject(entry: Entry) -> tuple[str, ...]:
    return (entry.subject,)


def unit_step(row: Row | None, entry: Entry, key: str) -> Row | None:
    """A unit is made once with its place in the tree; later it may only be called otherwise."""
    body = entry.body
    names = {"name_zh": body["name_zh"], "name_en": body["name_en"]}
    if row is None:
        return {**names, "level": body["level"], "parent_id": body["parent"], "path": body["path"]}
    return {**row, **names}


def user_step(row: Row | None, entry: Entry, key: str) -> Row | None:
    """A person as enlisted; a change names what is different."""
    if row is None:
        row = {"is_active": True}
    said = {"name": "name", "role": "role", "unit": "unit_id", "is_active": "is_active"}
    return {**row, **{column: entry.body[word] for word, column in said.items() if word in entry.body}}


STATE_AFTER = {
    "terminal.approved": Terminal.State.ACTIVE,
    "terminal.suspended": Terminal.State.SUSPENDED,
    "terminal.resumed": Terminal.State.ACTIVE,
    "terminal.revoked": Terminal.State.REVOKED,
}


def terminal_step(row: Row | None, entry: Entry, key: str) -> Row | None:
    """A handheld comes in with its key and waits for the technician; after that only its state changes."""
    if row is not None:
        return {**row, "state": STATE_AFTER[entry.kind].value}
    body = entry.body
    return {
        "number": body["number"],
        "public_key": body["public_key"],
        "fingerprint": body["fingerprint"],
        "unit_id": body["unit"],
        "label": body["label"],
        "state": Terminal.State.PENDING.value,
        "enrolled_at": entry.at,
        "enrolled_by_id": entry.actor,
    }


def shift_step(row: Row | None, entry: Entry, key: str) -> Row | None:
    """A shift is opened with its latest end, and may be closed before."""
    if row is not None:
        return {**row, "closed_at": entry.at}
    body = entry.body
    return {
        "user_id": body["officer"],
        "terminal_id": body["terminal"],
        "unit_id": body["unit"],
        "opened_at": entry.at,
        "ends_at": body["ends_at"],
        "closed_at": None,
    }


UNITS = Projection("accounts.Unit", frozenset({"unit.created", "unit.changed"}), _subject, unit_step)
PEOPLE = Projection(
    "accounts.User",
    frozenset({"user.enlisted", "user.changed"}),
    _subject,
    user_step,
    beside=frozenset({"password", "last_login"}),
)
TERMINALS = Projection(
    "accounts.Terminal", frozenset({"terminal.enrolled", *STATE_AFTER}), _subject, terminal_step
)
SHIFTS = Projection("accounts.Shift", frozenset({"shift.opened", "shift.closed"}), _subject, shift_step)

PROJECTIONS = [UNITS, PEOPLE, TERMINALS, SHIFTS]


def public_keys(entries: Iterable[Entry]) -> dict[str, bytes]:
    """Key id to public key (SPKI, DER) of every terminal that these entries enrol, a revoked one too: its old records stay checkable."""
    return {
        entry.subject: base64.b64decode(entry.body["public_key"], validate=True)
        for entry in entries
        if entry.kind == "terminal.enrolled"
    }
