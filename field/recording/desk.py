"""Reading violations at a desk: pages of masked rows, one in full with the look recorded, figures that lead to their rows."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.capabilities import Capability, may, require
from accounts.looks import LONGEST_WHY, WhyNeeded, look
from accounts.models import Terminal, User
from accounts.refusals import NotFound
from accounts.scope import visible
from evidence import queries as evidence
from evidence.ledger import Entry
from field.models import Item, Photo, Violation
from field.recording.queries import NO_PHOTOS, iso, masked_rows, offence_names, photo_counts
from field.rules.violation import State

PAGE = 50
EARLIER = 20
MAP_SHOWS = dt.timedelta(days=1)
MOST_POINTS = 2000
SAME_LOOK = dt.timedelta(hours=1)
"""So long a look at a record covers the pictures that belong to it."""
FIELDS = (
    "plate",
    "person_name",
    "licence_number",
    "person_phone",
    "place",
    "photos",
    "note",
    "document_number",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows of the list. `cursor` is where the last page ended."""

    state: str = ""
    unit: str = ""
    officer: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    incomplete: bool | None = None
    plate: str = ""
    oldest_first: bool = False
    cursor: int | None = None
    why: str = ""


def page(wanted: Wanted, *, viewer: User, terminal: Terminal | None, now: dt.datetime) -> dict[str, Any]:
    """One page of masked rows. Asking for a plate is a free search: it needs a typed reason, and is recorded.

    :raises NotPermitted: the viewer sees into no unit
    :raises WhyNeeded: a plate is asked for without a reason
    """
    require(viewer, Capability.SEE_UNIT)
    if wanted.plate:
        asked = sha256(f"plate:{wanted.plate}".encode()).hexdigest()[:16]
        look(viewer, terminal=terminal, subject=f"search:{asked}", fields=["plate"], why=wanted.why, now=now)
    rows = _narrowed(visible(Violation.objects.all(), viewer), wanted)
    order = "first_entry" if wanted.oldest_first else "-first_entry"
    if wanted.cursor is not None:
        rows = rows.filter(**{"first_entry__gt" if wanted.oldest_first else "first_entry__lt": wanted.cursor})
    found = list(rows.order_by(order)[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    return {"rows": masked_rows(found), "cursor": found[-1].first_entry if more else None}


def _narrowed(rows: QuerySet[Violation], wanted: Wanted) -> QuerySet[Violation]:
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.unit:
        rows = rows.filter(unit__path__contains=[wanted.unit])
    if wanted.officer:
        rows = rows.filter(officer=wanted.officer)
    if wanted.since:
        rows = rows.filter(occurred_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(occurred_at__lt=wanted.until)
    if wanted.plate:
        rows = rows.filter(plate=wanted.plate)
    if wanted.incomplete is not None:
        rows = rows.filter(_outstanding() if wanted.incomplete else ~_outstanding())
    return rows


def _outstanding() -> Exists:
    return Exists(Photo.objects.filter(record=OuterRef("newest_record"), arrived_entry__isnull=True))


def in_full(
    violation_id: UUID, *, why: str, viewer: User, terminal: Terminal | None, now: dt.datetime
) -> dict[str, Any]:
    """One violation with everything, to whom may see it; the look is recorded before anything is handed out.

    `why` is `review`, `annulment` or `own` where that is the viewer's work in hand, else a typed reason.

    :raises NotFound: there is none, or it is not theirs to see
    :raises WhyNeeded: the work in hand doesn't explain the look, and no reason was typed
    """
    violation = seen(violation_id, viewer)
    look(
        viewer,
        terminal=terminal,
        subject=violation.id,
        fields=FIELDS,
        why=_reason(why, violation, viewer),
        now=now,
    )
    photos = photo_counts([violation.newest_record]).get(violation.newest_record, NO_PHOTOS)
    entries = evidence.entries_about(violation.id)
    return {
        **_columns(violation),
        "photos_total": photos.total,
        "photos_arrived": photos.arrived,
        "photos": [_photo(one) for one in _photos(violation)],
        "offence_version": _offence(violation),
        "record": _record(violation, entries),
        "history": [_happened(one) for one in entries if one.kind.startswith("violation.")],
        "earlier": _earlier(violation, viewer),
        "may": _may(violation, viewer),
    }


def seen(violation_id: UUID, viewer: User) -> Violation:
    """The violation, if this person may see it: by unit, or as their own. :raises NotFound: it is not there, or not theirs"""
    rows = Violation.objects.select_related("unit", "officer", "offence", "terminal")
    found = visible(rows, viewer, own="officer").filter(id=violation_id).first()
    if found is None:
        raise NotFound
    return found


def photo_seen(
    violation_id: UUID, digest: str, *, viewer: User, terminal: Terminal | None, why: str, now: dt.datetime
) -> Photo:
    """A photo of a violation whose bytes are here, to whom has looked at the record just now, or says why.

    :raises NotFound: no such violation or photo of it, or its bytes have not arrived
    :raises WhyNeeded: no look at the record within the hour, and no reason
    """
    violation = seen(violation_id, viewer)
    photo = _photos(violation).filter(digest=digest, arrived_entry__isnull=False).first()
    if photo is None:
        raise NotFound
    if why or not _looked(violation, viewer, now):
        reason = _reason(why, violation, viewer)
        look(viewer, terminal=terminal, subject=violation.id, fields=["photos"], why=reason, now=now)
    return photo


def original_seen(
    violation_id: UUID, digest: str, *, viewer: User, terminal: Terminal | None, why: str, now: dt.datetime
) -> Photo:
    """The same for the original bytes: only who decides about evidence, and each time with a look of its own.

    :raises NotPermitted: neither reviewer, legal reviewer nor auditor
    :raises NotFound, WhyNeeded: as for a rendition
    """
    if not (may(viewer, Capability.AGREE_ANNULMENT) or may(viewer, Capability.AUDIT)):
        require(viewer, Capability.REVIEW)
    if not why:
        raise WhyNeeded
    return photo_seen(violation_id, digest, viewer=viewer, terminal=terminal, why=why, now=now)


def figures(viewer: User, now: dt.datetime) -> list[dict[str, Any]]:
    """Counts of what waits, each with the way to its rows. There is none by person, and no sum of tickets or fines."""
    require(viewer, Capability.SEE_UNIT)
    mine = visible(Violation.objects.all(), viewer)
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = midnight.isoformat()
    oldest = (
        mine.filter(state=State.RECORDED).order_by("arrived_at").values_list("arrived_at", flat=True).first()
    )
    items = visible(Item.objects.filter(closed_at__isnull=True), viewer).count()
    return [
        _figure("today", mine.filter(occurred_at__gte=midnight).count(), f"violations?since={today}"),
        _figure(
            "to_review", mine.filter(state=State.RECORDED).count(), "violations?state=recorded&order=oldest"
        )
        | {"oldest": iso(oldest) if oldest else None},
        _figure("returned", mine.filter(state=State.RETURNED).count(), "violations?state=returned"),
        _figure(
            "annul_proposed",
            mine.filter(state=State.ANNUL_PROPOSED).count(),
            "violations?state=annul_proposed",
        ),
        _figure("incomplete", mine.filter(_outstanding()).count(), "violations?incomplete=true"),
        _figure("items", items, "items"),
    ]


def points(viewer: User, now: dt.datetime) -> list[dict[str, Any]]:
    """The violations of the last day that have a place, of the units the viewer sees into: no plate, no person.

    :raises NotPermitted: the viewer sees into no unit
    """
    require(viewer, Capability.SEE_UNIT)
    shown = visible(Violation.objects.all(), viewer).filter(
        occurred_at__gte=now - MAP_SHOWS, point__isnull=False
    )
    rows = list(shown.order_by("-occurred_at")[:MOST_POINTS])
    names = offence_names(rows)
    return [
        {
            "id": str(one.id),
            "state": one.state,
            "kind": one.kind,
            "offence": one.offence_code,
            "offence_name": names[one.id],
            "occurred_at": iso(one.occurred_at),
            "point": [one.point.x, one.point.y] if one.point else [],
        }
        for one in rows
    ]


def _figure(name: str, count: int, rows: str) -> dict[str, Any]:
    return {"name": name, "count": count, "rows": f"/api/{rows}", "oldest": None}


def _reason(why: str, violation: Violation, viewer: User) -> str:
    """The work in hand, if it is that; else what was typed. A word for work that is not in hand explains nothing."""
    in_hand = {
        "review": may(viewer, Capability.REVIEW)
        and violation.state == State.RECORDED
        and violation.officer_id != viewer.police_number,
        "annulment": may(viewer, Capability.AGREE_ANNULMENT) and violation.state == State.ANNUL_PROPOSED,
        "own": violation.officer_id == viewer.police_number,
    }
    if not in_hand.get(why, True) or len(why) > LONGEST_WHY:
        raise WhyNeeded
    return why


def _looked(violation: Violation, viewer: User, now: dt.datetime) -> bool:
    rows = evidence.ask(
        "SELECT 1 FROM entry WHERE subject = %s AND kind = 'look' AND actor = %s AND at > %s LIMIT 1",
        [str(violation.id), viewer.police_number, now - SAME_LOOK],
    )
    return bool(rows)


def _photos(violation: Violation) -> QuerySet[Photo]:
    return Photo.objects.filter(record=violation.newest_record).order_by("place_in_record")


def _columns(violation: Violation) -> dict[str, Any]:
    return {
        "id": str(violation.id),
        "state": violation.state,
        "reason": violation.reason,
        "remark": violation.remark,
        "decided_at": iso(violation.decided_at) if violation.decided_at else None,
        "proposed_by": violation.proposed_by_id,
        "kind": violation.kind,
        "plate": violation.plate,
        "plate_type": violation.plate_type,
        "offence": violation.offence_code,
        "fine": violation.fine,
        "points": violation.points,
        "measured": _numeral(violation.measured),
        "limit": _numeral(violation.limit),
        "occurred_at": iso(violation.occurred_at),
        "arrived_at": iso(violation.arrived_at),
        "point": [violation.point.x, violation.point.y] if violation.point else None,
        "accuracy_m": violation.accuracy_m,
        "place_source": violation.place_source,
        "place_text": violation.place_text,
        "direction": violation.direction,
        "person_name": violation.person_name,
        "licence_number": violation.licence_number,
        "person_phone": violation.person_phone,
        "note": violation.note,
        "document_number": violation.document_number,
        "served": violation.served,
        "doubts": violation.doubts,
        "clock_offset_ms": violation.clock_offset_ms,
        "versions": violation.versions,
        "version": violation.newest_entry,
        "unit": violation.unit_id,
        "unit_name": violation.unit.name_zh,
        "officer": violation.officer_id,
        "officer_name": violation.officer.name,
        "terminal": violation.terminal_id,
        "terminal_number": violation.terminal.number,
    }


def _numeral(value: Any) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _photo(photo: Photo) -> dict[str, Any]:
    return {
        "digest": photo.digest,
        "shot": photo.shot,
        "source": photo.source,
        "taken_at": iso(photo.taken_at),
        "px": [photo.width, photo.height] if photo.width and photo.height else None,
        "bytes": photo.size,
        "arrived_at": iso(photo.arrived_at) if photo.arrived_at else None,
    }


def _offence(violation: Violation) -> dict[str, Any] | None:
    row = violation.offence
    if row is None:
        return None
    return {
        "code": row.code,
        "name": row.name_zh,
        "category": row.category,
        "legal_basis": row.legal_basis,
        "penalty_basis": row.penalty_basis,
        "fine_min": row.fine_min,
        "fine_max": row.fine_max,
        "points": row.points,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "status": row.status,
        "source": row.source,
        "confidence": row.confidence,
    }


def _record(violation: Violation, entries: list[Entry]) -> dict[str, Any]:
    """Where in the log the words of this row stand, and the hash of the exact text."""
    newest = next(one for one in entries if one.id == violation.newest_entry)
    text = newest.record.text if newest.record else b""
    return {
        "text_sha256": sha256(text).hexdigest(),
        "number": newest.number,
        "uid": str(violation.newest_record),
    }


def _happened(entry: Entry) -> dict[str, Any]:
    said: Mapping[str, Any] = entry.body
    return {
        "what": entry.kind.removeprefix("violation."),
        "at": iso(entry.at),
        "by": entry.actor,
        "number": entry.number,
        "reason": said.get("reason") or said.get("ground") or said.get("reason_of_amendment") or "",
        "remark": said.get("remark", ""),
    }


def _earlier(violation: Violation, viewer: User) -> list[dict[str, Any]]:
    """The same vehicle's other records that the viewer may see, newest first, masked as in any list."""
    if not violation.plate:
        return []
    same = Violation.objects.filter(plate=violation.plate, plate_type=violation.plate_type)
    rows = visible(same, viewer).filter(~Q(id=violation.id)).order_by("-occurred_at")[:EARLIER]
    return masked_rows(rows)


def _may(violation: Violation, viewer: User) -> dict[str, bool]:
    """What the viewer's role and record allow, whatever the state says: the buttons that are drawn at all."""
    other = violation.officer_id != viewer.police_number
    return {
        "review": other and may(viewer, Capability.REVIEW),
        "propose": other and may(viewer, Capability.PROPOSE_ANNULMENT),
        "agree": other
        and may(viewer, Capability.AGREE_ANNULMENT)
        and violation.proposed_by_id != viewer.police_number,
    }
