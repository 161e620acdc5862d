"""How much of the log a second holder has: what survives the loss of this machine.

SETTLED_BY says who the second holder is: `backup` (marked after each one), `standby` (what PostgreSQL's standbys have flushed), `none`.
"""

import datetime as dt
import threading
from collections import deque

from django.conf import settings
from django.db import connection

from evidence.models import BackupMark

POSITION = (
    "SELECT (SELECT coalesce(max(size), 0) FROM log_head), (pg_current_wal_flush_lsn() - '0/0')::bigint"
)
FLUSHED = "SELECT (min(flush_lsn) - '0/0')::bigint FROM pg_stat_replication WHERE state = 'streaming'"


class MarkRefused(Exception):
    """The log has not grown to the size that a backup is said to hold."""


class StandbyPositions:
    """Which size of the log lies at which position of the write-ahead log, as far as this process has looked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: deque[tuple[int, int]] = deque(maxlen=1000)
        self._settled = 0

    def look(self, size: int, position: int, flushed: int | None) -> int:
        """Remember that `size` was visible when the log was flushed to `position`; return what the standbys have for certain.

        `flushed` is the position of the slowest standby, None while none is connected: what one has had it still has.
        """
        with self._lock:
            self._seen.append((position, size))
            while flushed is not None and self._seen and self._seen[0][0] <= flushed:
                self._settled = max(self._settled, self._seen.popleft()[1])
            return self._settled


_positions = StandbyPositions()


def settled_up_to() -> int | None:
    """The size of the log that a second holder has: entries numbered below it are safe. None where no holder is configured."""
    if settings.SETTLED_BY == "backup":
        mark = BackupMark.objects.order_by("-size").first()
        return mark.size if mark else 0
    if settings.SETTLED_BY == "standby":
        with connection.cursor() as cursor:
            # The size before the position, in this order within the statement's one snapshot: what is visible is flushed.
            cursor.execute(POSITION)
            size, position = cursor.fetchone()
            cursor.execute(FLUSHED)
            (flushed,) = cursor.fetchone()
        return _positions.look(size, position, flushed)
    return None


def mark_backup(size: int, *, now: dt.datetime) -> BackupMark:
    """Say that a backup has been made and tested that holds the log up to `size`.

    :raises MarkRefused: the log is not that long
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(size), 0) FROM log_head")
        (head,) = cursor.fetchone()
    if not 0 <= size <= head:
        raise MarkRefused(f"the log has {head} entries, not {size}")
    return BackupMark.objects.create(size=size, at=now)
