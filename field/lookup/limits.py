"""How often one network may ask. Counted in PostgreSQL, so that it holds while Redis is away; an address itself is never stored."""

import datetime as dt

from django.conf import settings
from django.db import connection

from evidence import queries as evidence
from field.lookup.keys import network_key

UP_ONE = """INSERT INTO field_asked (network, hour, times) VALUES (%s, %s, 1)
ON CONFLICT (network) DO UPDATE SET times = field_asked.times + 1 RETURNING times"""
SO_FAR = "SELECT times FROM field_asked WHERE network = %s"


class AskedTooOften(Exception):
    """This network has asked as often as it may within the hour."""


def count(address: str | None, now: dt.datetime) -> None:
    """Count one question, or one token that named nothing.

    :raises AskedTooOften: it was one too many; the answer must not say anything then
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    ((times,),) = evidence.ask_often(UP_ONE, [network_key(address, now), hour])
    if times > settings.LOOKUP_ASKS_AN_HOUR:
        raise AskedTooOften


def check(address: str | None, now: dt.datetime) -> None:
    """Refuse a network that has used up its hour, without counting.

    :raises AskedTooOften: as for count
    """
    rows = evidence.ask_often(SO_FAR, [network_key(address, now)])
    if rows and rows[0][0] >= settings.LOOKUP_ASKS_AN_HOUR:
        raise AskedTooOften


def forget(now: dt.datetime) -> int:
    """Delete the counts of hours gone by; return how many. Safe at any time, in any number."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM field_asked WHERE hour < %s", [now - dt.timedelta(hours=2)])
        return int(cursor.rowcount)
