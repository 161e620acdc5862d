"""Numbers leased to terminals, voided, and taken back. A terminal uses what it holds without the network; nothing is ever used again."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from accounts import audience
from accounts.capabilities import Capability, NotPermitted, may
from accounts.models import Terminal, User
from accounts.refusals import NotFound, Refusal
from evidence import ledger, replay
from evidence.ledger import Entry
from field.documents.projection import BLOCK, BLOCK_VOIDED, LEASED, NUMBER_VOIDED, VOIDED
from field.documents.queries import MOST_LIVE_BLOCKS, explained, live_blocks
from field.models import NumberBlock, VoidedNumber
from field.rules.documents.number import Fate, left_in

VOID_REASONS = ("misprint", "paper_spoilt", "wrong_person", "not_needed", "other")
TERMINAL_REVOKED = "terminal_revoked"
SYSTEM = "system"


class NumbersUsedUp(Refusal):
    """The series of this paper has no numbers left."""

    status = 409
    code = "numbers_used_up"


class NoNumbersForThis(Refusal):
    """Papers of this kind get no numbers here: the settings name no class for it."""

    status = 409
    code = "no_numbers_for_this"

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind

    def facts(self) -> Mapping[str, Any]:
        return {"kind": self.kind}


class NumberUsed(Refusal):
    """The number stands on a paper: only annulling that takes it back."""

    status = 409
    code = "number_used"


@transaction.atomic
def lease(terminal: Terminal, kind: str, *, left: int, by: User, now: dt.datetime) -> list[NumberBlock]:
    """Top up the terminal's numbers for one kind of paper; return the blocks it may use, the oldest first.

    `left` is how many it has by its own count: it knows papers that have not come yet. A new block is leased when few are left, by its
    count or ours. Asked twice at once the second finds the first's block.

    :raises NotPermitted: this person makes no such papers
    :raises NoNumbersForThis, NumbersUsedUp: there are none to lease
    """
    _may_make(by, kind)
    form = settings.NUMBER_FORM
    if kind not in form.classes:
        raise NoNumbersForThis(kind)
    replay.in_turn(f"numbers:{form.series(kind)}")
    live = live_blocks(terminal, kind)
    ours = {one: left_in(said) for one, said in explained(live).items()}
    unfinished = sum(count > 0 for count in ours.values())
    if min(left, sum(ours.values())) < settings.NUMBERS_RENEW_BELOW and unfinished < MOST_LIVE_BLOCKS:
        live.append(_next_block(terminal, kind, by, now))
    return live


def _next_block(terminal: Terminal, kind: str, by: User, now: dt.datetime) -> NumberBlock:
    form = settings.NUMBER_FORM
    lowest, highest = form.stem(kind, 1), form.stem(kind, 10**form.digits - 1)
    taken = NumberBlock.objects.filter(first__gte=lowest, last__lte=highest).aggregate(to=Max("last"))["to"]
    first = lowest if taken is None else taken + 1
    if first > highest:
        raise NumbersUsedUp
    last = min(first + settings.NUMBERS_IN_A_BLOCK - 1, highest)
    entry = ledger.append(
        kind=LEASED,
        subject=str(first),
        actor=by.police_number,
        at=now,
        body={"terminal": terminal.id, "kind": kind, "first": first, "last": last, "unit": terminal.unit_id},
        audience=_told(terminal),
    )
    replay.project(BLOCK, entry, fresh=True)
    return NumberBlock.objects.select_related("terminal").get(id=str(first))


@transaction.atomic
def void_number(
    number: str, *, reason: str, remark: str, terminal: Terminal, by: User, now: dt.datetime
) -> VoidedNumber:
    """Void one number of the terminal's own blocks; said again it stays voided, as it was said first.

    :raises NotFound: it is of no block of this terminal
    :raises NumberUsed: a record with it is here
    """
    replay.in_turn(f"paper:{number}")
    stem = settings.NUMBER_FORM.stem_of(number)
    block = (
        NumberBlock.objects.select_related("terminal")
        .filter(terminal=terminal, first__lte=stem, last__gte=stem)
        .first()
        if stem is not None
        else None
    )
    if stem is None or block is None or settings.NUMBER_FORM.written(stem) != number:
        raise NotFound
    before = VoidedNumber.objects.filter(id=stem).first()
    if before is not None:
        return before
    fate = next(one.fate for one in explained([block])[block.id] if one.first <= stem <= one.last)
    if fate in (Fate.USED, Fate.SET_ASIDE):
        raise NumberUsed
    entry = ledger.append(
        kind=NUMBER_VOIDED,
        subject=number,
        actor=by.police_number,
        at=now,
        body={
            "stem": stem,
            "terminal": terminal.id,
            "reason": reason,
            "remark": remark,
            "by": by.police_number,
        },
        audience=_told(terminal),
    )
    replay.project(VOIDED, entry, fresh=True)
    return VoidedNumber.objects.get(id=stem)


def void_blocks_of_revoked(now: dt.datetime) -> list[Entry]:
    """Void the blocks of terminals that were revoked since; called by the timer loop. Until then nothing new is leased on them either."""
    orphaned = NumberBlock.objects.filter(voided_at=None, terminal__state=Terminal.State.REVOKED)
    return [
        entry for one in orphaned.values_list("id", flat=True) if (entry := _void_block(one, now)) is not None
    ]


@transaction.atomic
def _void_block(block_id: str, now: dt.datetime) -> Entry | None:
    replay.hold(BLOCK, block_id)
    block = NumberBlock.objects.select_related("terminal__unit").get(id=block_id)
    if block.voided_at is not None:
        return None
    entry = ledger.append(
        kind=BLOCK_VOIDED,
        subject=block.id,
        actor=SYSTEM,
        at=now,
        body={"reason": TERMINAL_REVOKED, "terminal": block.terminal_id},
        audience=_told(block.terminal),
    )
    replay.project(BLOCK, entry)
    return entry


def _may_make(by: User, kind: str) -> None:
    """:raises NotPermitted: numbered papers are for who may decide, a parking notice also for whom a local rule names"""
    if may(by, Capability.DECIDE_PENALTY):
        return
    if kind == "parking_notice" and settings.AUXILIARY_MAY_ISSUE_NOTICE and may(by, Capability.RECORD):
        return
    raise NotPermitted(Capability.DECIDE_PENALTY)


def _told(terminal: Terminal) -> list[str]:
    return [audience.of_terminal(terminal.id), *audience.of_unit(terminal.unit), audience.TECHNICAL_DESK]
