"""Positions come in and are looked at. They are no evidence and stand in no ledger; the looks at them do."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from accounts.looks import look
from accounts.models import Shift, Terminal, User
from evidence.ledger import Entry
from evidence.queries import entries_about
from evidence.replay import in_turn
from field.models import Position
from field.rules.position import Fix, Refused, doubt

NEWEST_WINS = """
INSERT INTO field_position AS known
  (officer_id, shift_id, point, accuracy_m, measured_at, received_at, source, coordinate_system)
VALUES (%s, %s, ST_SetSRID(ST_MakePoint(%s, %s), 4326), %s, %s, %s, %s, %s)
ON CONFLICT (officer_id) DO UPDATE SET
  shift_id = excluded.shift_id, point = excluded.point, accuracy_m = excluded.accuracy_m, measured_at = excluded.measured_at,
  received_at = excluded.received_at, source = excluded.source, coordinate_system = excluded.coordinate_system
WHERE known.measured_at < excluded.measured_at"""


@dataclass(frozen=True, slots=True)
class Taken:
    """How many positions were believed, and by place in the list why others were not."""

    believed: int
    refused: dict[int, Refused]


@transaction.atomic
def record_positions(
    shift: Shift | None, terminal: Terminal, positions: Sequence[Fix], now: dt.datetime
) -> Taken:
    """Keep the newest of these positions for the officer of this shift, if it is newer than the one that is known.

    `shift` is the one under which the request comes; without one that is open, on this terminal, nothing is taken: off duty nobody is
    located. Each position is judged by itself (rules/position.py), in the order in which they were measured.
    """
    since = shift.opened_at if shift is not None and _is_open(shift, terminal, now) else None
    if shift is None or since is None:
        return Taken(0, dict.fromkeys(range(len(positions)), Refused.OFF_DUTY))
    before = _known(shift.user_id)
    if before is not None and before.at < since:
        before = None  # of an earlier shift
    newest, refused = before, {}
    for number, fix in sorted(enumerate(positions), key=lambda pair: pair[1].at):
        why = doubt(fix, on_duty_since=since, before=newest, now=now)
        if why is not None:
            refused[number] = why
        elif newest is None or fix.at > newest.at:
            newest = fix
    if newest is not None and newest is not before:
        _keep(shift, newest, now)
    return Taken(len(positions) - len(refused), refused)


@transaction.atomic
def note_look(
    viewer: User, *, shown: Sequence[str], terminal: Terminal | None, now: dt.datetime
) -> Entry | None:
    """Record that the positions of these officers were shown to the viewer; return the entry, None where one says so already.

    A desk's map asks every few seconds: there is one entry a viewer and minute, and another one within it when somebody is shown whom
    it does not name. Each officer stands in `fields` as `position:<police number>`.
    """
    subject = f"positions:{viewer.police_number}:{now.astimezone(dt.UTC):%Y%m%dT%H%M}"
    in_turn(subject)  # two requests of one viewer at once write one entry
    named = {one for entry in entries_about(subject) for one in entry.body["fields"]}
    new = {f"position:{number}" for number in shown} - named
    if not new:
        return None
    return look(viewer, terminal=terminal, subject=subject, fields=sorted(new), why="duty_map", now=now)


def _is_open(shift: Shift, terminal: Terminal, now: dt.datetime) -> bool:
    return (
        shift.terminal_id == terminal.pk
        and shift.closed_at is None
        and shift.opened_at <= now < shift.ends_at
    )


def _known(officer: str) -> Fix | None:
    known = Position.objects.filter(officer_id=officer).first()
    if known is None:
        return None
    return Fix(
        lat=known.point.y,
        lon=known.point.x,
        acc_m=known.accuracy_m,
        at=known.measured_at,
        source=known.source,
        crs=known.coordinate_system,
    )


def _keep(shift: Shift, fix: Fix, now: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            NEWEST_WINS,
            [shift.user_id, shift.pk, fix.lon, fix.lat, fix.acc_m, fix.at, now, fix.source, fix.crs],
        )


def forget_off_duty(now: dt.datetime) -> int:
    """Delete the positions of those whose shift is over; return how many. Called by the timer loop."""
    over = Position.objects.filter(shift__closed_at__isnull=False) | Position.objects.filter(
        shift__ends_at__lte=now
    )
    return over.delete()[0]
