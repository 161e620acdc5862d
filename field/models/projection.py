"""What each row of what came in must be, as functions of ledger entries alone: received texts, photos, violations, items.

Operations write what these say, verify_ledger asks them again. They stand here and not in a room, since several rooms write entries
about the same rows: recording and review about a violation, every room about a text that it took.
"""

import datetime as dt
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point

from evidence.ledger import Entry, SignedRecord, read_payload
from evidence.queries import ask
from evidence.replay import Projection, Row
from field.rules import record_text as records
from field.rules import violation as rules
from field.rules.intake import UNSIGNED, Outcome, Reason
from field.rules.measure import needs_second
from field.rules.reading import Unreadable
from field.rules.record import (
    AmendmentRecord,
    DraftClosedRecord,
    Head,
    MeasureRecord,
    NamedPhoto,
    PaperSaid,
    PaperStepRecord,
    PhotoSource,
    Record,
    Said,
    TaskStepRecord,
    ViolationRecord,
)
from field.rules.shots import Shot

ADMITTING = frozenset(
    {
        "violation.recorded",
        "violation.amended",
        "draft.closed",
        "task.signed",
        "task.arrived",
        "task.reported",
        "task.step_late",
        "paper.served",
        "paper.not_accepted",
        "paper.reprinted",
        "paper.confirmed",
        "number.voided",
        "measure.taken",
        "measure.confirmed",
        "measure.served",
        "measure.not_accepted",
        "measure.reprinted",
    }
)
"""Kinds that can carry a record which counts. Without a record (a step taken at the desk) they say nothing about a text."""
SET_ASIDE = {"record.quarantined": Outcome.QUARANTINED, "record.conflict": Outcome.CONFLICT}
JUDGED = {"quarantine.admitted": "admitted", "quarantine.refused": "refused"}
WAITING = "waiting"


def digest_of(record: SignedRecord) -> str:
    """The key of a received text: SHA-256 over its exact bytes."""
    return sha256(record.text).hexdigest()


def photos_under(uid: UUID | None, text_sha256: str, reason: str) -> UUID:
    """Under which record the photos that a text names are kept.

    Under its uid; but a second text with a uid that is taken must not add its photos to the first one's record.
    """
    return UUID(hex=text_sha256[:32]) if uid is None or reason == Reason.UID_TAKEN else uid


def read_record(text: bytes) -> Record | None:
    """The record in these bytes; None where this server can't read it."""
    try:
        return records.read(text.decode())
    except (Unreadable, records.UnknownVersion, UnicodeDecodeError):
        return None


def paper_of(entry_id: int) -> PaperSaid | None:
    """The paper that an entry's record says was made; None where it made none."""
    ((payload,),) = ask("SELECT payload FROM entry WHERE id = %s", [entry_id])
    signed = read_payload(entry_id, bytes(payload)).record
    record = read_record(signed.text) if signed else None
    match record:
        case ViolationRecord() | AmendmentRecord():
            return record.said.paper
        case MeasureRecord():
            return record.paper
        case _:
            return None


def about(record: Record) -> UUID:
    """What a record speaks of: its violation, draft or task; itself, where it speaks of none."""
    match record:
        case AmendmentRecord():
            return record.amends
        case DraftClosedRecord():
            return record.draft
        case TaskStepRecord():
            return record.task
        case PaperStepRecord():
            return record.violation or record.head.uid
        case MeasureRecord():
            return record.violation
        case _:
            return record.head.uid


# texts


def _received_key(entry: Entry) -> tuple[str, ...]:
    if entry.kind in JUDGED:
        return (entry.subject,)
    return (digest_of(entry.record),) if entry.record else ()


def _received(row: Row | None, entry: Entry, key: str) -> Row | None:
    if entry.kind in JUDGED:
        return row and row | {"decision": JUDGED[entry.kind], "ground": entry.body["ground"]}
    if row is not None or entry.record is None:
        return row  # admitted after it was set aside: the first entry stays the one that took it
    outcome = SET_ASIDE.get(entry.kind, Outcome.ADMITTED)
    reason = entry.body.get("reason", "") if entry.kind in SET_ASIDE else ""
    said = records.hint(entry.record.text.decode(errors="replace"))
    signed = reason not in UNSIGNED
    record = read_record(entry.record.text)
    return {
        "uid": said.uid if signed else None,
        "type": said.type,
        "about": about(record) if record and signed else None,
        "terminal": entry.record.key,
        "seq": said.seq if signed else None,
        "prev": said.prev,
        "officer": said.officer,
        "outcome": outcome.value,
        "reason": reason,
        "decision": WAITING if entry.kind in SET_ASIDE else "",
        "ground": "",
        "entry": entry.id,
        "arrived_at": entry.record.arrived_at,
    }


RECEIVED = Projection(
    model="field.Received",
    kinds=ADMITTING | frozenset(SET_ASIDE) | frozenset(JUDGED),
    key=_received_key,
    step=_received,
)


# photos


def photos_of(entry: Entry) -> tuple[UUID | None, tuple[NamedPhoto, ...]]:
    """Under which record an entry's text names photos, and which; nothing for a text that nobody signed."""
    if entry.record is None or entry.body.get("reason", "") in UNSIGNED:
        return None, ()
    reason = entry.body.get("reason", "") if entry.kind in SET_ASIDE else ""
    record = read_record(entry.record.text)
    if record is not None:
        return photos_under(record.head.uid, digest_of(entry.record), reason), record.head.photos
    said = records.hint(entry.record.text.decode(errors="replace"))
    promised = tuple(
        NamedPhoto(
            sha256=digest,
            size=size,
            px=None,
            shot=Shot.OTHER,
            source=PhotoSource.FILE,
            taken_at=entry.record.arrived_at,
            place=None,
        )
        for digest, size in said.photos
    )
    return photos_under(said.uid, digest_of(entry.record), reason), promised


def photo_id(record: UUID, digest: str) -> str:
    """The key of a photo's row."""
    return f"{record}:{digest}"


def _photo_key(entry: Entry) -> tuple[str, ...]:
    if entry.kind == "photo.arrived":
        return tuple(f"{record}:{entry.subject}" for record in entry.body["records"])
    record, photos = photos_of(entry)
    return tuple(photo_id(record, one.sha256) for one in photos) if record else ()


def _photo(row: Row | None, entry: Entry, key: str) -> Row | None:
    if entry.kind == "photo.arrived":
        arrived = {"arrived_at": entry.at, "arrived_entry": entry.id}
        return row and (row if row["arrived_entry"] is not None else row | arrived)
    if row is not None or entry.record is None:
        return row
    record, photos = photos_of(entry)
    place, photo = next((at, one) for at, one in enumerate(photos) if key.endswith(one.sha256))
    here = entry.body.get("photos_here", {}).get(photo.sha256)
    return {
        "record": record,
        "terminal": entry.record.key,
        "digest": photo.sha256,
        "size": photo.size,
        "shot": photo.shot.value,
        "place_in_record": place,
        "taken_at": photo.taken_at,
        "width": photo.px[0] if photo.px else None,
        "height": photo.px[1] if photo.px else None,
        "source": photo.source.value,
        "arrived_at": dt.datetime.fromisoformat(here["at"]) if here else None,
        "arrived_entry": here["entry"] if here else None,
    }


PHOTO = Projection(
    model="field.Photo",
    kinds=ADMITTING | frozenset(SET_ASIDE) | {"photo.arrived"},
    key=_photo_key,
    step=_photo,
)


# violations

SERVICE = frozenset({"paper.served", "paper.not_accepted"})
"""What a step on a paper says of its service: refused to accept, and noted, is served, too (Order 157 arts. 44, 25, 46)."""
ACTS = {
    "violation.confirmed": rules.Act.CONFIRM,
    "violation.returned": rules.Act.RETURN,
    "violation.annul_proposed": rules.Act.PROPOSE_ANNULMENT,
    "violation.annulled": rules.Act.AGREE_TO_ANNUL,
    "violation.annul_refused": rules.Act.REFUSE_ANNULMENT,
}


def _violation(row: Row | None, entry: Entry, key: str) -> Row | None:
    if entry.kind in ACTS:
        return row and row | _decided(row, entry)
    if entry.kind == "paper.confirmed":
        return row and row | {"second_confirmed_at": entry.at}
    record = entry.record and read_record(entry.record.text)
    if entry.kind in SERVICE and isinstance(record, PaperStepRecord):
        return row and row | {"served": True, "served_at": row["served_at"] or made_at(record.head)}
    if not isinstance(record, ViolationRecord | AmendmentRecord):
        return row
    said = _words(record, entry)
    if isinstance(record, AmendmentRecord):
        was = rules.State(row["state"]) if row else rules.State.RECORDED
        return row and row | said | _service_kept(row, said) | {
            "versions": row["versions"] + 1,
            "state": rules.after(was, rules.Act.AMEND).value,
            "reason": "",
            "remark": "",
            "decided_at": None,
        }
    head = record.head
    return said | {
        "first_entry": entry.id,
        "versions": 1,
        "terminal_id": head.terminal,
        "officer_id": head.officer,
        "shift_id": head.shift,
        "unit_id": entry.body["unit"],
        "state": rules.State.RECORDED.value,
        "reason": "",
        "remark": "",
        "decided_at": None,
        "proposed_by_id": None,
        "arrived_at": entry.record.arrived_at if entry.record else None,
    }


def made_at(head: Head) -> dt.datetime:
    """When a record was made, by the server's clock as far as the handheld knew it."""
    return head.made_at or head.claimed_at


def _service_kept(row: Row, said: Row) -> Row:
    """A paper that a step says was handed over stays so in a new version, as long as it is that paper."""
    if row["served_at"] is None or row["document_number"] != said["document_number"]:
        return {}
    return {"served": True, "served_at": row["served_at"]}


def _decided(row: Row, entry: Entry) -> Row:
    act = ACTS[entry.kind]
    changed: Row = {
        "state": rules.after(
            rules.State(row["state"]),
            act,
            delivered=rules.is_delivered(rules.Kind(row["kind"]), row["served"]),
        ).value,
        "decided_at": entry.at,
    }
    match act:
        case rules.Act.CONFIRM:
            changed |= {"reason": "", "remark": ""}
        case rules.Act.RETURN | rules.Act.PROPOSE_ANNULMENT:
            changed |= {"reason": entry.body["reason"], "remark": entry.body["remark"]}
        case rules.Act.REFUSE_ANNULMENT:
            changed |= {"reason": "", "remark": entry.body["remark"], "proposed_by_id": None}
        case _:
            pass
    if act == rules.Act.PROPOSE_ANNULMENT:
        changed["proposed_by_id"] = entry.actor
    return changed


def _words(record: ViolationRecord | AmendmentRecord, entry: Entry) -> Row:
    """The columns that the newest record decides."""
    said, place, person = record.said, record.said.place, record.said.person
    return {
        "newest_entry": entry.id,
        "newest_record": record.head.uid,
        "kind": said.kind.value,
        "occurred_at": said.occurred_at,
        "plate": said.plate,
        "plate_type": said.plate_type,
        "offence_id": entry.body["offence"],
        "offence_code": said.offence,
        "fine": said.fine,
        "points": said.points,
        "measured": said.measured,
        "limit": said.limit,
        "point": Point(place.lon, place.lat, srid=4326) if place else None,
        "accuracy_m": place.acc_m if place else None,
        "place_source": place.source.value if place else "",
        "place_text": said.place_text,
        "direction": said.direction,
        "person_name": person.name if person else "",
        "licence_number": person.licence if person else "",
        "person_phone": person.phone if person else "",
        "note": said.note,
        "document_number": said.document_number,
        "served": said.served,
        "served_at": None,
        "second": said.second,
        "second_confirmed_at": None,
        "needs_second": _needs_second(said),
        "clock_offset_ms": record.head.clock.offset_ms,
        "doubts": list(entry.body["doubts"]),
    }


def _needs_second(said: Said) -> bool:
    """Where a paper came of it: what is only a record decides nothing that two would have to decide."""
    if said.law is None or not (said.paper or said.document_number):
        return False
    return needs_second(said.law.verdict.outcome, said.law.verdict.measures)


VIOLATION = Projection(
    model="field.Violation",
    kinds=frozenset(ACTS) | {"violation.recorded", "violation.amended", "paper.confirmed"} | SERVICE,
    key=lambda entry: (entry.subject,),
    step=_violation,
)


# items


def _item(row: Row | None, entry: Entry, key: str) -> Row | None:
    if entry.kind == "item.closed":
        return row and row | {
            "closed_at": entry.at,
            "closed_by": "" if entry.actor == "system" else entry.actor,
            "ground": entry.body["ground"],
        }
    body: dict[str, Any] = dict(entry.body)
    return {
        "kind": body["kind"],
        "subject": body["subject"],
        "unit_id": body["unit"],
        "opened_at": entry.at,
        "facts": body["facts"],
        "closed_at": None,
        "closed_by": "",
        "ground": "",
    }


ITEM = Projection(
    model="field.Item",
    kinds=frozenset({"item.opened", "item.closed"}),
    key=lambda entry: (entry.subject,),
    step=_item,
)

PROJECTIONS = (RECEIVED, PHOTO, VIOLATION, ITEM)
