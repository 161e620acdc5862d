"""A record on its way in: who stands for it, and what the server knows around it at that moment."""

import base64
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from accounts import audience
from accounts.models import Shift, Terminal, User
from evidence import queries as evidence
from evidence import replay
from evidence.ledger import Entry, SignedRecord
from evidence.models import Seal
from field.models import Offence, Photo
from field.recording import catalogue
from field.rules import offence as offences
from field.rules.checks import Around, Law
from field.rules.record import Head, Said

PhotosHere = Mapping[tuple[str, str], dict[str, Any]]
"""Photos that have arrived: (terminal, digest) -> time and entry of the arrival."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A text whose signature was checked, with the people and things it names. `now` is the moment of the entry.

    `signed.arrived_at` is when it first came: earlier than `now` where it was set aside and is admitted later.
    """

    signed: SignedRecord
    terminal: Terminal
    shift: Shift
    officer: User
    now: dt.datetime
    looked_up: dict[object, Any] = field(default_factory=dict)
    """What was asked of the catalogue and the log for this batch already."""
    photos_here: PhotosHere | None = None
    """Of the photos that the batch names, those that are here; None: not asked yet."""
    judged: bool = False
    """Somebody at the desk has looked at it and lets it count."""
    together: replay.Together | None = None
    """Where rows wait to be written with those of the other records of the batch; None: they are written at once."""

    def project(self, projection: replay.Projection, entry: Entry, *, fresh: bool = False) -> None:
        """Make the rows what this entry says, now or with those of the batch."""
        if self.together is not None:
            self.together.project(projection, entry, fresh=fresh)
        else:
            replay.project(projection, entry, fresh=fresh)

    @property
    def audience(self) -> tuple[str, ...]:
        """Whose feeds show it: the officer's, the handheld's, and those of the unit and all above it."""
        return (
            audience.of_person(self.officer.police_number),
            audience.of_terminal(self.terminal.id),
            *audience.of_unit(self.shift.unit),
        )


def photos_here(terminals: Iterable[str], digests: Iterable[str]) -> PhotosHere:
    """Which of these photos these terminals have sent already, under other records. Ask when it is the terminals' turn."""
    named = set(digests)
    if not named:
        return {}
    arrived = (
        Photo.objects.filter(terminal__in=set(terminals), digest__in=named, arrived_entry__isnull=False)
        .order_by("terminal", "digest", "arrived_entry")
        .values_list("terminal", "digest", "arrived_at", "arrived_entry")
    )
    return {
        (terminal, digest): {"at": at.isoformat(), "entry": entry}
        for terminal, digest, at, entry in arrived
        if at is not None
    }


def of_terminal(here: PhotosHere, terminal: str, digests: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Of those photos the ones that a text of this terminal names: digest -> time and entry of the arrival."""
    return {one: here[terminal, one] for one in sorted(set(digests)) if (terminal, one) in here}


def offence_of(said: Said, arrival: Arrival) -> Offence | None:
    """The version of the offence in force at this place on the day; None where the catalogue has none."""
    day = catalogue.day_of(said.occurred_at)
    asked = ("offence", said.offence, day)
    if asked not in arrival.looked_up:
        arrival.looked_up[asked] = catalogue.in_force(said.offence, area=settings.AREA, day=day)
    found: Offence | None = arrival.looked_up[asked]
    return found


def around(head: Head, arrival: Arrival, offence: Offence | None) -> Around:
    """What the rule of doubts needs beside the record."""
    asked = ("seen", head.seen)
    if asked not in arrival.looked_up:
        arrival.looked_up[asked] = _seen(head)
    seen_at, ours = arrival.looked_up[asked]
    return Around(
        arrived_at=arrival.signed.arrived_at,
        shift_opened_at=arrival.shift.opened_at,
        shift_ends_at=arrival.shift.closed_at or arrival.shift.ends_at,
        seen_at=seen_at,
        seen_is_ours=ours,
        law=None if offence is None else _law(offence),
    )


def _seen(head: Head) -> tuple[dt.datetime | None, bool]:
    """When the newest entry was written that the handheld had verified, and whether that checkpoint is this log's."""
    if head.seen is None or head.seen.size == 0:
        return None, True
    signed = evidence.checkpoint_at(head.seen.size)
    if signed is None or base64.b64encode(signed.root).decode() != head.seen.root:
        return None, False
    newest = Seal.objects.select_related("entry").filter(leaf_index=head.seen.size - 1).first()
    return (newest.entry.at, True) if newest else (None, False)


def _law(offence: Offence) -> Law:
    return Law(
        category=offence.category,
        superseded=offence.status == Offence.Status.SUPERSEDED,
        fine=offences.FineRange(offence.fine_min, offence.fine_max),
        measures=tuple(offence.measures),
    )


def body_of(arrival: Arrival, photos: Iterable[str]) -> Mapping[str, Any]:
    """What the server adds to any record: the unit, the day it first came, and which of its photos are here already."""
    named = list(photos)
    here = arrival.photos_here
    if here is None:
        here = photos_here([arrival.terminal.id], named)
    return {
        "unit": arrival.shift.unit_id,
        "arrived_at": arrival.signed.arrived_at.isoformat(),
        "photos_here": of_terminal(here, arrival.terminal.id, named),
    }
