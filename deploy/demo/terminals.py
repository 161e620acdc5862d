"""Simulated handhelds: each holds a P-256 key of its own, numbers and chains its records, and signs their exact text."""

import base64
import datetime as dt
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from accounts import operations
from accounts.models import Terminal, Unit, User
from evidence.signature import key_id
from field.sync.opening import Envelope

APP = "0.1.0-demo"


@dataclass(slots=True)
class Handheld:
    """One simulated handheld. `number` is the one that the house gave it."""

    key: ec.EllipticCurvePrivateKey
    label: str
    number: int = 0
    seq: int = 0
    newest: str = ""

    @property
    def spki(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def id(self) -> str:
        return key_id(self.spki)

    def sign(self, message: bytes) -> str:
        """Raw r || s in base64url, as WebCrypto writes it."""
        r, s = decode_dss_signature(self.key.sign(message, ec.ECDSA(SHA256())))
        raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def seal(self, said: Mapping[str, Any]) -> Envelope:
        """Number a record, chain it to the one before, write its text once and sign it."""
        record = {"v": 1, **said, "terminal": self.id, "seq": self.seq + 1, "prev": self.newest, "app": APP}
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        self.seq, self.newest = self.seq + 1, sha256(text.encode()).hexdigest()
        return Envelope(text=text, signature=self.sign(text.encode()))


def make_handhelds(
    count: int, units: Sequence[Unit], *, technician: User, now: dt.datetime
) -> list[Handheld]:
    """Enrol handhelds with one-time codes, the units in turn, and let the technician compare the six digits and approve."""
    handhelds = []
    for index in range(count):
        handheld = Handheld(ec.generate_private_key(ec.SECP256R1()), label=f"演示终端 {index + 1}")
        code = operations.make_enrolment_code(units[index % len(units)], by=technician, now=now)
        terminal = operations.enrol_terminal(
            code=code.code,
            public_key_spki=base64.b64encode(handheld.spki).decode(),
            label=handheld.label,
            now=now,
        )
        operations.approve_terminal(
            terminal.id, fingerprint=operations.fingerprint(handheld.spki), by=technician, now=now
        )
        handheld.number = Terminal.objects.get(id=terminal.id).number
        handhelds.append(handheld)
    return handhelds


def keep_keys(path: Path, handhelds: Sequence[Handheld]) -> None:
    """Write the handhelds' private keys and the state of their sequences into a file that only its owner can read."""
    kept = [
        {
            "id": one.id,
            "number": one.number,
            "label": one.label,
            "seq": one.seq,
            "newest": one.newest,
            "key": one.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        }
        for one in handhelds
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(kept, file, ensure_ascii=False, indent=1)
