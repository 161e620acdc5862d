"""Who looked at what, read as a list: by the auditor all of it, by a leader the looks of their own people.

The first page fixes how far the log is read (a sealed number, which every later page keeps to): what is sealed meanwhile, the entries
about this reading among it, is in none of its pages, and nothing that was sealed then is missed or shown twice.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.capabilities import Capability, may, require
from accounts.looks import look
from accounts.models import Terminal, Unit, User
from accounts.scope import units_of
from evidence.ledger import Entry, read_payload
from evidence.queries import ask, head

PAGE = 50
SCAN = 20_000
"""So many looks a page is searched for in, where most may be of other units' people; the next page goes on from there."""
_CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
_NAMED = frozenset({"looks"})
"""Subjects of this form (word:rest) whose rest is shown. A new one is not, until it is named here: that of a search tells a plate's hash."""

# Units are compared with the one at the time of the look, which the entry says itself. A join keeps no order: it is said at the end again.
PIECE = """WITH piece AS MATERIALIZED (
  SELECT entry.id, leaf_index, CASE WHEN %(units)s::text[] IS NULL THEN NULL
    ELSE convert_from(payload, 'UTF8')::json #>> '{{body,unit}}' END AS unit
  FROM entry JOIN seal ON entry_id = entry.id
  WHERE kind = 'look' AND leaf_index < %(stand)s AND entry.id < %(before)s {narrower}
  ORDER BY entry.id DESC LIMIT %(scan)s),
found AS (SELECT id, leaf_index FROM piece WHERE %(units)s::text[] IS NULL OR unit = ANY(%(units)s) ORDER BY id DESC LIMIT %(page)s)
SELECT * FROM (SELECT found.id, leaf_index, payload FROM found JOIN entry ON entry.id = found.id
  UNION ALL SELECT min(id), count(*), NULL FROM piece) AS page ORDER BY payload IS NULL, id DESC"""
NARROWER = {
    "viewer": "AND actor = %(viewer)s",
    "record": "AND subject = %(record)s",
    "since": "AND at >= %(since)s",
    "until": "AND at < %(until)s",
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a list goes on: it is read up to the number `stand` of the log, from the entry before `before` backwards."""

    stand: int
    before: int

    def __str__(self) -> str:
        return f"{self.stand}-{self.before}"

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """From what a page said. :raises ValueError: no page said it"""
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise ValueError("no cursor of this list")
        return cls(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which looks: by whom, at which record, on which days (the last one included), from where on."""

    viewer: str = ""
    record: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    cursor: Cursor | None = None


def page(wanted: Wanted, *, viewer: User, terminal: Terminal | None, now: dt.datetime) -> dict[str, Any]:
    """One page, the newest first, and where the next one begins (None: there is none). Reading it is a look of its own.

    A leader's page may be short, or empty, with more to come: it ends after SCAN looks of whomever.

    :raises NotPermitted: neither auditor nor leader
    """
    units = _units_shown(viewer)
    place = wanted.cursor or Cursor(head(), 2**62)
    whose = wanted.viewer or wanted.record or "all"
    look(
        viewer,
        terminal=terminal,
        subject=f"looks:{whose}",
        fields=["viewer", "why"],
        why="oversight",
        now=now,
    )
    *found, (last, scanned, _) = _read(wanted, place, units)
    entries = [read_payload(entry_id, bytes(payload), number) for entry_id, number, payload in found[:PAGE]]
    if len(found) > PAGE:
        goes_on: Cursor | None = Cursor(place.stand, entries[-1].id)
    else:
        goes_on = Cursor(place.stand, last) if units is not None and scanned == SCAN else None
    return {"rows": _rows(entries), "cursor": str(goes_on) if goes_on else None}


def _units_shown(viewer: User) -> list[str] | None:
    """The units whose people's looks this person may see; None: everybody's."""
    if may(viewer, Capability.AUDIT):
        return None
    require(viewer, Capability.REVIEW)
    require(viewer, Capability.SEE_UNIT)
    return sorted(units_of(viewer))


def _read(wanted: Wanted, place: Cursor, units: list[str] | None) -> list[tuple[Any, ...]]:
    said: Mapping[str, object] = {
        "viewer": wanted.viewer or None,
        "record": wanted.record or None,
        "since": _midnight(wanted.first_day),
        "until": _midnight(wanted.last_day, days=1),
    }
    narrower = " ".join(part for name, part in NARROWER.items() if said[name] is not None)
    limits = {"page": PAGE + 1, "scan": PAGE + 1 if units is None else SCAN}
    return ask(
        PIECE.format(narrower=narrower),
        {**said, **limits, "units": units, "stand": place.stand, "before": place.before},
    )


def _midnight(day: dt.date | None, days: int = 0) -> dt.datetime | None:
    if day is None:
        return None
    return timezone.make_aware(dt.datetime.combine(day, dt.time()) + dt.timedelta(days=days))


def _rows(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    people = User.objects.in_bulk({one.actor for one in entries})
    units = Unit.objects.in_bulk({one.body["unit"] for one in entries})
    terminals = Terminal.objects.in_bulk({one.body["terminal"] for one in entries if one.body["terminal"]})
    return [_row(one, people, units, terminals) for one in entries]


def _row(
    entry: Entry, people: Mapping[Any, User], units: Mapping[Any, Unit], terminals: Mapping[Any, Terminal]
) -> dict[str, Any]:
    """Names what leaves; of a subject that is no record's only the word before the colon."""
    about, colon, rest = entry.subject.partition(":")
    person, unit = people.get(entry.actor), units.get(entry.body["unit"])
    terminal = terminals.get(entry.body["terminal"])
    return {
        "number": entry.number,
        "at": entry.at,
        "viewer": entry.actor,
        "viewer_name": person.name if person else "",
        "unit": entry.body["unit"],
        "unit_name": unit.name_zh if unit else "",
        "unit_name_en": unit.name_en if unit else "",
        "terminal_number": terminal.number if terminal else None,
        "about": about if colon else "record",
        "record": "" if colon and about not in _NAMED else rest or about,
        "fields": entry.body["fields"],
        "why": entry.body["why"],
    }
