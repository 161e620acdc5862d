"""A second copy of all photos on a backup's shelf: a store like the first, so nothing half copied ever stands under a photo's name.

What is on the shelf already is believed if it has the size that was noted; `deep` hashes it again. If the process dies, what was shelved
stays, and the next run goes on from there.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from evidence.models import Blob
from evidence.storage import Corrupt, LocalStore, Missing, photo_store


@dataclass(slots=True)
class Shelved:
    """How many photos were copied, how many were there, and the digests of those whose bytes are gone or changed in the store."""

    copied: int = 0
    there: int = 0
    lost: list[str] = field(default_factory=list)


def shelve_photos(
    shelf: Path,
    *,
    lost: Collection[str] = (),
    deep: bool = False,
    progress: Callable[[], object] = lambda: None,
) -> Shelved:
    """Copy every photo that was ever noted to the shelf, unless it is there. `lost` are known to be gone and not asked for.

    :raises StoreFull: no room on the shelf; what was shelved stays
    :raises StoreFailing: the shelf's disk fails
    """
    source, target, found = photo_store(), LocalStore(shelf), Shelved()
    for digest, size in Blob.objects.order_by("digest").values_list("digest", "size").iterator():
        progress()
        if target.exists(digest) and target.size(digest) == size and (not deep or _is_whole(target, digest)):
            found.there += 1
            continue
        try:
            with source.open(digest) as stream:
                if not _is_whole(target, digest):
                    target.place(digest).unlink(missing_ok=True)
                target.put_once(digest, stream)
            found.copied += 1
        except (Missing, Corrupt):
            if digest not in lost:
                found.lost.append(digest)
    return found


def _is_whole(store: LocalStore, digest: str) -> bool:
    try:
        store.check(digest)
    except (Corrupt, Missing):
        return False
    return True
