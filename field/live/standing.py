"""Whether a line may be open, and under which audience keys it listens. The server chooses; a client can ask for nothing.

The rule itself is accounts' (sessions.standing_of); it is asked when a line opens. Afterwards one query looks at all open lines
together, and the rule is asked again only about those for which something has changed.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import LiteralString
from uuid import UUID

from accounts import sessions
from evidence.direct import Database
from field.live.announce import COME_AGAIN, ENDED, REVOKED

DESK_EVERY = dt.timedelta(seconds=60)
"""A desk's session ends by time alone, too: from this age on the rule itself is asked at each look."""

Stamp = tuple[object, ...]

NOW: LiteralString = """
SELECT line.session, coalesce(u.is_active, false) AND coalesce(t.state, 'active') = 'active',
  s.session_key IS NOT NULL AND (line.shift IS NULL OR (sh.closed_at IS NULL AND sh.ends_at > %(now)s)),
  u.role, u.unit_id, md5(u.password)
FROM unnest(%(sessions)s::text[], %(people)s::text[], %(shifts)s::uuid[]) AS line(session, person, shift)
LEFT JOIN django_session s ON s.session_key = line.session AND s.expire_date > %(now)s
LEFT JOIN accounts_user u ON u.police_number = line.person
LEFT JOIN accounts_shift sh ON sh.id = line.shift
LEFT JOIN accounts_terminal t ON t.id = sh.terminal_id"""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A line's right as it was read: whose session, which shift, the keys it listens under, and what must stay as it is."""

    session: str
    person: str
    shift: UUID | None
    keys: frozenset[str]
    stamp: Stamp = ()
    asked_at: dt.datetime | None = None


def admit(session_key: str | None, db: Database, now: dt.datetime) -> Admitted | None:
    """Say who a session cookie is, by the same rule as any request; None for nobody."""
    while session_key and (who := sessions.standing_of(session_key, now)) is not None:
        shift = who.shift.id if who.shift else None
        line = Admitted(session_key, who.user.police_number, shift, frozenset(who.keys))
        code, stamp = _present([line], db, now)[session_key]
        if code is not None:
            return None
        if stamp[:2] == (who.user.role, who.user.unit_id):
            return replace(line, stamp=stamp, asked_at=now)
        # the person's role or unit changed between the two questions: ask both again
    return None


def lost_right(lines: Collection[Admitted], db: Database, now: dt.datetime) -> dict[Admitted, int]:
    """Those that may no longer be open, each with its close code. One query for all of them."""
    present = _present(lines, db, now)
    lost: dict[Admitted, int] = {}
    for line in lines:
        code, stamp = present[line.session]
        if code is not None or stamp != line.stamp:
            lost[line] = code or COME_AGAIN
        elif _may_have_idled(line, now) and sessions.standing_of(line.session, now) is None:
            lost[line] = ENDED
    return lost


def _may_have_idled(line: Admitted, now: dt.datetime) -> bool:
    return line.shift is None and line.asked_at is not None and now - line.asked_at >= DESK_EVERY


def _present(
    lines: Collection[Admitted], db: Database, now: dt.datetime
) -> dict[str, tuple[int | None, Stamp]]:
    """How each session stands now: the code with which its lines must be closed (None: they may be open), and its stamp.

    The stamp holds what the keys follow from, and the password: a change of any of them ends the line, and it may come again.
    """
    rows = db.execute(
        NOW,
        {
            "now": now,
            "sessions": [line.session for line in lines],
            "people": [line.person for line in lines],
            "shifts": [line.shift for line in lines],
        },
    ).fetchall()
    return {
        session: (None if may_look and goes_on else ENDED if may_look else REVOKED, tuple(stamp))
        for session, may_look, goes_on, *stamp in rows
    }
