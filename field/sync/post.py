"""Reading the one POST of a handheld. What carries evidence is taken whatever else stands beside it: a part that can't be used is left out."""

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from evidence.digest import is_digest
from evidence.ledger import read_base64url
from field.errors import NotUnderstood
from field.rules.position import Fix
from field.sync.opening import Envelope

MOST_ENVELOPES = 100
MOST_BYTES = 1_000_000
MOST_PENDING = 1000
MOST_HELD = 500
MOST_OPENED = 100
MOST_POSITIONS = 200
LONGEST_SIGNATURE = 200
BIGGEST = 2**62
_KEY_ID = re.compile(r"[0-9a-f]{16}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """A text whose receipt is asked for. Its signature shows that the asker holds it: a receipt carries the text, its hash is no secret."""

    text_sha256: str
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a handheld sends. An envelope that is not even a text with a signature is None, in its place."""

    terminal: str
    envelopes: tuple[Envelope | None, ...]
    epoch: str | None
    cursor: int | None
    verified: int
    pending: tuple[Asked, ...]
    pending_photos: tuple[str, ...]
    held_photos: tuple[str, ...]
    opened: tuple[UUID, ...]
    contact: Mapping[str, Any]
    positions: tuple[Fix, ...]


def read_post(said: object) -> Post:
    """Read the body of the POST.

    :raises NotUnderstood: no object, no terminal, no list of envelopes, or more than MOST_ENVELOPES of them
    """
    if not isinstance(said, dict):
        raise NotUnderstood("body", "wrong_type")
    terminal = said.get("terminal")
    if not isinstance(terminal, str) or not _KEY_ID.fullmatch(terminal):
        raise NotUnderstood("terminal", "out_of_range")
    envelopes = said.get("envelopes", [])
    if not isinstance(envelopes, list):
        raise NotUnderstood("envelopes", "wrong_type")
    if len(envelopes) > MOST_ENVELOPES:
        raise NotUnderstood("envelopes", "too_many")
    epoch = said.get("epoch")
    contact = said.get("contact")
    return Post(
        terminal=terminal,
        envelopes=tuple(_envelope(one) for one in envelopes),
        epoch=epoch if isinstance(epoch, str) else None,
        cursor=_number(said.get("cursor")),
        verified=_number(said.get("verified")) or 0,
        pending=_each(said.get("pending"), _asked, MOST_PENDING),
        pending_photos=_each(said.get("pending_photos"), _digest, MOST_PENDING),
        held_photos=_each(said.get("held_photos"), _digest, MOST_HELD),
        opened=_each(said.get("opened"), _uuid, MOST_OPENED),
        contact=_contact(contact) if isinstance(contact, dict) else {},
        positions=_each(said.get("positions"), _fix, MOST_POSITIONS),
    )


def _envelope(said: object) -> Envelope | None:
    if not isinstance(said, dict):
        return None
    text, signature = said.get("text"), said.get("signature")
    if not isinstance(text, str) or not isinstance(signature, str):
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return None  # half a surrogate pair: there are no bytes that could have been signed
    return Envelope(text, signature[:LONGEST_SIGNATURE])


def _each(said: object, read: Callable[[object], T | None], most: int) -> tuple[T, ...]:
    """What can be read of a list, up to `most`."""
    if not isinstance(said, list):
        return ()
    return tuple(one for one in map(read, said[:most]) if one is not None)


def _digest(said: object) -> str | None:
    return said if isinstance(said, str) and is_digest(said) else None


def _asked(said: object) -> Asked | None:
    if not isinstance(said, dict):
        return None
    text_sha256, signature = _digest(said.get("text_sha256")), said.get("signature")
    if text_sha256 is None or not isinstance(signature, str):
        return None
    try:
        return Asked(text_sha256, read_base64url(signature[:LONGEST_SIGNATURE]))
    except ValueError:
        return None


def _uuid(said: object) -> UUID | None:
    try:
        return UUID(said) if isinstance(said, str) else None
    except ValueError:
        return None


def _number(said: object, most: int = BIGGEST) -> int | None:
    return said if type(said) is int and 0 <= said <= most else None


def _text(said: object, most: int) -> str:
    if not isinstance(said, str):
        return ""
    return said.replace("\0", "").encode(errors="replace").decode()[:most]


def _contact(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The columns of TerminalContact that the handheld speaks of."""
    persisted = said.get("storage_persisted")
    return {
        "app_version": _text(said.get("app_version"), 40),
        "browser": _text(said.get("browser"), 200),
        "waiting": _number(said.get("waiting"), 2**31 - 1) or 0,
        "storage_persisted": persisted if isinstance(persisted, bool) else None,
        "battery_percent": _number(said.get("battery_percent"), 100),
    }


def _fix(said: object) -> Fix | None:
    if not isinstance(said, dict):
        return None
    numbers = [said.get(name) for name in ("lat", "lon", "acc_m")]
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in numbers):
        return None
    try:
        lat, lon, acc_m = (float(one) for one in numbers if one is not None)
        at = dt.datetime.fromisoformat(str(said.get("at")))
    except (ValueError, OverflowError):
        return None
    if at.tzinfo is None or not 1970 <= at.year < 2100 or not all(map(math.isfinite, (lat, lon, acc_m))):
        return None
    return Fix(
        lat=lat,
        lon=lon,
        acc_m=acc_m,
        at=at,
        source=_text(said.get("source"), 12),
        crs=_text(said.get("crs"), 8),
    )
