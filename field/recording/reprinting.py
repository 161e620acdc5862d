"""Printing a slip once more at a desk: a further token beside the ones that there are, which stay valid.

The secret is in the answer and on the paper. Kept is its keyed hash, as of every slip (tickets.py), and an entry that says who printed
it, when and why (the plate left out of it). If the process dies after the commit and before the answer there is a token that nobody knows: print again.
"""

import base64
import datetime as dt
import secrets
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.capabilities import Capability, require
from accounts.looks import look
from accounts.models import Terminal, User
from accounts.refusals import Refusal
from accounts.scope import find_visible
from evidence import ledger
from field.models import PublicToken, Violation
from field.recording.queries import iso
from field.rules import deadlines
from field.rules import plate as plates
from field.rules.keyed import keyed_hash
from field.rules.violation import Kind, State, is_delivered, may_be_reprinted

TOKEN_BYTES = 16
SHOWN = ("plate", "place", "document_number")
"""The columns that a slip tells in full."""


class NothingToReprint(Refusal):
    """There is no paper of it, or what the paper says doesn't stand."""

    status = 409
    code = "nothing_to_reprint"


@transaction.atomic
def reprint(
    violation_id: UUID, *, why: str, by: User, terminal: Terminal | None, now: dt.datetime
) -> dict[str, Any]:
    """Issue a further token for this violation's slip; return what is printed, the token among it.

    :raises NotPermitted: the role prints no slips
    :raises NotFound: there is no such violation, or it is not theirs to see
    :raises WhyNeeded: no reason was typed
    :raises NothingToReprint: there is no paper of it, or it doesn't stand
    """
    require(by, Capability.REPRINT)
    rows = Violation.objects.select_related("unit", "offence").select_for_update(of=("self",))
    violation = find_visible(rows, by, id=violation_id)
    if not may_be_reprinted(Kind(violation.kind), State(violation.state), violation.served):
        raise NothingToReprint
    reason = plates.hide(why.strip(), violation.plate)
    look(by, terminal=terminal, subject=violation.id, fields=SHOWN, why=reason, now=now)
    drawn = secrets.token_bytes(TOKEN_BYTES)
    kept = keyed_hash(settings.LOOKUP_KEY, "token", sha256(drawn).hexdigest())
    entry = ledger.append(
        kind="ticket.reprinted",
        subject=violation.id,
        actor=by.police_number,
        at=now,
        body={"keyed_hash": kept, "version": violation.newest_entry, "why": reason},
    )
    PublicToken.objects.create(keyed_hash=kept, record=violation.id, issued_at=now, entry=entry.id)
    token = base64.urlsafe_b64encode(drawn).decode().rstrip("=")
    return {"token": token, "printed_at": iso(now), **_said(violation)}


def _said(violation: Violation) -> dict[str, Any]:
    """What stands on the paper. A notice decides nothing, so it names neither a sum nor points."""
    decided = is_delivered(Kind(violation.kind), violation.served)
    law = violation.offence
    last_day = deadlines.pay_by(timezone.localtime(violation.occurred_at).date())
    return {
        "office": settings.PUBLIC_NAME_ZH,
        "phone": settings.PUBLIC_PHONE,
        "unit_name": violation.unit.name_zh,
        "kind": violation.kind,
        "document_number": violation.document_number,
        "plate": violation.plate,
        "plate_type": violation.plate_type,
        "occurred_at": iso(violation.occurred_at),
        "place_text": violation.place_text,
        "offence": violation.offence_code,
        "offence_name": law.name_zh if law else "",
        "legal_basis": law.legal_basis if law else "",
        "penalty_basis": law.penalty_basis if law else "",
        "fine": violation.fine if decided else None,
        "points": violation.points if decided else None,
        "pay_by": last_day.isoformat() if decided and violation.fine else None,
        "officer": violation.officer_id,
    }
