"""What the clock brings: a loop that needs PostgreSQL and nothing else. Each rule is a function of `now`; safe to run late, or twice.

One loop runs at a time (an advisory lock); another may stand by. A rule that fails is told and the others go on: the next beat asks it
again.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.db import connection

from evidence import leftovers
from evidence.uploads import operations as uploads
from field import overdue, supervision
from field.dispatch import timers as dispatch
from field.documents.operations import void_blocks_of_revoked
from field.duty.operations import forget_off_duty
from field.lookup import limits
from field.measures import timers as measures

LOCK = 0x10C1_0001
"""Number of the advisory lock that makes one loop the one."""

log = logging.getLogger(__name__)
Rule = Callable[[dt.datetime], Sequence[object]]


@dataclass(frozen=True, slots=True)
class Beat:
    """What one beat did: how many things each rule brought about, and which rules failed."""

    done: Mapping[str, int]
    failed: tuple[str, ...]


RULES: Mapping[str, Rule] = {
    "photos_outstanding": overdue.photos_outstanding,
    "shots_outstanding": overdue.shots_outstanding,
    "returns_unanswered": overdue.returns_unanswered,
    "numbers_missing": overdue.numbers_missing,
    "quarantine_waiting": overdue.quarantine_waiting,
    "log_unsettled": overdue.log_unsettled,
    "log_stopped": overdue.log_stopped,
    "supervision": supervision.look_again,
    "measures": measures.due,
    "measures_unapproved": overdue.measures_unapproved,
    "seconds_missing": overdue.seconds_missing,
    "seconds_unconfirmed": overdue.seconds_unconfirmed,
    "numbers_voided": void_blocks_of_revoked,
    "no_longer_so": overdue.no_longer_so,
    "tasks": dispatch.due,
    "positions": lambda now: [None] * forget_off_duty(now),
}


CHORES: Mapping[str, Rule] = {
    "uploads_dropped": lambda now: [None] * uploads.sweep(now=now),
    "leftovers": lambda now: [None] * leftovers.sweep(now=now),
    "networks_forgotten": lambda now: [None] * limits.forget(now),
    "papers_missing": overdue.papers_missing,
    "sessions_cleared": lambda now: [None] * _clear_sessions(now),
}
"""What may wait for some minutes: it takes away what is over, or looks through much. It needs no Redis, as the rules don't."""


def beat(now: dt.datetime) -> Beat:
    """Ask every rule once."""
    return _ask(RULES, now)


def tidy(now: dt.datetime) -> Beat:
    """Do every chore once."""
    return _ask(CHORES, now)


def _ask(rules: Mapping[str, Rule], now: dt.datetime) -> Beat:
    done: dict[str, int] = {}
    failed: list[str] = []
    for name, rule in rules.items():
        try:
            done[name] = len(rule(now))
        except Exception:
            log.exception("the rule %s failed; it is asked again at the next beat", name)
            failed.append(name)
    return Beat(done, tuple(failed))


def take_the_lock() -> bool:
    """Become the one loop, for as long as this connection lives; False where another is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (mine,) = cursor.fetchone()
    return bool(mine)


def _clear_sessions(now: dt.datetime) -> int:
    return Session.objects.filter(expire_date__lt=now).delete()[0]
