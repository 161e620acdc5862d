"""Who looked at what, from where, and why: each read of personal data is an entry. Without the entry there is no look."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.models import Terminal, User
from accounts.refusals import Refusal
from evidence import ledger
from evidence.ledger import Entry

LONGEST_WHY = 200


class WhyNeeded(Refusal):
    """A look that no work in hand explains needs a reason in words."""

    status = 400
    code = "why_needed"

    def facts(self) -> Mapping[str, Any]:
        return {"longest": LONGEST_WHY}


@transaction.atomic
def look(
    who: User,
    *,
    terminal: Terminal | None,
    subject: object,
    fields: Sequence[str],
    why: str,
    now: dt.datetime,
) -> Entry:
    """Append the look and return its entry; call it before anything is handed out.

    `subject` names the record or list looked at, `fields` the columns shown unmasked (never their values), `why` the work in hand or
    the typed reason. It rings no bell: its audience is empty, auditors and leaders read it as a list.

    :raises WhyNeeded: no reason, or one that is too long or no text
    """
    reason = why.strip()
    if not reason or len(reason) > LONGEST_WHY or "\x00" in reason:
        raise WhyNeeded
    return ledger.append(
        kind="look",
        subject=subject,
        actor=who.police_number,
        at=now,
        body={
            "terminal": terminal.id if terminal else None,
            "unit": who.unit_id,
            "fields": sorted(set(fields)),
            "why": reason,
        },
    )
