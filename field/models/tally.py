"""Counting how often something was done within the hour, in PostgreSQL, so that it holds while Redis is away and over all processes.

Who did it stands in no table: the key is a keyed hash that changes with the hour. The timer loop forgets hours gone by.
"""

import datetime as dt

from django.conf import settings
from django.db import connection

from field.rules.keyed import keyed_hash

UP = """INSERT INTO field_asked (network, hour, times) VALUES (%s, %s, %s)
ON CONFLICT (network) DO UPDATE SET times = field_asked.times + excluded.times RETURNING times"""
SO_FAR = "SELECT times FROM field_asked WHERE network = %s"


def count_up(what: str, who: str, by: int, now: dt.datetime) -> int:
    """Count `by` more of this, done by these, and return how many it is within the hour that is running."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(UP, [_key(what, who, now), hour, by])
        return int(cursor.fetchone()[0])


def so_far(what: str, who: str, now: dt.datetime) -> int:
    """How many it is within the hour that is running."""
    with connection.cursor() as cursor:
        cursor.execute(SO_FAR, [_key(what, who, now)])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _key(what: str, who: str, now: dt.datetime) -> str:
    hour = now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H")
    return keyed_hash(settings.LOOKUP_KEY, what, who, hour)
