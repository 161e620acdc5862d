"""Reading for citizens: from a secret that they hold to the facts that visibility.py lets out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.models import Unit
from evidence import queries as evidence
from evidence import replay
from evidence.chain import ProofRefused
from evidence.ledger import PayloadRefused
from evidence.replay import plain
from field.lookup import keys
from field.lookup.proof import Proof
from field.models import Received, Violation
from field.models.projection import VIOLATION
from field.rules import plate as plates
from field.rules import visibility
from field.rules.keyed import LICENCE_ENDING
from field.rules.shots import NOT_OF_THE_ACT
from field.rules.violation import Kind, State

MOST_ROWS = 50
LOOKS = 3
# A row with all that stands around it in one statement: a page costs little, and what is missing costs about what is there costs.
BESIDE = {
    "unit_zh": "unit.name_zh",
    "unit_en": "unit.name_en",
    "brigade_zh": "CASE WHEN unit.level = %s AND brigade.code IS NOT NULL THEN brigade.name_zh ELSE unit.name_zh END",
    "offence_name": "offence.name_zh",
    "legal_basis": "offence.legal_basis",
    "penalty_basis": "offence.penalty_basis",
    "fine_min": "offence.fine_min",
    "fine_max": "offence.fine_max",
    "named": "photos.named",
    "here": "photos.here",
    "paid": "paid.paid",
    "paid_on": "paid.paid_on",
    "payments_known_to": "(SELECT max(covers_to) FROM field_paymentimport)",
    "checking": "EXISTS (SELECT FROM field_received WHERE about = violation.id AND decision = %s)",
}
AROUND = """SELECT {columns} FROM field_violation violation JOIN accounts_unit unit ON unit.code = violation.unit_id
LEFT JOIN accounts_unit brigade ON brigade.code = unit.parent_id
LEFT JOIN field_offence offence ON offence.id = violation.offence_id
CROSS JOIN LATERAL (
 SELECT count(*) AS named, count(arrived_at) AS here FROM field_photo
 WHERE record = violation.newest_record AND shot <> ALL(%s)) photos
CROSS JOIN LATERAL (
 SELECT coalesce(sum(amount), 0) AS paid, max(paid_on) AS paid_on FROM field_payment
 WHERE document_number = violation.document_number AND document_number <> '') paid
WHERE """
BY_ID = "violation.id = %s"
BY_VEHICLE = """violation.plate = %s AND violation.plate_type = %s AND NOT violation.state = %s AND NOT violation.kind = %s
AND EXISTS (SELECT FROM field_vehiclekey WHERE keyed_hash = %s) ORDER BY violation.occurred_at DESC LIMIT %s"""
BY_NUMBER = "SELECT id FROM field_violation WHERE document_number = %s AND upper(right(licence_number, %s)) = %s LIMIT 2"
# What a slip was printed for: a violation, or a correction of one, which leads to it as soon as it counts.
BEHIND = """SELECT (SELECT id FROM field_violation WHERE id = coalesce((SELECT about FROM field_received
  WHERE uid = record AND type = 'amendment' AND decision IN ('', %s) ORDER BY entry LIMIT 1), record)),
 ARRAY(SELECT decision FROM field_received WHERE uid = record) FROM field_publictoken WHERE keyed_hash = %s"""
MEASURE_BEHIND = """SELECT measure.id FROM field_publictoken JOIN field_measure measure ON measure.id = record
 WHERE keyed_hash = %s"""
MEASURE = """SELECT {columns}, violation.plate, violation.place_text, unit.name_zh AS unit_zh, unit.name_en AS unit_en
FROM field_measure measure JOIN field_violation violation ON violation.id = measure.violation_id
JOIN accounts_unit unit ON unit.code = measure.unit_id WHERE measure.id = %s"""
Row = Mapping[str, Any]
"""A violation's columns by attname, and what stands around it."""


@dataclass(frozen=True)
class Found:
    """One violation as its citizen may see it, with what the log says of it."""

    view: visibility.PublicView
    proof: Proof


@dataclass(frozen=True)
class FoundMeasure:
    """One coercive measure as the holder of its certificate may see it, and what the log says of it."""

    view: visibility.MeasureView
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


def measure_by_token(token: str) -> FoundMeasure | None:
    """The coercive measure whose certificate bears this token; None where it is no certificate's."""
    key = keys.token_key(token)
    for (measure_id,) in evidence.ask_often(MEASURE_BEHIND, [key]) if key else []:
        projection = next(one for one in replay.all_projections() if one.model == "field.Measure")
        names = [one.attname for one in projection.columns()]
        answers = [*names, "plate", "place_text", "unit_zh", "unit_en"]
        asked = MEASURE.format(columns=", ".join(f"measure.{name}" for name in names))
        for _ in range(LOOKS):
            (found,) = evidence.ask_often(asked, [measure_id])
            row = dict(zip(answers, found, strict=True))
            proof = _prove(row, projection, newest=row["entry"])
            if proof.unchanged:
                break
        return FoundMeasure(visibility.measure_view(row), proof)
    return None


def by_number(document_number: str, licence_ending: str) -> UUID | None:
    """The violation with this number on its paper whose person's licence number ends so (4 characters).

    A number that no paper has, and an ending that is not its person's, are the same two statements.

    :raises BeingChecked: its record is set aside, or two papers carry these
    :raises DoesNotCount: its record was refused
    """
    if not document_number or len(licence_ending) != LICENCE_ENDING:
        return None
    match evidence.ask_often(BY_NUMBER, [document_number, LICENCE_ENDING, licence_ending.upper()]):
        case [(one,)]:
            return UUID(str(one))
        case []:
            return _behind(keys.paper_key(document_number, licence_ending))
        case _:
            raise BeingChecked  # the same number twice: which is whose must be settled first, and is no citizen's to guess


def _behind(key: str) -> UUID | None:
    """The violation that a kept way in leads to, or what became of its record."""
    for violation, decisions in evidence.ask_often(BEHIND, [Received.Decision.ADMITTED, key]):
        if violation is not None:
            return UUID(str(violation))
        if Received.Decision.WAITING in decisions:
            raise BeingChecked
        if Received.Decision.REFUSED in decisions:
            raise DoesNotCount
    return None


def by_vehicle(plate: str, plate_type: str, engine_ending: str) -> list[visibility.ReducedRow]:
    """The reduced rows of a vehicle, newest first, at most MOST_ROWS.

    An engine number that is not the vehicle's, and a vehicle without violations, are the same one statement with the same answer: none.
    A squad's violation is told by its brigade: as near as a place may be told to somebody without the slip.
    """
    key = keys.vehicle_key(plate, plate_type, engine_ending)
    rows = _rows(BY_VEHICLE, plate, plate_type, State.ANNULLED, Kind.RECORD_ONLY, key, MOST_ROWS)
    shown = (visibility.reduced_row(_facts(row), district=row["brigade_zh"]) for row in rows)
    return [one for one in shown if one is not None]


def found(violation_id: UUID, *, now: dt.datetime) -> Found:
    """The view of one violation and what the log proves of it.

    Row and entries are read in two looks; where somebody decided in between they don't agree, and are read anew. Only what differs
    again and again was changed by hand.

    :raises Violation.DoesNotExist: there is none
    """
    for _ in range(LOOKS):
        rows = _rows(BY_ID, violation_id)
        if not rows:
            raise Violation.DoesNotExist
        proof = _prove(rows[0], VIOLATION, newest=rows[0]["newest_entry"])
        if proof.unchanged:
            break
    return Found(visibility.public_view(_facts(rows[0]), today=timezone.localtime(now).date()), proof)


def _prove(row: Row, projection: replay.Projection, *, newest: int) -> Proof:
    """Compare the row that is shown with what its ledger entries say it must be; each entry has been proved to stand in the log.

    Replays this one row with the very function that made its row: a column changed by hand shows at once, and so does an entry.
    That the whole log hangs together is verify_ledger's work and the handhelds', not this page's.
    """
    key = str(row["id"])
    expected, record_sha256 = None, ""
    try:
        history = evidence.history(key, projection.kinds)
    except (ProofRefused, PayloadRefused):
        return Proof(False, None, "")
    for entry in history.entries:
        if entry.kind in projection.kinds and key in projection.key(entry):
            expected = projection.row_after(expected, entry, key)
        if entry.id == newest and entry.record:
            record_sha256 = sha256(entry.record.text).hexdigest()
    stored = {one.attname: plain(one, row[one.attname]) for one in projection.columns()}
    return Proof(expected == stored, history.receipts.get(newest), record_sha256)


def _rows(which: str, *values: Any) -> list[Row]:
    """The rows that a condition chooses."""
    around, names = _around()
    asked = [Unit.Level.SQUADRON, Received.Decision.WAITING, [*NOT_OF_THE_ACT], *values]
    return [dict(zip(names, row, strict=True)) for row in evidence.ask_often(around + which, asked)]


@cache
def _around() -> tuple[str, list[str]]:
    """The statement up to its condition, and the names of what it answers."""
    quote = connection.ops.quote_name
    columns = {one.attname: f"violation.{quote(one.column or one.attname)}" for one in VIOLATION.columns()}
    answers = columns | BESIDE
    return AROUND.format(columns=", ".join(answers.values())), list(answers)


def _facts(row: Row) -> visibility.Facts:
    return visibility.Facts(
        kind=Kind(row["kind"]),
        state=State(row["state"]),
        served=row["served"],
        served_at=timezone.localtime(row["served_at"]) if row["served_at"] else None,
        checking=row["checking"],
        occurred_at=timezone.localtime(row["occurred_at"]),
        arrived_at=timezone.localtime(row["arrived_at"]),
        decided_at=timezone.localtime(row["decided_at"]) if row["decided_at"] else None,
        plate_masked=plates.mask(row["plate"]),
        plate_type=row["plate_type"],
        offence_code=row["offence_code"],
        offence_name=row["offence_name"] or "",
        legal_basis=row["legal_basis"] or "",
        penalty_basis=row["penalty_basis"] or "",
        fine=row["fine"],
        fine_min=row["fine_min"],
        fine_max=row["fine_max"],
        points=row["points"],
        place_text=row["place_text"],
        document_number=row["document_number"],
        unit_zh=row["unit_zh"],
        unit_en=row["unit_en"],
        photos=row["named"],
        photos_arrived=row["here"],
        paid=row["paid"],
        paid_on=row["paid_on"],
        payments_known_to=row["payments_known_to"],
    )
