"""An upload's bytes while they come in: one file, whose flushed length is the upload's offset.

The lock of an upload is a lock on its file. It lives with the bytes it guards, holds between threads and processes, keeps no database
transaction open while a slow phone sends, and is gone with its holder, also after kill -9.
"""

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol
from uuid import UUID

from django.conf import settings

from evidence.durable import sync_folder
from evidence.storage import writing_in

BLOCK = 1 << 16
LOCK_WAIT_S = 2.0
LOCK_LOOK_S = 0.02


class Busy(Exception):
    """Another request is writing this upload: come again."""


class Gone(Exception):
    """There is no such file."""


class ChecksumDiffers(Exception):
    """The bytes of one request are not those its sender meant. They were discarded."""


class Body(Protocol):
    """A request's body; a broken connection raises OSError or ends early."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, none at the end."""
        ...


class Incoming:
    """The locked file of one upload."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file, self._path = file, path

    def offset(self) -> int:
        """How many bytes are here, flushed. :raises StoreFull: they can't be flushed"""
        with writing_in(self._path.parent):
            os.fsync(self._file.fileno())
        return os.fstat(self._file.fileno()).st_size

    def append(self, body: Body, most: int) -> bool:
        """Take at most `most` bytes from the body and flush them; False where the connection broke. What came before is kept.

        :raises StoreFull: no room; what was written before is kept
        :raises StoreFailing: the disk fails. A later flush may then claim what this one lost; whether the bytes are the promised
            ones is found out when they are hashed on their way into the store
        """
        with writing_in(self._path.parent):
            try:
                return _copy(body, self._file, most)
            finally:
                os.fsync(self._file.fileno())

    def append_checked(self, body: Body, most: int, algorithm: str, expected: bytes) -> bool:
        """The same, but only if the bytes have this checksum: they wait in a file beside until they are known to be good.

        :raises ChecksumDiffers: they have not; nothing is kept
        """
        beside = self._path.with_suffix(".unchecked")
        try:
            with writing_in(beside.parent), beside.open("w+b") as waiting:
                if not _copy(body, waiting, most):
                    return False
                waiting.seek(0)
                if hashlib.file_digest(waiting, algorithm).digest() != expected:
                    raise ChecksumDiffers
                waiting.seek(0)
                return self.append(waiting, most)
        finally:
            beside.unlink(missing_ok=True)

    def reader(self) -> IO[bytes]:
        """All bytes from the start."""
        return self._path.open("rb")

    def discard(self) -> None:
        """Delete the file; the lock goes with it."""
        self._path.unlink(missing_ok=True)
        sync_folder(self._path.parent)


def make(upload_id: UUID) -> None:
    """Make the empty file of a new upload. :raises StoreFull: no room"""
    path = path_of(upload_id)
    with writing_in(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("xb").close()
        sync_folder(path.parent)


@contextlib.contextmanager
def locked(upload_id: UUID, wait_s: float = LOCK_WAIT_S) -> Iterator[Incoming]:
    """Hold the upload's file. A request that was cut ends within moments; one that is still fed does not.

    :raises Gone: no file (never made, discarded, or stored already)
    :raises Busy: another request holds it
    """
    path = path_of(upload_id)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND)  # never makes one
    except FileNotFoundError as error:
        raise Gone(str(upload_id)) from error
    with open(descriptor, "ab", buffering=0) as file:
        until = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise Busy(str(upload_id)) from error
                time.sleep(LOCK_LOOK_S)
        if not path.exists():
            raise Gone(str(upload_id))
        yield Incoming(file, path)


def path_of(upload_id: UUID) -> Path:
    """Where an upload's bytes lie."""
    return Path(settings.UPLOAD_ROOT) / f"{upload_id}.incoming"


def _copy(body: Body, file: IO[bytes], most: int) -> bool:
    left = most
    while left:
        try:
            block = body.read(min(BLOCK, left))
        except OSError:  # the connection broke: what came before it counts
            return False
        if not block:
            return False
        _write_all(file, block)
        left -= len(block)
    return True


def _write_all(file: IO[bytes], block: bytes) -> None:
    """On a disk that is nearly full the system takes a part and says so; what it did not take must not be missing in the middle."""
    rest = memoryview(block)
    while rest:
        rest = rest[file.write(rest) :]
