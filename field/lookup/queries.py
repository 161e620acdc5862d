"""Reading for citizens: from a secret that they hold to the facts that visibility.py lets out."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from evidence import queries as evidence
from evidence.queries import Receipt
from evidence.replay import plain
from field.lookup import keys
from field.models import Payment, PaymentImport, Photo, PublicToken, Received, VehicleKey, Violation
from field.models.projection import VIOLATION
from field.rules import plate as plates
from field.rules import visibility
from field.rules.violation import Kind, State

MOST_ROWS = 50


@dataclass(frozen=True)
class Found:
    """One violation as its citizen may see it, with what the log says of it."""

    view: visibility.PublicView
    proof: "Proof"


@dataclass(frozen=True)
class Proof:
    """What the log proves of this record just now. `receipt` is None until the record's entry is sealed."""

    unchanged: bool
    receipt: Receipt | None
    record_sha256: str


class BeingChecked(Exception):
    """The record came in, but somebody must look at it before it counts."""


def by_token(token: str) -> UUID | None:
    """The violation that a ticket's token names; None where it names none.

    :raises BeingChecked: its record is set aside
    """
    key = keys.token_key(token)
    record = (
        PublicToken.objects.filter(keyed_hash=key).values_list("record", flat=True).first() if key else None
    )
    if record is None or Violation.objects.filter(id=record).exists():
        return record
    if Received.objects.filter(uid=record, decision=Received.Decision.WAITING).exists():
        raise BeingChecked
    return None


def by_number(document_number: str, licence_ending: str) -> UUID | None:
    """The violation with this number on its paper whose person's licence number ends so (4 characters)."""
    if not document_number or len(licence_ending) != 4:
        return None
    return (
        Violation.objects.filter(document_number=document_number, licence_number__iendswith=licence_ending)
        .values_list("id", flat=True)
        .first()
    )


def by_vehicle(plate: str, plate_type: str, engine_ending: str) -> list[visibility.ReducedRow] | None:
    """The reduced rows of a vehicle, newest first, at most MOST_ROWS; None where the register knows no such vehicle."""
    if not VehicleKey.objects.filter(keyed_hash=keys.vehicle_key(plate, plate_type, engine_ending)).exists():
        return None
    rows = (
        Violation.objects.filter(plate=plate, plate_type=plate_type)
        .exclude(state=State.ANNULLED)
        .select_related("unit", "offence")
        .order_by("-occurred_at")[:MOST_ROWS]
    )
    return [visibility.reduced_row(facts, district=facts.unit_zh) for facts in _facts(rows)]


def found(violation_id: UUID, *, now: dt.datetime) -> Found:
    """The view of one violation and what the log proves of it.

    :raises Violation.DoesNotExist: there is none
    """
    violation = Violation.objects.select_related("unit", "offence").get(id=violation_id)
    (facts,) = _facts([violation])
    view = visibility.public_view(facts, today=timezone.localtime(now).date())
    return Found(view, prove(violation))


def prove(violation: Violation) -> Proof:
    """Compare the row that is shown with what its ledger entries say it must be, and fetch the proof that they are in the log.

    Replays this one violation with the very function that made its row: a column changed by hand shows at once. That the whole log
    hangs together is verify_ledger's work and the handhelds', not this page's.
    """
    key, expected, record_sha256 = str(violation.id), None, ""
    for entry in evidence.entries_about(violation.id):
        if entry.kind in VIOLATION.kinds and key in VIOLATION.key(entry):
            expected = VIOLATION.row_after(expected, entry, key)
        if entry.id == violation.newest_entry and entry.record:
            record_sha256 = sha256(entry.record.text).hexdigest()
    stored = {one.attname: plain(one, getattr(violation, one.attname)) for one in VIOLATION.columns()}
    receipt = evidence.receipts([violation.newest_entry]).get(violation.newest_entry)
    return Proof(expected == stored, receipt, record_sha256)


def _facts(violations: Iterable[Violation]) -> list[visibility.Facts]:
    """Turn rows into the values that the rule takes, with their photos and payments, in three queries for any number of rows."""
    rows = list(violations)
    photos = _photos([v.newest_record for v in rows])
    paid = _paid([v.document_number for v in rows if v.document_number])
    known_to = PaymentImport.objects.aggregate(to=Max("covers_to"))["to"]
    return [
        _facts_of(v, photos.get(v.newest_record, (0, 0)), paid.get(v.document_number, (0, None)), known_to)
        for v in rows
    ]


def _photos(records: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """How many photos each record names, and how many of them are here."""
    counted = (
        Photo.objects.filter(record__in=records)
        .values("record")
        .annotate(named=Count("id"), here=Count("id", filter=Q(arrived_at__isnull=False)))
    )
    return {row["record"]: (row["named"], row["here"]) for row in counted}


def _paid(numbers: list[str]) -> dict[str, tuple[int, dt.date | None]]:
    """What was paid on each document number, in yuan, and when last."""
    summed = (
        Payment.objects.filter(document_number__in=numbers)
        .values("document_number")
        .annotate(sum=Sum("amount"), last=Max("paid_on"))
    )
    return {row["document_number"]: (row["sum"], row["last"]) for row in summed}


def _facts_of(
    v: Violation, photos: tuple[int, int], paid: tuple[int, dt.date | None], payments_known_to: dt.date | None
) -> visibility.Facts:
    offence = v.offence
    return visibility.Facts(
        kind=Kind(v.kind),
        state=State(v.state),
        served=v.served,
        occurred_at=timezone.localtime(v.occurred_at),
        arrived_at=timezone.localtime(v.arrived_at),
        decided_at=timezone.localtime(v.decided_at) if v.decided_at else None,
        plate_masked=plates.mask(v.plate),
        plate_type=v.plate_type,
        offence_code=v.offence_code,
        offence_name=offence.name_zh if offence else "",
        legal_basis=offence.legal_basis if offence else "",
        penalty_basis=offence.penalty_basis if offence else "",
        fine=v.fine,
        fine_min=offence.fine_min if offence else None,
        fine_max=offence.fine_max if offence else None,
        points=v.points,
        place_text=v.place_text,
        document_number=v.document_number,
        unit_zh=v.unit.name_zh,
        unit_en=v.unit.name_en,
        photos=photos[0],
        photos_arrived=photos[1],
        paid=paid[0],
        paid_on=paid[1],
        payments_known_to=payments_known_to,
    )
