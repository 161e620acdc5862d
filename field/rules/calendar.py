"""Which days are worked: the yearly notice of the State Council as a table, and what is assumed where no notice is known. Pure.

`holidays.json` has the years that came with the product; a file of the same form adds years (setting LUQIN_HOLIDAYS). In a year without
a notice weekends alone are off: a working-day deadline then ends too early, never too late, and a system check says so beforehand.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from field.rules.deadlines import working_days_after

SHIPPED = Path(__file__).with_name("holidays.json")


class NotACalendar(Exception):
    """A table of holidays can't be read; its text says where."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekdays that are off, weekend days that are worked, and the years of which that is known."""

    off: frozenset[dt.date]
    worked: frozenset[dt.date]
    years: frozenset[int]

    def after(self, start: dt.date, working_days: int) -> dt.date:
        """The day that lies so many working days after `start`."""
        return working_days_after(start, working_days, self.off, self.worked)

    def knows(self, day: dt.date) -> bool:
        """Whether the notice of that day's year is known."""
        return day.year in self.years


def read_calendar(tables: Mapping[str, Any]) -> Calendar:
    """Read years as `holidays.json` has them.

    :raises NotACalendar: a year, a day or a span is none, or lies outside of its year
    """
    off: set[dt.date] = set()
    worked: set[dt.date] = set()
    for year, said in tables.items():
        try:
            spans = [
                (dt.date.fromisoformat(first), dt.date.fromisoformat(last)) for first, last in said["off"]
            ]
            made_up = [dt.date.fromisoformat(one) for one in said["worked"]]
            days = [
                first + dt.timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)
            ]
            if any(last < first for first, last in spans) or {one.year for one in days + made_up} - {
                int(year)
            }:
                raise ValueError("a span that ends before it begins, or a day of another year")
        except (KeyError, TypeError, ValueError) as wrong:
            raise NotACalendar(f"the holidays of {year}: {wrong}") from wrong
        off.update(days)
        worked.update(made_up)
    return Calendar(frozenset(off), frozenset(worked), frozenset(int(year) for year in tables))


@cache
def calendar(added: Path | None = None) -> Calendar:
    """The shipped years and those of a file, whose years count instead of shipped ones.

    :raises NotACalendar: the file can't be read
    """
    tables = json.loads(SHIPPED.read_text(encoding="utf-8"))
    if added is not None:
        try:
            tables |= json.loads(added.read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError) as wrong:
            raise NotACalendar(f"{added}: {wrong}") from wrong
    return read_calendar(tables)
