"""A small world for the ledger's own tests: a table that is a projection, terminals' keys, photos. It knows nothing of traffic.

The projected table is `upload`, which happens to have columns of several types.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evidence import signature
from evidence.ledger import Entry, SignedRecord
from evidence.replay import Projection, Row

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)


class Terminal:
    """A handheld with its key."""

    def __init__(self) -> None:
        self._key: EllipticCurvePrivateKey = generate_private_key(SECP256R1())
        self.spki = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.key_id = signature.key_id(self.spki)

    def sign(self, message: bytes) -> bytes:
        """Raw r || s, as WebCrypto writes it."""
        r, s = decode_dss_signature(self._key.sign(message, ECDSA(SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)

    def record(self, text: bytes) -> SignedRecord:
        """A record as it arrives."""
        return SignedRecord(text, self.sign(text), self.key_id, NOON)


def public_keys(entries: Iterable[Entry]) -> Mapping[str, bytes]:
    """The enrolled keys: what LEDGER_KEYS names."""
    return {
        one.body["key"]: bytes.fromhex(one.body["spki"]) for one in entries if one.kind == "terminal.enrolled"
    }


def photo_digests(entry: Entry) -> Iterable[str]:
    """The photos an entry vouches for: what LEDGER_BLOBS names."""
    return [entry.body["digest"]] if entry.kind == "photo.arrived" else []


def _key(entry: Entry) -> tuple[str, ...]:
    return (entry.subject,)


def _step(row: Row | None, entry: Entry, key: str) -> Row | None:
    if entry.kind == "parcel.lost":
        return None
    if row is None:
        return {
            "terminal": entry.actor,
            "digest": entry.body["digest"],
            "length": entry.body["length"],
            "metadata": entry.body.get("note", ""),
            "created_at": entry.at,
            "expires_at": entry.at + dt.timedelta(days=1),
            "finished_at": None,
        }
    return row | {"finished_at": entry.at, "metadata": entry.body.get("note", row["metadata"])}


PARCEL = Projection("evidence.Upload", frozenset({"parcel.sent", "parcel.came", "parcel.lost"}), _key, _step)
PROJECTIONS = [PARCEL]


def parcel(number: int) -> str:
    """The id of a parcel."""
    return str(uuid.UUID(int=number))


def sent(number: int, **more: Any) -> dict[str, Any]:
    """What ledger.append needs for a parcel that was sent."""
    body = {"digest": f"{number:064x}", "length": 1000 + number} | more
    return {
        "kind": "parcel.sent",
        "subject": parcel(number),
        "actor": "wen",
        "at": NOON,
        "body": body,
        "audience": ["unit:1"],
    }
