"""Reading the ledger: receipts, proofs, the feed in the order of its numbers.

Readers follow sealed numbers only. A plain sequence has gaps that fill later, since it counts before the commit; numbers of the log
become visible batch by batch, each batch in one commit.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import psycopg
from django.conf import settings
from django.db import connection

from evidence.dispatcher import Expectation, dispatcher
from evidence.ledger import Entry, read_payload
from evidence.sealer import seal_now
from evidence.settled import settled_up_to
from evidence.tree import Receipt, Signed, make_receipts, newest_signed, prove_consistency, prove_leaves

__all__ = [
    "History",
    "Page",
    "Receipt",
    "Signed",
    "Waiting",
    "checkpoint_at",
    "consistency",
    "entries_about",
    "entries_after",
    "expect_sealed",
    "head",
    "history",
    "newest_checkpoint",
    "numbers",
    "oldest_unsealed",
    "receipts",
    "receipts_now",
    "settled_up_to",
    "wait_sealed",
]

SCAN = """SELECT leaf_index, id, payload FROM seal JOIN entry ON entry.id = entry_id
WHERE leaf_index >= %s AND leaf_index < %s AND (%s::text[] IS NULL OR audience && %s::text[]) ORDER BY leaf_index LIMIT %s"""
ABOUT = """SELECT leaf_index, id, payload FROM entry LEFT JOIN seal ON entry.id = entry_id
WHERE subject = %s ORDER BY leaf_index NULLS LAST, id"""
# In one statement, so that the checkpoint covers every number that is seen.
HISTORY = """SELECT leaf_index, id, salt, payload, size, root, note FROM entry LEFT JOIN seal ON entry.id = entry_id
LEFT JOIN (SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1) newest ON true
WHERE subject = %s AND (%s::text[] IS NULL OR kind = ANY(%s)) ORDER BY leaf_index NULLS LAST, id"""
# What the last batch has seen is sealed: as for the sealer, two index look-ups whatever the size of the log. Where transactions are
# counted anew (the database was loaded into another cluster) or no batch was made yet, every entry is looked at.
SEEN = """SELECT CASE WHEN pg_snapshot_xmax(snap::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()) THEN '1:1:' ELSE snap END
FROM log_head ORDER BY size DESC LIMIT 1"""
UNSEALED = """WITH new AS MATERIALIZED (
    SELECT id, at FROM entry WHERE xid >= pg_snapshot_xmax(%s::pg_snapshot)
    OR xid = ANY(ARRAY(SELECT pg_snapshot_xip(%s::pg_snapshot))))
SELECT id, at FROM new WHERE at <= %s AND NOT EXISTS (SELECT FROM seal WHERE entry_id = new.id) ORDER BY id LIMIT 1"""
SEALED_AT = "SELECT entry_id, leaf_index FROM seal WHERE entry_id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a feed. `cursor` is where the next piece begins (a number that is not read yet); `more`: there is one now."""

    items: list[Entry]
    cursor: int
    more: bool


@dataclass(frozen=True, slots=True)
class History:
    """All that the log has on one subject, in the order of the numbers, and the receipts by entry id of what is sealed."""

    entries: list[Entry]
    receipts: dict[int, Receipt]


class Waiting(Protocol):
    """Entries that are waited for; made before the commit, waited on after it."""

    def wait(self, timeout_s: float) -> frozenset[int]:
        """The ids of those sealed within that time; their receipts are then to be had from `receipts_now`."""
        ...


class _SealedHere:
    """Where this process seals by itself (tests, loading), waiting is sealing."""

    def __init__(self, entry_ids: Collection[int]) -> None:
        self._entry_ids = entry_ids

    def wait(self, timeout_s: float) -> frozenset[int]:
        seal_now()
        return frozenset(numbers(self._entry_ids))


def expect_sealed(entry_ids: Collection[int]) -> Waiting:
    """Register entries before their commit; call `wait(timeout_s)` after it."""
    if getattr(settings, "LEDGER_SEAL_IN_PROCESS", False):
        return _SealedHere(entry_ids)
    expectation: Expectation = dispatcher().expect(entry_ids)
    return expectation


def wait_sealed(entry_ids: Collection[int], timeout: float) -> frozenset[int]:
    """Those of the entries that are sealed within `timeout` seconds; call it after the commit."""
    if not entry_ids:
        return frozenset()
    return expect_sealed(entry_ids).wait(timeout)


def receipts_now(entry_ids: Collection[int]) -> tuple[Signed | None, dict[int, Receipt]]:
    """The newest checkpoint, and receipts under it, by entry id, of those entries that are sealed now.

    :raises ProofRefused: the stored tree does not lead to the signed root
    """
    return make_receipts(ask_often, entry_ids)


def receipts(entry_ids: Collection[int]) -> dict[int, Receipt]:
    """Receipts by entry id of those entries that are sealed now, all under one checkpoint.

    :raises ProofRefused: as `receipts_now`
    """
    return receipts_now(entry_ids)[1] if entry_ids else {}


def history(subject: object, kinds: Collection[str] | None = None) -> History:
    """What the log has on one subject, of these kinds (None: all), each sealed entry proved to stand in it: one query, and those for
    tiles not remembered.

    :raises ProofRefused: an entry is not what was sealed, or the stored tree does not lead to the signed root
    :raises PayloadRefused: an entry can't be read
    """
    wanted = None if kinds is None else sorted(kinds)
    rows = ask_often(HISTORY, [str(subject), wanted, wanted])
    entries = [read_payload(entry_id, bytes(payload), number) for number, entry_id, _, payload, *_ in rows]
    leaves = [
        (entry_id, number, salt, payload)
        for number, entry_id, salt, payload, *_ in rows
        if number is not None
    ]
    signed = Signed(rows[0][4], bytes(rows[0][5]), rows[0][6]) if leaves and rows[0][4] is not None else None
    return History(entries, prove_leaves(ask_often, leaves, signed))


def signatures(entry_ids: Collection[int]) -> dict[int, bytes]:
    """The signature of each of these entries' records (raw r || s); an entry without a signed record is left out."""
    if not entry_ids:
        return {}
    rows = ask("SELECT id, payload FROM entry WHERE id = ANY(%s)", [list(entry_ids)])
    records = ((entry_id, read_payload(entry_id, bytes(payload)).record) for entry_id, payload in rows)
    return {entry_id: record.signature for entry_id, record in records if record and record.signature}


def numbers(entry_ids: Collection[int]) -> dict[int, int]:
    """The numbers of those entries that are sealed now, by entry id."""
    return dict(ask(SEALED_AT, [list(entry_ids)])) if entry_ids else {}


def oldest_unsealed(before: dt.datetime) -> tuple[int, dt.datetime] | None:
    """Id and time of the first entry written before then that has no number yet; None where there is none."""
    seen = ask(SEEN, [])
    snap = seen[0][0] if seen else "1:1:"
    rows = ask(UNSEALED, [snap, snap, before])
    return (rows[0][0], rows[0][1]) if rows else None


def newest_checkpoint() -> Signed | None:
    """The newest signed checkpoint, None while the log is empty."""
    return newest_signed(ask)


def checkpoint_at(size: int) -> Signed | None:
    """The checkpoint that was signed for this size, None where none was."""
    rows = ask("SELECT size, root, note FROM checkpoint WHERE size = %s", [size])
    return Signed(rows[0][0], bytes(rows[0][1]), rows[0][2]) if rows else None


def consistency(old: int, new: int) -> list[bytes]:
    """Proof that the log at size `old` is a prefix of the log at size `new`. :raises ValueError: not 0 < old <= new <= head"""
    if new > head():
        raise ValueError(f"the log has not grown to {new}")
    return prove_consistency(ask, old, new)


def head() -> int:
    """How many entries are sealed: the number the next one will get."""
    rows = ask("SELECT leaf_index FROM seal ORDER BY leaf_index DESC LIMIT 1", [])
    return rows[0][0] + 1 if rows else 0


def entries_after(
    cursor: int,
    keys: Collection[str] | None,
    limit: int,
    scan_limit: int = 5000,
    *,
    size: int | None = None,
) -> Page:
    """The sealed entries numbered `cursor` or higher whose audience has one of the keys (None: all), in order, at most `limit`.

    Looks at no more than `scan_limit` numbers a call; the cursor then advances over those that concern others, too. `size` is the
    head, where the caller has asked for it already.
    """
    size = head() if size is None else size
    end = min(size, cursor + scan_limit)
    wanted = None if keys is None else sorted(keys)
    rows = ask(SCAN, [cursor, end, wanted, wanted, limit])
    items = [read_payload(entry_id, bytes(payload), number) for number, entry_id, payload in rows]
    reached = rows[-1][0] + 1 if len(rows) == limit else max(cursor, end)
    return Page(items, reached, reached < size)


def entries_about(subject: object) -> list[Entry]:
    """All entries about one subject in the order of their numbers, those not sealed yet at the end."""
    return [
        read_payload(entry_id, bytes(payload), number)
        for number, entry_id, payload in ask(ABOUT, [str(subject)])
    ]


def ask(query: str, parameters: Sequence[object] | Mapping[str, object]) -> list[tuple[Any, ...]]:
    """Run one query on Django's connection."""
    with connection.cursor() as cursor:
        cursor.execute(query, cast(Any, parameters))
        return list(cursor.fetchall())


def ask_often(query: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    """The same for a query whose text never changes and that is asked again and again: PostgreSQL keeps its plan with the connection.

    Django's cursors write parameters into the text, so that each question is planned anew; for one over several tables that takes five
    times as long as answering it. Parameters go over by themselves here, so the query must say their types where they don't follow.
    """
    with connection.cursor() as cursor:
        again = type(cursor)(psycopg.Cursor(cursor.connection), connection)
        again.execute(query, cast(Any, parameters))
        return list(again.fetchall())
