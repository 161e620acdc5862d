"""Enlisting many people from a table: what is right comes in, each row that is not is named with its reason, and twice changes nothing."""

import csv
import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction

from accounts.capabilities import Capability, require
from accounts.models import Role, Unit, User
from accounts.operations.password_codes import FreshCode, make_password_codes
from accounts.operations.people import PoliceNumberRefused, enlist
from accounts.refusals import Refusal

MOST_ROWS = 1000
COLUMNS = {
    "police_number": ("police_number", "警号"),
    "name": ("name", "姓名"),
    "role": ("role", "岗位"),
    "unit": ("unit", "单位"),
}
"""Each column by its English or its Chinese name, in any order; others are ignored."""
ROLES = {role.value: role for role in Role} | {role.label: role for role in Role}
ROLES |= {"中队长": Role.LEADER, "大队长": Role.LEADER}
LONGEST_NAME = 40


class TableRefused(Refusal):
    """The file as a whole is no table of people: `columns` are missing, there are too many rows, or it can't be read."""

    status = 400
    code = "table_refused"

    def __init__(self, why: str, columns: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.why, self.columns = why, columns

    def facts(self) -> Mapping[str, Any]:
        return {"why": self.why, "columns": list(self.columns), "most": MOST_ROWS}


class Outcome(StrEnum):
    """What became of a row."""

    ENLISTED = "enlisted"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


class Why(StrEnum):
    """Why a row is rejected."""

    NUMBER = "number"
    """Not a police number of that role: six digits; auxiliaries F and five."""
    TWICE = "twice"
    NAME = "name"
    ROLE = "role"
    UNIT = "unit"
    UNIT_AMBIGUOUS = "unit_ambiguous"
    DIFFERS = "differs"
    """Somebody has this number with another name, role or unit; a table transfers nobody."""
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: its number in the file (the header is 1), whom it names, and what became of it."""

    number: int
    police_number: str
    name: str
    outcome: Outcome
    why: Why | None = None
    code: FreshCode | None = None


class _Rejected(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def read_table(raw: bytes) -> str:
    """A file's text: UTF-8, or what Chinese spreadsheets write. :raises TableRefused: neither"""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableRefused("unreadable")


def enlist_table(text: str, *, by: User | None, dry_run: bool, now: dt.datetime) -> list[Line]:
    """Enlist everybody of the table who is not there yet, without a password: each gets a one-time code to choose one.

    Every row stands for itself. `dry_run` says what would happen and changes nothing. The units are those of the top to which `by`
    belongs (None: all).

    :raises NotPermitted: `by` may not manage people
    :raises TableRefused: it is no such table
    """
    if by is not None:
        require(by, Capability.MANAGE_PEOPLE)
    rows = _rows(text)
    units = Unit.objects.filter(path__contains=[by.unit.path[0]]) if by else Unit.objects.all()
    here = _Here(list(units), {row["police_number"] for _, row in rows})
    return [_line(number, row, here, by, dry_run, now) for number, row in rows]


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text))
    try:
        header = [one.strip() for one in next(reader, [])]
        at = {
            column: next((header.index(one) for one in names if one in header), -1)
            for column, names in COLUMNS.items()
        }
        missing = tuple(column for column, place in at.items() if place < 0)
        if missing:
            raise TableRefused("columns", missing)
        rows = [
            (
                reader.line_num,
                {column: row[place].strip() if place < len(row) else "" for column, place in at.items()},
            )
            for row in reader
            if any(one.strip() for one in row)
        ]
    except csv.Error:
        raise TableRefused("unreadable") from None
    if len(rows) > MOST_ROWS:
        raise TableRefused("too_many")
    return rows


class _Here:
    """What the rows are judged against."""

    def __init__(self, units: list[Unit], numbers: set[str]) -> None:
        self.units: dict[str, list[Unit]] = {}
        for unit in units:
            for called in {unit.code, unit.name_zh}:
                self.units.setdefault(called, []).append(unit)
        self.people = User.objects.in_bulk(numbers)
        self.seen: set[str] = set()

    def unit(self, called: str) -> Unit:
        found = self.units.get(called, [])
        if len(found) != 1:
            raise _Rejected(Why.UNIT_AMBIGUOUS if found else Why.UNIT)
        return found[0]


def _line(
    number: int, row: dict[str, str], here: _Here, by: User | None, dry_run: bool, now: dt.datetime
) -> Line:
    police_number, name = row["police_number"].upper(), row["name"]
    try:
        if police_number in here.seen:
            raise _Rejected(Why.TWICE)
        here.seen.add(police_number)
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise _Rejected(Why.NAME)
        role = ROLES.get(row["role"])
        if role is None:
            raise _Rejected(Why.ROLE)
        unit = here.unit(row["unit"])
        known = here.people.get(police_number)
        if known is not None:
            return Line(number, police_number, name, _same(known, name, role, unit))
        code = _enlisted(police_number, name, role, unit, by, dry_run, now)
        return Line(number, police_number, name, Outcome.ENLISTED, code=code)
    except _Rejected as rejected:
        return Line(number, police_number, name, Outcome.REJECTED, rejected.why)


def _same(known: User, name: str, role: Role, unit: Unit) -> Outcome:
    if (known.name, known.role, known.unit_id) != (name, role.value, unit.code):
        raise _Rejected(Why.DIFFERS)
    if not known.is_active:
        raise _Rejected(Why.SUSPENDED)
    return Outcome.UNCHANGED


def _enlisted(
    police_number: str,
    name: str,
    role: Role,
    unit: Unit,
    by: User | None,
    dry_run: bool,
    now: dt.datetime,
) -> FreshCode | None:
    try:
        with transaction.atomic():
            person = enlist(
                police_number=police_number,
                name=name,
                role=role,
                unit=unit,
                password=None,
                by=by,
                now=now,
            )
            (code,) = make_password_codes([person], by=by, now=now)
            transaction.set_rollback(dry_run)
            return None if dry_run else code
    except PoliceNumberRefused as refused:
        raise _Rejected(Why.NUMBER if refused.why == "form" else Why.DIFFERS) from None
