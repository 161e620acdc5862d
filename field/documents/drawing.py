"""The paper of a violation, drawn anew from the text that its signed record holds: the archive copy, and what is printed once more.

Each time is a look with a reason. Nothing is made here: whose record has no paper's text gets none.
"""

import base64
import binascii
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings

from accounts.capabilities import Capability, NotPermitted, may
from accounts.looks import WhyNeeded, look
from accounts.models import Terminal, User
from accounts.refusals import NotFound, Refusal
from accounts.scope import visible
from evidence.ledger import read_payload
from evidence.queries import ask
from field.documents.page import page
from field.documents.screen import screen
from field.documents.slip import slip
from field.models import PublicToken, Received, Violation
from field.models.projection import read_record
from field.rules import plate
from field.rules.documents.book import book
from field.rules.keyed import keyed_hash
from field.rules.record import AmendmentRecord, PaperSaid, ViolationRecord


class NoPaper(Refusal):
    """The record holds no paper's text: none was made, or it was a form filled in by hand."""

    status = 404
    code = "no_paper"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Bytes and what they are."""

    content: bytes
    content_type: str
    digest: str


FORMS: Mapping[str, str] = {
    "text": "text/plain; charset=utf-8",
    "screen": "text/html; charset=utf-8",
    "page": "application/pdf",
    "slip58": "application/octet-stream",
    "slip80": "application/octet-stream",
}
"""What can be drawn, and the type of its bytes."""


MAY_DRAW = (Capability.REPRINT, Capability.AGREE_ANNULMENT, Capability.AUDIT)
"""One of these, for papers that are not one's own: who prints again, who judges, who audits."""


def draw(
    violation_id: UUID,
    form: str,
    *,
    token: str,
    why: str,
    viewer: User,
    terminal: Terminal | None,
    now: dt.datetime,
) -> Drawn:
    """The paper of this violation's newest record in one of the forms; the look is recorded before anything is handed out.

    `token` is the secret of one of its slips, for the QR code; without it the code opens the page where one asks by number.

    :raises NotFound: there is no such violation, it is not theirs to see, or the token is none of its slips'
    :raises NotPermitted: it is not their own, and their role prints and checks no papers
    :raises WhyNeeded: no reason was given
    :raises NoPaper: its record holds no paper
    """
    violation = visible(Violation.objects.all(), viewer, own="officer").filter(id=violation_id).first()
    if violation is None:
        raise NotFound
    own = violation.officer_id == viewer.police_number
    if not own and not any(may(viewer, one) for one in MAY_DRAW):
        raise NotPermitted(Capability.REPRINT)
    if not why:
        raise WhyNeeded
    paper, made_at = _paper(violation)
    address = _address(violation, token)
    look(
        viewer,
        terminal=terminal,
        subject=violation.id,
        fields=[f"paper:{form}"],
        why=plate.hide(why, violation.plate),
        now=now,
    )
    return Drawn(_content(paper, form, address, made_at), FORMS[form], paper.digest)


def _content(paper: PaperSaid, form: str, address: str, made_at: dt.datetime) -> bytes:
    match form:
        case "page":
            return page(
                paper.text,
                book(),
                address=address,
                digest=paper.digest,
                font=settings.PAPER_FONT,
                made_at=made_at,
            )
        case "slip58" | "slip80":
            seal = Path(settings.SEAL_FILE).read_bytes() if settings.SEAL_FILE else b""
            return slip(
                paper.text, book(), address=address, width_mm=int(form.removeprefix("slip")), seal=seal
            )
        case "screen":
            return screen(paper.text, book()).encode()
        case _:
            return paper.text.encode()


def _paper(violation: Violation) -> tuple[PaperSaid, dt.datetime]:
    """The text in the newest record, and when that was written."""
    entry = (
        Received.objects.filter(uid=violation.newest_record).order_by("entry").values_list("entry", flat=True)
    )
    for entry_id, payload in ask(
        "SELECT id, payload FROM entry WHERE id = ANY(%s) ORDER BY id", [list(entry[:1])]
    ):
        signed = read_payload(entry_id, bytes(payload)).record
        record = read_record(signed.text) if signed else None
        if isinstance(record, ViolationRecord | AmendmentRecord) and record.said.paper:
            return record.said.paper, record.head.claimed_at
    raise NoPaper


def _address(violation: Violation, token: str) -> str:
    if not token:
        return f"{settings.ORIGIN}/"
    try:
        secret = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raise NotFound from None
    kept = keyed_hash(settings.LOOKUP_KEY, "token", sha256(secret).hexdigest())
    if not PublicToken.objects.filter(keyed_hash=kept, record=violation.id).exists():
        raise NotFound
    return f"{settings.ORIGIN}/t/{token}"
