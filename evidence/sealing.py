"""The sealer's loop: a beat of 20 ms, a sweep at the start and every hour, a new connection when the database went away.

One process of its own, the only one that has the log's key. A second one may run: it finds the head row locked and stands by.
"""

import logging
import threading
import time
from collections.abc import Callable

import psycopg

from evidence.direct import Database, connect
from evidence.note import Signer
from evidence.sealer import Batch, begin_log, seal_batch
from evidence.witness import check_history, keep

BEAT_S = 0.02
SWEEP_EVERY_S = 3600.0
FIRST_RETRY_S = 0.1
LONGEST_RETRY_S = 2.0
# A sealer frozen in mid-transaction would block sealing for ever. The tables grow from empty, and plans kept from then must not walk
# them; a batch becomes visible only after its flush, since numbers that a crash takes back would be a second history.
OPTIONS = (
    "-c idle_in_transaction_session_timeout=2s -c synchronous_commit=on -c default_transaction_isolation=read\\ committed"
    " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
)

log = logging.getLogger(__name__)


class Sealing:
    """The loop. `stop` ends it after the batch in hand; `sealed` is called after each batch that numbered something."""

    def __init__(
        self,
        signer: Signer,
        *,
        beat_s: float = BEAT_S,
        sweep_every_s: float = SWEEP_EVERY_S,
        sealed: Callable[[Batch], None] | None = None,
    ) -> None:
        self._signer = signer
        self._beat_s = beat_s
        self._sweep_every_s = sweep_every_s
        self._sealed = sealed
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End the loop soon; safe from a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Seal until stopped.

        :raises HistoryDiffers: the database's log does not contain the newest checkpoint handed out
        :raises HeadMissing: the log was restored in part
        """
        retry_s = FIRST_RETRY_S
        while not self._stopping.is_set():
            try:
                with connect("sealer", OPTIONS) as db:
                    begin_log(db)
                    check_history(db, self._signer.verifier)
                    log.info("sealing %s", self._signer.name)
                    retry_s = FIRST_RETRY_S
                    self._beat(db)
            except (psycopg.OperationalError, psycopg.errors.IdleInTransactionSessionTimeout) as error:
                # Shut down, restarting, or our transaction was ended for us. An unclear COMMIT needs no thought: the next batch
                # reads the head row afresh.
                log.warning("the database is away, next try in %.1f s: %s", retry_s, str(error).strip())
                self._stopping.wait(retry_s)
                retry_s = min(2 * retry_s, LONGEST_RETRY_S)

    def _beat(self, db: Database) -> None:
        next_sweep = time.monotonic()
        while not self._stopping.is_set():
            began = time.monotonic()
            sweep = began >= next_sweep
            batch = seal_batch(db, self._signer, sweep=sweep)
            if batch.missed:
                log.critical(
                    "ALARM: a sweep found %d entries that should have been sealed long ago", batch.missed
                )
            if batch.note:
                keep(batch.note, self._signer.verifier)
                if self._sealed:
                    self._sealed(batch)
            if sweep and not batch.busy:
                next_sweep = began + self._sweep_every_s
            if not batch.full:
                self._stopping.wait(self._beat_s - (time.monotonic() - began) % self._beat_s)
