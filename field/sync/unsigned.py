"""How many texts that no enrolled terminal signed are taken in within an hour: anybody can post them, and each is kept for good.

What is over is not refused: it is told to come again, and is taken later. Texts that an enrolled terminal signed are never counted.
"""

import datetime as dt

from django.conf import settings

from field.lookup.keys import network_key
from field.models.tally import count_up, so_far

EVERYBODY = "everybody"


def room_for(texts: int, address: str, now: dt.datetime) -> int:
    """How many of so many new texts may be kept now, from this network and from all together; those are counted as kept.

    Called in the transaction that keeps them: what is undone is not counted.
    """
    if texts == 0:
        return 0
    network = network_key(address, now)
    left = min(
        settings.UNSIGNED_TEXTS_AN_HOUR - so_far("unsigned", network, now),
        settings.UNSIGNED_TEXTS_AN_HOUR_IN_ALL - so_far("unsigned", EVERYBODY, now),
    )
    room = max(0, min(texts, left))
    if room:
        count_up("unsigned", network, room, now)
        count_up("unsigned", EVERYBODY, room, now)
    return room
