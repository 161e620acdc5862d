"""What each entry of the ledger is about, for those who follow a feed: kinds to things. A kind that isn't named here shows nothing."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from uuid import UUID

from evidence.ledger import Entry
from field.models import Received, Violation
from field.models.projection import photos_of


class About(StrEnum):
    """Kinds of things in a feed."""

    TASK = "task"
    VIOLATION = "violation"
    OFFICER = "officer"
    ITEM = "item"
    QUARANTINE = "quarantine"
    TERMINAL = "terminal"
    MEASURE = "measure"
    TO_CONFIRM = "to_confirm"
    """A violation or a measure that waits for its second officer's word."""


Thing = tuple[About, str]
BY_PREFIX = {
    "violation": About.VIOLATION,
    "task": About.TASK,
    "item": About.ITEM,
    "terminal": About.TERMINAL,
    "measure": About.MEASURE,
    "paper": About.VIOLATION,
}


def things(entries: Collection[Entry]) -> list[tuple[int, Thing]]:
    """The things that these sealed entries are about, each once with its newest number, in the order of those numbers."""
    under_record = _subjects_of_photos(entries)
    newest: dict[Thing, int] = {}
    for entry in entries:
        for thing in _of(entry, under_record):
            assert entry.number is not None
            newest[thing] = entry.number
    return sorted((number, thing) for thing, number in newest.items())


def _of(entry: Entry, under_record: dict[str, list[Thing]]) -> Iterator[Thing]:
    prefix = entry.kind.partition(".")[0]
    if prefix in BY_PREFIX:
        yield BY_PREFIX[prefix], entry.subject
        if "second" in entry.body or entry.kind in ("paper.confirmed", "measure.confirmed"):
            yield About.TO_CONFIRM, entry.subject
    elif prefix in ("record", "quarantine"):
        yield About.QUARANTINE, entry.subject
        uid, _ = photos_of(entry)
        if uid is not None:
            yield About.VIOLATION, str(uid)
        # who stands before the violation that a text would correct learns that a correction waits, and that it was judged
        yield from under_record.get(entry.subject, ())
    elif prefix == "shift":
        yield About.OFFICER, str(entry.body.get("officer", entry.actor))
    elif entry.kind == "photo.arrived":
        for record in entry.body["records"]:
            yield from under_record.get(record, ())


def _subjects_of_photos(entries: Collection[Entry]) -> dict[str, list[Thing]]:
    """Where a photo's record, or a judged text, is shown: with its violation as it stands, or with the text that was set aside."""
    records = [UUID(one) for e in entries if e.kind == "photo.arrived" for one in e.body["records"]]
    texts = [e.subject for e in entries if e.kind.startswith(("quarantine.", "record."))]
    found: dict[str, list[Thing]] = {}
    for violation, record in Violation.objects.filter(newest_record__in=records).values_list(
        "id", "newest_record"
    ):
        found.setdefault(str(record), []).append((About.VIOLATION, str(violation)))
    for sha, uid in (
        Received.objects.filter(uid__in=records).exclude(decision="").values_list("text_sha256", "uid")
    ):
        found.setdefault(str(uid), []).extend([(About.QUARANTINE, sha), (About.VIOLATION, str(uid))])
    for sha, *names in Received.objects.filter(text_sha256__in=texts).values_list(
        "text_sha256", "uid", "about"
    ):
        found.setdefault(sha, []).extend((About.VIOLATION, str(one)) for one in names if one is not None)
    return found
