"""Numbering what has committed: one batch takes all new entries, extends the tree and signs a checkpoint.

One batch is one READ COMMITTED transaction under the lock of the head row. The sealer keeps nothing in memory between batches, so any
process with the key may do the next one; whoever finds the row locked stands by.

The head row stores the database snapshot taken just before the last batch. An entry not yet looked at was written by a transaction
that was then running (its id is in the snapshot's list) or had not begun (its id is at least the snapshot's xmax): two index look-ups,
whatever else runs and however long.
"""

from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from evidence import keys
from evidence.chain import HASH_BYTES, extend, fold
from evidence.note import Checkpoint, Signer, sign_checkpoint

LIMIT = 100_000
"""A batch is cut here. With a lower limit a backlog is looked at again and again (10,000: nine times slower)."""
CHANNEL = "sealed"

Database = psycopg.Connection[Any]

NEW: LiteralString = """xid >= pg_snapshot_xmax(%(snap)s::pg_snapshot) AND xid < pg_snapshot_xmax(pg_current_snapshot())
    OR xid = ANY(ARRAY(SELECT pg_snapshot_xip(%(snap)s::pg_snapshot)))"""
ALL: LiteralString = "true"
# MATERIALIZED: else the planner may walk the primary key from its start. The leaf is hashed of what is taken, not of all that is looked at.
TAKE: LiteralString = """WITH w AS MATERIALIZED (SELECT id FROM entry WHERE {condition}),
  q AS MATERIALIZED (
    SELECT id FROM w WHERE NOT EXISTS (SELECT FROM seal s WHERE s.entry_id = w.id) ORDER BY id LIMIT {limit})
INSERT INTO seal (leaf_index, entry_id, leaf_hash)
SELECT %(size)s::bigint + row_number() OVER (ORDER BY e.id) - 1, e.id, sha256('\\x00'::bytea || sha256(e.salt || e.payload))
FROM q JOIN entry e ON e.id = q.id RETURNING leaf_index, leaf_hash"""
HEAD: LiteralString = "SELECT size, snap, frontier FROM log_head ORDER BY size DESC LIMIT 1 FOR UPDATE"
TILE_OF_LEAVES: LiteralString = """INSERT INTO tile (level, idx, root, hashes)
SELECT %(level)s, %(index)s, %(root)s, string_agg(leaf_hash, ''::bytea ORDER BY leaf_index)
FROM seal WHERE leaf_index >= %(start)s AND leaf_index < %(end)s"""
TILE_OF_TILES: LiteralString = """INSERT INTO tile (level, idx, root, hashes)
SELECT %(level)s, %(index)s, %(root)s, string_agg(root, ''::bytea ORDER BY idx)
FROM tile WHERE level = %(below)s AND idx >= %(start)s AND idx < %(end)s"""


class HeadMissing(Exception):
    """The log has entries but no head row: it was restored in part. Nothing is sealed on a guess."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch did. `missed` counts entries that an earlier batch should have taken: it must be 0."""

    sealed: int
    size: int
    note: str = ""
    missed: int = 0
    busy: bool = False

    @property
    def full(self) -> bool:
        """The batch was cut at the limit: there is more."""
        return self.sealed >= LIMIT


def begin_log(db: Database) -> None:
    """Make the head row of an empty log, if it is not there.

    :raises HeadMissing: there is no head row, but the log is not empty
    """
    if db.execute("SELECT FROM log_head LIMIT 1").fetchone() is not None:
        return
    with db.transaction():
        # Two that begin at once must not both find it empty: the second's row would not even collide once the first has grown. Not
        # LOCK TABLE: held until the caller's commit, it deadlocks with whoever found the row already and writes it.
        db.execute("SELECT pg_advisory_xact_lock('log_head'::regclass::oid::bigint)")
        db.execute(
            "INSERT INTO log_head (size) SELECT 0"
            " WHERE NOT EXISTS (SELECT FROM log_head) AND NOT EXISTS (SELECT FROM seal)"
        )
        if db.execute("SELECT FROM log_head LIMIT 1").fetchone() is None:
            raise HeadMissing


def seal_batch(db: Database, signer: Signer, *, sweep: bool = False, stand_by: bool = True) -> Batch:
    """Seal what has committed, in one transaction of `db` (in a savepoint, where one is open).

    `sweep` looks at every entry and needs no transaction ids. With `stand_by` it does not wait for another sealer (`busy`).
    """
    with db.transaction():
        head = db.execute(HEAD + (" SKIP LOCKED" if stand_by else "")).fetchone()
        if head is None:
            return Batch(0, 0, busy=True)
        size, snap, packed = head
        # In a statement of its own BEFORE the take. Too old a snapshot is harmless, since what is sealed is left out; read after the
        # take, entries that commit between the two would be skipped for ever.
        before = _value(db, "SELECT pg_current_snapshot()::text")
        if _xmax(snap) > _xmax(before):
            sweep = True  # the counter went back: the database was loaded into another cluster
        rows = sorted(db.execute(_take(sweep), {"snap": snap, "size": size}).fetchall())
        if not rows:
            if sweep:
                db.execute("UPDATE log_head SET snap = %s WHERE size = %s", (before, size))
            return Batch(0, size)
        frontier = [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)]
        grown, frontier, tiles = extend(size, frontier, (leaf for _, leaf in rows))
        for tile in tiles:
            names = {"level": tile.level, "index": tile.index, "root": tile.root, "below": tile.level - 1}
            names |= {"start": tile.index * 256, "end": tile.index * 256 + 256}
            db.execute(TILE_OF_TILES if tile.level else TILE_OF_LEAVES, names)
        root = fold(frontier)
        note = sign_checkpoint(Checkpoint(signer.name, grown, root), signer)
        db.execute("INSERT INTO checkpoint (size, root, note) VALUES (%s, %s, %s)", (grown, root, note))
        db.execute(
            "UPDATE log_head SET size = %s, snap = %s, frontier = %s WHERE size = %s",
            (grown, before if len(rows) < LIMIT else snap, b"".join(frontier), size),
        )
        # Only the sealer notifies: a NOTIFY in the writers' transactions serialises their commits.
        db.execute("SELECT pg_notify(%s, %s)", (CHANNEL, str(grown)))
        return Batch(len(rows), grown, note, _missed(db, size, snap) if sweep else 0)


def seal_now() -> int:
    """Seal all that this connection sees, its own open transaction included; return the log's size. For tests and loading.

    Makes the log's key where there is none, if the setting LEDGER_SEAL_IN_PROCESS allows sealing outside the sealer at all.

    :raises RuntimeError: the setting does not
    """
    if not getattr(settings, "LEDGER_SEAL_IN_PROCESS", False):
        raise RuntimeError("only the sealer seals here")
    try:
        signer = keys.log_signer()
    except keys.KeyMissing:
        keys.make_log_key()
        signer = keys.log_signer()
    with transaction.atomic():
        connection.ensure_connection()
        db: Database = connection.connection
        begin_log(db)
        batch = seal_batch(db, signer, sweep=True, stand_by=False)
    return batch.size


def _take(sweep: bool) -> sql.Composed:
    return sql.SQL(TAKE).format(condition=sql.SQL(ALL if sweep else NEW), limit=sql.Literal(LIMIT))


def _missed(db: Database, size: int, snap: str) -> int:
    """Of the batch just taken, the entries that the stored snapshot already saw: the batch after it should have had them."""
    return int(
        _value(
            db,
            "SELECT count(*) FROM seal JOIN entry ON entry.id = entry_id"
            " WHERE leaf_index >= %s AND pg_visible_in_snapshot(xid, %s::pg_snapshot)",
            (size, snap),
        )
    )


def _value(db: Database, query: LiteralString, parameters: tuple[object, ...] = ()) -> Any:
    row = db.execute(query, parameters).fetchone()
    assert row is not None
    return row[0]


def _xmax(snapshot: str) -> int:
    return int(snapshot.split(":")[1])
