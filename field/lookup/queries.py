"""Reading for citizens: from a secret that they hold to the facts that visibility.py lets out."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from accounts.models import Unit
from evidence import queries as evidence
from evidence.replay import plain
from field.lookup import keys
from field.lookup.proof import Proof
from field.models import Payment, PaymentImport, Photo, PublicToken, Received, VehicleKey, Violation
from field.models.projection import VIOLATION
from field.rules import plate as plates
from field.rules import visibility
from field.rules.keyed import LICENCE_ENDING
from field.rules.violation import Kind, State

MOST_ROWS = 50
LOOKS = 3


@dataclass(frozen=True)
class Found:
    """One violation as its citizen may see it, with what the log says of it."""

    view: visibility.PublicView
    proof: Proof


class BeingChecked(Exception):
    """The record came in, but somebody must look at it before it counts."""


class DoesNotCount(Exception):
    """The record came in, was looked at, and was refused: its paper has no effect."""


def by_token(token: str) -> UUID | None:
    """The violation that a ticket's token names; None where it names none.

    :raises BeingChecked: its record is set aside
    :raises DoesNotCount: its record was refused
    """
    key = keys.token_key(token)
    return _behind(key) if key else None


def by_number(document_number: str, licence_ending: str) -> UUID | None:
    """The violation with this number on its paper whose person's licence number ends so (4 characters).

    :raises BeingChecked: its record is set aside, or two papers carry these
    :raises DoesNotCount: its record was refused
    """
    if not document_number or len(licence_ending) != LICENCE_ENDING:
        return None
    found = Violation.objects.filter(
        document_number=document_number, licence_number__iendswith=licence_ending
    ).values_list("id", flat=True)[:2]
    match list(found):
        case [one]:
            return one
        case []:
            return _behind(keys.paper_key(document_number, licence_ending))
        case _:
            raise BeingChecked  # the same number twice: which is whose must be settled first, and is no citizen's to guess


def _behind(key: str) -> UUID | None:
    """The violation that a kept way in leads to, or what became of its record."""
    record = PublicToken.objects.filter(keyed_hash=key).values_list("record", flat=True).first()
    if record is None or Violation.objects.filter(id=record).exists():
        return record
    decisions = set(Received.objects.filter(uid=record).values_list("decision", flat=True))
    if Received.Decision.WAITING in decisions:
        raise BeingChecked
    if Received.Decision.REFUSED in decisions:
        raise DoesNotCount
    return None


def by_vehicle(plate: str, plate_type: str, engine_ending: str) -> list[visibility.ReducedRow] | None:
    """The reduced rows of a vehicle, newest first, at most MOST_ROWS; None where the register knows no such vehicle."""
    if not VehicleKey.objects.filter(keyed_hash=keys.vehicle_key(plate, plate_type, engine_ending)).exists():
        return None
    rows = (
        Violation.objects.filter(plate=plate, plate_type=plate_type)
        .exclude(Q(state=State.ANNULLED) | Q(kind=Kind.RECORD_ONLY))
        .select_related("unit__parent", "offence")
        .order_by("-occurred_at")[:MOST_ROWS]
    )
    shown = (
        visibility.reduced_row(facts, district=_brigade(row.unit).name_zh)
        for row, facts in zip(rows, _facts(rows), strict=True)
    )
    return [one for one in shown if one is not None]


def _brigade(unit: Unit) -> Unit:
    """The brigade over a squad: as near as a place may be told to somebody without the slip."""
    return unit.parent if unit.level == Unit.Level.SQUADRON and unit.parent is not None else unit


def found(violation_id: UUID, *, now: dt.datetime) -> Found:
    """The view of one violation and what the log proves of it.

    Row and entries are read in two looks; where somebody decided in between they don't agree, and are read anew. Only what differs
    again and again was changed by hand.

    :raises Violation.DoesNotExist: there is none
    """
    for _ in range(LOOKS):
        violation = Violation.objects.select_related("unit", "offence").get(id=violation_id)
        proof = prove(violation)
        if proof.unchanged:
            break
    (facts,) = _facts([violation])
    return Found(visibility.public_view(facts, today=timezone.localtime(now).date()), proof)


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
    """Turn rows into the values that the rule takes, with their photos and payments, in four queries for any number of rows."""
    rows = list(violations)
    photos = _photos([v.newest_record for v in rows])
    checking = _with_text_set_aside([v.id for v in rows])
    paid = _paid([v.document_number for v in rows if v.document_number])
    known_to = PaymentImport.objects.aggregate(to=Max("covers_to"))["to"]
    return [
        _facts_of(
            v,
            photos.get(v.newest_record, (0, 0)),
            paid.get(v.document_number, (0, None)),
            known_to,
            checking=v.id in checking,
        )
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


def _with_text_set_aside(ids: list[UUID]) -> set[UUID]:
    """Those about which a text waits for somebody's judgement."""
    waiting = Received.objects.filter(about__in=ids, decision=Received.Decision.WAITING)
    return {one for one in waiting.values_list("about", flat=True) if one is not None}


def _paid(numbers: list[str]) -> dict[str, tuple[int, dt.date | None]]:
    """What was paid on each document number, in yuan, and when last."""
    summed = (
        Payment.objects.filter(document_number__in=numbers)
        .values("document_number")
        .annotate(sum=Sum("amount"), last=Max("paid_on"))
    )
    return {row["document_number"]: (row["sum"], row["last"]) for row in summed}


def _facts_of(
    v: Violation,
    photos: tuple[int, int],
    paid: tuple[int, dt.date | None],
    payments_known_to: dt.date | None,
    *,
    checking: bool,
) -> visibility.Facts:
    offence = v.offence
    return visibility.Facts(
        kind=Kind(v.kind),
        state=State(v.state),
        served=v.served,
        checking=checking,
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
