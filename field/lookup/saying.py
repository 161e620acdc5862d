"""Days, moments and sums as a citizen reads them, in either language. Pure."""

import datetime as dt
from decimal import Decimal

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def say_day(day: dt.date, language: str, *, today: dt.date | None = None) -> str:
    """`12 月 9 日`, `9 December`; with the year, unless it is this one."""
    with_year = today is None or day.year != today.year
    if language == "en":
        return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if with_year else "")
    return (f"{day.year} 年 " if with_year else "") + f"{day.month} 月 {day.day} 日"


def say_moment(moment: dt.datetime, language: str) -> str:
    """`2026 年 11 月 22 日 11:20`, `22 November 2026, 11:20`: of an aware moment in the place's zone."""
    return f"{say_day(moment.date(), language)}{',' if language == 'en' else ''} {moment:%H:%M}"


def say_sum(yuan: Decimal) -> str:
    """`4.5`, `150`: without zeros that say nothing."""
    return f"{yuan.normalize():f}"
