"""Tables as projections of the ledger: one pure function per table says what a row must be.

Operations write what it says (`project`), and verify_ledger asks the same function again for every entry and compares. Nothing else
may write those columns.

The order of entries about one row is the order in which their transactions held the row: take its lock (`hold`, or a conditional
update) BEFORE appending. Appended first, two entries of two transactions could be numbered in the other order than they were applied.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Field, Model
from django.utils.module_loading import import_string

from evidence.ledger import Entry

Row = dict[str, Any]


class ProjectionRefused(Exception):
    """A projection says something that its table can't hold."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What one table must be.

    `model` is "app.Model"; `kinds` are the entries that concern it; `key(entry)` names the primary keys of the rows an entry touches, as
    text; `step(row, entry, key)` says what that row is after the entry: column name (attname) to value, None: there is no such row. It
    gets a copy that it may change. Columns listed in `beside` are not evidence: they are neither written nor compared here.
    """

    model: str
    kinds: frozenset[str]
    key: Callable[[Entry], tuple[str, ...]]
    step: Callable[[Row | None, Entry, str], Row | None]
    beside: frozenset[str] = field(default=frozenset())

    @property
    def table(self) -> type[Model]:
        """The model's class."""
        return apps.get_model(self.model)

    def columns(self) -> list["Field[Any, Any]"]:
        """The columns that the ledger answers for."""
        return list(_columns(self))

    def row_after(self, row: Row | None, entry: Entry, key: str) -> Row | None:
        """What the row is after this entry, in the types of its columns.

        :raises ProjectionRefused: a column is left out or unknown, or a value is of no use for it
        """
        said = self.step(None if row is None else dict(row), entry, key)
        if said is None:
            return None
        pk = self.table._meta.pk
        said = {pk.attname: key} | said
        columns = _columns(self)
        names = {one.attname for one in columns}
        if said.keys() != names:
            wrong = ", ".join(sorted(said.keys() ^ names))
            raise ProjectionRefused(
                f"{self.model}, entry {entry.id} ({entry.kind}): columns left out or unknown: {wrong}"
            )
        try:
            return {one.attname: plain(one, said[one.attname]) for one in columns}
        except (ValueError, TypeError, ValidationError) as error:
            raise ProjectionRefused(f"{self.model}, entry {entry.id} ({entry.kind}): {error}") from error


@functools.cache
def _columns(projection: Projection) -> tuple["Field[Any, Any]", ...]:
    """Asked for every row of every entry."""
    return tuple(
        one
        for one in projection.table._meta.concrete_fields
        if one.attname not in projection.beside and not isinstance(one, models.GeneratedField)
    )


def plain(column: "Field[Any, Any]", value: Any) -> Any:
    """A value as its column's Python type, so that what is said and what is stored can be compared."""
    if value is None:
        return None
    if isinstance(column, GeometryField):
        if not isinstance(value, GEOSGeometry):
            value = GEOSGeometry(value)
        if value.srid is None:
            value.srid = column.srid
        return value
    if isinstance(value, memoryview):
        return bytes(value)
    value = column.to_python(value)
    return list(value) if isinstance(value, tuple) else value


def hold(projection: Projection, *keys: str) -> None:
    """Lock these rows for the caller's transaction, in a fixed order; do so before appending the entry about them."""
    manager = projection.table._base_manager
    list(manager.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))


def in_turn(subject: str) -> None:
    """Let the caller's transaction be the only one about this subject, where there is no row yet that could be held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [subject])


def project(projection: Projection, entry: Entry, *, fresh: bool = False) -> None:
    """Make the rows that this entry touches what the projection says, in the caller's transaction.

    `fresh`: the caller knows that there are no such rows yet, and none is looked for; one that is there after all is an IntegrityError.

    :raises ProjectionRefused: it says what the table can't hold
    """
    if entry.kind in projection.kinds:
        _project(projection, [(entry, fresh)])


class Together:
    """Rows of one transaction under way that are written in one go for each table, with what `project` would say of each entry in turn.

    Whoever reads or locks such a row before, or ends the transaction, calls `write` first: what is not written is nowhere.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[Projection, list[tuple[Entry, bool]]]] = {}

    def project(self, projection: Projection, entry: Entry, *, fresh: bool = False) -> None:
        """As `project`, at the next `write`."""
        if entry.kind in projection.kinds:
            self._waiting.setdefault(projection.model, (projection, []))[1].append((entry, fresh))

    def write(self) -> None:
        """Write what waits. :raises ProjectionRefused, IntegrityError: as `project`"""
        waiting, self._waiting = self._waiting, {}
        for projection, entries in waiting.values():
            _project(projection, entries)


def _project(projection: Projection, entries: Sequence[tuple[Entry, bool]]) -> None:
    """Read the rows once, take the entries in their order, write each row once."""
    table = projection.table
    pk = table._meta.pk
    steps = [(entry, key, fresh) for entry, fresh in entries for key in sorted(set(projection.key(entry)))]
    stored = _stored(projection, {pk.to_python(key) for _, key, fresh in steps if not fresh})
    rows: dict[Any, Row | None] = dict(stored)
    for entry, key, _ in steps:
        which = pk.to_python(key)
        rows[which] = projection.row_after(rows.get(which), entry, key)
    table._base_manager.bulk_create(
        [table(**row) for which, row in rows.items() if row is not None and which not in stored]
    )
    gone = [which for which in stored if rows[which] is None]
    if gone:
        table._base_manager.filter(pk__in=gone).delete()
    for which, was in stored.items():
        row = rows[which]
        if row is not None and (changed := {name: one for name, one in row.items() if was[name] != one}):
            table._base_manager.filter(pk=which).update(**changed)


def _stored(projection: Projection, keys: set[Any]) -> dict[Any, Row]:
    """The rows of these keys, locked in a fixed order, in the types of their columns."""
    if not keys:
        return {}
    columns = _columns(projection)
    mine = projection.table._base_manager.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
    found = mine.values(*(one.attname for one in columns))
    pk = projection.table._meta.pk.attname
    return {row[pk]: {one.attname: plain(one, row[one.attname]) for one in columns} for row in found}


def all_projections() -> list[Projection]:
    """Every projection of the house, from the setting LEDGER_PROJECTIONS."""
    return [one for path in settings.LEDGER_PROJECTIONS for one in import_string(path)]


class Replay:
    """All projected tables, computed in memory from entries alone."""

    def __init__(self, projections: Iterable[Projection]) -> None:
        self._projections = list(projections)
        self._rows: list[dict[str, Row | None]] = [{} for _ in self._projections]

    def feed(self, entry: Entry) -> None:
        """Take one more entry. :raises ProjectionRefused: see `Projection.row_after`"""
        for projection, rows in zip(self._projections, self._rows, strict=True):
            if entry.kind in projection.kinds:
                for key in sorted(set(projection.key(entry))):
                    rows[key] = projection.row_after(rows.get(key), entry, key)

    def differences(self) -> Iterator["Difference | None"]:
        """Compare with the stored tables: for each stored or expected row its differences, or None where it is as it must be."""
        for projection, rows in zip(self._projections, self._rows, strict=True):
            expected = {
                projection.table._meta.pk.to_python(key): row for key, row in rows.items() if row is not None
            }
            yield from _compare(projection, expected)

    @property
    def size(self) -> int:
        """How many rows are expected."""
        return sum(sum(row is not None for row in rows.values()) for rows in self._rows)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a table is not what the ledger says. Without `column` the whole row is missing or too many (`what` says which)."""

    table: str
    row: str
    what: str
    column: str = ""


def _compare(projection: Projection, expected: Mapping[Any, Row]) -> Iterator[Difference | None]:
    table, columns = projection.table, projection.columns()
    name = table._meta.db_table
    seen = set()
    stored = table._base_manager.order_by("pk").values(*(one.attname for one in columns))
    for row in stored.iterator(chunk_size=2000):
        pk = row[table._meta.pk.attname]
        seen.add(pk)
        must = expected.get(pk)
        if must is None:
            yield Difference(name, str(pk), "no entry accounts for this row")
            continue
        wrong = [one for one in columns if _differ(one, row[one.attname], must[one.attname])]
        for one in wrong:
            yield Difference(name, str(pk), "is not what the ledger says", one.column or one.attname)
        if not wrong:
            yield None
    for pk in expected.keys() - seen:
        yield Difference(name, str(pk), "this row is missing")


def _differ(column: "Field[Any, Any]", stored: Any, must: Any) -> bool:
    stored = plain(column, stored)
    if isinstance(must, GEOSGeometry) and isinstance(stored, GEOSGeometry):
        return bytes(stored.ewkb) != bytes(must.ewkb)
    return bool(stored != must or type(stored) is not type(must))


def in_one_view() -> None:
    """Let the open transaction see one moment of the database, if it is ours from the start. First statement of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
