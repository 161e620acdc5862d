"""`manage.py timers`: the loop of what the clock brings. It needs PostgreSQL and nothing else."""

import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from field import timers

BEAT_S = 5.0
TIDY_S = 600.0
log = logging.getLogger("field.timers")


class Command(BaseCommand):
    """One loop at a time; another one stands by and takes over when the first one's connection ends."""

    help = "Escalate, expire, open and close items as time passes. Ends on SIGTERM or SIGINT."

    def add_arguments(self, parser: CommandParser) -> None:
        """The beat, and a single one."""
        parser.add_argument("--beat", type=float, default=BEAT_S, help="seconds between two looks (5)")
        parser.add_argument("--once", action="store_true", help="look once and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        stop = threading.Event()
        if not options["once"]:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        held_by: int | None = None
        self._tidy_at = 0.0
        while True:
            try:
                held_by = self._look(held_by)
            except (OperationalError, InterfaceError) as error:
                # the lock went with the connection: whoever is faster takes it
                log.warning("the database is away, the clock waits: %s", type(error).__name__)
                connection.close()
                held_by = None
            if options["once"] or stop.wait(options["beat"]):
                return

    def _look(self, held_by: int | None) -> int | None:
        """One look, if this is the one loop; return the database session that holds the lock, None while another loop has it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (session,) = cursor.fetchone()
        if session != held_by and not timers.take_the_lock():
            return None
        self._tell(timers.beat(timezone.now()))
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY_S
            self._tell(timers.tidy(timezone.now()))
        return int(session)

    def _tell(self, done: timers.Beat) -> None:
        for name, count in done.done.items():
            if count:
                log.info("%s: %d", name, count)
