"""Where photos' bytes lie: put once under their SHA-256, never rewritten, never deleted.

One small interface, so that an object store can take the folder's place. It takes any bytes it was promised: they are evidence,
whether or not a picture can be made of them.
"""

import contextlib
import datetime as dt
import errno
import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings

from evidence.digest import BLOCK, is_digest, sha256_of
from evidence.durable import sync_folder
from evidence.models import Blob


class Missing(Exception):
    """There are no bytes under this digest."""


class Corrupt(Exception):
    """Bytes do not hash to their name. `found` is what they hash to."""

    def __init__(self, digest: str, found: str) -> None:
        super().__init__(f"{digest}: the bytes hash to {found}")
        self.digest, self.found = digest, found


class StoreFull(Exception):
    """There is no room left. Nothing was stored; the sender keeps its bytes and comes again."""


class StoreFailing(Exception):
    """The disk doesn't take what it is given (an error of the device, or it may only be read). Nothing was stored."""


FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FAILING = frozenset({errno.EIO, errno.EROFS})


@contextlib.contextmanager
def writing_in(folder: Path) -> Iterator[None]:
    """Say what the system says while something is written there in this room's words.

    :raises StoreFull: no room, or not for a file of this size
    :raises StoreFailing: the disk fails
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull(str(folder)) from error
        if error.errno in FAILING:
            raise StoreFailing(str(folder)) from error
        raise


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes in the store. `new`: they were not there before."""

    digest: str
    size: int
    new: bool


class Store(Protocol):
    """What a store of evidence can do. Deleting is not among it."""

    def put_once(self, digest: str, stream: IO[bytes]) -> Stored:
        """Store the stream's bytes under their SHA-256 and flush them before returning; storing them again changes nothing.

        :raises Corrupt: the bytes hash to something else (nothing is stored)
        :raises StoreFull: no room (nothing is stored)
        :raises StoreFailing: the disk fails (nothing is stored)
        """
        ...

    def open(self, digest: str) -> IO[bytes]:
        """Open the bytes for reading. :raises Missing: there are none"""
        ...

    def exists(self, digest: str) -> bool:
        """Say whether the bytes are there."""
        ...

    def size(self, digest: str) -> int:
        """How many bytes. :raises Missing: there are none"""
        ...

    def check(self, digest: str) -> None:
        """Read and hash the bytes again. :raises Missing: :raises Corrupt: they were changed"""
        ...


class LocalStore:
    """A folder: `ab/cd/<digest>`, read-only files; what is half written lies in `incoming/` and is never visible under a name."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put_once(self, digest: str, stream: IO[bytes]) -> Stored:
        """See `Store`."""
        place = self.place(digest)
        if place.exists():
            found, size = sha256_of(stream)
            if found != digest:
                raise Corrupt(digest, found)
            with writing_in(self._root):
                # whoever put it there may have died, or failed, before its name was flushed
                sync_folder(place.parent)
            return Stored(digest, size, new=False)
        incoming = self._root / "incoming" / f"{digest}.{uuid.uuid4().hex}"
        try:
            with writing_in(self._root):
                self._make_folder(incoming.parent)
                size = _write(incoming, stream, digest)
                self._make_folder(place.parent)
                try:
                    # link, not rename: it refuses to take the place of a file that came there meanwhile
                    os.link(incoming, place)
                    new = True
                except FileExistsError:
                    new = False
                sync_folder(place.parent)
                return Stored(digest, size, new)
        finally:
            incoming.unlink(missing_ok=True)

    def open(self, digest: str) -> IO[bytes]:
        """See `Store`."""
        try:
            return self.place(digest).open("rb")
        except FileNotFoundError as error:
            raise Missing(digest) from error

    def exists(self, digest: str) -> bool:
        """See `Store`."""
        return self.place(digest).exists()

    def size(self, digest: str) -> int:
        """See `Store`."""
        try:
            return self.place(digest).stat().st_size
        except FileNotFoundError as error:
            raise Missing(digest) from error

    def check(self, digest: str) -> None:
        """See `Store`."""
        with self.open(digest) as stream:
            found, _ = sha256_of(stream)
        if found != digest:
            raise Corrupt(digest, found)

    def place(self, digest: str) -> Path:
        """Where these bytes lie, or would. :raises Missing: that is no digest"""
        if not is_digest(digest):
            raise Missing(digest)
        return self._root / digest[:2] / digest[2:4] / digest

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and flush the names that lead to it."""
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for one in reversed(missing):
            one.mkdir(exist_ok=True)
            sync_folder(one.parent)


def _write(path: Path, stream: IO[bytes], digest: str) -> int:
    """Copy the stream into a new read-only file, hashing on the way, and flush it."""
    hashed, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
    with open(descriptor, "wb") as file:
        while block := stream.read(BLOCK):
            file.write(block)
            hashed.update(block)
            size += len(block)
        if hashed.hexdigest() != digest:
            raise Corrupt(digest, hashed.hexdigest())
        file.flush()
        os.fsync(file.fileno())
    return size


def photo_store() -> Store:
    """The store of this installation (setting PHOTO_ROOT)."""
    return LocalStore(Path(settings.PHOTO_ROOT))


def remember(stored: Stored, *, now: dt.datetime) -> None:
    """Note in the database that these bytes have arrived, once."""
    Blob.objects.bulk_create(
        [Blob(digest=stored.digest, size=stored.size, stored_at=now)], ignore_conflicts=True
    )
