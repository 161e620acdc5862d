"""The list of violations at a desk: pages of masked rows, and the free search for a plate, which is recorded with its reason."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from accounts.capabilities import Capability, require
from accounts.looks import look
from accounts.models import Terminal, User
from accounts.refusals import Refusal
from accounts.scope import visible
from field.models import Violation
from field.models.tally import count_up
from field.recording.queries import masked_rows, outstanding
from field.rules import plate
from field.rules.keyed import keyed_hash

PAGE = 50


class TooManyLines(Refusal):
    """Somebody pages through more lines than anybody reads. It is counted by person, since another session is a sign-in away."""

    status = 429
    code = "too_many_lines"

    def facts(self) -> Mapping[str, Any]:
        return {"most": settings.DESK_LINES_AN_HOUR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows of the list. `cursor` is where the last page ended."""

    state: str = ""
    unit: str = ""
    officer: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    incomplete: bool | None = None
    oldest_first: bool = False
    cursor: int | None = None


def page(wanted: Wanted, *, viewer: User, now: dt.datetime) -> dict[str, Any]:
    """One page of masked rows.

    :raises NotPermitted: the viewer sees into no unit
    :raises TooManyLines: the viewer has gone through more lines within the hour than anybody reads
    """
    require(viewer, Capability.SEE_UNIT)
    return _page(_narrowed(visible(Violation.objects.all(), viewer), wanted), wanted, viewer, now)


def search(
    number: str, why: str, wanted: Wanted, *, viewer: User, terminal: Terminal | None, now: dt.datetime
) -> dict[str, Any]:
    """One page of masked rows of one plate, however it is written. A free search: it needs a typed reason, and is recorded first.

    The entry holds a keyed hash of the number, and the reason without it: plates are few enough to try out against any other hash.

    :raises NotPermitted: the viewer sees into no unit
    :raises WhyNeeded: no reason
    :raises TooManyLines: as for a page
    """
    require(viewer, Capability.SEE_UNIT)
    asked = plate.normalise(number)
    look(
        viewer,
        terminal=terminal,
        subject=search_subject(asked),
        fields=["plate"],
        why=plate.hide(why, asked),
        now=now,
    )
    rows = visible(Violation.objects.filter(plate=asked), viewer)
    return _page(_narrowed(rows, wanted), wanted, viewer, now)


def search_subject(number: str) -> str:
    """Under which subject the searches for this normalised number stand in the log: only who has the key can tell which number."""
    return f"search:{keyed_hash(settings.LOOKUP_KEY, 'search', number)}"


def _page(rows: QuerySet[Violation], wanted: Wanted, viewer: User, now: dt.datetime) -> dict[str, Any]:
    order = "first_entry" if wanted.oldest_first else "-first_entry"
    if wanted.cursor is not None:
        rows = rows.filter(**{"first_entry__gt" if wanted.oldest_first else "first_entry__lt": wanted.cursor})
    found = list(rows.order_by(order)[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    if found and count_up("lines", viewer.police_number, len(found), now) > settings.DESK_LINES_AN_HOUR:
        raise TooManyLines
    return {"rows": masked_rows(found), "cursor": found[-1].first_entry if more else None}


def _narrowed(rows: QuerySet[Violation], wanted: Wanted) -> QuerySet[Violation]:
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.unit:
        rows = rows.filter(unit__path__contains=[wanted.unit])
    if wanted.officer:
        rows = rows.filter(officer=wanted.officer)
    if wanted.since:
        rows = rows.filter(occurred_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(occurred_at__lt=wanted.until)
    if wanted.incomplete is not None:
        rows = rows.filter(outstanding() if wanted.incomplete else ~outstanding())
    return rows
