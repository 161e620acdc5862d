"""Every stored hash of the tree against the tree itself: tiles, checkpoints, head row, and the note kept outside.

Part of verify_ledger (verification.py), which feeds it the leaves in their order.
"""

from collections.abc import Callable

from evidence.chain import HASH_BYTES, TILE_WIDTH, extend, fold
from evidence.keys import log_verifier
from evidence.note import NoteRefused, Verifier, open_checkpoint
from evidence.queries import ask
from evidence.succession import former_keys
from evidence.witness import kept_note

CHECKPOINTS = "SELECT size, root, note FROM checkpoint"
TILES = "SELECT level, idx, root, hashes FROM tile"


class TreeCheck:
    """Grows the tree from leaves and holds every stored tile and checkpoint against it as it passes them."""

    def __init__(self, find: Callable[[str, str], None]) -> None:
        self._find = find
        self._size = 0
        self._frontier: list[bytes] = []
        self._verifier: Verifier = log_verifier()
        self._former = former_keys()
        self._checkpoints = {size: (bytes(root), note) for size, root, note in ask(CHECKPOINTS, [])}
        self._tiles = {
            (level, idx): (bytes(root), bytes(hashes)) for level, idx, root, hashes in ask(TILES, [])
        }
        self._children: dict[int, list[bytes]] = {0: []}
        self._seen_checkpoints = self._seen_tiles = 0
        self._last_good = 0
        self._told = False

    def take(self, number: int, leaf: bytes, sealed: bytes) -> None:
        """The next leaf, as its payload hashes. Where the seal disagrees that is told already, and the seal's goes on in the tree."""
        if number != self._size:
            self._find(
                f"entry {self._size}", f"a number is missing: the next sealed one is {number} (table seal)"
            )
        self._size, self._frontier, finished = extend(self._size, self._frontier, [sealed])
        self._children[0].append(sealed)
        for tile in finished:
            self._check_tile(tile.level, tile.index, tile.root)
        if self._size in self._checkpoints:
            self._check_checkpoint(self._size, fold(self._frontier))

    def finish(self) -> tuple[int, int]:
        """Hold what is left against the log's end; return how many checkpoints and tiles were looked at."""
        for size in sorted(self._checkpoints):
            self._find(f"checkpoint {size}", f"table checkpoint: the log has only {self._size} entries")
        for level, idx in sorted(self._tiles):
            self._find(f"tile {level}/{idx}", "table tile: the log has not grown that far")
        heads = ask("SELECT size, frontier FROM log_head", [])
        if [(size, bytes(frontier)) for size, frontier in heads] != [(self._size, b"".join(self._frontier))]:
            self._find(
                "table log_head",
                f"does not stand at the log's end ({self._size} entries) with its right edge",
            )
        if self._size and self._last_good != self._size and not self._told:
            self._find(f"checkpoint {self._size}", "the log's end is not signed")
        self._check_kept_note()
        return self._seen_checkpoints, self._seen_tiles

    def _check_tile(self, level: int, idx: int, root: bytes) -> None:
        self._seen_tiles += 1
        hashes, self._children[level] = self._children[level], []
        self._children.setdefault(level + 1, []).append(root)
        stored = self._tiles.pop((level, idx), None)
        if stored is None:
            self._find(f"tile {level}/{idx}", "table tile: the row is missing")
            return
        if stored[0] != root:
            self._find(
                f"tile {level}/{idx}", "table tile, column root: is not the root of its hashes as sealed"
            )
        if stored[1] == b"".join(hashes):
            return
        kept = [stored[1][at : at + HASH_BYTES] for at in range(0, len(stored[1]), HASH_BYTES)]
        differing = [at for at, (one, other) in enumerate(zip(kept, hashes, strict=False)) if one != other]
        first = idx * TILE_WIDTH + differing[0] if differing else None
        what = f"entry {first}" if level == 0 and first is not None else f"hash {first}"
        self._find(f"tile {level}/{idx}", f"table tile, column hashes: differs from the log, first at {what}")

    def _check_checkpoint(self, size: int, root: bytes) -> None:
        self._seen_checkpoints += 1
        stored, note = self._checkpoints.pop(size)
        where = f"checkpoint {size}"
        try:
            signed = open_checkpoint(note, self._key_of(note, size))
        except NoteRefused as error:
            self._find(where, f"table checkpoint, column note: {error}")
            return
        if (signed.size, signed.root) != (size, stored):
            self._find(where, "table checkpoint, column root: is not what the note signs")
        if signed.root == root:
            self._last_good = size
        elif not self._told:
            self._told = True
            self._find(
                where,
                f"the signed root is not the root of the log: what is numbered {self._last_good} to {size - 1} is not what was sealed",
            )

    def _key_of(self, note: str, size: int) -> Verifier:
        """This log's key, or for what was kept of one that it goes on from, that one's."""
        key, kept = self._former.get(note.partition("\n")[0], (self._verifier, size))
        return key if size <= kept else self._verifier

    def _check_kept_note(self) -> None:
        note = kept_note()
        if note is None:
            return
        try:
            kept = open_checkpoint(note, self._verifier)
        except NoteRefused as error:
            self._find("newest note kept outside the database", str(error))
            return
        if kept.size > self._size:
            self._find(
                "newest note kept outside the database",
                f"{kept.size} entries were signed, the log has {self._size}",
            )
