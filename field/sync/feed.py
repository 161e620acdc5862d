"""The feed: what is new for this reader since a number, in the order of the sealed log, each thing as it stands now.

Gap-free, since only sealed numbers are followed and they become visible batch by batch. An entry only says that something is about to
be looked at; what is handed out is read at that moment through the scope of the reader. What is no longer theirs comes as `gone`. When
the reader's entitlement has changed, the log was restored, or the reader was away for long, the feed starts over: all that is theirs,
to put in the place of what they had.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models import Terminal, User
from accounts.queries import epoch as epoch_of
from accounts.queries import field_force_of, on_duty, reader_keys, terminals_of
from accounts.scope import visible
from evidence import queries as evidence
from field.dispatch.queries import desk_tasks, officers_tasks, task_board
from field.measures import queries as measures
from field.models import Violation
from field.recording.queries import masked_rows, own_ids, own_views
from field.review.items import item_views, open_item_ids
from field.rules.violation import State
from field.sync.quarantine import queue_ids, queue_rows
from field.sync.subjects import About, things

PAGE = 200
"""Entries in one page."""
TOO_FAR = 50_000
"""So many numbers behind, a snapshot is cheaper than the way there."""
DESK_SNAPSHOT = 300

Views = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who follows: a person on a handheld, or at a desk (no terminal)."""

    user: User
    terminal: Terminal | None
    now: dt.datetime


def feed(reader: Reader, *, epoch: str | None, cursor: int | None) -> dict[str, Any]:
    """One page of what is new for this reader, in the shape of the contract."""
    current = epoch_of(reader.user, reader.terminal)
    head = evidence.head()
    if epoch != current or cursor is None or not max(0, head - TOO_FAR) <= cursor <= head:
        return _start_over(reader, current, head)
    page = evidence.entries_after(cursor, reader_keys(reader.user, reader.terminal), PAGE, size=head)
    found = things(page.items)
    views = _views(reader, [thing for _, thing in found])
    return {
        "epoch": current,
        "start_over": False,
        "cursor": page.cursor,
        "more": page.more,
        "items": [
            _item(number, about, name, views[about].get(name))
            for number, (about, name) in found
            if about in views
        ],
    }


def _start_over(reader: Reader, epoch: str, head: int) -> dict[str, Any]:
    """All that is theirs. The head was read first: whatever is written meanwhile has a higher number and comes once more."""
    items = [
        _item(head, about, name, view)
        for about, views in _snapshot(reader).items()
        for name, view in views.items()
        if view is not None
    ]
    return {"epoch": epoch, "start_over": True, "cursor": head, "more": False, "items": items}


def _item(number: int, about: About, name: str, view: Any) -> dict[str, Any]:
    return {"n": number, "about": about.value, "id": name, "gone": view is None, "view": view}


def _views(reader: Reader, wanted: Collection[tuple[About, str]]) -> dict[About, Views]:
    """The views of these things as this reader may see them, by kind; a kind that this reader is not told of is left out."""
    readers = HANDHELD if reader.terminal is not None else DESK
    found: dict[About, Views] = {}
    for about, read in readers.items():
        names = sorted({name for kind, name in wanted if kind == about})
        found[about] = read(reader, names) if names else {}
    return found


def _snapshot(reader: Reader) -> dict[About, Views]:
    user, now = reader.user, reader.now
    if reader.terminal is not None:
        mine = own_views(user, own_ids(user))
        return {
            About.TASK: officers_tasks(user, now),
            About.VIOLATION: {str(name): view for name, view in mine.items()},
            About.MEASURE: measures.own_views(user, measures.own_ids(user)),
            About.TO_CONFIRM: measures.to_confirm(user),
        }
    queue = visible(Violation.objects.all(), user).filter(state__in=[State.RECORDED, State.ANNUL_PROPOSED])
    return {
        About.TASK: {view["id"]: view for view in task_board(user, now)},
        About.VIOLATION: {
            row["id"]: row for row in masked_rows(queue.order_by("-arrived_at")[:DESK_SNAPSHOT])
        },
        About.ITEM: item_views(user, open_item_ids(user)),
        About.QUARANTINE: queue_rows(user, queue_ids(user)),
        About.MEASURE: measures.waiting_rows(user),
    }


def _uuids(names: Collection[str]) -> list[UUID]:
    return [UUID(one) for one in names]


def _own_violations(reader: Reader, names: Collection[str]) -> Views:
    return {str(name): view for name, view in own_views(reader.user, _uuids(names)).items()}


def _desk_violations(reader: Reader, names: Collection[str]) -> Views:
    rows = visible(Violation.objects.filter(id__in=_uuids(names)), reader.user)
    return {row["id"]: row for row in masked_rows(rows)}


def _officers(reader: Reader, names: Collection[str]) -> Views:
    return {
        one.police_number: {
            "police_number": one.police_number,
            "name": one.name,
            "unit": one.unit_id,
            "on_duty": on_duty(one, reader.now),
        }
        for one in field_force_of(reader.user).filter(police_number__in=names)
    }


def _terminals(reader: Reader, names: Collection[str]) -> Views:
    return {
        one.id: {
            "id": one.id,
            "number": one.number,
            "unit": one.unit_id,
            "label": one.label,
            "state": one.state,
        }
        for one in terminals_of(reader.user).filter(id__in=names)
    }


HANDHELD: Mapping[About, Callable[[Reader, Collection[str]], Views]] = {
    About.TASK: lambda reader, names: officers_tasks(reader.user, reader.now, _uuids(names)),
    About.VIOLATION: _own_violations,
    About.MEASURE: lambda reader, names: measures.own_views(reader.user, _uuids(names)),
    About.TO_CONFIRM: lambda reader, names: measures.to_confirm(reader.user, _uuids(names)),
}
DESK: Mapping[About, Callable[[Reader, Collection[str]], Views]] = {
    About.TASK: lambda reader, names: desk_tasks(reader.user, _uuids(names), reader.now),
    About.VIOLATION: _desk_violations,
    About.ITEM: lambda reader, names: item_views(reader.user, names),
    About.QUARANTINE: lambda reader, names: queue_rows(reader.user, names),
    About.OFFICER: _officers,
    About.TERMINAL: _terminals,
    About.MEASURE: lambda reader, names: measures.rows(reader.user, _uuids(names)),
}
