"""Telling open lines that their right has ended, after the commit that ended it. Reads are refused without it; it only makes them notice."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

ENDED = 4401
"""Close code: the session has ended; sign in again."""
COME_AGAIN = 1013
"""The session lives, but what it may see has changed, or could not be read just now: come again at once."""
REVOKED = 4403
"""Close code: this terminal or person may not read any more."""


def close_after_commit(keys: Sequence[str], code: int) -> None:
    """Have the lines that listen under any of these keys closed, once the present transaction has committed.

    Whoever hears it is named by the setting ACCOUNTS_CLOSED. Should it fail, it is logged and nothing else: the act is done.
    """
    close = import_string(settings.ACCOUNTS_CLOSED)
    transaction.on_commit(lambda: close(list(keys), code), robust=True)
