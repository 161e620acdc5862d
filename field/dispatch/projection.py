"""What the rows of a task and of its assignments must be, from the ledger's entries alone.

Pure: the officer's own steps are read from the signed record inside the entry, a leader's acts from its body. What needs more than one
row to be known, such as that the last report closes the task, was decided under the lock and stands in the body.
"""

from typing import Any

from evidence.ledger import Entry
from evidence.replay import Projection, Row
from field.dispatch.kinds import OF_STEP, STEPS, Kind
from field.rules import record_text
from field.rules.record import TaskStepRecord
from field.rules.task import AssignmentState, Step, TaskState, after


def assignment_id(task: object, police_number: str) -> str:
    """Key of one officer's part in a task."""
    return f"{task}:{police_number}"


def officers_touched(entry: Entry) -> tuple[str, ...]:
    """Police numbers of those whose part in the task this entry changes."""
    if entry.kind in STEPS:
        return (_step_record(entry).head.officer,)
    if entry.kind == Kind.REASSIGNED:
        return (entry.body["from"], entry.body["to"])
    return (*entry.body.get("officers", ()), *entry.body.get("not_needed", ()))


def _task(row: Row | None, entry: Entry, key: str) -> Row | None:
    body = entry.body
    if entry.kind == Kind.CREATED:
        return {
            "id": key,
            "kind": body["kind"],
            "urgency": body["urgency"],
            "completion": body["completion"],
            "state": TaskState.OPEN.value,
            "title": body["title"],
            "what": body["what"],
            "why": body["why"],
            "why_rows": body["why_rows"],
            "offence_codes": body["offence_codes"],
            "plates": body["plates"],
            "point": _point(body["point"]),
            "radius_m": body["radius_m"],
            "place_text": body["place_text"],
            "unit_id": body["unit"],
            "made_by_id": entry.actor,
            "made_at": entry.at,
            "starts_at": body["starts_at"],
            "due_at": body["due_at"],
            "sign_by": body["sign_by"],
            "escalations": 0,
            "newest_entry": entry.id,
        }
    if row is None:
        return None
    row["newest_entry"] = entry.id
    if entry.kind in (Kind.ASSIGNED, Kind.REASSIGNED):
        row |= {"sign_by": body["sign_by"], "escalations": 0}
    elif entry.kind == Kind.ESCALATED:
        row["escalations"] = body["level"]
    elif entry.kind == Kind.WITHDRAWN:
        row["state"] = TaskState.WITHDRAWN.value
    elif entry.kind == Kind.APPROVED and body["closes"]:
        row["state"] = TaskState.CLOSED.value
    elif entry.kind == Kind.EXPIRED and body["ends"]:
        row["state"] = TaskState.EXPIRED.value
    return row


def _assignment(row: Row | None, entry: Entry, key: str) -> Row | None:
    officer = key.rpartition(":")[2]
    if entry.kind == Kind.ASSIGNED or (entry.kind == Kind.REASSIGNED and officer == entry.body["to"]):
        return _given(entry, key, officer)
    if row is None:
        return None
    row["newest_entry"] = entry.id
    if entry.kind == Kind.DELIVERED:
        row["delivered_at"] = entry.at
    elif entry.kind == Kind.OPENED:
        row["opened_at"] = entry.at
    elif entry.kind in STEPS:
        _step_taken(row, entry)
    else:
        _judged(row, entry, officer)
    return row


def _given(entry: Entry, key: str, officer: str) -> Row:
    """A part that begins, or begins anew: what was before stands in the ledger."""
    return {
        "id": key,
        "task_id": entry.subject,
        "officer_id": officer,
        "state": AssignmentState.TO_SIGN.value,
        "assigned_at": entry.at,
        "assigned_by_id": entry.actor,
        "delivered_at": None,
        "opened_at": None,
        "signed_at": None,
        "arrived_at": None,
        "reported_at": None,
        "closed_at": None,
        "handheld_times": {},
        "arrived_point": None,
        "feedback": {},
        "remark": "",
        "newest_entry": entry.id,
    }


def _step_taken(row: Row, entry: Entry) -> None:
    """An officer's own step, timed by the server and by the handheld."""
    said = _step_record(entry)
    step, kind = OF_STEP[said.step]
    row["state"] = after(AssignmentState(row["state"]), step).value
    row["handheld_times"] = row["handheld_times"] | {said.step.value: said.head.claimed_at.isoformat()}
    if kind == Kind.SIGNED:
        row["signed_at"] = entry.at
        # who signs has it before him: a quick one signs before his handheld could say what it had stored
        row["delivered_at"] = row["delivered_at"] or entry.at
        row["opened_at"] = row["opened_at"] or entry.at
    elif kind == Kind.ARRIVED:
        row["arrived_at"] = entry.at
        row["arrived_point"] = _point([said.place.lon, said.place.lat]) if said.place else None
    else:
        row["reported_at"] = entry.at
        row["feedback"] = dict(said.feedback)


def _judged(row: Row, entry: Entry, officer: str) -> None:
    """What a leader or the clock did to this part."""
    step, remark = {
        Kind.REASSIGNED: (Step.REASSIGN, ""),
        Kind.SENT_BACK: (Step.SEND_BACK, str(entry.body.get("remark", ""))),
        Kind.APPROVED: (Step.APPROVE, ""),
        Kind.WITHDRAWN: (Step.WITHDRAW, str(entry.body.get("remark", ""))),
        Kind.EXPIRED: (Step.EXPIRE, ""),
    }[Kind(entry.kind)]
    if officer in entry.body.get("not_needed", ()):
        step = Step.WITHDRAW  # another officer has done what one was to do
    row["state"] = after(AssignmentState(row["state"]), step).value
    row["remark"] = remark
    if step is not Step.SEND_BACK:
        row["closed_at"] = entry.at


def _step_record(entry: Entry) -> TaskStepRecord:
    if entry.record is None:
        raise ValueError(f"entry {entry.id}: a step without the officer's record")
    said = record_text.read(entry.record.text.decode())
    if not isinstance(said, TaskStepRecord):
        raise ValueError(f"entry {entry.id}: the record is no step of a task")
    return said


def _point(lon_lat: Any) -> str | None:
    return None if lon_lat is None else f"SRID=4326;POINT({lon_lat[0]!r} {lon_lat[1]!r})"


TASK = Projection(
    model="field.Task",
    kinds=frozenset(
        {
            Kind.CREATED,
            Kind.ASSIGNED,
            Kind.REASSIGNED,
            Kind.APPROVED,
            Kind.WITHDRAWN,
            Kind.ESCALATED,
            Kind.EXPIRED,
        }
    ),
    key=lambda entry: (entry.subject,),
    step=_task,
)
ASSIGNMENT = Projection(
    model="field.Assignment",
    kinds=frozenset(
        {
            Kind.ASSIGNED,
            Kind.REASSIGNED,
            Kind.DELIVERED,
            Kind.OPENED,
            Kind.SIGNED,
            Kind.ARRIVED,
            Kind.REPORTED,
            Kind.SENT_BACK,
            Kind.APPROVED,
            Kind.WITHDRAWN,
            Kind.EXPIRED,
        }
    ),
    key=lambda entry: tuple(assignment_id(entry.subject, one) for one in officers_touched(entry)),
    step=_assignment,
)
PROJECTIONS = [TASK, ASSIGNMENT]
