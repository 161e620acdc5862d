"""Recomputing everything from the payloads, and naming what differs.

One ordered pass over the log: leaves and tree, columns, terminals' signatures, tiles, checkpoints; then the projected tables row by row
and column by column; then the stored photos. It believes nothing that it can compute: stored hashes, tiles and roots are compared.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from evidence import signature
from evidence.ledger import Entry, PayloadRefused, leaf_of, read_payload
from evidence.models import Blob
from evidence.replay import ProjectionRefused, Replay, all_projections, in_one_view
from evidence.storage import Corrupt, Missing, photo_store
from evidence.tree_check import TreeCheck

WALK = """SELECT s.leaf_index, s.entry_id, s.leaf_hash, e.id, e.kind, e.subject, e.actor, e.at, e.audience, e.salt, e.payload
FROM seal s LEFT JOIN entry e ON e.id = s.entry_id ORDER BY s.leaf_index"""
UNSEALED = """SELECT NULL, e.id, NULL, e.id, e.kind, e.subject, e.actor, e.at, e.audience, e.salt, e.payload
FROM entry e WHERE NOT EXISTS (SELECT FROM seal s WHERE s.entry_id = e.id) ORDER BY e.id"""
CHUNK = 2000

Progress = Callable[[str, int], None]
"""(what is being looked at, how many more of it are done)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was sealed: where, and what, in plain words."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(slots=True)
class Verdict:
    """What was looked at, and what was found."""

    entries: int = 0
    unsealed: int = 0
    records: int = 0
    checkpoints: int = 0
    tiles: int = 0
    rows: int = 0
    photos: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Nothing differs."""
        return not self.findings


def verify(*, since: int = 0, quick: bool = False, progress: Progress = lambda what, done: None) -> Verdict:
    """Verify the log, the tables and the photos.

    `since`: records' signatures and photos of entries numbered below it are not checked again. `quick`: none are.
    """
    with transaction.atomic():
        if len(connection.savepoint_ids) == 0:
            in_one_view()
        return _Verification(since, quick, progress).run()


class _Verification:
    def __init__(self, since: int, quick: bool, progress: Progress) -> None:
        self._since, self._quick, self._progress = since, quick, progress
        self._verdict = Verdict()
        self._replay = Replay(all_projections())
        self._broken: set[str] = set()
        self._photos: dict[str, str] = {}
        self._digests: Callable[[Entry], Iterable[str]] = import_string(settings.LEDGER_BLOBS)
        self._keys: Mapping[str, bytes] = {}

    def run(self) -> Verdict:
        if not self._quick:
            self._keys = import_string(settings.LEDGER_KEYS)(self._entries_for_keys())
        self._walk()
        self._compare_tables()
        self._check_photos()
        return self._verdict

    def _find(self, where: str, what: str) -> None:
        self._verdict.findings.append(Finding(where, what))

    def _entries_for_keys(self) -> Iterator[Entry]:
        for query in (WALK, UNSEALED):
            for row in _rows(query):
                if row[3] is not None:
                    try:
                        yield read_payload(row[3], bytes(row[10]), row[0])
                    except PayloadRefused:
                        continue  # named in the walk that follows

    # the log

    def _walk(self) -> None:
        tree = TreeCheck(self._find)
        for row in _rows(WALK):
            self._one(row, tree)
            self._verdict.entries += 1
            self._progress("entries", 1)
        self._verdict.checkpoints, self._verdict.tiles = tree.finish()
        for row in _rows(UNSEALED):
            self._one(row, None)
            self._verdict.unsealed += 1

    def _one(self, row: tuple[Any, ...], tree: TreeCheck | None) -> None:
        number, entry_id, sealed, stored_id, kind, subject, actor, at, audience, salt, payload = row
        where = f"entry {number} (id {entry_id})" if tree else f"entry not sealed yet (id {entry_id})"
        if stored_id is None:
            self._find(where, "is gone: its number is sealed, its row was deleted")
            assert tree is not None
            tree.take(number, bytes(sealed), bytes(sealed))
            return
        leaf = leaf_of(bytes(salt), bytes(payload))
        if tree:
            if bytes(sealed) != leaf:
                self._find(
                    where,
                    "its payload or salt is not what was sealed (table entry, or seal column leaf_hash)",
                )
            tree.take(number, leaf, bytes(sealed))
        try:
            entry = read_payload(entry_id, bytes(payload), number)
        except PayloadRefused as error:
            self._find(where, str(error))
            return
        beside = {"kind": kind, "subject": subject, "actor": actor, "at": at, "audience": tuple(audience)}
        for column, value in beside.items():
            if getattr(entry, column) != value:
                self._find(
                    where,
                    f"table entry, column {column}: says {value!r}, the payload {getattr(entry, column)!r}",
                )
        self._feed(entry, where)
        self._check_record(entry, where)
        for digest in self._digests(entry):
            if number is None or number >= self._since:
                self._photos.setdefault(digest, where)

    def _feed(self, entry: Entry, where: str) -> None:
        try:
            self._replay.feed(entry)
        except (
            ProjectionRefused,
            ArithmeticError,
            LookupError,
            TypeError,
            ValueError,
            AttributeError,
        ) as error:
            self._find(where, f"the tables can't be computed from it: {error!r}")

    def _check_record(self, entry: Entry, where: str) -> None:
        record = entry.record
        skipped = self._quick or (entry.number is not None and entry.number < self._since)
        if record is None or skipped or entry.kind in settings.LEDGER_UNPROVEN:
            return
        self._verdict.records += 1
        key = self._keys.get(record.key)
        if key is None:
            self._find(where, f"its record names the key {record.key}, which no entry enrolled")
            return
        try:
            signature.verify(key, record.text, record.signature)
        except signature.SignatureRefused as error:
            self._find(where, f"its record: {error} ({record.key})")

    # the tables

    def _compare_tables(self) -> None:
        for difference in self._replay.differences():
            self._verdict.rows += 1
            self._progress("rows", 1)
            if difference:
                column = f", column {difference.column}" if difference.column else ""
                self._find(f"table {difference.table}, row {difference.row}{column}", difference.what)

    # the photos

    def _check_photos(self) -> None:
        if self._quick:
            return
        store = photo_store()
        noted = dict(Blob.objects.values_list("digest", "size").iterator())
        for digest, where in self._photos.items():
            self._verdict.photos += 1
            try:
                store.check(digest)
                if noted.get(digest, size := store.size(digest)) != size:
                    self._find(
                        f"table blob, row {digest}, column size",
                        f"says {noted[digest]}, the photo has {size} bytes",
                    )
            except Missing:
                self._find(f"photo {digest}", f"its bytes are gone ({where})")
            except Corrupt as error:
                self._find(f"photo {digest}", f"its bytes were changed: they hash to {error.found} ({where})")
            self._progress("photos", 1)


def _rows(query: str) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows
