"""The Merkle tree of the ledger: hashing, growing, proving, checking (RFC 6962 section 2.1).

Pure, standard library only. It knows hashes and sizes; what a leaf holds, where nodes lie and who signs a root is said elsewhere.
Public functions speak of a tree by its `size` (number of leaves), of a leaf by its `index` (from 0) and of every hash as 32 bytes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
EMPTY_ROOT = sha256(b"").digest()

NodeAt = Callable[[int, int], bytes]
"""(level, index) -> hash of the perfect subtree over the leaves [index << level, (index + 1) << level)."""


class ProofRefused(Exception):
    """A proof does not show what it claims. The text says which step failed."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A finished subtree 8 levels high: `root` covers the nodes [index * 256, (index + 1) * 256) of tile level `level`."""

    level: int
    index: int
    root: bytes


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of a leaf: SHA-256(0x00 || leaf)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def extend(
    size: int, frontier: Sequence[bytes], leaves: Iterable[bytes]
) -> tuple[int, list[bytes], list[Tile]]:
    """Push leaf hashes on a compact range; return the new size, the new frontier and the tiles that became finished.

    The frontier holds the roots of the perfect subtrees on the right edge, biggest first: as many as `size` has one bits.
    """
    if len(frontier) != size.bit_count():
        raise ValueError(
            f"a tree of {size} leaves has {size.bit_count()} subtrees on its right edge, not {len(frontier)}"
        )
    edge = list(frontier)
    finished: list[Tile] = []
    for leaf in leaves:
        edge.append(leaf)
        size += 1
        level, rest = 0, size
        while rest % 2 == 0:
            right = edge.pop()
            edge[-1] = node_hash(edge[-1], right)
            level, rest = level + 1, rest // 2
            if level % TILE_HEIGHT == 0:
                finished.append(Tile(level // TILE_HEIGHT - 1, (size >> level) - 1, edge[-1]))
    return size, edge, finished


def fold(frontier: Sequence[bytes]) -> bytes:
    """Root of the tree whose right edge is given; of the empty tree SHA-256 of nothing."""
    if not frontier:
        return EMPTY_ROOT
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = node_hash(left, root)
    return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes, in one pass and O(log n) memory."""
    return fold(extend(0, [], leaves)[1])


def perfect_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The (level, index) of the perfect subtrees that make up the leaves [start, end), from left to right.

    `start` must be the left edge of a subtree that RFC 6962 would form, so that each piece is aligned.
    """
    pieces: list[tuple[int, int]] = []
    while start < end:
        level = (end - start).bit_length() - 1
        pieces.append((level, start >> level))
        start += 1 << level
    return pieces


def root_at(size: int, node: NodeAt) -> bytes:
    """Root of the first `size` leaves, from the nodes of a tree at least that large."""
    return _range_root(0, size, node)


def _range_root(start: int, end: int, node: NodeAt) -> bytes:
    return fold([node(level, index) for level, index in perfect_subtrees(start, end)])


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (RFC 6962 calls it k)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The leaf ranges whose roots are the inclusion proof, from the leaf upwards (PATH of RFC 6962 section 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    start, end = 0, size
    ranges: list[tuple[int, int]] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """The leaf ranges whose roots are the consistency proof, in its order (PROOF of RFC 6962 section 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError(f"nothing can be proved from {old} to {new} leaves")
    start, end, whole = 0, new, True
    ranges: list[tuple[int, int]] = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, end))
    return ranges[::-1]


def inclusion_proof(index: int, size: int, node: NodeAt) -> list[bytes]:
    """Proof that leaf `index` is in the tree of the first `size` leaves.

    :raises ValueError: the leaf is not in that tree
    """
    return [_range_root(start, end, node) for start, end in inclusion_ranges(index, size)]


def consistency_proof(old: int, new: int, node: NodeAt) -> list[bytes]:
    """Proof that the tree of `old` leaves is a prefix of the tree of `new` leaves.

    :raises ValueError: `old` is 0 (every tree begins with the empty one: that proves nothing) or larger than `new`
    """
    return [_range_root(start, end, node) for start, end in consistency_ranges(old, new)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with hash `leaf` stands at `index` in the tree with this size and root (RFC 9162 section 2.1.3.2).

    :raises ProofRefused: it does not, or the proof has a hash too many, too few, or of the wrong length
    """
    if not 0 <= index < size:
        raise ProofRefused(f"leaf {index} is outside a tree of {size} leaves")
    _hashes_only(leaf, root, *proof)
    at, last, seen = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofRefused("the proof is longer than the tree is high")
        if at % 2 or at == last:
            seen = node_hash(sibling, seen)
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            seen = node_hash(seen, sibling)
        at, last = at // 2, last // 2
    if last:
        raise ProofRefused("the proof is shorter than the tree is high")
    if seen != root:
        raise ProofRefused("the proof leads to another root")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree (old, old_root) is a prefix of (new, new_root) (RFC 9162 section 2.1.4.2).

    :raises ProofRefused: it is not; `old` is 0; a hash is missing, superfluous or of the wrong length
    """
    if old <= 0:
        raise ProofRefused("from the empty tree nothing is proved")
    if old > new:
        raise ProofRefused("the old tree is larger than the new one")
    _hashes_only(old_root, new_root, *proof)
    if old == new:
        if proof:
            raise ProofRefused("between equal trees the proof is empty")
        if old_root != new_root:
            raise ProofRefused("two roots for one size")
        return
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    if not steps:
        raise ProofRefused("the proof is empty")
    at, last = old - 1, new - 1
    while at % 2:
        at, last = at // 2, last // 2
    seen_old = seen_new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            raise ProofRefused("the proof is longer than the tree is high")
        if at % 2 or at == last:
            seen_old, seen_new = node_hash(sibling, seen_old), node_hash(sibling, seen_new)
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            seen_new = node_hash(seen_new, sibling)
        at, last = at // 2, last // 2
    if last:
        raise ProofRefused("the proof is shorter than the tree is high")
    if seen_old != old_root:
        raise ProofRefused("the proof does not lead to the old root")
    if seen_new != new_root:
        raise ProofRefused("the proof does not lead to the new root")


def _hashes_only(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofRefused("a hash of this tree has 32 bytes")
