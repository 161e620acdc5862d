"""The ledger's words for what happens to a task. The subject is always the task's id."""

from enum import StrEnum

from field.rules.record import Step as Reported
from field.rules.task import Step


class Kind(StrEnum):
    """One kind of entry each."""

    CREATED = "task.created"
    ASSIGNED = "task.assigned"
    REASSIGNED = "task.reassigned"
    DELIVERED = "task.delivered"
    OPENED = "task.opened"
    SIGNED = "task.signed"
    ARRIVED = "task.arrived"
    REPORTED = "task.reported"
    SENT_BACK = "task.sent_back"
    APPROVED = "task.approved"
    WITHDRAWN = "task.withdrawn"
    ESCALATED = "task.escalated"
    EXPIRED = "task.expired"
    STEP_LATE = "task.step_late"
    """A step that came for a task no longer his, or in no order: kept, shown, and nothing follows from it."""


OF_STEP = {
    Reported.SIGN: (Step.SIGN, Kind.SIGNED),
    Reported.ARRIVE: (Step.ARRIVE, Kind.ARRIVED),
    Reported.REPORT: (Step.REPORT, Kind.REPORTED),
}
"""What a step reported from the road is in the table, and in the ledger."""
STEPS = frozenset({Kind.SIGNED, Kind.ARRIVED, Kind.REPORTED})
