"""Reading violations: the state of their photos, the officer's short view, the masked row of a list, and everything for who may look."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import User
from evidence import queries as evidence
from evidence.ledger import read_payload
from field.models import Offence, Photo, Received, Violation
from field.models.projection import read_record
from field.rules import plate
from field.rules.law.names import short_name
from field.rules.record import AmendmentRecord, ViolationRecord

OWN_SNAPSHOT = 200
"""So many of an officer's own records a fresh handheld is told of."""


@dataclass(frozen=True, slots=True)
class PhotoCount:
    """How many photos a record named, and how many of them are here."""

    total: int
    arrived: int

    @property
    def outstanding(self) -> bool:
        """Some are not here: the record is incomplete."""
        return self.arrived < self.total


NO_PHOTOS = PhotoCount(0, 0)


def photo_counts(records: Collection[UUID]) -> dict[UUID, PhotoCount]:
    """For each of these records how many photos it named and how many came; a record without photos is left out."""
    rows = (
        Photo.objects.filter(record__in=records)
        .values("record")
        .annotate(total=Count("id"), arrived=Count("id", filter=Q(arrived_entry__isnull=False)))
    )
    return {row["record"]: PhotoCount(row["total"], row["arrived"]) for row in rows}


def outstanding() -> Exists:
    """Condition on violations: a photo that the newest record names has not come."""
    return Exists(Photo.objects.filter(record=OuterRef("newest_record"), arrived_entry__isnull=True))


SHORT = (
    "id",
    "state",
    "reason",
    "remark",
    "plate",
    "offence_code",
    "occurred_at",
    "place_text",
    "newest_record",
    "second",
    "second_confirmed_at",
)
"""The columns that `_short_views` needs: a handheld's feed asks for it at each contact, and a violation has many more."""


def own_views(officer: User, ids: Collection[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """The officer's view of those of these violations that are their own, by id; those being checked among them."""
    mine = Violation.objects.filter(id__in=ids, officer=officer).order_by().only(*SHORT)
    views = _short_views(mine)
    return {**_views_of_set_aside(officer, [one for one in ids if one not in views]), **views}


def own_ids(officer: User) -> list[UUID]:
    """The newest of an officer's own records, and those of them that are being checked or were refused."""
    newest = Violation.objects.filter(officer=officer).order_by("-occurred_at")[:OWN_SNAPSHOT]
    aside = Received.objects.filter(
        officer=officer.police_number,
        decision__in=[Received.Decision.WAITING, Received.Decision.REFUSED],
        type="violation",
        uid__isnull=False,
    ).order_by("-entry")
    waiting = aside.values_list("uid", flat=True)[:OWN_SNAPSHOT]
    return [*(one.id for one in newest), *(uid for uid in waiting if uid is not None)]


def masked_rows(violations: Iterable[Violation]) -> list[dict[str, Any]]:
    """Rows of a list, in its order: nothing that names a person, and the plate without its last characters."""
    rows = list(violations)
    photos = photo_counts([one.newest_record for one in rows])
    names = offence_names(rows)
    checked = ids_with_text_set_aside([one.id for one in rows])
    return [
        _masked(one, names.get(one.id, ""), photos.get(one.newest_record, NO_PHOTOS))
        | {"checking": one.id in checked}
        for one in rows
    ]


def offence_names(violations: Collection[Violation]) -> dict[UUID, str]:
    """What each of these violations is called, by its id: the short name that people use, else the name in its version of the catalogue."""
    names = dict(
        Offence.objects.filter(id__in={one.offence_id for one in violations}).values_list("id", "name_zh")
    )
    return {one.id: short_name(one.offence_code) or names.get(one.offence_id or 0, "") for one in violations}


def _short_views(violations: Iterable[Violation]) -> dict[UUID, Mapping[str, Any]]:
    rows = list(violations)
    photos = photo_counts([one.newest_record for one in rows])
    being_checked = ids_with_text_set_aside([one.id for one in rows])
    return {
        one.id: {
            "id": str(one.id),
            "state": one.state,
            "reason": one.reason,
            "remark": one.remark,
            "plate": one.plate,
            "offence": one.offence_code,
            "occurred_at": one.occurred_at.isoformat(),
            "place_text": one.place_text,
            "photos_total": photos.get(one.newest_record, NO_PHOTOS).total,
            "photos_arrived": photos.get(one.newest_record, NO_PHOTOS).arrived,
            "second": one.second,
            "second_confirmed_at": iso(one.second_confirmed_at) if one.second_confirmed_at else None,
            "checking": one.id in being_checked,
        }
        for one in rows
    }


def ids_with_text_set_aside(ids: Collection[UUID]) -> set[UUID]:
    """Violations about which a text waits for somebody's judgement: an amendment, or a second text under the same uid."""
    waiting = Received.objects.filter(about__in=ids, decision=Received.Decision.WAITING)
    return {one for one in waiting.values_list("about", flat=True) if one is not None}


def _views_of_set_aside(officer: User, ids: Collection[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """What an officer sees of own records that are no violations yet: what the text says, and that it is being checked or was refused."""
    if not ids:
        return {}
    rows = (
        Received.objects.filter(uid__in=ids, officer=officer.police_number)
        .exclude(decision="")
        .order_by("entry")
    )
    texts = text_of([one.entry for one in rows])
    photos = photo_counts([one.uid for one in rows if one.uid is not None])
    views: dict[UUID, Mapping[str, Any]] = {}
    for row in rows:
        record = read_record(texts[row.entry])
        if row.uid is None or not isinstance(record, ViolationRecord | AmendmentRecord):
            continue
        waiting = row.decision == Received.Decision.WAITING
        views[row.uid] = {
            "id": str(row.uid),
            "state": "recorded" if waiting else row.decision,
            "reason": row.reason if waiting else row.ground,
            "remark": "",
            "plate": record.said.plate,
            "offence": record.said.offence,
            "occurred_at": record.said.occurred_at.isoformat(),
            "place_text": record.said.place_text,
            "photos_total": photos.get(row.uid, NO_PHOTOS).total,
            "photos_arrived": photos.get(row.uid, NO_PHOTOS).arrived,
            "second": record.said.second,
            "second_confirmed_at": None,
            "checking": waiting,
        }
    return views


def text_of(entries: Collection[int]) -> dict[int, bytes]:
    """The exact text that each of these entries carries, by entry id."""
    rows = evidence.ask("SELECT id, payload FROM entry WHERE id = ANY(%s)", [list(entries)])
    found = {}
    for entry_id, payload in rows:
        record = read_payload(entry_id, bytes(payload)).record
        if record is not None:
            found[entry_id] = record.text
    return found


def _masked(violation: Violation, offence_name: str, photos: PhotoCount) -> dict[str, Any]:
    return {
        "id": str(violation.id),
        "state": violation.state,
        "kind": violation.kind,
        "plate": plate.mask(violation.plate),
        "plate_type": violation.plate_type,
        "offence": violation.offence_code,
        "offence_name": offence_name,
        "occurred_at": iso(violation.occurred_at),
        "arrived_at": iso(violation.arrived_at),
        "place_text": violation.place_text,
        "unit": violation.unit_id,
        "officer": violation.officer_id,
        "versions": violation.versions,
        "served": violation.served,
        "doubts": violation.doubts,
        "reason": violation.reason,
        "photos_total": photos.total,
        "photos_arrived": photos.arrived,
        "point": [violation.point.x, violation.point.y] if violation.point else None,
    }


def iso(moment: dt.datetime) -> str:
    """A moment as the doors say it."""
    return moment.isoformat()
