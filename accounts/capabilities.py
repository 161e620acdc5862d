"""Who may do what: one table from role to capabilities. Operations ask it, since there are several doors.

A role can be changed; what an auxiliary may never do (decide a penalty, Order 157 and the law on auxiliaries) is not a setting.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from accounts.models import Role, User
from accounts.refusals import Refusal


class Capability(StrEnum):
    """One thing that a person may do."""

    RECORD = "record"
    DECIDE_PENALTY = "decide_penalty"
    HANDLE_TASK = "handle_task"
    ASSIGN = "assign"
    REVIEW = "review"
    PROPOSE_ANNULMENT = "propose_annulment"
    AGREE_ANNULMENT = "agree_annulment"
    REPRINT = "reprint"
    JUDGE_QUARANTINE = "judge_quarantine"
    JUDGE_VERSIONS = "judge_versions"
    ENROL_TERMINAL = "enrol_terminal"
    SEE_UNIT = "see_unit"
    SEE_CITY = "see_city"
    AUDIT = "audit"
    MANAGE_PEOPLE = "manage_people"
    TAKE_RESCUE = "take_rescue"
    APPROVE_MEASURE = "approve_measure"
    SUPERVISE = "supervise"


CAPABILITIES: Mapping[Role, frozenset[Capability]] = {
    Role.OFFICER: frozenset({Capability.RECORD, Capability.DECIDE_PENALTY, Capability.HANDLE_TASK}),
    Role.AUXILIARY: frozenset({Capability.RECORD, Capability.HANDLE_TASK}),
    Role.LEADER: frozenset(
        {
            Capability.RECORD,
            Capability.DECIDE_PENALTY,
            Capability.HANDLE_TASK,
            Capability.ASSIGN,
            Capability.REVIEW,
            Capability.PROPOSE_ANNULMENT,
            Capability.REPRINT,
            Capability.SEE_UNIT,
            Capability.TAKE_RESCUE,
            Capability.APPROVE_MEASURE,
        }
    ),
    Role.LEGAL_REVIEWER: frozenset(
        {
            Capability.AGREE_ANNULMENT,
            Capability.JUDGE_QUARANTINE,
            Capability.SUPERVISE,
            Capability.SEE_UNIT,
            Capability.SEE_CITY,
        }
    ),
    Role.DUTY_DESK: frozenset(
        {Capability.ASSIGN, Capability.REPRINT, Capability.SEE_UNIT, Capability.SEE_CITY}
    ),
    Role.TECHNICIAN: frozenset(
        {
            Capability.ENROL_TERMINAL,
            Capability.JUDGE_VERSIONS,
            Capability.MANAGE_PEOPLE,
            Capability.TAKE_RESCUE,
        }
    ),
    Role.AUDITOR: frozenset(
        {Capability.AUDIT, Capability.SUPERVISE, Capability.SEE_UNIT, Capability.SEE_CITY}
    ),
}

ON_THE_ROAD = frozenset({Capability.RECORD, Capability.DECIDE_PENALTY, Capability.HANDLE_TASK})
"""What is done on a handheld; who has nothing else works there alone."""


class NotPermitted(Refusal):
    """The person's role does not hold the capability."""

    status = 403
    code = "not_permitted"

    def __init__(self, capability: Capability) -> None:
        super().__init__(capability)
        self.capability = capability

    def facts(self) -> Mapping[str, Any]:
        return {"capability": self.capability.value}


def capabilities_of(user: User) -> frozenset[Capability]:
    """What this person may do: nothing at all once disabled."""
    return CAPABILITIES[Role(user.role)] if user.is_active else frozenset()


def may(user: User, capability: Capability) -> bool:
    """Say whether this person may do it."""
    return capability in capabilities_of(user)


def require(user: User, capability: Capability) -> None:
    """Go on only if this person may.

    :raises NotPermitted: the role does not hold the capability, or the person is disabled
    """
    if not may(user, capability):
        raise NotPermitted(capability)


def works_at_a_desk(user: User) -> bool:
    """Say whether this person has work that is done without a terminal."""
    return bool(capabilities_of(user) - ON_THE_ROAD)
