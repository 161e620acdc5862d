"""What processes that died have left on the disk: files that no row and no name leads to, and that nobody writes any more.

Evidence is never among it: what is stored has its own name (storage.py), and an upload under way has its row.
"""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

from evidence.models import Upload
from evidence.uploads.operations import LASTS


def sweep(*, now: dt.datetime) -> int:
    """Take away what nobody has touched for as long as an upload lasts; return how many. Safe to run twice, and several at once."""
    before = (now - LASTS).timestamp()
    taken = 0
    for path in [*_uploads(), *_half_stored(), *_half_drawn()]:
        try:
            if path.stat().st_mtime >= before:
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        except FileNotFoundError:
            continue  # another sweep was faster
        taken += 1
    return taken


def _uploads() -> Iterator[Path]:
    """The bytes of uploads that have no row (the process died between the two), and pieces whose checksum nobody came to compare."""
    root = Path(settings.UPLOAD_ROOT)
    here = {path: UUID(path.stem) for path in root.glob("*.incoming")}
    known = set(Upload.objects.filter(finished_at=None).values_list("id", flat=True))
    yield from (path for path, upload in here.items() if upload not in known)
    yield from root.glob("*.unchecked")


def _half_stored() -> Iterator[Path]:
    """Bytes on their way into the store: whoever carried them would have taken them away."""
    yield from (Path(settings.PHOTO_ROOT) / "incoming").glob("*.*")


def _half_drawn() -> Iterator[Path]:
    """Folders in which copies were being drawn."""
    yield from Path(settings.RENDITION_ROOT).glob(".making-*")
