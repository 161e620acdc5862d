"""Faults that pass by themselves: the database was away or busy, the disk is full or failing. One place says which they are.

They reach the answer in many coats: Django's exceptions, psycopg's own where a cursor of ours was at work, the store's, the
operating system's. What isn't named here is a fault of ours, and is answered as such.
"""

import errno
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from django import db
from django.db import connections

from evidence import storage
from evidence.storage import StoreFailing, StoreFull

AWAY_S = 2
"""A restart of PostgreSQL takes some seconds; a deadlock is over at once."""
FULL_S = 60
"""A full disk waits for a person."""

FULL_STATES = ("53100",)
PASSING_STATES = ("08", "40", "53", "57", "58", "55P03", "25006", "25P03", "25P04")
"""SQLSTATE, or its class: connection, rolled back, no resources, stopped by somebody, the server's system, a lock not to be had, a
standby that may only be read, a transaction that was ended for having idled."""
BUSY_ERRNOS = frozenset({errno.EMFILE, errno.ENFILE})


@dataclass(frozen=True, slots=True)
class Passing:
    """How such a fault is answered, and after how many seconds it makes sense to come again."""

    status: int
    code: str
    wait_s: int


AWAY = Passing(503, "come_again", AWAY_S)
FULL = Passing(507, "store_full", FULL_S)
FAILING = Passing(503, "store_failing", FULL_S)


def passing(error: BaseException | None) -> Passing | None:
    """How to answer this fault if it passes by itself, else None. What an exception was made from is looked at too."""
    for one in _chain(error):
        match one:
            case StoreFull():
                return FULL
            case StoreFailing():
                return FAILING
            case psycopg.Error() | db.Error():
                return _of_the_database(one)
            case OSError():
                return _of_the_system(one)
    return None


def give_up_connections() -> None:
    """Have this thread's connections looked at before anybody uses them again; those that are broken are closed at once."""
    for one in connections.all(initialized_only=True):
        one.errors_occurred = True  # a raw cursor's error was not seen by Django
        one.close_if_unusable_or_obsolete()


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__


def _of_the_database(error: Exception) -> Passing | None:
    """From PostgreSQL's own word; without one it is the connection that broke."""
    state = next((one.sqlstate for one in _chain(error) if isinstance(one, psycopg.Error)), None)
    if state is None:
        lost = (psycopg.OperationalError, psycopg.InterfaceError, db.OperationalError, db.InterfaceError)
        return AWAY if isinstance(error, lost) else None
    if state.startswith(FULL_STATES):
        return FULL
    return AWAY if state.startswith(PASSING_STATES) and state != "40002" else None


def _of_the_system(error: OSError) -> Passing | None:
    if error.errno in storage.FULL:
        return FULL
    if error.errno in storage.FAILING:
        return FAILING
    return AWAY if error.errno in BUSY_ERRNOS else None
