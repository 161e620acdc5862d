"""The way from a printed QR to its record: a ticket's token is kept only as a keyed hash of its hash.

The handheld draws the token, prints it, and signs its SHA-256; the token itself reaches no table and no log. A record that is set aside
keeps its ticket too, so that the citizen reads "being checked" and not "nothing found".
"""

from django.conf import settings

from evidence.ledger import Entry
from field.models import PublicToken
from field.models.projection import read_record
from field.rules.intake import UNSIGNED
from field.rules.keyed import keyed_hash
from field.rules.record import ViolationRecord


def remember_ticket(entry: Entry) -> None:
    """Keep the ticket that this entry's record was printed on, if it names one; nothing for a text that nobody signed.

    Idempotent: the first record with a token keeps it, and a copied token opens no other record.
    """
    if entry.record is None or entry.body.get("reason", "") in UNSIGNED:
        return
    record = read_record(entry.record.text)
    if not isinstance(record, ViolationRecord) or not record.said.token_sha256:
        return
    PublicToken.objects.get_or_create(
        keyed_hash=keyed_hash(settings.LOOKUP_KEY, "token", record.said.token_sha256),
        defaults={"record": record.head.uid, "issued_at": entry.at, "entry": entry.id},
    )
