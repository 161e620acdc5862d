"""Nodes of the Merkle tree out of 256-wide tiles (C2SP tlog-tiles): the only form in which the tree is stored.

Pure. Tile (0, i) holds the leaf hashes [256 i, 256 i + 256); tile (n, i) the roots of 256 tiles of level n - 1. Only finished tiles are
stored; the unfinished right-most one of each level is what its children say at the moment of reading.
"""

from collections.abc import Callable, Iterable

from evidence.chain import (
    HASH_BYTES,
    TILE_HEIGHT,
    TILE_WIDTH,
    consistency_ranges,
    inclusion_ranges,
    node_hash,
    perfect_subtrees,
)

ReadTile = Callable[[int, int], bytes]
"""(level, index) -> the hashes of that tile, 32 bytes each, finished or as far as it goes."""


class Tiles:
    """The nodes of one tree, computed from its tiles and remembered for the life of this object.

    Safe to share among threads: what two of them compute twice is equal.
    """

    def __init__(self, read: ReadTile) -> None:
        self._read = read
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """Hash of the perfect subtree `index` of height `level`; LookupError where the tree has not grown so far."""
        known = self._nodes.get((level, index))
        if known is None:
            known = self._nodes[level, index] = self._compute(level, index)
        return known

    def _compute(self, level: int, index: int) -> bytes:
        tile_level, height = divmod(level, TILE_HEIGHT)
        if height:
            return node_hash(self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1))
        tile, place = divmod(index, TILE_WIDTH)
        hashes = self._tile(tile_level, tile)
        found = hashes[place * HASH_BYTES : (place + 1) * HASH_BYTES]
        if len(found) != HASH_BYTES:
            raise LookupError(f"tile {tile_level}/{tile} has no hash {place}")
        return found

    def _tile(self, level: int, index: int) -> bytes:
        known = self._tiles.get((level, index))
        if known is None:
            known = self._tiles[level, index] = self._read(level, index)
        return known


def tiles_of(ranges: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """The (tile level, tile index) of every tile that the roots of these leaf ranges are computed from."""
    found: set[tuple[int, int]] = set()
    for start, end in ranges:
        for level, index in perfect_subtrees(start, end):
            tile_level, height = divmod(level, TILE_HEIGHT)
            found.add((tile_level, (index << height) // TILE_WIDTH))
    return found


def tiles_of_inclusion(index: int, size: int) -> set[tuple[int, int]]:
    """The tiles from which the inclusion proof of this leaf is computed."""
    return tiles_of(inclusion_ranges(index, size))


def tiles_of_consistency(old: int, new: int) -> set[tuple[int, int]]:
    """The tiles from which this consistency proof is computed."""
    return tiles_of(consistency_ranges(old, new))
