"""What became of each number, for the desk: on which record it stands, who voided it and why, or which item asks for it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings

from accounts.models import User
from accounts.refusals import NotFound
from field.documents.queries import blocks_seen, explained, texts_set_aside
from field.documents.timers import LOOKED_BACK, with_gaps
from field.models import Item, Measure, NumberBlock, Violation, VoidedNumber
from field.rules.documents.number import Fate
from field.rules.items import ItemKind

SHOWN = 100


def blocks_of(user: User, *, missing: bool, now: dt.datetime) -> list[NumberBlock]:
    """The newest blocks that this person may see; `missing`: those in which a number is missing, whenever it came."""
    blocks = blocks_seen(user)
    if missing:
        blocks = blocks.filter(id__in=with_gaps(before=now, since=now - LOOKED_BACK))
        return [one for one in blocks if _lacks(one)][:SHOWN]
    return list(blocks[:SHOWN])


def _lacks(block: NumberBlock) -> bool:
    """Looked at each by itself: the statement finds gaps that a text set aside explains."""
    return any(one.fate is Fate.MISSING for one in explained([block])[block.id])


def block_in_full(block_id: str, user: User) -> dict[str, Any]:
    """Each number of one block with what stands behind its fate.

    :raises NotFound: no such block, or of a terminal of another unit
    """
    block = blocks_seen(user).filter(id=block_id).first()
    if block is None:
        raise NotFound
    written = settings.NUMBER_FORM.written
    fates = [
        (stem, one.fate) for one in explained([block])[block.id] for stem in range(one.first, one.last + 1)
    ]
    behind = _behind(block, [written(stem) for stem, _ in fates])
    return {
        "id": block.id,
        "numbers": [
            {"number": written(stem), "fate": fate.value, **NOTHING, **behind.get((fate, written(stem)), {})}
            for stem, fate in fates
        ],
    }


NOTHING = {"violation": None, "text": None, "item": None, "reason": "", "remark": "", "by": "", "at": None}


def _behind(block: NumberBlock, numbers: Sequence[str]) -> dict[tuple[Fate, str], dict[str, Any]]:
    """By fate and number: the record, the text set aside, the words on a voided one, the item."""
    found: dict[tuple[Fate, str], dict[str, Any]] = {}
    for one in Violation.objects.filter(document_number__in=numbers):
        said = {"violation": str(one.id), "by": one.officer_id, "at": one.arrived_at.isoformat()}
        found[Fate.USED, one.document_number] = said
    for taken in Measure.objects.filter(number__in=numbers):
        said = {
            "violation": str(taken.violation_id),
            "by": taken.officer_id,
            "at": taken.arrived_at.isoformat(),
        }
        found[Fate.USED, taken.number] = said
    for number, _, text in texts_set_aside([block.terminal_id]):
        found[Fate.SET_ASIDE, number] = {"text": text}
    for voided in VoidedNumber.objects.filter(id__range=(block.first, block.last)):
        found[Fate.VOIDED, settings.NUMBER_FORM.written(voided.id)] = {
            "reason": voided.reason,
            "remark": voided.remark,
            "by": voided.voided_by,
            "at": voided.voided_at.isoformat(),
        }
    for item in Item.objects.filter(kind=ItemKind.PAPER_MISSING, subject__in=numbers).order_by("opened_at"):
        open_item = {"item": item.id if item.closed_at is None else None}
        found[Fate.MISSING, item.subject] = open_item | {"reason": item.ground, "by": item.closed_by}
    return found
