"""The life of a task and of one officer's part in it. Pure; the tables are the only judges."""

from enum import StrEnum


class TaskKind(StrEnum):
    VEHICLE_CHECK = "vehicle_check"  # 车辆缉查
    VIOLATION_CONTROL = "violation_control"  # 违法查处
    HAZARD = "hazard"  # 隐患
    KEY_CONTROL = "key_control"  # 重点管控
    CAMPAIGN = "campaign"  # 专项整治
    RELIEF = "relief"  # 疏堵
    OTHER = "other"


class Urgency(StrEnum):
    CRITICAL = "critical"  # 特急
    URGENT = "urgent"  # 紧急
    ROUTINE = "routine"  # 常规


class Completion(StrEnum):
    ANY = "any"
    ALL = "all"


class TaskState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"  # 办结
    WITHDRAWN = "withdrawn"  # 撤销
    EXPIRED = "expired"  # 过期


class AssignmentState(StrEnum):
    TO_SIGN = "to_sign"  # 待签收
    SIGNED = "signed"  # 已签收
    ON_SITE = "on_site"  # 到岗
    REPORTED = "reported"  # 已反馈, waits for review
    SENT_BACK = "sent_back"  # 退回: the leader wants more
    DONE = "done"  # 办结
    REASSIGNED = "reassigned"  # 改派: no longer this officer's
    WITHDRAWN = "withdrawn"  # 撤销
    EXPIRED = "expired"


class Step(StrEnum):
    SIGN = "sign"
    ARRIVE = "arrive"
    REPORT = "report"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    REASSIGN = "reassign"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


_A = AssignmentState
NEXT: dict[tuple[AssignmentState, Step], AssignmentState] = {
    (_A.TO_SIGN, Step.SIGN): _A.SIGNED,
    (_A.SIGNED, Step.ARRIVE): _A.ON_SITE,
    (_A.SIGNED, Step.REPORT): _A.REPORTED,
    (_A.ON_SITE, Step.REPORT): _A.REPORTED,
    (_A.SENT_BACK, Step.REPORT): _A.REPORTED,
    (_A.REPORTED, Step.SEND_BACK): _A.SENT_BACK,
    (_A.REPORTED, Step.APPROVE): _A.DONE,
    **{(s, Step.REASSIGN): _A.REASSIGNED for s in (_A.TO_SIGN, _A.SIGNED, _A.ON_SITE, _A.SENT_BACK)},
    **{
        (s, Step.WITHDRAW): _A.WITHDRAWN
        for s in (_A.TO_SIGN, _A.SIGNED, _A.ON_SITE, _A.SENT_BACK, _A.REPORTED)
    },
    **{(s, Step.EXPIRE): _A.EXPIRED for s in (_A.TO_SIGN, _A.SIGNED)},
}
LIVE = frozenset({_A.TO_SIGN, _A.SIGNED, _A.ON_SITE, _A.REPORTED, _A.SENT_BACK})
"""States in which the assignment is still the officer's."""


class StepNotAllowed(Exception):
    """The step does not apply in the assignment's present state."""

    def __init__(self, state: AssignmentState, step: Step) -> None:
        super().__init__(f"{step} in {state}")
        self.state, self.step = state, step


def after(state: AssignmentState, step: Step) -> AssignmentState:
    """Say what state follows.

    :raises StepNotAllowed: the step does not apply in this state
    """
    try:
        return NEXT[state, step]
    except KeyError:
        raise StepNotAllowed(state, step) from None
