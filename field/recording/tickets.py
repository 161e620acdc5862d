"""The ways from a paper to its record: a ticket's token, and the paper's number with its person's licence, kept only as keyed hashes.

The handheld draws the token, prints it, and signs its SHA-256; the token itself reaches no table and no log. A record that is set aside
keeps its ticket too, so that the citizen reads "being checked" and not "nothing found".
"""

from collections.abc import Iterable, Iterator

from django.conf import settings

from evidence.ledger import Entry
from field.models import PublicToken
from field.models.projection import read_record
from field.rules.intake import UNSIGNED
from field.rules.keyed import LICENCE_ENDING, keyed_hash, paper_hash
from field.rules.record import AmendmentRecord, MeasureRecord, ViolationRecord


def remember_tickets(entries: Iterable[Entry]) -> None:
    """Keep the ways in to what these entries' records were printed on, if anything was; nothing for a text that nobody signed.

    Idempotent: the first record with a token keeps it, and a copied token opens no other record.
    """
    tickets = [ticket for entry in entries for ticket in _tickets(entry)]
    if tickets:
        PublicToken.objects.bulk_create(tickets, ignore_conflicts=True)


def _tickets(entry: Entry) -> Iterator[PublicToken]:
    if entry.record is None or entry.body.get("reason", "") in UNSIGNED:
        return
    record = read_record(entry.record.text)
    if isinstance(record, MeasureRecord):
        if record.token_sha256:
            way = keyed_hash(settings.LOOKUP_KEY, "token", record.token_sha256)
            yield PublicToken(keyed_hash=way, record=record.head.uid, issued_at=entry.at, entry=entry.id)
        return
    if not isinstance(record, ViolationRecord | AmendmentRecord):
        return
    said, ways = record.said, []
    if said.token_sha256:
        ways.append(keyed_hash(settings.LOOKUP_KEY, "token", said.token_sha256))
    if said.document_number and said.person and len(said.person.licence) >= LICENCE_ENDING:
        ways.append(
            paper_hash(settings.LOOKUP_KEY, said.document_number, said.person.licence[-LICENCE_ENDING:])
        )
    for way in ways:
        yield PublicToken(keyed_hash=way, record=record.head.uid, issued_at=entry.at, entry=entry.id)
