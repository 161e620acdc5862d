"""What waits for judgement and concerns a violation: a correction of it, a second text under its uid, another paper under its number."""

from typing import Any

from evidence.ledger import read_payload
from evidence.queries import ask
from field.models import Received, Violation
from field.recording.queries import iso
from field.rules.intake import Reason

WAITING = Received.Decision.WAITING
MOST_RIVALS = 200


def texts_set_aside(violation: Violation) -> list[dict[str, Any]]:
    """When each of them came, what it is and why it was set aside, the oldest first. Not what it says: that is the check room's."""
    waiting = [*Received.objects.filter(about=violation.id, decision=WAITING), *_other_papers(violation)]
    return [
        {"type": one.type, "reason": one.reason, "arrived_at": iso(one.arrived_at)}
        for one in sorted(waiting, key=lambda one: one.entry)
    ]


def _other_papers(violation: Violation) -> list[Received]:
    """Texts that came under this violation's document number: their entries name the text of ours that was first."""
    if not violation.document_number:
        return []
    rivals = {
        one.entry: one
        for one in Received.objects.filter(reason=Reason.PAPER_NUMBER_TAKEN, decision=WAITING).order_by(
            "-entry"
        )[:MOST_RIVALS]
    }
    if not rivals:
        return []
    ours = set(Received.objects.filter(about=violation.id).values_list("text_sha256", flat=True))
    rows = ask("SELECT id, payload FROM entry WHERE id = ANY(%s)", [list(rivals)])
    return [
        rivals[entry]
        for entry, payload in rows
        if read_payload(entry, bytes(payload)).body.get("other") in ours
    ]
