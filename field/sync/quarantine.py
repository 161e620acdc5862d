"""What was set aside: a queue on the desk, with bytes, reason and both sides; admitted after all, or refused with a ground.

It stands here and not in the review room, since admitting sends the text the same way that its envelope came.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import audience
from accounts.capabilities import Capability, may, require
from accounts.grounds import LONGEST_REMARK, must_be_one_of
from accounts.looks import look
from accounts.models import Terminal, User
from accounts.queries import names_of, overtaken
from accounts.refusals import NotFound, Refusal
from evidence import ledger, replay
from evidence.ledger import Entry, SignedRecord
from evidence.queries import ask
from field.models import Received, Violation
from field.models.projection import RECEIVED, read_record
from field.recording.arrival import Arrival
from field.review.operations import OwnRecord
from field.rules.intake import ADMISSION_GROUNDS, FOR_TECHNICIAN, REFUSAL_GROUNDS, Reason, SetAside
from field.rules.record import ViolationRecord
from field.sync.intake import count
from field.sync.opening import is_signed_by, shift_as_judged
from field.sync.order import one_at_a_time

SHOWN = 200
WAITING = Received.Decision.WAITING


class NotAdmissible(Refusal):
    """As it stands it can't become a record: `why` says what is missing (a word of rules/intake.py)."""

    status = 409
    code = "not_admissible"

    def __init__(self, why: Reason) -> None:
        super().__init__(why)
        self.why = why

    def facts(self) -> Mapping[str, Any]:
        return {"why": self.why.value}


@transaction.atomic
def admit(text_sha256: str, *, ground: str, remark: str, by: User, now: dt.datetime) -> Entry:
    """Let a text count after all, as of the time when it first came; return the entry that carries it.

    Two entries: that it was judged, by whom and on which ground; and the record, as any other. Its terminal's signature is checked
    again: nobody's judgement stands in for that.

    :raises NotPermitted, NotFound, GroundNeeded: it is not theirs to judge, or not like this
    :raises Overtaken: it was judged already
    :raises NotAdmissible: signature, version, uid or shift stand against it
    """
    must_be_one_of("ground", ground, ADMISSION_GROUNDS, remark)
    row, aside = _held(text_sha256, by)
    assert aside.record is not None
    terminal = Terminal.objects.select_related("unit").filter(id=row.terminal).first()
    if terminal is None:
        raise NotAdmissible(Reason.UNKNOWN_TERMINAL)
    if not is_signed_by(terminal, aside.record.text, aside.record.signature):
        raise NotAdmissible(Reason.BAD_SIGNATURE)
    record = read_record(aside.record.text)
    if record is None:
        unknown = row.reason == Reason.UNKNOWN_VERSION
        raise NotAdmissible(Reason.UNKNOWN_VERSION if unknown else Reason.UNREADABLE)
    if isinstance(record, ViolationRecord) and Violation.objects.filter(id=record.head.uid).exists():
        raise NotAdmissible(Reason.UID_TAKEN)
    try:
        shift, officer = shift_as_judged(record)
        _judged("quarantine.admitted", row, aside, ground, remark, by, now)
        return count(
            record,
            Arrival(
                signed=aside.record, terminal=terminal, shift=shift, officer=officer, now=now, judged=True
            ),
        )
    except SetAside as still:
        raise NotAdmissible(still.reason) from None


@transaction.atomic
def refuse(text_sha256: str, *, ground: str, remark: str, by: User, now: dt.datetime) -> Entry:
    """Refuse a text for good, with a ground. It stays in the ledger, and its officer is told.

    :raises NotPermitted, NotFound, GroundNeeded, Overtaken: it is not theirs to judge, or not any more
    """
    must_be_one_of("ground", ground, REFUSAL_GROUNDS, remark)
    row, aside = _held(text_sha256, by)
    return _judged("quarantine.refused", row, aside, ground, remark, by, now)


def detail(text_sha256: str, *, by: User, terminal: Terminal | None, now: dt.datetime) -> dict[str, Any]:
    """Both sides in full: the exact text set aside, and the one that was there first. The look is recorded.

    :raises NotFound: there is none, or it is not theirs to judge
    """
    row = queue(by).filter(text_sha256=text_sha256).first()
    if row is None:
        raise NotFound
    look(by, terminal=terminal, subject=text_sha256, fields=["text"], why="quarantine", now=now)
    entry = _entry(row.entry)
    other = Received.objects.filter(text_sha256=entry.body.get("other") or "").first()
    mine, *others = _views([row, other] if other else [row])
    return {
        **mine,
        "ground": row.ground,
        "detail": entry.body.get("detail", {}),
        "text": _text(entry),
        "other": {**others[0], "text": _text(_entry(other.entry))} if other else None,
        "may_admit": row.decision == WAITING and _may_judge(by, row.reason),
    }


def queue(user: User) -> QuerySet[Received]:
    """The texts set aside that this person may see: the legal reviewer's and the auditor's all, the technician's those of versions."""
    aside = Received.objects.exclude(decision="")
    if may(user, Capability.JUDGE_QUARANTINE) or may(user, Capability.AUDIT):
        return aside
    if may(user, Capability.JUDGE_VERSIONS):
        return aside.filter(reason__in=[one.value for one in FOR_TECHNICIAN])
    return aside.none()


def queue_ids(user: User) -> list[str]:
    """Those that wait, the oldest first."""
    waiting = queue(user).filter(decision=WAITING).order_by("arrived_at")
    return list(waiting.values_list("text_sha256", flat=True)[:SHOWN])


def queue_rows(user: User, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Rows of the queue, without what the texts say."""
    rows = queue(user).filter(text_sha256__in=ids).order_by("arrived_at")
    return {view["text_sha256"]: view for view in _views(rows)}


def of_subject(user: User, uid: str) -> QuerySet[Received]:
    """The texts set aside under this uid or about this violation."""
    return queue(user).filter(Q(uid=uid) | Q(about=uid))


def _may_judge(user: User, reason: str) -> bool:
    wanted = Capability.JUDGE_VERSIONS if reason in FOR_TECHNICIAN else Capability.JUDGE_QUARANTINE
    return may(user, wanted)


def _held(text_sha256: str, by: User) -> tuple[Received, Entry]:
    """The row, in its terminal's turn and locked, with the entry that keeps the text."""
    seen = queue(by).filter(text_sha256=text_sha256).first()
    if seen is None:
        raise NotFound
    require(by, Capability.JUDGE_VERSIONS if seen.reason in FOR_TECHNICIAN else Capability.JUDGE_QUARANTINE)
    one_at_a_time([seen.terminal])
    replay.hold(RECEIVED, text_sha256)
    row = Received.objects.get(text_sha256=text_sha256)
    if row.decision != WAITING:
        raise overtaken(row.decision, _who_judged(text_sha256))
    if row.officer == by.police_number:
        raise OwnRecord
    return row, _entry(row.entry)


def _who_judged(text_sha256: str) -> str:
    rows = ask(
        "SELECT actor FROM entry WHERE subject = %s AND kind LIKE 'quarantine.%%' ORDER BY id DESC LIMIT 1",
        [text_sha256],
    )
    return str(rows[0][0]) if rows else ""


def _judged(
    kind: str, row: Received, aside: Entry, ground: str, remark: str, by: User, now: dt.datetime
) -> Entry:
    entry = ledger.append(
        kind=kind,
        subject=row.text_sha256,
        actor=by.police_number,
        at=now,
        body={"ground": ground, "remark": remark.strip()[:LONGEST_REMARK], "reason": row.reason},
        audience=sorted({*aside.audience, audience.LEGAL_DESK}),
    )
    replay.project(RECEIVED, entry)
    return entry


def _entry(entry_id: int) -> Entry:
    ((payload,),) = ask("SELECT payload FROM entry WHERE id = %s", [entry_id])
    return ledger.read_payload(entry_id, bytes(payload))


def _text(entry: Entry) -> str:
    record: SignedRecord | None = entry.record
    return record.text.decode(errors="replace") if record else ""


def _views(rows: Iterable[Received]) -> list[dict[str, Any]]:
    """Rows as the desk shows them: under whose name each text came, and from which handheld, as far as we know them."""
    shown = list(rows)
    names = names_of(row.officer for row in shown)
    numbers = dict(
        Terminal.objects.filter(id__in={row.terminal for row in shown}).values_list("id", "number")
    )
    return [
        _view(row)
        | {
            "officer_name": names.get(row.officer, ""),
            "terminal_number": numbers.get(row.terminal),
        }
        for row in shown
    ]


def _view(row: Received) -> dict[str, Any]:
    return {
        "text_sha256": row.text_sha256,
        "uid": str(row.uid) if row.uid else None,
        "type": row.type,
        "about": str(row.about) if row.about else None,
        "terminal": row.terminal,
        "seq": row.seq,
        "officer": row.officer,
        "outcome": row.outcome,
        "reason": row.reason,
        "decision": row.decision,
        "arrived_at": row.arrived_at.isoformat(),
    }
