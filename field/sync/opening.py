"""Opening an envelope: whose it is, whether they signed it, and whether it can be read. Nothing is written here."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from accounts.models import Shift, Terminal, User
from accounts.queries import shift_covers
from evidence import signature
from evidence.ledger import read_base64url
from field.rules import record_text as records
from field.rules.intake import TERMINAL_STATES, Reason, SetAside
from field.rules.reading import Unreadable
from field.rules.record import Record
from field.rules.record_text import Hint


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a handheld sends: the exact text and its signature (base64url of r || s)."""

    text: str
    signature: str

    @property
    def text_sha256(self) -> str:
        """The key under which it is received."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An envelope with what could be made out. `aside` is the first reason not to let it count, None where there is none."""

    envelope: Envelope
    text_sha256: str
    signature: bytes
    key: str
    hint: Hint
    record: Record | None
    terminal: Terminal | None
    aside: SetAside | None
    detail: Mapping[str, Any]

    @property
    def is_signed(self) -> bool:
        """A terminal that we enrolled stands for these bytes."""
        return self.terminal is not None


class NothingSigned(Exception):
    """Neither a record nor anything that an enrolled terminal signed: there is nothing to keep."""


def open_envelope(envelope: Envelope, *, sender: str, terminals: Mapping[str, Terminal]) -> Opened:
    """Read, find the terminal, check its signature over the exact bytes.

    :raises NothingSigned: it can't be read and nobody known signed it
    """
    record, unreadable, detail = _read(envelope.text)
    hint = records.hint(envelope.text)
    key = hint.terminal or sender
    terminal = terminals.get(key)
    raw, signed = _signature(envelope, terminal)
    if not signed and unreadable is Reason.UNREADABLE:
        raise NothingSigned
    aside: Reason | None
    if terminal is None:
        aside = Reason.UNKNOWN_TERMINAL
    elif not signed:
        aside = Reason.BAD_SIGNATURE
    elif terminal.state != Terminal.State.ACTIVE:
        aside = TERMINAL_STATES[terminal.state]
    else:
        aside = unreadable
    return Opened(
        envelope=envelope,
        text_sha256=envelope.text_sha256,
        signature=raw,
        key=key,
        hint=hint,
        record=record,
        terminal=terminal if signed else None,
        aside=SetAside(aside) if aside else None,
        detail=detail,
    )


def shift_of(record: Record, shifts: Mapping[UUID, Shift]) -> tuple[Shift, User]:
    """The shift that a record names and its officer. `shifts` holds, by id, with unit and user, those that the batch names.

    :raises SetAside: the officer is not the one who opened that shift on that terminal, or it was not running then, or the officer
        is disabled by now
    """
    head = record.head
    shift = shifts.get(head.shift)
    if shift is None or (shift.user_id, shift.terminal_id) != (head.officer, head.terminal):
        raise SetAside(Reason.WRONG_SHIFT)
    if not shift_covers(shift, head.made_at):
        raise SetAside(Reason.WRONG_SHIFT)
    if not shift.user.is_active:
        raise SetAside(Reason.OFFICER_DISABLED)
    return shift, shift.user


def shift_as_judged(record: Record) -> tuple[Shift, User]:
    """The same, where somebody has judged that it may count although shift, officer and terminal don't belong together.

    :raises SetAside: there is no such shift or no such officer at all
    """
    shift = Shift.objects.select_related("unit").filter(id=record.head.shift).first()
    officer = User.objects.select_related("unit").filter(police_number=record.head.officer).first()
    if shift is None or officer is None:
        raise SetAside(Reason.WRONG_SHIFT)
    return shift, officer


def record_in(text: str) -> Record | None:
    """The record that this text is, None where it can't be read as one."""
    return _read(text)[0]


def _read(text: str) -> tuple[Record | None, Reason | None, Mapping[str, Any]]:
    try:
        return records.read(text), None, {}
    except Unreadable as error:
        return None, Reason.UNREADABLE, {"problem": error.problem.value, "where": error.where[:120]}
    except records.UnknownVersion as error:
        return (
            None,
            Reason.UNKNOWN_VERSION,
            {"version": str(error.version)[:20], "type": str(error.kind)[:40]},
        )


def _signature(envelope: Envelope, terminal: Terminal | None) -> tuple[bytes, bool]:
    """The signature's bytes (as far as they are any), and whether they hold."""
    try:
        raw = read_base64url(envelope.signature)
    except ValueError:
        return b"", False
    return raw, terminal is not None and is_signed_by(terminal, envelope.text.encode(), raw)


def is_signed_by(terminal: Terminal, text: bytes, raw: bytes) -> bool:
    """Say whether this terminal signed exactly these bytes."""
    try:
        signature.verify(base64.b64decode(terminal.public_key), text, raw)
    except signature.SignatureRefused:
        return False
    return True
