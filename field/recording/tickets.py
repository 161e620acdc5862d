"""The way from a printed QR to its record: a ticket's token is kept only as a keyed hash of its hash.

The handheld draws the token, prints it, and signs its SHA-256; the token itself reaches no table and no log. A record that is set aside
keeps its ticket too, so that the citizen reads "being checked" and not "nothing found".
"""

from collections.abc import Iterable

from django.conf import settings

from evidence.ledger import Entry
from field.models import PublicToken
from field.models.projection import read_record
from field.rules.intake import UNSIGNED
from field.rules.keyed import keyed_hash
from field.rules.record import ViolationRecord


def remember_tickets(entries: Iterable[Entry]) -> None:
    """Keep the tickets that these entries' records were printed on, if they name one; nothing for a text that nobody signed.

    Idempotent: the first record with a token keeps it, and a copied token opens no other record.
    """
    tickets = [one for one in map(_ticket, entries) if one is not None]
    if tickets:
        PublicToken.objects.bulk_create(tickets, ignore_conflicts=True)


def _ticket(entry: Entry) -> PublicToken | None:
    if entry.record is None or entry.body.get("reason", "") in UNSIGNED:
        return None
    record = read_record(entry.record.text)
    if not isinstance(record, ViolationRecord) or not record.said.token_sha256:
        return None
    return PublicToken(
        keyed_hash=keyed_hash(settings.LOOKUP_KEY, "token", record.said.token_sha256),
        record=record.head.uid,
        issued_at=entry.at,
        entry=entry.id,
    )
