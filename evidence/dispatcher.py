"""Waiting for seals: one listening connection for a whole process, shared by all its waiting requests.

A request registers its entries (before its commit, so that no wake-up is lost), commits and waits on an event. The dispatcher wakes by
NOTIFY, and every 50 ms anyway while somebody waits; it looks all waiting entries up in one query and resolves the waiters. They are told
that it is sealed, and prove it themselves: all of one answer under one checkpoint. If the database goes away it connects again; waiters
then run into their time-out and are told "stored".
"""

import contextlib
import logging
import os
import select
import threading
import time
from collections.abc import Collection, Iterable

import psycopg
from django.db import connections

from evidence.direct import Database, connect
from evidence.sealer import CHANNEL

SAFETY_POLL_S = 0.05
IDLE_S = 5.0
RECONNECT_S = 0.5
SEALED = "SELECT entry_id FROM seal WHERE entry_id = ANY(%s)"

log = logging.getLogger(__name__)


class Expectation:
    """Entries that somebody waits for."""

    def __init__(self, dispatcher: "Dispatcher", entry_ids: Iterable[int]) -> None:
        self.entry_ids = frozenset(entry_ids)
        self._dispatcher = dispatcher
        self._sealed: frozenset[int] = frozenset()
        self._all_there = threading.Event()

    @property
    def missing(self) -> frozenset[int]:
        """The entries that are not sealed so far."""
        return self.entry_ids - self._sealed

    def resolve(self, sealed: frozenset[int]) -> None:
        """Take those of the sealed that are waited for here."""
        self._sealed |= self.missing & sealed
        if not self.missing:
            self._all_there.set()

    def wait(self, timeout_s: float) -> frozenset[int]:
        """Wait until all are sealed or the time is up; return those that are."""
        try:
            if self.missing:
                self._all_there.wait(timeout_s)
            return self._sealed
        finally:
            self._dispatcher.forget(self)


class Dispatcher:
    """The waiting room of one process for one database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[Expectation] = set()
        self._woken, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="sealed", daemon=True)
        self._thread.start()

    def expect(self, entry_ids: Collection[int]) -> Expectation:
        """Register entries; their transaction may still be open."""
        expectation = Expectation(self, entry_ids)
        with self._lock:
            was_idle = not self._waiting
            self._waiting.add(expectation)
        if was_idle:
            self._nudge()
        return expectation

    def forget(self, expectation: Expectation) -> None:
        """Stop looking for these."""
        with self._lock:
            self._waiting.discard(expectation)

    def stop(self) -> None:
        """End the thread and its connection."""
        self._stopped = True
        self._nudge()
        self._thread.join(timeout=10)

    def _nudge(self) -> None:
        with contextlib.suppress(BlockingIOError):  # the pipe is full of nudges already
            os.write(self._wake, b".")

    def _run(self) -> None:
        while not self._stopped:
            try:
                with connect("receipts") as db:
                    db.execute(f"LISTEN {CHANNEL}")
                    while not self._stopped:
                        self._sleep(db)
                        self._look(db)
            except psycopg.OperationalError as error:
                log.warning("the database is away, receipts wait: %s", str(error).strip())
                time.sleep(RECONNECT_S)
        os.close(self._woken)
        os.close(self._wake)

    def _sleep(self, db: Database) -> None:
        if list(db.notifies(timeout=0)):
            return  # came in while we were reading
        with self._lock:
            idle = not self._waiting
        ready, _, _ = select.select([db.fileno(), self._woken], [], [], IDLE_S if idle else SAFETY_POLL_S)
        if self._woken in ready:
            os.read(self._woken, 4096)
        if db.fileno() in ready:
            for _ in db.notifies(timeout=0):
                pass

    def _look(self, db: Database) -> None:
        with self._lock:
            waiting = list(self._waiting)
        wanted = frozenset().union(*(one.missing for one in waiting)) if waiting else frozenset()
        if not wanted:
            return
        sealed = frozenset(one for (one,) in db.execute(SEALED, [list(wanted)]))
        if sealed:
            for one in waiting:
                one.resolve(sealed)


_ours: tuple[int, str, Dispatcher] | None = None
_making = threading.Lock()


def dispatcher() -> Dispatcher:
    """The dispatcher of this process (a forked child makes its own) for the database Django is at."""
    global _ours
    place = os.getpid(), str(connections["default"].settings_dict["NAME"])
    with _making:
        if _ours is None or _ours[:2] != place:
            if _ours is not None and _ours[0] == place[0]:
                _ours[2].stop()
            _ours = (*place, Dispatcher())
        return _ours[2]


def stop_dispatcher() -> None:
    """Close this process's dispatcher, so that its database can be dropped."""
    global _ours
    with _making:
        if _ours is not None and _ours[0] == os.getpid():
            _ours[2].stop()
        _ours = None
