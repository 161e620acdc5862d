"""What has waited too long: each rule opens an item for it, once, and the last closes those whose cause has gone away.

Asked by the clock (timers.py) again and again; each is a function of `now`, safe to run late, or twice.
"""

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import Terminal
from evidence import queries as evidence
from evidence.ledger import Entry
from field.documents import timers as papers
from field.models import Item, LookedAt, Measure, Photo, Received, Violation
from field.review.items import open_item, settle_item
from field.rules.calendar import calendar
from field.rules.items import (
    LOG_STOPPED_AFTER,
    OUTSTANDING_AFTER,
    UNANSWERED_AFTER_WORKING_DAYS,
    ItemKind,
    missing_between,
)
from field.rules.measure import CONFIRMED_WITHIN
from field.rules.violation import State

M = TypeVar("M", Violation, Measure)
EVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""A cause without a beginning: once a person has closed its item, it stays closed."""
MOST_MISSING = 100
"""So many items one beat opens about one terminal."""


def photos_outstanding(now: dt.datetime) -> list[Entry]:
    """Open an item for each violation of whose newest version the photos are not all here 24 hours after it came."""
    missing = Photo.objects.filter(record=OuterRef("newest_record"), arrived_entry__isnull=True)
    version = Received.objects.filter(uid=OuterRef("newest_record")).order_by("entry").values("arrived_at")
    known = Item.objects.filter(
        Q(closed_at__isnull=True) | (~Q(closed_by="") & Q(closed_at__gte=OuterRef("came"))),
        kind=ItemKind.PHOTOS_OUTSTANDING,
        subject=Cast(OuterRef("id"), CharField()),
    )
    late = (
        Violation.objects.annotate(came=Subquery(version[:1]))
        .filter(Exists(missing), ~Exists(known), came__lte=now - OUTSTANDING_AFTER)
        .exclude(state=State.ANNULLED)
        .select_related("unit")
    )
    return _opened(
        open_item(
            ItemKind.PHOTOS_OUTSTANDING,
            str(one.id),
            unit=one.unit,
            facts={"officer": one.officer_id, "terminal": one.terminal_id},
            since=one.came,
            now=now,
        )
        for one in late
    )


def shots_outstanding(now: dt.datetime) -> list[Entry]:
    """The same for what is no violation: drafts that were given up, and texts that are set aside."""
    missing = Photo.objects.filter(record=OuterRef("uid"), arrived_entry__isnull=True)
    known = Item.objects.filter(kind=ItemKind.PHOTOS_OUTSTANDING, subject=Cast(OuterRef("uid"), CharField()))
    late = Received.objects.filter(
        Q(type="draft_closed") | Q(decision=Received.Decision.WAITING),
        Exists(missing),
        ~Exists(known),
        arrived_at__lte=now - OUTSTANDING_AFTER,
    )
    terminals = Terminal.objects.select_related("unit").in_bulk({one.terminal for one in late})
    return _opened(
        open_item(
            ItemKind.PHOTOS_OUTSTANDING,
            str(one.uid),
            unit=terminals[one.terminal].unit if one.terminal in terminals else None,
            facts={"officer": one.officer, "terminal": one.terminal},
            since=one.arrived_at,
            now=now,
        )
        for one in late
    )


def returns_unanswered(now: dt.datetime) -> list[Entry]:
    """Open an item for each record that was returned and not amended within three working days."""
    returned = Violation.objects.filter(state=State.RETURNED, decided_at__isnull=False).select_related("unit")
    today = timezone.localdate(now)
    late = [
        one
        for one in returned
        if one.decided_at
        and today > _last_day(timezone.localdate(one.decided_at), UNANSWERED_AFTER_WORKING_DAYS)
    ]
    return _opened(
        open_item(
            ItemKind.RETURN_UNANSWERED,
            str(one.id),
            unit=one.unit,
            facts={"officer": one.officer_id, "reason": one.reason},
            since=one.decided_at or now,
            now=now,
        )
        for one in late
    )


@transaction.atomic
def numbers_missing(now: dt.datetime) -> list[Entry]:
    """Open an item for each hole in a terminal's sequence below a record that came over 24 hours ago.

    A record is looked at once, when its 24 hours have passed: however many there are, a beat looks at what has become due since the last.
    """
    due = now - OUTSTANDING_AFTER
    mark, _ = LookedAt.objects.select_for_update().get_or_create(
        rule="numbers_missing", defaults={"up_to": EVER}
    )
    if due <= mark.up_to:
        return []
    holes = _holes(mark.up_to, due)
    LookedAt.objects.filter(rule=mark.rule).update(up_to=due)
    terminals = Terminal.objects.select_related("unit").in_bulk({terminal for terminal, _ in holes})
    return _opened(
        open_item(
            ItemKind.NUMBER_MISSING,
            f"{terminal}.{number}",
            unit=terminals[terminal].unit if terminal in terminals else None,
            facts={"terminal": terminal, "number": number},
            since=EVER,
            now=now,
        )
        for terminal, number in holes
    )


def papers_missing(now: dt.datetime) -> list[Entry]:
    """Open an item for each number of a paper that stayed away over 24 hours."""
    return _opened(
        open_item(
            ItemKind.PAPER_MISSING,
            one.number,
            unit=one.block.terminal.unit,
            facts={"terminal": one.block.terminal_id, "number": one.number},
            since=EVER,
            now=now,
        )
        for one in papers.missing_papers(now)
    )


def measures_unapproved(now: dt.datetime) -> list[Entry]:
    """Open an item for each coercive measure that lapsed because no leader had approved it within 24 hours (AFL 19)."""
    known = Item.objects.filter(kind=ItemKind.MEASURE_UNAPPROVED, subject=Cast(OuterRef("id"), CharField()))
    lapsed = Measure.objects.filter(~Exists(known), decided_at__isnull=False, decided_by__isnull=True)
    return _opened(
        open_item(
            ItemKind.MEASURE_UNAPPROVED,
            str(one.id),
            unit=one.unit,
            facts={
                "officer": one.officer_id,
                "violation": str(one.violation_id),
                "number": one.number,
                "due_at": one.due_at.isoformat(),
            },
            since=EVER,
            now=now,
        )
        for one in lapsed.select_related("unit")
    )


def seconds_missing(now: dt.datetime) -> list[Entry]:
    """Open an item for each record and measure that takes two officers and names one (AFL 18, Order 157 art. 48)."""
    alone: list[Violation | Measure] = [
        *_not_known(Violation.objects.filter(needs_second=True, second=""), ItemKind.SECOND_MISSING).exclude(
            state=State.ANNULLED
        )
    ]
    if int(settings.PAPER_SETTING.get("measure_officers", 2)) > 1:
        alone += _not_known(Measure.objects.filter(second=""), ItemKind.SECOND_MISSING)
    return _opened(_about_second(ItemKind.SECOND_MISSING, one, now) for one in alone)


def seconds_unconfirmed(now: dt.datetime) -> list[Entry]:
    """Open an item for each record and measure whose second officer has not confirmed it 24 hours after it came."""
    late = Q(second_confirmed_at__isnull=True, arrived_at__lte=now - CONFIRMED_WITHIN) & ~Q(second="")
    waiting: list[Violation | Measure] = [
        *_not_known(Violation.objects.filter(late), ItemKind.SECOND_UNCONFIRMED).exclude(
            state=State.ANNULLED
        ),
        *_not_known(Measure.objects.filter(late), ItemKind.SECOND_UNCONFIRMED),
    ]
    return _opened(_about_second(ItemKind.SECOND_UNCONFIRMED, one, now) for one in waiting)


def _not_known(rows: QuerySet[M], kind: ItemKind) -> QuerySet[M]:
    """Those about which no such item is open, nor was ever closed by a person."""
    known = Item.objects.filter(
        Q(closed_at__isnull=True) | ~Q(closed_by=""), kind=kind, subject=Cast(OuterRef("id"), CharField())
    )
    return rows.filter(~Exists(known)).select_related("unit")


def _about_second(kind: ItemKind, one: Violation | Measure, now: dt.datetime) -> Entry | None:
    facts = {"officer": one.officer_id, "second": one.second}
    if isinstance(one, Measure):
        facts["violation"] = str(one.violation_id)
    return open_item(kind, str(one.id), unit=one.unit, facts=facts, since=EVER, now=now)


def quarantine_waiting(now: dt.datetime) -> list[Entry]:
    """Open an item for each text set aside that nobody has judged within three working days."""
    waiting = Received.objects.filter(decision=Received.Decision.WAITING).order_by("arrived_at")
    known = set(Item.objects.filter(kind=ItemKind.QUARANTINE_WAITING).values_list("subject", flat=True))
    today = timezone.localdate(now)
    late = [
        one
        for one in waiting
        if one.text_sha256 not in known
        and today > _last_day(timezone.localdate(one.arrived_at), UNANSWERED_AFTER_WORKING_DAYS)
    ]
    units = {
        one.id: one.unit
        for one in Terminal.objects.select_related("unit").filter(id__in={one.terminal for one in late})
    }
    return _opened(
        open_item(
            ItemKind.QUARANTINE_WAITING,
            one.text_sha256,
            unit=units.get(one.terminal),
            facts={"reason": one.reason, "terminal": one.terminal},
            since=one.arrived_at,
            now=now,
        )
        for one in late
    )


def log_unsettled(now: dt.datetime) -> list[Entry]:
    """Open the technician's item where entries older than 24 hours are held by no backup or standby, though one is configured."""
    if settings.SETTLED_BY == "none":
        return []
    settled = evidence.settled_up_to() or 0
    rows = evidence.ask(
        "SELECT e.at FROM seal s JOIN entry e ON e.id = s.entry_id WHERE s.leaf_index >= %s"
        " ORDER BY s.leaf_index LIMIT 1",
        [settled],
    )
    if not rows or rows[0][0] > now - OUTSTANDING_AFTER:
        return []
    facts = {"settled_up_to": settled, "head": evidence.head()}
    return _opened(
        [open_item(ItemKind.UNSETTLED, f"from.{settled}", unit=None, facts=facts, since=EVER, now=now)]
    )


def log_stopped(now: dt.datetime) -> list[Entry]:
    """Open the technician's item where entries have waited for their seal for a quarter of an hour: the sealer is down."""
    oldest = evidence.oldest_unsealed(now - LOG_STOPPED_AFTER)
    if oldest is None:
        return []
    first, at = oldest
    facts = {"entry": first, "since": at.isoformat()}
    return _opened(
        [open_item(ItemKind.LOG_STOPPED, f"entry.{first}", unit=None, facts=facts, since=EVER, now=now)]
    )


def no_longer_so(now: dt.datetime) -> list[Entry]:
    """Close the items whose cause has gone away: the photos came, the record was amended, the number came, the text was judged."""
    waiting = Item.objects.filter(closed_at__isnull=True)
    return _opened(settle_item(item, now=now) for item in waiting if _is_over(item))


def _has_all_photos(subject: str) -> bool:
    """Whether nothing is missing of the violation's newest version, or of the text that is no violation; a refused one lacks nothing."""
    if Received.objects.filter(uid=subject, decision=Received.Decision.REFUSED).exists():
        return True
    newest = Violation.objects.filter(id=subject).values_list("newest_record", flat=True).first()
    return not Photo.objects.filter(record=newest or subject, arrived_entry__isnull=True).exists()


def _last_day(start: dt.date, days: int) -> dt.date:
    return calendar(settings.HOLIDAYS).after(start, days)


def _holes(after: dt.datetime, up_to: dt.datetime) -> list[tuple[str, int]]:
    """Terminal and number of what is missing right below each record that came in this time: at most MOST_MISSING of a terminal."""
    rows = evidence.ask(
        "SELECT r.terminal, coalesce((SELECT max(seq) FROM field_received b WHERE b.terminal = r.terminal AND b.seq < r.seq), 0), r.seq"
        " FROM field_received r WHERE r.arrived_at > %s AND r.arrived_at <= %s AND r.seq > 1 AND NOT EXISTS"
        " (SELECT FROM field_received p WHERE p.terminal = r.terminal AND p.seq = r.seq - 1) ORDER BY r.terminal, r.seq",
        [after, up_to],
    )
    found: dict[str, list[int]] = {}
    for terminal, below, seq in rows:
        holes = found.setdefault(terminal, [])
        holes += [
            one for one in missing_between(below, seq, most=MOST_MISSING - len(holes)) if one not in holes
        ]
    return [(terminal, number) for terminal, holes in found.items() for number in holes]


def _is_over(item: Item) -> bool:
    match item.kind:
        case ItemKind.PHOTOS_OUTSTANDING:
            return _has_all_photos(item.subject)
        case ItemKind.RETURN_UNANSWERED:
            return not Violation.objects.filter(id=item.subject, state=State.RETURNED).exists()
        case ItemKind.NUMBER_MISSING:
            return Received.objects.filter(terminal=item.facts["terminal"], seq=item.facts["number"]).exists()
        case ItemKind.PAPER_MISSING:
            return papers.is_explained(item.subject)
        case ItemKind.SECOND_MISSING:
            return not (
                Violation.objects.filter(id=item.subject, needs_second=True, second="").exists()
                or Measure.objects.filter(id=item.subject, second="").exists()
            )
        case ItemKind.SECOND_UNCONFIRMED:
            waits = {"id": item.subject, "second_confirmed_at": None}
            return not any(
                rows.filter(**waits).exclude(second="").exists()
                for rows in (Violation.objects.exclude(state=State.ANNULLED), Measure.objects.all())
            )
        case ItemKind.QUARANTINE_WAITING:
            waiting = Received.objects.filter(text_sha256=item.subject, decision=Received.Decision.WAITING)
            return not waiting.exists()
        case ItemKind.UNSETTLED:
            return (evidence.settled_up_to() or 0) > int(item.facts["settled_up_to"])
        case ItemKind.LOG_STOPPED:
            return bool(evidence.numbers([int(item.facts["entry"])]))
        case _:
            return False


def _opened(entries: Iterable[Entry | None]) -> list[Entry]:
    return [one for one in entries if one is not None]
