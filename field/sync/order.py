"""One after another: what comes from one terminal is written in turn, so that its records and photos meet in a known order."""

from collections.abc import Iterable
from hashlib import sha256

from django.db import connection


def one_at_a_time(terminals: Iterable[str], *, wait: str | None = None) -> None:
    """Take the turn of these terminals for the caller's transaction, in a fixed order.

    Two requests with the same text meet here, before either has written. That is for order and speed; what decides in the end are the
    tables' keys. With `wait` ("2s") whoever waits longer gets an OperationalError.
    """
    with connection.cursor() as cursor:
        if wait is not None:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [wait])
        for terminal in sorted(set(terminals)):
            number = int.from_bytes(sha256(f"intake:{terminal}".encode()).digest()[:8], signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
