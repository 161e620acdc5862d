"""What keeps the hub told: one Redis subscription for the whole process, and a look at PostgreSQL every fifteen seconds as floor.

The two don't trust each other. A message says from which number it tells; if that is not where this process stands, or the
subscription was interrupted, the floor looks at once. With Redis away everything still comes, within fifteen seconds.
"""

import asyncio
import contextlib
import datetime as dt
import json
import logging
import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg
import redis.asyncio
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from evidence.direct import Database, connect
from field.live import announce
from field.live.hub import Hub
from field.live.news import News, news_since, size_of_log
from field.live.standing import Admitted, admit, lost_right

LOOK_EVERY_S = 15.0
SLOW_LOOK_EVERY_S = 5.0
FIRST_RETRY_S = 0.2
LONGEST_RETRY_S = 2.0
HEARTBEAT_S = 10
LATE = 20_000
"""So many numbers are not looked through for whom they concern: every line is told."""
THREADS = 4

log = logging.getLogger(__name__)
T = TypeVar("T")


class Unreachable(Exception):
    """The database could not be asked: nothing is known of this line's right."""


class Following:
    """The tasks of one socket process. They start with its first line, in that line's event loop."""

    def __init__(
        self,
        hub: Hub | None = None,
        *,
        redis_url: str | None = None,
        look_every_s: float = LOOK_EVERY_S,
        clock: Callable[[], dt.datetime] = timezone.now,
    ) -> None:
        self.hub = hub or Hub()
        self.told = -1
        self._redis_url = redis_url or settings.REDIS_URL
        self._look_every_s = look_every_s
        self._clock = clock
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="line")
        self._databases: list[Database] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._look_now: asyncio.Event | None = None

    def start(self) -> None:
        """Begin to follow, if it has not begun."""
        if self._tasks:
            return
        self._look_now = asyncio.Event()
        self._tasks = [
            asyncio.create_task(work, name=name)
            for name, work in (
                ("subscription", self._subscribe()),
                ("floor", self._look()),
                ("slow", self._drop_the_slow()),
            )
        ]

    async def stop(self) -> None:
        """End all tasks, threads and connections; a process that ends as a whole need not."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        together = threading.Barrier(THREADS)

        def close_here() -> None:
            connections.close_all()
            together.wait(5)  # so that each thread does it once

        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._threads, close_here) for _ in range(THREADS)))
        self._threads.shutdown()
        while self._databases:
            self._databases.pop().close()

    async def admit(self, session_key: str | None) -> tuple[Admitted, int] | None:
        """Read a new line's right and the log's present size; None for a session that is nobody's.

        :raises Unreachable: the database does not answer
        """
        return await self._ask(lambda db: self._admit(session_key, db))

    def _admit(self, session_key: str | None, db: Database) -> tuple[Admitted, int] | None:
        # Django's own connection (sessions, accounts) is checked here as a request would check it.
        close_old_connections()
        admitted = admit(session_key, db, self._clock())
        return (admitted, size_of_log(db)) if admitted else None

    async def look(self) -> None:
        """The floor: close lines that lost their right, then tell the others what they were not told.

        :raises Unreachable: the database does not answer
        """
        lines = [seat.admitted for seat in self.hub.seats()]
        lost, news, size = await self._ask(lambda db: self._read(lines, self.told, db))
        if lost:
            for seat in self.hub.seats():
                code = lost.get(seat.admitted)
                if code is not None:
                    self.hub.close_one(seat, code)
        if size < self.told:
            # the database was taken back to an earlier time: numbers count from there again
            log.warning("the log is shorter than it was: %d, and %d was told", size, self.told)
            self.hub.forget_told()
            self.told = size
        if news is None:
            for seat in self.hub.seats():
                self.hub.tell_one(seat, size)
        for one in news or ():
            self.hub.tell(one.size, one.keys)
        self.told = max(self.told, size)

    def _read(
        self, lines: Sequence[Admitted], told: int, db: Database
    ) -> tuple[dict[Admitted, int], list[News] | None, int]:
        lost = lost_right(lines, db, self._clock()) if lines else {}
        size = size_of_log(db)
        if not 0 <= told <= size <= told + LATE:
            # Just started, taken back, or silent for long. Lines that opened before this look were told an older size.
            return lost, None, size
        news = list(news_since(db, told))
        return lost, news, max([size, *(one.size for one in news)])

    async def _ask(self, question: Callable[[Database], T]) -> T:
        """Ask the database in a thread, over a connection that is tried once more if it turns out to be dead."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask_here, question)

    def _ask_here(self, question: Callable[[Database], T]) -> T:
        for last in (False, True):
            try:
                with contextlib.ExitStack() as unless_kept:
                    db = self._databases.pop() if self._databases else connect("lines")
                    unless_kept.callback(db.close)
                    answer = question(db)
                    unless_kept.pop_all()
                    self._databases.append(db)
                    return answer
            except (psycopg.OperationalError, psycopg.InterfaceError, DatabaseError) as reason:
                while self._databases:  # its sisters went down with it
                    self._databases.pop().close()
                if last:
                    raise Unreachable(type(reason).__name__) from reason
        raise AssertionError("not reached")

    async def _look(self) -> None:
        """Look every fifteen seconds, or at once when the subscription says that it may have missed something."""
        assert self._look_now is not None
        while True:
            try:
                await self.look()
            except Unreachable as reason:
                log.warning("the sockets' own look has to wait: %s", reason)
            try:
                await asyncio.wait_for(self._look_now.wait(), self._look_every_s)
            except TimeoutError:
                continue
            finally:
                self._look_now.clear()

    async def _drop_the_slow(self) -> None:
        while True:
            await asyncio.sleep(min(SLOW_LOOK_EVERY_S, self.hub.slow_after_s / 2))
            dropped = self.hub.drop_the_slow()
            if dropped:
                log.info("%d lines could not take their number and were closed", dropped)

    async def _subscribe(self) -> None:
        """Hold the one subscription; come back with growing, jittered waits when Redis goes away."""
        retry_s = FIRST_RETRY_S
        assert self._look_now is not None
        while True:
            client = redis.asyncio.Redis.from_url(
                self._redis_url, socket_connect_timeout=2, health_check_interval=HEARTBEAT_S
            )
            try:
                async with client, client.pubsub(ignore_subscribe_messages=False) as subscription:
                    await subscription.subscribe(announce.CHANNEL)
                    while True:
                        message = await subscription.get_message(timeout=HEARTBEAT_S)
                        if message is None:
                            await subscription.check_health()
                        elif message["type"] == "subscribe":
                            retry_s = FIRST_RETRY_S
                            self._look_now.set()  # what was said while we were not listening
                        elif message["type"] == "message":
                            self.hear(message["data"])
            except (redis.RedisError, OSError, TimeoutError) as reason:
                log.warning(
                    "no doorbell, the look every %.0f s carries on: %s",
                    self._look_every_s,
                    type(reason).__name__,
                )
            await asyncio.sleep(retry_s * random.uniform(0.5, 1))
            retry_s = min(2 * retry_s, LONGEST_RETRY_S)

    def hear(self, data: bytes) -> None:
        """Take one message of the channel. What is not in the protocol is reported and left."""
        try:
            said: dict[str, Any] = json.loads(data)
            if "close" in said:
                closed = self.hub.close([str(key) for key in said["close"]], int(said["code"]))
                if closed:
                    log.info("%d lines were closed with %s", closed, said["code"])
                return
            number, since, keys = int(said["n"]), int(said["from"]), [str(key) for key in said["keys"]]
        except (ValueError, TypeError, KeyError) as reason:
            log.error("a message on %s can't be read: %s", announce.CHANNEL, type(reason).__name__)
            return
        self.hub.tell(number, keys)
        if self.told < 0 or since > self.told:
            assert self._look_now is not None
            self._look_now.set()  # a message before this one was lost
        else:
            self.told = max(self.told, number)
