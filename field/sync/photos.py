"""Which photos are let in, and what happens when one is here. The room of proof keeps the bytes and asks these two.

Like a record, a photo is admitted by its terminal's signature and not by a session: a digest that a received record of this terminal
named is taken, also from a revoked one, and also if the record was set aside. Anything else is refused.
"""

import base64
import datetime as dt
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction

from accounts import audience
from accounts.models import Terminal
from evidence import ledger, replay, signature
from evidence.digest import is_digest
from evidence.ledger import read_base64url
from evidence.tasks import make_renditions
from evidence.uploads.admission import DIGEST, SIGNATURE, TERMINAL, Admission, Refused, signed_text
from field.models import Photo, Received, Violation
from field.models.projection import PHOTO
from field.recording.photos import draw_later
from field.sync.order import one_at_a_time


def admit(headers: Mapping[str, str]) -> Admission:
    """Say whether the terminal that these headers name may send this photo, and how many bytes at most.

    :raises Refused: headers missing, unknown terminal or wrong signature, or no received record of it named this digest
    """
    terminal_id, digest = headers.get(TERMINAL, ""), headers.get(DIGEST, "")
    if not is_digest(digest):
        raise Refused(400, "digest_missing")
    terminal = Terminal.objects.filter(id=terminal_id).first()
    if terminal is None or not _signed(terminal, digest, headers.get(SIGNATURE, "")):
        raise Refused(403, "signature_refused")
    promised = (
        Photo.objects.filter(terminal=terminal.id, digest=digest)
        .order_by("size")
        .values_list("size", flat=True)
    )
    if not promised:
        raise Refused(403, "not_promised")
    return Admission(terminal.id, digest, max(promised))


@transaction.atomic
def arrived(terminal: str, digest: str, size: int, now: dt.datetime) -> int | None:
    """Say in the ledger that this terminal's photo is here, and for which of its records; return the entry's id.

    The bytes are in the store, re-hashed and flushed, before this is called. If the process dies before the commit, the handheld asks
    again and the upload, finding the bytes in place, comes here once more. Returns None where every record that names it knows already.
    """
    one_at_a_time([terminal])  # a record that names it just now is either before us, or sees that it is here
    waiting = list(
        Photo.objects.filter(terminal=terminal, digest=digest, arrived_entry__isnull=True)
        .order_by("record")
        .values_list("record", flat=True)
    )
    if not waiting:
        return None
    entry = ledger.append(
        kind="photo.arrived",
        subject=digest,
        actor=terminal,
        at=now,
        body={"digest": digest, "size": size, "terminal": terminal, "records": [str(one) for one in waiting]},
        audience=_told(terminal, waiting),
    )
    replay.project(PHOTO, entry)
    transaction.on_commit(lambda: draw_later(make_renditions, digest))
    return entry.id


def _signed(terminal: Terminal, digest: str, said: str) -> bool:
    try:
        raw = read_base64url(said)
        spki = base64.b64decode(terminal.public_key)
        signature.verify(spki, signed_text(terminal.id, digest).encode(), raw)
    except (ValueError, signature.SignatureRefused):
        return False
    return True


def _told(terminal: str, records: Collection[UUID]) -> list[str]:
    keys = {audience.of_terminal(terminal)}
    for officer in (
        Received.objects.filter(uid__in=records).exclude(officer="").values_list("officer", flat=True)
    ):
        keys.add(audience.of_person(officer))
    units = [one.unit for one in Violation.objects.filter(newest_record__in=records).select_related("unit")]
    units = units or [one.unit for one in Terminal.objects.filter(id=terminal).select_related("unit")]
    return sorted(keys | {key for unit in units for key in audience.of_unit(unit)})
