"""Looking again at what came from the road: each new record is judged once more by the date of its violation, and its paper is read.

Asked by the clock (timers.py): it goes through the sealed log once, in its order, so that nothing is passed over and intake waits for
none of it. What it finds opens an item and refuses nothing. Safe to run late, or twice.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction

from evidence import queries as evidence
from evidence.ledger import Entry
from field.law.queries import verdict
from field.models import LookedAt, Offence, Violation
from field.models.projection import made_at, read_record
from field.review.items import open_item
from field.rules import supervision as rules
from field.rules.documents.book import book as papers
from field.rules.documents.inspect import faults
from field.rules.items import ItemKind
from field.rules.law.book import book as law
from field.rules.law.engine import judge
from field.rules.law.facts import NotFacts
from field.rules.record import AmendmentRecord, Said, ViolationRecord
from field.rules.violation import State

RULE = "supervision"
PACKS = "law."
"""Rows of LookedAt that say since when this server has carried a pack of the law begin so."""
KINDS = ("violation.recorded", "violation.amended")
AT_ONCE = 500
"""Entries looked at in one beat: after years without this rule it catches up beat by beat."""
Found = tuple[ItemKind, dict[str, Any]]


def look_again(now: dt.datetime) -> list[Entry]:
    """Look at the records sealed since the last look; return the items that were opened."""
    known = dict(
        LookedAt.objects.filter(rule__in=[RULE, PACKS + _short(law().digest)]).values_list(
            "rule", "up_to_number"
        )
    )
    if len(known) == 2 and known[RULE] >= evidence.head():
        return []
    return _look_on(now)


@transaction.atomic
def _look_on(now: dt.datetime) -> list[Entry]:
    carried = _packs_carried(now)
    LookedAt.objects.bulk_create([LookedAt(rule=RULE, up_to=now)], ignore_conflicts=True)
    mark = LookedAt.objects.select_for_update().get(rule=RULE)
    page = evidence.entries_after(mark.up_to_number, None, AT_ONCE, scan_limit=AT_ONCE)
    opened = [
        item
        for entry in page.items
        if entry.kind in KINDS
        for kind, facts in _findings(entry, carried)
        if (item := _open(kind, facts, entry, now)) is not None
    ]
    if page.cursor != mark.up_to_number:
        LookedAt.objects.filter(rule=RULE).update(up_to=now, up_to_number=page.cursor)
    return opened


def _open(kind: ItemKind, facts: Mapping[str, Any], entry: Entry, now: dt.datetime) -> Entry | None:
    violation = Violation.objects.select_related("unit").filter(id=entry.subject).first()
    if violation is None:
        return None
    is_over = violation.newest_entry != entry.id or violation.state == State.ANNULLED
    if is_over and kind is not ItemKind.OFFENCE_LOWERED:  # of that, another change makes nothing better
        return None
    about = {"officer": violation.officer_id, "violation": str(violation.id), **facts}
    return open_item(kind, str(violation.id), unit=violation.unit, facts=about, since=entry.at, now=now)


def _findings(entry: Entry, carried: list[tuple[str, dt.datetime]]) -> Iterator[Found]:
    record = read_record(entry.record.text) if entry.record else None
    if not isinstance(record, ViolationRecord | AmendmentRecord):
        return
    said = record.said
    if said.law is not None:
        yield from _judged_again(said)
    if found := faults(said, record.head.claimed_at, papers()):
        yield ItemKind.PAPER_FAULTY, {"faults": found, "paper_number": said.document_number}
    if said.law is not None and said.paper is not None:
        pack = _short(said.law.pack)
        if rules.is_past_its_last_day(pack, made_at(record.head), carried, settings.PACK_DAYS):
            yield ItemKind.PACK_PAST, {"pack": pack, "paper_number": said.document_number}
    if found := rules.readings(said):
        yield ItemKind.READING_DIFFERS, {"readings": found}
    if isinstance(record, AmendmentRecord):
        yield from _lowered(entry, said)
    yield from _second_as_first(entry, said)


def _judged_again(said: Said) -> Iterator[Found]:
    """The same facts, by the tables and the catalogue of the violation's own day and of this place."""
    assert said.law is not None
    facts = {**said.law.facts, "at": said.occurred_at.isoformat(), "place": settings.AREA}
    try:
        ours = verdict(facts)
        code = judge(facts, law(), lambda _: True)["code"]  # also those that are too uncertain to be named
    except NotFacts as wrong:
        yield (
            ItemKind.VERDICT_DIFFERS,
            {"differs": [{"what": "facts", "handheld": wrong.where, "server": wrong.problem}]},
        )
        return
    if differs := rules.differences(said, {**ours, "code": code}):
        yield ItemKind.VERDICT_DIFFERS, {"differs": [asdict(one) for one in differs], "law": ours["law"]}


def _lowered(entry: Entry, said: Said) -> Iterator[Found]:
    """Against the version before, if that had its paper already."""
    earlier = [
        one for one in evidence.entries_about(entry.subject) if one.kind in KINDS and one.id < entry.id
    ]
    record = read_record(earlier[-1].record.text) if earlier and earlier[-1].record else None
    if not isinstance(record, ViolationRecord | AmendmentRecord):
        return
    before = record.said
    was_signed = before.paper is not None or before.document_number or before.served
    if was_signed and before.offence != said.offence:
        old, new = (_weight(one.body["offence"]) for one in (earlier[-1], entry))
        if rules.is_lower(old, new):
            yield (
                ItemKind.OFFENCE_LOWERED,
                {"before": before.offence, "after": said.offence, "paper_number": before.document_number},
            )


def _weight(offence: int | None) -> rules.Weight:
    row = Offence.objects.filter(id=offence).first() if offence else None
    return rules.Weight(row.fine_max, row.points) if row else rules.Weight(None, None)


def _second_as_first(entry: Entry, said: Said) -> Iterator[Found]:
    if said.offence[:4] != rules.FIRST_DRINK_DRIVING:
        return
    licence = said.person.licence if said.person else ""
    earlier = (
        Violation.objects.filter(
            licence_number=licence, offence_code__in=rules.DRINK_DRIVING, occurred_at__lt=said.occurred_at
        )
        .exclude(id=entry.subject)
        .exclude(state=State.ANNULLED)
        .order_by("-occurred_at")
        if licence
        else Violation.objects.none()
    )
    known = earlier.first()
    if known is not None:
        yield ItemKind.SECOND_AS_FIRST, {"earlier": str(known.id)}
    elif rules.says_second(said):
        yield ItemKind.SECOND_AS_FIRST, {"earlier": None}


def _packs_carried(now: dt.datetime) -> list[tuple[str, dt.datetime]]:
    """Since when this server has carried each of its packs, the oldest first; today's is written down when it is first seen."""
    digest = law().digest
    rows = LookedAt.objects.filter(rule__startswith=PACKS).order_by("up_to").values_list("rule", "up_to")
    carried = [(rule.removeprefix(PACKS), since) for rule, since in rows]
    if _short(digest) not in dict(carried):
        LookedAt.objects.bulk_create(
            [LookedAt(rule=PACKS + _short(digest), up_to=now)], ignore_conflicts=True
        )
        carried.append((_short(digest), now))
    return carried


def _short(digest: str) -> str:
    return digest[: 40 - len(PACKS)]
