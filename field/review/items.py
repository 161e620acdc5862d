"""Open items: opened by a rule once for each subject, closed by a person with a ground. Both are entries."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts import audience
from accounts.capabilities import Capability, capabilities_of, require
from accounts.grounds import must_be_one_of
from accounts.models import Terminal, Unit, User
from accounts.queries import names_of, overtaken
from accounts.refusals import NotFound, Overtaken
from accounts.scope import visible
from evidence import ledger, replay
from evidence.ledger import Entry
from field.models import Item
from field.models.projection import ITEM
from field.rules.items import CLOSING_GROUNDS, SUPERVISION, ItemKind

SYSTEM = "system"


def open_item(
    kind: ItemKind,
    subject: str,
    *,
    unit: Unit | None,
    facts: Mapping[str, Any],
    since: dt.datetime,
    now: dt.datetime,
) -> Entry | None:
    """Open an item about this subject and return its entry; None where one is open, or a person has closed one since the cause began.

    Two loops that see the same thing at once: the table's key lets one through. The number is read first: one that another loop takes
    after that is either found open, or the same.
    """
    about = Item.objects.filter(kind=kind, subject=subject)
    number = about.count() + 1
    if about.filter(Q(closed_at__isnull=True) | (~Q(closed_by="") & Q(closed_at__gte=since))).exists():
        return None
    try:
        with transaction.atomic():
            entry = ledger.append(
                kind="item.opened",
                subject=f"{kind}:{subject}:{number}",
                actor=SYSTEM,
                at=now,
                body={
                    "kind": kind.value,
                    "subject": subject,
                    "unit": unit.code if unit else None,
                    "facts": dict(facts),
                },
                audience=audience.of_unit(unit) if unit else [audience.TECHNICAL_DESK],
            )
            replay.project(ITEM, entry, fresh=True)
            return entry
    except IntegrityError:
        return None


@transaction.atomic
def settle_item(item: Item, *, now: dt.datetime) -> Entry | None:
    """Close an item because what it was about is no longer so: the photo came, the record was amended; None where somebody closed it."""
    try:
        return _close(item, actor=SYSTEM, ground="no_longer", remark="", now=now)
    except Overtaken:
        return None


@transaction.atomic
def close_item(item_id: str, *, ground: str, remark: str, by: User, now: dt.datetime) -> Entry:
    """Close an item with a ground.

    :raises NotPermitted: not this person's work: the leader's, the technician's, or of supervision
    :raises NotFound: no such item, or of another unit
    :raises Overtaken: it is closed already
    """
    must_be_one_of("ground", ground, CLOSING_GROUNDS)
    item = items_seen(by).filter(id=item_id).first()
    if item is None:
        raise NotFound
    require(by, _closes(item))
    return _close(item, actor=by.police_number, ground=ground, remark=remark, now=now)


def _closes(item: Item) -> Capability:
    if item.kind in SUPERVISION:
        return Capability.SUPERVISE
    return Capability.REVIEW if item.unit_id else Capability.ENROL_TERMINAL


def _close(item: Item, *, actor: str, ground: str, remark: str, now: dt.datetime) -> Entry:
    """Whoever was read before its turn came may be closed by now: the row is read again once it is held."""
    replay.hold(ITEM, item.id)
    item.refresh_from_db(fields=["closed_at", "closed_by"])
    if item.closed_at is not None:
        raise overtaken("closed", item.closed_by)
    entry = ledger.append(
        kind="item.closed",
        subject=item.id,
        actor=actor,
        at=now,
        body={"ground": ground, "remark": remark},
        audience=audience.of_unit(item.unit) if item.unit else [audience.TECHNICAL_DESK],
    )
    replay.project(ITEM, entry)
    return entry


def items_seen(user: User) -> QuerySet[Item]:
    """The items that this person may see: of the units they see into; those of no unit are the technician's."""
    own = visible(Item.objects.all(), user)
    from_city = Item.objects.filter(unit__isnull=True)
    return own | from_city if Capability.ENROL_TERMINAL in capabilities_of(user) else own


def open_item_ids(user: User) -> list[str]:
    """Ids of the open items that this person may see, oldest first."""
    return list(
        items_seen(user).filter(closed_at__isnull=True).order_by("opened_at").values_list("id", flat=True)
    )


def item_views(user: User, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """These items as the desk shows them; closed ones too."""
    shown = list(items_seen(user).filter(id__in=ids).order_by("opened_at"))
    names = names_of(str(one.facts.get("officer", "")) for one in shown)
    handhelds = {str(one.facts.get("terminal", "")) for one in shown}
    numbers = dict(Terminal.objects.filter(id__in=handhelds).values_list("id", "number"))
    return {
        one.id: {
            "id": one.id,
            "kind": one.kind,
            "subject": one.subject,
            "unit": one.unit_id,
            "opened_at": one.opened_at.isoformat(),
            "facts": one.facts,
            "terminal_number": numbers.get(str(one.facts.get("terminal", ""))),
            "officer_name": names.get(str(one.facts.get("officer", "")), ""),
            "closed_at": one.closed_at.isoformat() if one.closed_at else None,
            "closed_by": one.closed_by,
            "ground": one.ground,
        }
        for one in shown
    }
