"""Appending to the one ledger, and what an entry is.

An operation appends its entry in its own transaction and waits for nobody; the sealer numbers it after the commit. What is hashed is
the payload: canonical JSON, written once here and never serialised again. An actor is an opaque id, a key is a name.
"""

import base64
import binascii
import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import connection

from evidence.chain import leaf_hash

VERSION = 1
SALT_BYTES = 32
INSERT = """INSERT INTO entry (kind, subject, actor, at, audience, salt, payload)
VALUES (%s, %s, %s, %s, %s::text[], %s, %s) RETURNING id"""


class OutsideTransaction(Exception):
    """An entry is part of what it tells: it is appended in the transaction that does the thing, or not at all."""


class PayloadRefused(Exception):
    """Stored bytes are no payload of this ledger."""


@dataclass(frozen=True, slots=True)
class SignedRecord:
    """A record exactly as a terminal signed it: `signature` is raw r || s by the key named `key` over the bytes `text`."""

    text: bytes
    signature: bytes
    key: str
    arrived_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `number` is its place in the log, None as long as it is not sealed."""

    id: int
    kind: str
    subject: str
    actor: str
    at: dt.datetime
    body: Mapping[str, Any]
    audience: tuple[str, ...] = ()
    record: SignedRecord | None = None
    number: int | None = field(default=None, compare=False)


def append(
    *,
    kind: str,
    subject: object,
    actor: object,
    at: dt.datetime,
    body: Mapping[str, Any],
    audience: Sequence[str] = (),
    record: SignedRecord | None = None,
) -> Entry:
    """Write one entry in the caller's transaction and return it.

    `subject` and `actor` are written as text; `at` is aware; `body` holds what JSON can hold. `audience` are the keys of the feeds that
    show it, an old and a new holder both.

    :raises OutsideTransaction: there is no transaction to belong to
    :raises ValueError: a naive time, or a body that JSON can't hold
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(kind)
    listeners = sorted(set(audience))
    payload = payload_of(
        kind=kind, subject=str(subject), actor=str(actor), at=at, body=body, audience=listeners, record=record
    )
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [kind, str(subject), str(actor), at, listeners, secrets.token_bytes(SALT_BYTES), payload],
        )
        (entry_id,) = cursor.fetchone()
    return read_payload(entry_id, payload)


def payload_of(
    *,
    kind: str,
    subject: str,
    actor: str,
    at: dt.datetime,
    body: Mapping[str, Any],
    audience: Sequence[str],
    record: SignedRecord | None = None,
) -> bytes:
    """The canonical bytes of an entry: JSON with sorted keys, no spaces, UTF-8, times in UTC with microseconds.

    :raises ValueError: a naive time, or a body that JSON can't hold (NaN, half a surrogate pair, keys that are not text)
    """
    said: dict[str, Any] = {
        "v": VERSION,
        "kind": kind,
        "subject": subject,
        "actor": actor,
        "at": _say(at),
        "audience": list(audience),
        "body": body,
    }
    if record is not None:
        said["record"] = _say_record(record)
    _only_text_keys(body)
    return json.dumps(
        said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def read_payload(entry_id: int, payload: bytes, number: int | None = None) -> Entry:
    """Read an entry out of its payload, which alone says what it is.

    :raises PayloadRefused: bytes that `payload_of` did not write
    """
    try:
        said = json.loads(payload, object_pairs_hook=_no_key_twice)
        if said["v"] != VERSION:
            raise PayloadRefused(f"entry {entry_id}: version {said['v']!r} is unknown")
        return Entry(
            id=entry_id,
            kind=_text(said["kind"]),
            subject=_text(said["subject"]),
            actor=_text(said["actor"]),
            at=dt.datetime.fromisoformat(said["at"]),
            body=said["body"],
            audience=tuple(_text(one) for one in said["audience"]),
            record=_read_record(said["record"]) if "record" in said else None,
            number=number,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PayloadRefused(f"entry {entry_id}: its payload can't be read ({error})") from error


def leaf_of(salt: bytes, payload: bytes) -> bytes:
    """The leaf's hash in the tree: SHA-256(0x00 || SHA-256(salt || payload)).

    The salt makes it hiding: plates and names have few possibilities, a bare hash in a published tile could be guessed.
    """
    return leaf_hash(sha256(salt + payload).digest())


def _say(moment: dt.datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a time in the ledger is aware")
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _say_record(record: SignedRecord) -> dict[str, str]:
    try:
        said = {"text": record.text.decode()}
    except UnicodeDecodeError:
        said = {"bytes": base64.b64encode(record.text).decode()}
    return said | {
        "signature": base64.urlsafe_b64encode(record.signature).decode().rstrip("="),
        "key": record.key,
        "arrived_at": _say(record.arrived_at),
    }


def _read_record(said: dict[str, str]) -> SignedRecord:
    text = said["text"].encode() if "text" in said else base64.b64decode(said["bytes"], validate=True)
    return SignedRecord(
        text=text,
        signature=read_base64url(said["signature"]),
        key=_text(said["key"]),
        arrived_at=dt.datetime.fromisoformat(said["arrived_at"]),
    )


def read_base64url(text: str) -> bytes:
    """Bytes from base64url without padding. :raises ValueError: it is not that"""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {value!r}")
    return value


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("a key stands twice")
    return said


def _only_text_keys(value: object) -> None:
    """JSON would quietly turn other keys into text, and the body handed back would not be the one handed in."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError(f"the key {key!r} of a body is not text")
            _only_text_keys(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _only_text_keys(inner)
