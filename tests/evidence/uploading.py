"""Uploads as these tests admit them: a terminal signs the digest; the house knows the keys in LUQIN_TEST_KEYS and writes arrivals.

Stands in for the field, which names its own functions in the settings.
"""

import datetime as dt
import os
from collections.abc import Mapping

from evidence import ledger, signature
from evidence.ledger import read_base64url
from evidence.models import Entry
from evidence.uploads import Admission, Refused
from evidence.uploads.admission import DIGEST, SIGNATURE, TERMINAL, signed_text

KEYS = "LUQIN_TEST_KEYS"
MOST = 3_000_000


def admit(headers: Mapping[str, str]) -> Admission:
    """Let a terminal in whose key the environment names, for any digest that it has signed."""
    terminal, digest = headers.get(TERMINAL, ""), headers.get(DIGEST, "")
    keys = [bytes.fromhex(one) for one in os.environ.get(KEYS, "").split()]
    key = {signature.key_id(one): one for one in keys}.get(terminal)
    if key is None:
        raise Refused(403, "unknown_terminal")
    try:
        signature.verify(
            key, signed_text(terminal, digest).encode(), read_base64url(headers.get(SIGNATURE, ""))
        )
    except (signature.SignatureRefused, ValueError) as error:
        raise Refused(403, "not_signed") from error
    return Admission(terminal, digest, MOST)


def arrived(terminal: str, digest: str, size: int, now: dt.datetime) -> int | None:
    """Say once that these bytes are here."""
    if Entry.objects.filter(kind="photo.arrived", subject=digest).exists():
        return None
    return ledger.append(
        kind="photo.arrived", subject=digest, actor=terminal, at=now, body={"digest": digest, "size": size}
    ).id
