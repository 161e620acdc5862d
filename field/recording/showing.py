"""One violation in full at a desk, and its pictures: the look is recorded before anything is handed out."""

import datetime as dt
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.capabilities import Capability, may, require
from accounts.looks import LONGEST_WHY, WhyNeeded, look
from accounts.models import Terminal, User
from accounts.queries import names_of
from accounts.refusals import NotFound
from accounts.scope import visible
from evidence import queries as evidence
from evidence.ledger import Entry
from field.models import Photo, Violation
from field.recording.queries import NO_PHOTOS, ids_with_text_set_aside, iso, masked_rows, photo_counts
from field.recording.rivals import texts_set_aside
from field.rules import plate
from field.rules.law.cited import articles_cited
from field.rules.violation import Kind, State, may_be_reprinted

EARLIER = 20
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
    happened = [one for one in entries if one.kind.startswith(("violation.", "ticket.", "paper."))]
    names = names_of([*(one.actor for one in happened), violation.proposed_by_id or ""])
    return {
        **_columns(violation),
        "proposed_by_name": names.get(violation.proposed_by_id or "", ""),
        "checking": violation.id in ids_with_text_set_aside([violation.id]),
        "waiting": texts_set_aside(violation),
        "photos_total": photos.total,
        "photos_arrived": photos.arrived,
        "photos": [_photo(one) for one in _photos(violation)],
        "offence_version": _offence(violation),
        "record": _record(violation, entries),
        "history": [_happened(one, names) for one in happened],
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
    """A photo of a violation, or of a measure taken for it, whose bytes are here, to whom has looked at the record just now, or says why.

    :raises NotFound: no such violation or photo of it, or its bytes have not arrived
    :raises WhyNeeded: no look at the record within the hour, and no reason
    """
    violation = seen(violation_id, viewer)
    records = [violation.newest_record, *violation.measures.values_list("id", flat=True)]
    photo = Photo.objects.filter(record__in=records, digest=digest, arrived_entry__isnull=False).first()
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


def _reason(why: str, violation: Violation, viewer: User) -> str:
    """The work in hand, if it is that; else what was typed, without the plate. A word for work that is not in hand explains nothing."""
    in_hand = {
        "review": may(viewer, Capability.REVIEW)
        and violation.state == State.RECORDED
        and violation.officer_id != viewer.police_number,
        "annulment": may(viewer, Capability.AGREE_ANNULMENT) and violation.state == State.ANNUL_PROPOSED,
        "own": violation.officer_id == viewer.police_number,
    }
    if not in_hand.get(why, True) or len(why) > LONGEST_WHY:
        raise WhyNeeded
    return plate.hide(why, violation.plate)


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
        "second": violation.second,
        "second_name": names_of([violation.second]).get(violation.second, ""),
        "second_confirmed_at": iso(violation.second_confirmed_at) if violation.second_confirmed_at else None,
        "needs_second": violation.needs_second,
        "measures": [
            {"id": str(one.id), "state": one.state, "kinds": one.kinds, "due_at": iso(one.due_at)}
            for one in violation.measures.order_by("taken_at")
        ],
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
        "articles": [
            {"article": cited, "zh": said["zh"], "en": said["en"]}
            for cited, said in articles_cited(f"{row.legal_basis}、{row.penalty_basis}")
        ],
        "measures": row.measures,
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


def _happened(entry: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    said: Mapping[str, Any] = entry.body
    return {
        "what": "second_confirmed" if entry.kind == "paper.confirmed" else entry.kind.partition(".")[2],
        "at": iso(entry.at),
        "by": entry.actor,
        "by_name": names.get(entry.actor, ""),
        "number": entry.number,
        "reason": said.get("reason") or said.get("ground") or said.get("reason_of_amendment") or "",
        "remark": said.get("remark") or said.get("why") or "",
    }


def _earlier(violation: Violation, viewer: User) -> list[dict[str, Any]]:
    """The same vehicle's other records that the viewer may see, newest first, masked as in any list."""
    if not violation.plate:
        return []
    same = Violation.objects.filter(plate=violation.plate, plate_type=violation.plate_type)
    rows = visible(same, viewer).filter(~Q(id=violation.id)).order_by("-occurred_at")[:EARLIER]
    return masked_rows(rows)


def _may(violation: Violation, viewer: User) -> dict[str, bool]:
    """What the viewer's role and record allow, mostly whatever the state says: the buttons that are drawn at all."""
    other = violation.officer_id != viewer.police_number
    return {
        "review": other and may(viewer, Capability.REVIEW),
        "propose": other and may(viewer, Capability.PROPOSE_ANNULMENT),
        "agree": other
        and may(viewer, Capability.AGREE_ANNULMENT)
        and violation.proposed_by_id != viewer.police_number,
        "reprint": may(viewer, Capability.REPRINT)
        and may_be_reprinted(Kind(violation.kind), State(violation.state), violation.served),
    }
