"""Binding a handheld to a unit: a one-time code from the technician, and the public key that the handheld made for itself."""

import base64
import binascii
import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Q

from accounts import audience
from accounts.capabilities import Capability, require
from accounts.models import EnrolmentCode, Terminal, Unit, User
from accounts.projections import TERMINALS
from accounts.refusals import Refusal
from evidence import ledger
from evidence.replay import project
from evidence.signature import SignatureRefused, key_id, public_key

LETTERS = "ACDEFGHJKMNPQRTUVWXY34679"
"""No two of them are taken for each other: without B and 8, S and 5, Z and 2, O and 0, I, L and 1."""
CODE_LENGTH = 8
CODE_LASTS = dt.timedelta(minutes=15)
_NUMBERING = 0x4C55_51_01
"""Name of the lock under which terminals are numbered one after the other."""


class CodeRefused(Refusal):
    """The code was never made, is too old, or has been used by another handheld."""

    status = 404
    code = "code_unknown"


class CodeExpired(CodeRefused):
    """Fifteen minutes have passed."""

    status = 410
    code = "code_expired"


class CodeUsed(CodeRefused):
    """Another handheld was enrolled with it."""

    status = 409
    code = "code_used"


class KeyRefused(Refusal):
    """The bytes are no P-256 public key."""

    status = 400
    code = "key_refused"


class KeyKnown(Refusal):
    """This key has been enrolled before; a handheld that was revoked makes a new one."""

    status = 409
    code = "key_known"

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state

    def facts(self) -> Mapping[str, Any]:
        return {"state": self.state}


@dataclass(frozen=True, slots=True)
class Code:
    """A fresh code as the technician shows it, and the address that its QR carries."""

    code: str
    url: str
    expires_at: dt.datetime


def fingerprint(spki: bytes) -> str:
    """Six digits of a public key that two people compare on two screens: SHA-256 as a number, its last six decimal digits."""
    return f"{int.from_bytes(sha256(spki).digest()) % 1_000_000:06d}"


def make_enrolment_code(unit: Unit, *, by: User, now: dt.datetime) -> Code:
    """Make a code for one handheld of this unit; only its hash is kept.

    The address carries it behind the `#`, which no server and no log gets to see.

    :raises NotPermitted: `by` may not enrol terminals
    """
    require(by, Capability.ENROL_TERMINAL)
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    expires_at = now + CODE_LASTS
    EnrolmentCode.objects.create(
        code_sha256=_hash(code), unit=unit, made_by=by, made_at=now, expires_at=expires_at
    )
    return Code(code=code, url=f"{settings.ORIGIN}/app/#enrol={code}", expires_at=expires_at)


@transaction.atomic
def enrol_terminal(*, code: str, public_key_spki: str, label: str, now: dt.datetime) -> Terminal:
    """Take a handheld in as `pending`: it may do nothing until the technician has compared the six digits.

    `public_key_spki` is the SPKI in base64. The same handheld asking again with the same code gets the same answer, since its first one
    may have been lost on the way.

    :raises CodeRefused: unknown, CodeExpired or CodeUsed
    :raises KeyRefused: no P-256 key
    :raises KeyKnown: the key was enrolled with another code
    """
    try:
        spki = base64.b64decode(public_key_spki, validate=True)
        public_key(spki)
    except (binascii.Error, ValueError, SignatureRefused):
        raise KeyRefused from None
    identity, hashed = key_id(spki), _hash(code)
    taken = EnrolmentCode.objects.filter(code_sha256=hashed, used_at=None, expires_at__gt=now).update(
        used_at=now, terminal=identity
    )
    if not taken:
        return _enrolled_before(hashed, identity)
    known = Terminal.objects.filter(id=identity).first()
    if known is not None:
        raise KeyKnown(known.state)
    made = EnrolmentCode.objects.select_related("unit", "made_by").get(code_sha256=hashed)
    entry = ledger.append(
        kind="terminal.enrolled",
        subject=identity,
        actor=made.made_by_id,
        at=now,
        body={
            "public_key": base64.b64encode(spki).decode(),
            "fingerprint": fingerprint(spki),
            "number": _next_number(),
            "unit": made.unit_id,
            "label": label,
        },
        audience=[audience.of_terminal(identity), *audience.of_unit(made.unit), audience.TECHNICAL_DESK],
    )
    project(TERMINALS, entry)
    return Terminal.objects.select_related("unit").get(id=identity)


def _enrolled_before(hashed: str, identity: str) -> Terminal:
    code = EnrolmentCode.objects.filter(code_sha256=hashed).first()
    if code is None:
        raise CodeRefused
    if code.used_at is None:
        raise CodeExpired
    terminal = Terminal.objects.select_related("unit").filter(Q(id=code.terminal) & Q(id=identity)).first()
    if terminal is None:
        raise CodeUsed
    return terminal


def _hash(code: str) -> str:
    """Of the code as it is meant: typed small, or with spaces or strokes between, it is the same."""
    return sha256("".join(code.split()).replace("-", "").upper().encode()).hexdigest()


def _next_number() -> int:
    """One more than the highest, under a lock that is held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERING])
    return (Terminal.objects.aggregate(highest=Max("number"))["highest"] or 0) + 1
