"""The announcer: hears the sealer's NOTIFY and tells Redis whom the new numbers concern. Never an entry, never a word about one.

One process of its own with one listening connection. It outlives restarts of PostgreSQL and of Redis: what was sealed meanwhile is told
afterwards, from the last number told. If it dies nothing is lost, since the sockets look for themselves every fifteen seconds.
"""

import logging
import threading
from collections.abc import Callable

import psycopg
import redis

from evidence.direct import Database, connect
from evidence.sealer import CHANNEL
from field.live import announce
from field.live.news import news_since, size_of_log

FIRST_RETRY_S = 0.1
LONGEST_RETRY_S = 2.0
SAFETY_LOOK_S = 1.0
"""A notification can be lost with its connection: look at the log's size at least this often."""
TOLD_AFRESH = 2000
"""A starting announcer does not know what was told; it tells so many numbers once more, which harms nobody."""
LATE = 20_000
"""After a long silence older numbers are left out: the sockets have looked for themselves long ago."""

log = logging.getLogger(__name__)


class Announcer:
    """The loop. `stop` ends it soon; `told` is the size up to which everybody concerned was told."""

    def __init__(self, ring: Callable[[int, int, frozenset[str]], None] = announce.ring) -> None:
        self._ring = ring
        self._stopping = threading.Event()
        self.told: int | None = None

    def stop(self) -> None:
        """End the loop; safe from a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Announce until stopped."""
        retry_s = FIRST_RETRY_S
        while not self._stopping.is_set():
            try:
                with connect("announcer") as db:
                    db.execute(f"LISTEN {CHANNEL}")
                    while not self._stopping.is_set():
                        self.catch_up(db)
                        retry_s = FIRST_RETRY_S
                        for _ in db.notifies(timeout=SAFETY_LOOK_S, stop_after=1):
                            pass
            except (psycopg.OperationalError, redis.RedisError) as reason:
                log.warning("news wait %.1f s: %s", retry_s, str(reason).strip() or type(reason).__name__)
                self._stopping.wait(retry_s)
                retry_s = min(2 * retry_s, LONGEST_RETRY_S)

    def catch_up(self, db: Database) -> None:
        """Tell all that was sealed since the last number told.

        :raises redis.RedisError: not everybody could be told; `told` says how far it came
        """
        size = size_of_log(db)
        if self.told is None or self.told > size:
            # just started, or the database was taken back to an earlier time
            self.told = max(0, size - TOLD_AFRESH)
        self.told = max(self.told, size - LATE)
        for news in news_since(db, self.told):
            self._ring(news.size, news.since, news.keys)
            self.told = news.size
