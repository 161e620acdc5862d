"""Nodes of the Merkle tree out of 256-wide tiles (C2SP tlog-tiles): the only form in which the tree is stored.

Pure. Tile (0, i) holds the leaf hashes [256 i, 256 i + 256); tile (n, i) the roots of 256 tiles of level n - 1. Only finished tiles are
stored; the unfinished right-most one of each level is what its children say at the moment of reading. Between two levels of tiles lie
seven heights of nodes that follow from the lower tile.
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

Tile = tuple[bytes, ...]
"""One tile with what follows from it: at place h its nodes of height h (0 to 7), 32 bytes each, as far as it goes."""
ReadTile = Callable[[int, int], Tile]
"""(level, index) -> that tile, finished or as far as it goes."""


def tile_of(hashes: bytes) -> Tile:
    """The tile whose lowest nodes are these hashes, up to 256 of them; what is not whole has no node above it."""
    heights = [hashes]
    below = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
    for _ in range(TILE_HEIGHT - 1):
        below = [node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        heights.append(b"".join(below))
    return tuple(heights)


class Tiles:
    """The nodes of one tree, out of its tiles, each read once in the life of this object.

    Safe to share among threads: what two of them read twice is equal.
    """

    def __init__(self, read: ReadTile) -> None:
        self._read = read
        self._tiles: dict[tuple[int, int], Tile] = {}

    def node(self, level: int, index: int) -> bytes:
        """Hash of the perfect subtree `index` of height `level`; LookupError where the tree has not grown so far."""
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile, place = divmod(index, TILE_WIDTH >> height)
        at = place * HASH_BYTES
        found = self._tile(tile_level, tile)[height][at : at + HASH_BYTES]
        if len(found) != HASH_BYTES:
            raise LookupError(f"tile {tile_level}/{tile} has no node {place} of height {height}")
        return found

    def _tile(self, level: int, index: int) -> Tile:
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
