"""One after another: what comes from one terminal is written in turn, so that its records and photos meet in a known order."""

from collections.abc import Iterable
from hashlib import sha256

from django.db import connection


def one_at_a_time(terminals: Iterable[str], *, wait: str | None = None) -> None:
    """Take the turn of these terminals for the caller's transaction, in a fixed order.

    Two requests with the same text meet here, before either has written. That is for order and speed; what decides in the end are the
    tables' keys. With `wait` ("2s") whoever waits longer gets an OperationalError.
    """
    turns: list[str | int] = [
        int.from_bytes(sha256(f"intake:{one}".encode()).digest()[:8], signed=True)
        for one in sorted(set(terminals))
    ]
    parts = ["pg_advisory_xact_lock(%s)"] * len(turns)
    if wait is not None:  # first: the parts of one SELECT are worked out from left to right
        parts.insert(0, "set_config('lock_timeout', %s, true)")
        turns.insert(0, wait)
    if not parts:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", turns)
