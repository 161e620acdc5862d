"""What the row of a measure must be, from the ledger's entries alone."""

from django.contrib.gis.geos import Point

from evidence.ledger import Entry
from evidence.replay import Projection, Row
from field.models.projection import read_record
from field.rules.measure import Act, State, after, due_at, taken_at
from field.rules.record import MeasureRecord

TAKEN = "measure.taken"
CONFIRMED = "measure.confirmed"
GIVEN_BACK = "measure.given_back"
ACTS = {
    "measure.approved": Act.APPROVE,
    "measure.refused": Act.REFUSE,
    "measure.lapsed": Act.LAPSE,
    GIVEN_BACK: Act.GIVE_BACK,
}
KIND_OF = {act: kind for kind, act in ACTS.items()}


def _measure(row: Row | None, entry: Entry, key: str) -> Row | None:
    if entry.kind == CONFIRMED:
        return row and row | {"second_confirmed_at": entry.at}
    if entry.kind in ACTS:
        return row and row | _decided(row, entry)
    record = entry.record and read_record(entry.record.text)
    if not isinstance(record, MeasureRecord) or entry.record is None:
        return row
    place = record.place
    taken = taken_at(record.head.made_at, entry.record.arrived_at)
    return {
        "entry": entry.id,
        "violation_id": record.violation,
        "terminal_id": record.head.terminal,
        "officer_id": record.head.officer,
        "shift_id": record.head.shift,
        "unit_id": entry.body["unit"],
        "kinds": [one.value for one in record.measures],
        "items": record.items,
        "kept_at": record.kept_at,
        "reason": record.reason,
        "point": Point(place.lon, place.lat, srid=4326) if place else None,
        "number": record.number,
        "paper_digest": record.paper.digest if record.paper else "",
        "second": record.second,
        "second_confirmed_at": None,
        "taken_at": taken,
        "due_at": due_at(taken),
        "arrived_at": entry.record.arrived_at,
        "state": State.TAKEN.value,
        "decided_at": None,
        "decided_by_id": None,
        "ground": "",
        "remark": "",
        "given_back_at": None,
    }


def _decided(row: Row, entry: Entry) -> Row:
    act = ACTS[entry.kind]
    state = {"state": after(State(row["state"]), act).value}
    if act is Act.GIVE_BACK:
        return state | {"given_back_at": entry.at}
    return state | {
        "decided_at": entry.at,
        "decided_by_id": None if act is Act.LAPSE else entry.actor,
        "ground": entry.body.get("ground", ""),
        "remark": entry.body.get("remark", ""),
    }


MEASURE = Projection(
    model="field.Measure",
    kinds=frozenset(ACTS) | {TAKEN, CONFIRMED},
    key=lambda entry: (entry.subject,),
    step=_measure,
)
PROJECTIONS = (MEASURE,)
