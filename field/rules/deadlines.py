"""Days and sums that follow a decision. Pure.

Sources: road traffic safety law art. 108 and administrative penalty law arts. 67, 72, 73; Order 157 arts. 60, 81; reconsideration law
(2023) arts. 20, 23, 24. Payment runs in calendar days; Order 157 counts its 2, 3, 5, 7, 10 and 15 days in working days.
"""

import datetime as dt
from collections.abc import Container
from decimal import Decimal

PAY_DAYS = 15
RECONSIDERATION_DAYS = 60
SURCHARGE_PERCENT_A_DAY = 3
RECONSIDERATION_FIRST_SINCE = dt.date(2024, 1, 1)
"""From this day on a decision made on the spot goes to reconsideration before any suit (reconsideration law art. 23)."""


def pay_by(served_on: dt.date) -> dt.date:
    """Last day to pay without surcharge: 15 calendar days after the decision was received."""
    return served_on + dt.timedelta(days=PAY_DAYS)


def reconsider_by(served_on: dt.date) -> dt.date:
    """Last day to ask for reconsideration: 60 days after the decision became known."""
    return served_on + dt.timedelta(days=RECONSIDERATION_DAYS)


def is_reconsideration_first(decided_on: dt.date) -> bool:
    """Whether a decision made on the spot on that day must go to reconsideration before a court."""
    return decided_on >= RECONSIDERATION_FIRST_SINCE


def surcharge(fine: int, days_late: int, suspended_days: int = 0) -> Decimal:
    """Sum in yuan added to a fine that is late: 3 % of it a day, never more than the fine itself.

    Days on which reconsideration or a suit was pending don't count.
    """
    days = max(0, days_late - suspended_days)
    return min(Decimal(fine) * SURCHARGE_PERCENT_A_DAY * days / 100, Decimal(fine))


def working_days_after(
    start: dt.date, days: int, holidays: Container[dt.date] = (), made_up: Container[dt.date] = ()
) -> dt.date:
    """The day that lies `days` working days after `start`.

    `holidays` are weekdays off; `made_up` are weekend days that are worked instead (the yearly notice of the State Council).
    """
    day = start
    while days > 0:
        day += dt.timedelta(days=1)
        if (day.weekday() < 5 and day not in holidays) or day in made_up:
            days -= 1
    return day
