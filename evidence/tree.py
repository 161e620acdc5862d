"""The stored tree: tiles out of the database, and receipts made from them.

Works over any connection: `ask` runs one query and returns its rows. Finished tiles never change; for receipts, each of which is checked
against the signed root before it is handed out, they are remembered in the process.
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
from evidence.tiles import ReadTile, Tiles

Ask = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]

REMEMBERED = 512
_finished: OrderedDict[tuple[int, int], bytes] = OrderedDict()
_lock = threading.Lock()

TILE = "SELECT hashes FROM tile WHERE level = %s AND idx = %s"
LEAVES = "SELECT string_agg(leaf_hash, ''::bytea ORDER BY leaf_index) FROM seal WHERE leaf_index >= %s AND leaf_index < %s"
ROOTS = (
    "SELECT string_agg(root, ''::bytea ORDER BY idx) FROM tile WHERE level = %s AND idx >= %s AND idx < %s"
)
NEWEST = "SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1"
SEALED = """SELECT entry_id, leaf_index, salt, payload FROM seal JOIN entry ON entry.id = entry_id WHERE entry_id = ANY(%s)"""


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
    return Tiles(stored_tile(asking(db), remember=False))


def stored_tile(ask: Ask, *, remember: bool = True) -> ReadTile:
    """Read a tile: finished as stored, else what its children say now."""

    def read(level: int, index: int) -> bytes:
        if remember:
            with _lock:
                known = _finished.get((level, index))
                if known is not None:
                    _finished.move_to_end((level, index))
                    return known
        found = ask(TILE, [level, index])
        if found:
            hashes = bytes(found[0][0])
            if remember:
                with _lock:
                    _finished[level, index] = hashes
                    while len(_finished) > REMEMBERED:
                        _finished.popitem(last=False)
            return hashes
        start = index * TILE_WIDTH
        if level:
            rows = ask(ROOTS, [level - 1, start, start + TILE_WIDTH])
        else:
            rows = ask(LEAVES, [start, start + TILE_WIDTH])
        return bytes(rows[0][0] or b"")

    return read


def forget_tiles() -> None:
    """Forget remembered tiles: the database under this process was exchanged."""
    with _lock:
        _finished.clear()


def newest_signed(ask: Ask) -> Signed | None:
    """The newest checkpoint, None while the log is empty."""
    rows = ask(NEWEST, [])
    return Signed(rows[0][0], bytes(rows[0][1]), rows[0][2]) if rows else None


def make_receipts(ask: Ask, entry_ids: Collection[int]) -> dict[int, Receipt]:
    """Receipts of those entries that are sealed, by entry id. Each is checked against the signed root before it is handed out.

    :raises ProofRefused: the stored tree does not lead to the signed root (verify_ledger says where)
    """
    rows = ask(SEALED, [list(entry_ids)])
    if not rows:
        return {}
    signed = newest_signed(ask)
    if signed is None:
        raise ProofRefused("entries are sealed, but no checkpoint is signed")
    try:
        return _prove(Tiles(stored_tile(ask)), rows, signed)
    except (ProofRefused, LookupError):
        forget_tiles()
        return _prove(Tiles(stored_tile(ask)), rows, signed)


def _prove(tiles: Tiles, rows: list[tuple[Any, ...]], signed: Signed) -> dict[int, Receipt]:
    made: dict[int, Receipt] = {}
    for entry_id, number, salt, payload in rows:
        salt, payload = bytes(salt), bytes(payload)
        proof = inclusion_proof(number, signed.size, tiles.node)
        verify_inclusion(leaf_of(salt, payload), number, signed.size, proof, signed.root)
        made[entry_id] = Receipt(entry_id, number, salt, payload, tuple(proof), signed.note)
    return made


def prove_consistency(ask: Ask, old: int, new: int) -> list[bytes]:
    """Proof that the first `old` entries are a prefix of the first `new` ones. :raises ValueError: `old` is 0 or above `new`"""
    return consistency_proof(old, new, Tiles(stored_tile(ask, remember=False)).node)


def prove_inclusion(ask: Ask, index: int, size: int) -> tuple[bytes, list[bytes]]:
    """Leaf hash and inclusion proof of a leaf in the first `size`. :raises ValueError: it is not among them"""
    tiles = Tiles(stored_tile(ask, remember=False))
    proof = inclusion_proof(index, size, tiles.node)
    return tiles.node(0, index), proof


def tile_hashes(ask: Ask, level: int, index: int) -> bytes:
    """The hashes of a tile as far as it goes; empty where the tree has not grown."""
    hashes = stored_tile(ask, remember=False)(level, index)
    assert len(hashes) % HASH_BYTES == 0
    return hashes
