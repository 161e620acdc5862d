"""Bytes are stored once under their SHA-256, whole or not at all."""

import hashlib
import io
import threading
from pathlib import Path

import pytest

from evidence.storage import Corrupt, LocalStore, Missing, Stored

RAW = b"\xff\xd8 a photo"
DIGEST = hashlib.sha256(RAW).hexdigest()


def files(root: Path) -> list[Path]:
    return [one for one in root.rglob("*") if one.is_file()]


def test_bytes_are_found_under_their_digest(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)

    assert store.put_once(DIGEST, io.BytesIO(RAW)) == Stored(DIGEST, len(RAW), new=True)

    with store.open(DIGEST) as stored:
        assert stored.read() == RAW
    assert store.exists(DIGEST) and store.size(DIGEST) == len(RAW)
    assert files(tmp_path) == [tmp_path / DIGEST[:2] / DIGEST[2:4] / DIGEST]


def test_storing_again_changes_nothing(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.put_once(DIGEST, io.BytesIO(RAW))
    before = files(tmp_path)[0].stat()

    again = store.put_once(DIGEST, io.BytesIO(RAW))

    after = files(tmp_path)[0].stat()
    assert not again.new
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("already", [False, True])
def test_other_bytes_are_refused_and_leave_nothing(tmp_path: Path, already: bool) -> None:
    store = LocalStore(tmp_path)
    if already:
        store.put_once(DIGEST, io.BytesIO(RAW))

    with pytest.raises(Corrupt):
        store.put_once(DIGEST, io.BytesIO(RAW + b"!"))

    assert len(files(tmp_path)) == already


def test_a_stream_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    class Breaks(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(4)

    with pytest.raises(ConnectionResetError):
        LocalStore(tmp_path).put_once(DIGEST, Breaks(RAW))

    assert files(tmp_path) == []


def test_a_stored_file_cannot_be_opened_for_writing_by_its_owner_by_accident(tmp_path: Path) -> None:
    LocalStore(tmp_path).put_once(DIGEST, io.BytesIO(RAW))

    assert files(tmp_path)[0].stat().st_mode & 0o222 == 0


@pytest.mark.parametrize("name", ["", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1], DIGEST + "\n"])
def test_a_name_that_is_no_digest_is_never_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(Missing):
        LocalStore(tmp_path).open(name)


def test_many_storing_the_same_bytes_at_once_make_one_file(tmp_path: Path) -> None:
    store, new = LocalStore(tmp_path), []
    together = threading.Barrier(16)

    def one() -> None:
        together.wait()
        new.append(store.put_once(DIGEST, io.BytesIO(RAW)).new)

    threads = [threading.Thread(target=one) for _ in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sum(new) == 1 and len(new) == 16
    assert len(files(tmp_path)) == 1
