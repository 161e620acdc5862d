"""Reading measures: the desk's queue and one case, the officer's own, and what waits for a second officer's word."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
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
from field.models import Measure, Offence, Photo, Violation
from field.models.projection import paper_of
from field.rules import plate
from field.rules.law.cited import articles_cited
from field.rules.law.names import short_name
from field.rules.measure import WAITING
from field.rules.violation import State as ViolationState

SETTLED_SHOWN = 50
"""So many of those that nobody has to act on any more stand below the queue."""
OWN_SHOWN = 50
FIELDS = ("plate", "person_name", "licence_number", "person_phone", "place", "photos", "paper")
APPROVAL = "approval"
"""The word for the look at a measure that waits for the looker's own act."""


def queue(viewer: User) -> list[dict[str, Any]]:
    """The measures that somebody must act on, the most urgent first, and below them the newest others; masked.

    :raises NotPermitted: the viewer sees into no unit
    """
    require(viewer, Capability.SEE_UNIT)
    mine = visible(_rows(), viewer)
    waiting = mine.filter(state__in=WAITING).order_by("due_at", "id")
    others = mine.exclude(state__in=WAITING).order_by("-taken_at", "id")[:SETTLED_SHOWN]
    return _masked([*waiting, *others], viewer)


def rows(viewer: User, ids: Collection[UUID]) -> dict[str, dict[str, Any]]:
    """Those of these measures that the viewer's desk may see, as the queue shows them."""
    return {row["id"]: row for row in _masked(visible(_rows().filter(id__in=ids), viewer), viewer)}


def waiting_rows(viewer: User) -> dict[str, dict[str, Any]]:
    """All that wait for somebody's act, as the queue shows them."""
    seen = visible(_rows().filter(state__in=WAITING), viewer).order_by("due_at", "id")
    return {row["id"]: row for row in _masked(seen, viewer)}


def in_full(
    measure_id: UUID, *, why: str, viewer: User, terminal: Terminal | None, now: dt.datetime
) -> dict[str, Any]:
    """One measure with its person, certificate and photos; the look at its violation is recorded before anything is handed out.

    `why` is `approval` where that is the viewer's work in hand, else a typed reason.

    :raises NotFound: there is none, or it is not theirs to see
    :raises WhyNeeded: the work in hand doesn't explain the look, and no reason was typed
    """
    require(viewer, Capability.SEE_UNIT)
    measure = visible(_rows(), viewer).filter(id=measure_id).first()
    if measure is None:
        raise NotFound
    violation = measure.violation
    look(
        viewer,
        terminal=terminal,
        subject=violation.id,
        fields=FIELDS,
        why=_reason(why, measure, viewer),
        now=now,
    )
    paper = paper_of(measure.entry)
    happened = [one for one in evidence.entries_about(measure.id) if one.kind.startswith("measure.")]
    names = names_of([*(one.actor for one in happened), *(str(one.body.get("by", "")) for one in happened)])
    (row,) = _masked([measure], viewer)
    return row | {
        "plate": violation.plate,
        "person_name": violation.person_name,
        "licence_number": violation.licence_number,
        "person_phone": violation.person_phone,
        "point": [measure.point.x, measure.point.y] if measure.point else None,
        "reason": measure.reason,
        "items": measure.items,
        "kept_at": measure.kept_at,
        "remark": measure.remark,
        "terminal_number": measure.terminal.number,
        "paper": paper.text if paper else "",
        "law": _law(violation.offence),
        "photos": [_photo(one) for one in photos_of(measure)],
        "text_sha256": _text_sha256(happened, measure),
        "history": [_happened(one, names) for one in happened],
    }


def photos_of(measure: Measure) -> QuerySet[Photo]:
    """The measure's own photos, and those of the violation as it stands."""
    records = [measure.id, measure.violation.newest_record]
    return Photo.objects.filter(record__in=records).order_by("taken_at", "place_in_record")


def own_views(officer: User, ids: Collection[UUID]) -> dict[str, dict[str, Any]]:
    """The officer's own measures, by id: how each stands, and until when it can be approved."""
    mine = _rows().filter(id__in=ids, officer=officer)
    return {
        str(one.id): {
            "id": str(one.id),
            "violation": str(one.violation_id),
            "kinds": one.kinds,
            "number": one.number,
            "plate": one.violation.plate,
            "taken_at": one.taken_at.isoformat(),
            "due_at": one.due_at.isoformat(),
            "state": one.state,
            "ground": one.ground,
            "remark": one.remark,
            "second": one.second,
            "second_confirmed_at": _iso(one.second_confirmed_at),
        }
        for one in mine
    }


def own_ids(officer: User) -> list[UUID]:
    """The newest of an officer's own measures, and all of them that wait for an act."""
    mine = Measure.objects.filter(officer=officer).order_by("-taken_at")
    newest = mine.values_list("id", flat=True)[:OWN_SHOWN]
    return list({*newest, *mine.filter(state__in=WAITING).values_list("id", flat=True)})


def to_confirm(second: User, ids: Collection[UUID] | None = None) -> dict[str, dict[str, Any]]:
    """What waits for this officer's word as second officer, by the id of the violation or measure; of these ids, or all of it.

    The paper's whole text is in it: they stand for what they have read.
    """
    waits = Q(second=second.police_number, second_confirmed_at=None) & ~Q(officer=second)
    violations = Violation.objects.filter(waits).exclude(state=ViolationState.ANNULLED)
    measures = Measure.objects.filter(waits)
    if ids is not None:
        violations, measures = violations.filter(id__in=ids), measures.filter(id__in=ids)
    found = [
        *(
            _asked(one, one, one.document_number, one.newest_entry)
            for one in violations.select_related("officer", "offence")
        ),
        *(
            _asked(one, one.violation, one.number, one.entry) | {"kinds": one.kinds}
            for one in measures.select_related("officer", "violation__offence")
        ),
    ]
    return {view["id"]: view for view in sorted(found, key=lambda view: str(view["occurred_at"]))}


def _asked(one: Violation | Measure, violation: Violation, number: str, entry: int) -> dict[str, Any]:
    paper = paper_of(entry)
    return {
        "id": str(one.id),
        "violation": str(violation.id),
        "kinds": [],
        "number": number,
        "digest": paper.digest if paper else "",
        "paper": paper.text if paper else "",
        "officer": one.officer_id,
        "officer_name": one.officer.name,
        "plate": violation.plate,
        "offence": violation.offence_code,
        "offence_name": _called(violation.offence_code, violation.offence),
        "occurred_at": violation.occurred_at.isoformat(),
        "place_text": violation.place_text,
        "arrived_at": one.arrived_at.isoformat(),
    }


def _rows() -> QuerySet[Measure]:
    return Measure.objects.select_related("unit", "officer", "terminal", "violation__offence")


def _masked(measures: Iterable[Measure], viewer: User) -> list[dict[str, Any]]:
    shown = list(measures)
    names = names_of([name for one in shown for name in (one.second, one.decided_by_id or "")])
    return [
        {
            "id": str(one.id),
            "violation": str(one.violation_id),
            "state": one.state,
            "kinds": one.kinds,
            "number": one.number,
            "plate": plate.mask(one.violation.plate),
            "plate_type": one.violation.plate_type,
            "offence": one.violation.offence_code,
            "offence_name": _called(one.violation.offence_code, one.violation.offence),
            "place_text": one.violation.place_text,
            "unit": one.unit_id,
            "unit_name": one.unit.name_zh,
            "officer": one.officer_id,
            "officer_name": one.officer.name,
            "second": one.second,
            "second_name": names.get(one.second, ""),
            "second_confirmed_at": _iso(one.second_confirmed_at),
            "taken_at": one.taken_at.isoformat(),
            "due_at": one.due_at.isoformat(),
            "arrived_at": one.arrived_at.isoformat(),
            "decided_at": _iso(one.decided_at),
            "decided_by": one.decided_by_id,
            "decided_by_name": names.get(one.decided_by_id or "", ""),
            "ground": one.ground,
            "given_back_at": _iso(one.given_back_at),
            "may_decide": _may_decide(one, viewer),
        }
        for one in shown
    ]


def _may_decide(measure: Measure, viewer: User) -> bool:
    """Whether this viewer is a leader who neither took it nor was the second officer, whatever its state."""
    return may(viewer, Capability.APPROVE_MEASURE) and viewer.police_number not in (
        measure.officer_id,
        measure.second,
    )


def _reason(why: str, measure: Measure, viewer: User) -> str:
    if why == APPROVAL:
        if measure.state in WAITING and _may_decide(measure, viewer):
            return why
        raise WhyNeeded
    if len(why) > LONGEST_WHY:
        raise WhyNeeded
    return plate.hide(why, measure.violation.plate)


def _law(offence: Offence | None) -> dict[str, Any] | None:
    if offence is None:
        return None
    return {
        "name": offence.name_zh,
        "legal_basis": offence.legal_basis,
        "penalty_basis": offence.penalty_basis,
        "measures": offence.measures,
        "articles": [
            {"article": cited, "zh": said["zh"], "en": said["en"]}
            for cited, said in articles_cited(f"{offence.legal_basis}、{offence.penalty_basis}")
        ],
    }


def _called(code: str, offence: Offence | None) -> str:
    return short_name(code) or (offence.name_zh if offence else "")


def _photo(photo: Photo) -> dict[str, Any]:
    return {
        "digest": photo.digest,
        "shot": photo.shot,
        "taken_at": photo.taken_at.isoformat(),
        "px": [photo.width, photo.height] if photo.width and photo.height else None,
        "bytes": photo.size,
        "source": photo.source,
        "arrived_at": _iso(photo.arrived_at),
    }


def _text_sha256(happened: Iterable[Entry], measure: Measure) -> str:
    taken = next(one for one in happened if one.id == measure.entry)
    return sha256(taken.record.text).hexdigest() if taken.record else ""


def _happened(entry: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    by = str(entry.body.get("by") or entry.actor)
    return {
        "what": entry.kind.partition(".")[2],
        "at": entry.at.isoformat(),
        "by": by,
        "by_name": names.get(by, ""),
        "number": entry.number,
        "reason": entry.body.get("ground", ""),
        "remark": entry.body.get("remark") or entry.body.get("why") or "",
    }


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
