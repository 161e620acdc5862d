"""The cycle of points: twelve months from the day on which the licence was first issued (Order 163 art. 3). Pure."""

import datetime as dt


def cycle_of(issued_on: dt.date | None, today: dt.date) -> dt.date:
    """First day of the cycle that is running; where the day of issue is not known, twelve months back. 29 February counts from 1 March."""
    if issued_on is None:
        return _in_year(today, today.year - 1)
    begun = _in_year(issued_on, today.year)
    return begun if begun <= today else _in_year(issued_on, today.year - 1)


def _in_year(day: dt.date, year: int) -> dt.date:
    try:
        return day.replace(year=year)
    except ValueError:
        return dt.date(year, 3, 1)
