"""The stored tree: tiles out of the database, and receipts made from them.

Works over any connection: `ask` runs one query and returns its rows. What lies under a signed root never changes: for receipts, each of
which is checked against that root before it is handed out, tiles are remembered in the process.
"""

import base64
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from evidence.chain import (
    HASH_BYTES,
    TILE_WIDTH,
    ProofRefused,
    consistency_proof,
    inclusion_proof,
    verify_inclusion,
)
from evidence.ledger import leaf_of
from evidence.tiles import ReadTile, Tile, Tiles, tile_of

Ask = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]

REMEMBERED = 512
"""Tiles, of 16 kB each."""
_remembered: OrderedDict[tuple[object, ...], Tile] = OrderedDict()
_lock = threading.Lock()

# A finished tile as stored, else what its children say now; which of the two, in one question.
TILE_OF_LEAVES = """SELECT hashes IS NOT NULL, coalesce(hashes,
    (SELECT string_agg(leaf_hash, ''::bytea ORDER BY leaf_index) FROM seal WHERE leaf_index >= %s AND leaf_index < %s), '')
FROM (SELECT) one LEFT JOIN tile ON level = %s AND idx = %s"""
TILE_OF_ROOTS = """SELECT hashes IS NOT NULL, coalesce(hashes,
    (SELECT string_agg(root, ''::bytea ORDER BY idx) FROM tile WHERE idx >= %s AND idx < %s AND level = %s), '')
FROM (SELECT) one LEFT JOIN tile ON level = %s AND idx = %s"""
NEWEST = "SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1"
# In one statement, so that the checkpoint covers every number that is seen.
SEALED = """SELECT entry_id, leaf_index, salt, payload, size, root, note
FROM (SELECT) one LEFT JOIN (SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1) newest ON true
LEFT JOIN (SELECT entry_id, leaf_index, salt, payload FROM seal JOIN entry ON entry.id = entry_id WHERE entry_id = ANY(%s::bigint[])) found
ON true"""
Leaf = tuple[int, int, bytes, bytes]
"""Of a sealed entry: its id, its number, its salt, its payload."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed checkpoint as stored."""

    size: int
    root: bytes
    note: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an entry stands in the signed log: its leaf, its number, the path to a root, the signed root."""

    entry_id: int
    number: int
    salt: bytes
    payload: bytes
    proof: tuple[bytes, ...]
    note: str

    def to_wire(self) -> dict[str, Any]:
        """As JSON carries it: `salt` base64url without padding, `proof` base64, the payload as its text."""
        return {
            "index": self.number,
            "leaf": {
                "salt": base64.urlsafe_b64encode(self.salt).decode().rstrip("="),
                "payload": self.payload.decode(),
            },
            "proof": [base64.b64encode(one).decode() for one in self.proof],
            "checkpoint": self.note,
        }


def asking(db: psycopg.Connection[Any]) -> Ask:
    """An `ask` over a connection of one's own."""

    def ask(query: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        return db.execute(query.encode(), parameters).fetchall()

    return ask


def tiles_in(db: psycopg.Connection[Any]) -> Tiles:
    """The nodes of the tree in this database, read afresh."""
    return Tiles(_read_afresh(asking(db)))


def hashes_in_tile(ask: Ask, level: int, index: int) -> tuple[bytes, bool]:
    """The hashes of a tile, finished as stored, else as its children say now; and whether it is finished."""
    start = index * TILE_WIDTH
    if level:
        rows = ask(TILE_OF_ROOTS, [start, start + TILE_WIDTH, level - 1, level, index])
    else:
        rows = ask(TILE_OF_LEAVES, [start, start + TILE_WIDTH, level, index])
    return bytes(rows[0][1]), rows[0][0]


def _read_afresh(ask: Ask) -> ReadTile:
    return lambda level, index: tile_of(hashes_in_tile(ask, level, index)[0])


def _remembering(ask: Ask, signed: Signed) -> ReadTile:
    """Read tiles for proofs under this root: a finished one holds under every later root, an unfinished one under this."""

    def read(level: int, index: int) -> Tile:
        always, here = (level, index), (level, index, signed.root)
        with _lock:
            for name in (always, here):
                if (known := _remembered.get(name)) is not None:
                    _remembered.move_to_end(name)
                    return known
        hashes, is_finished = hashes_in_tile(ask, level, index)
        tile = tile_of(hashes)
        with _lock:
            _remembered[always if is_finished else here] = tile
            while len(_remembered) > REMEMBERED:
                _remembered.popitem(last=False)
        return tile

    return read


def forget_tiles() -> None:
    """Forget remembered tiles: the database under this process was exchanged."""
    with _lock:
        _remembered.clear()


def newest_signed(ask: Ask) -> Signed | None:
    """The newest checkpoint, None while the log is empty."""
    rows = ask(NEWEST, [])
    return Signed(rows[0][0], bytes(rows[0][1]), rows[0][2]) if rows else None


def make_receipts(ask: Ask, entry_ids: Collection[int]) -> tuple[Signed | None, dict[int, Receipt]]:
    """The newest checkpoint, and under it receipts of those entries that are sealed, by entry id; each is checked before it is handed out.

    :raises ProofRefused: the stored tree does not lead to the signed root (verify_ledger says where)
    """
    if not entry_ids:
        return newest_signed(ask), {}
    rows = ask(SEALED, [list(entry_ids)])
    *_, size, root, note = rows[0]
    signed = None if size is None else Signed(size, bytes(root), note)
    return signed, prove_leaves(ask, [row[:4] for row in rows if row[0] is not None], signed)


def prove_leaves(ask: Ask, leaves: Sequence[Leaf], signed: Signed | None) -> dict[int, Receipt]:
    """Receipts of these leaves under this checkpoint, which covers them, by entry id.

    :raises ProofRefused: as `make_receipts`
    """
    if not leaves:
        return {}
    if signed is None:
        raise ProofRefused("entries are sealed, but no checkpoint is signed")
    try:
        return _prove(Tiles(_remembering(ask, signed)), leaves, signed)
    except (ProofRefused, LookupError):
        forget_tiles()
    try:
        return _prove(Tiles(_remembering(ask, signed)), leaves, signed)
    except (ValueError, LookupError) as error:
        raise ProofRefused(f"the stored tree does not go as far as its checkpoint: {error}") from error


def _prove(tiles: Tiles, leaves: Sequence[Leaf], signed: Signed) -> dict[int, Receipt]:
    made: dict[int, Receipt] = {}
    for entry_id, number, salt, payload in leaves:
        salt, payload = bytes(salt), bytes(payload)
        proof = inclusion_proof(number, signed.size, tiles.node)
        verify_inclusion(leaf_of(salt, payload), number, signed.size, proof, signed.root)
        made[entry_id] = Receipt(entry_id, number, salt, payload, tuple(proof), signed.note)
    return made


def prove_consistency(ask: Ask, old: int, new: int) -> list[bytes]:
    """Proof that the first `old` entries are a prefix of the first `new` ones. :raises ValueError: `old` is 0 or above `new`"""
    return consistency_proof(old, new, Tiles(_read_afresh(ask)).node)


def prove_inclusion(ask: Ask, index: int, size: int) -> tuple[bytes, list[bytes]]:
    """Leaf hash and inclusion proof of a leaf in the first `size`. :raises ValueError: it is not among them"""
    tiles = Tiles(_read_afresh(ask))
    proof = inclusion_proof(index, size, tiles.node)
    return tiles.node(0, index), proof


def tile_hashes(ask: Ask, level: int, index: int) -> bytes:
    """The hashes of a tile as far as it goes; empty where the tree has not grown."""
    hashes, _ = hashes_in_tile(ask, level, index)
    assert len(hashes) % HASH_BYTES == 0
    return hashes
