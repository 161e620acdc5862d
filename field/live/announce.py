"""Saying on Redis that there is news, or that somebody's lines must be closed. Best effort: the sockets look for themselves as well.

Two kinds of message on one channel, both JSON: `{"n": size of the log, "from": size told before, "keys": [audience keys of the numbers
between]}` and `{"close": [keys], "code": close code}`.
"""

import functools
import json
import logging
from collections.abc import Collection

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.closing import COME_AGAIN, ENDED, REVOKED

__all__ = ["CHANNEL", "COME_AGAIN", "ENDED", "NOT_UNDERSTOOD", "REVOKED", "TOO_SLOW", "close", "line", "ring"]
CHANNEL = "luqin:news"
TOO_SLOW = 4408
"""The line could not take its number: come again, and catch up by cursor."""
NOT_UNDERSTOOD = 4400
"""The client said something that is not in the protocol, too much of it or too fast."""

WAIT_S = 1.0

log = logging.getLogger(__name__)


@functools.cache
def line() -> redis.Redis:
    """This process's connections to Redis: short waits, since nobody may hang on a doorbell."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=WAIT_S,
        socket_connect_timeout=WAIT_S,
        retry=Retry(NoBackoff(), 1),
    )


def close(keys: Collection[str], code: int = REVOKED) -> None:
    """Close the open lines that listen under any of these audience keys; call it after the commit that ended their right.

    Where Redis is away the sockets find out by their own look at the database, within fifteen seconds.
    """
    if not keys:
        return
    try:
        line().publish(CHANNEL, json.dumps({"close": sorted(keys), "code": code}))
    except redis.RedisError as reason:
        log.warning("lines will be closed by the sockets' own look, not at once: %s", type(reason).__name__)


def ring(size: int, since: int, keys: Collection[str]) -> None:
    """Say that the log has grown from `since` to `size`, and whom the entries between concern.

    :raises redis.RedisError: nobody was told
    """
    line().publish(CHANNEL, json.dumps({"n": size, "from": since, "keys": sorted(keys)}))
