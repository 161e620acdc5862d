"""What strikes the server under an upload: its backend in the database ends, its disk is full. The answer says so, and nothing is lost."""

import os
import random
import shutil
import socket
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from evidence.models import Blob, Entry
from tests import scenes
from tests.cast import Answered, Handheld, OverHttp, assemble, photo
from tests.field.server import RestServer

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
MB = 1_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB, with the log's key on it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    said = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "luqin", disk], capture_output=True, check=False
    )
    if said.returncode:
        pytest.skip("a small disk can't be mounted here: the full disk is shown by test_uploads.py alone")
    shutil.copytree(Path(settings.DATA) / "log", disk / "log")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def grown(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)


@pytest.fixture
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[RestServer]:
    if "small_disk" in request.fixturenames:
        monkeypatch.setenv("LUQIN_DATA", str(request.getfixturevalue("small_disk")))
    running = RestServer(threads=2, part="struck-rest")
    yield running
    running.kill()


def bytes_of(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


class Upload:
    """One upload of a handheld, begun."""

    def __init__(self, handheld: Handheld, data: bytes) -> None:
        self.handheld, self.data = handheld, data
        self.headers = {"Tus-Resumable": "1.0.0", **handheld.upload_headers(sha256(data).hexdigest())}
        begun = handheld.wire.send(
            "POST", "/api/uploads/", headers={"Upload-Length": str(len(data)), **self.headers}
        )
        assert begun.status == 201, begun
        self.path = urlsplit(begun.headers["Location"]).path

    def offset(self) -> Answered:
        return self.handheld.wire.send("HEAD", self.path, headers=self.headers)

    def send(self, at: int) -> Answered:
        return self.handheld.wire.send(
            "PATCH",
            self.path,
            body=self.data[at:],
            content_type="application/offset+octet-stream",
            headers={"Upload-Offset": str(at), **self.headers},
        )


def shift_with(server: RestServer, *photos: bytes) -> Handheld:
    """Wen's handheld; her record with these photos is in."""
    cast = assemble()
    wen = Handheld.at_work(cast.wen, cast.qiu, wire=OverHttp(server.origin))
    scenes.sent(wen, wen.violation(photos=[photo(one) for one in photos]))
    return wen


def arrived(*photos: bytes) -> bool:
    """Each is in the store, and one entry says so."""
    digests = [sha256(one).hexdigest() for one in photos]
    entries = Entry.objects.filter(kind="photo.arrived", subject__in=digests).values_list(
        "subject", flat=True
    )
    return sorted(entries) == sorted(digests) and Blob.objects.filter(digest__in=digests).count() == len(
        digests
    )


def stored(root: Path, data: bytes) -> bool:
    digest = sha256(data).hexdigest()
    place = root / "photos" / digest[:2] / digest[2:4] / digest
    return place.exists() and place.read_bytes() == data


def test_a_full_disk_is_507_and_when_there_is_room_again_all_goes_on_where_it_stood(
    small_disk: Path, server: RestServer
) -> None:
    first, second, third = bytes_of(1, 3 * MB), bytes_of(2, 4 * MB), bytes_of(3, 2 * MB)
    wen = shift_with(server, first, second, third)
    assert Upload(wen, first).send(0).status == 204

    whole, cut = Upload(wen, second), Upload(wen, third)
    for upload in (whole, cut):
        struck = upload.send(0)
        assert (struck.status, struck.body["code"]) == (507, "store_full"), struck
        assert struck.headers["Retry-After"] == "60"
        assert struck.headers["Tus-Resumable"] == "1.0.0"
    assert arrived(first) and not arrived(second) and not arrived(third)
    assert not list((small_disk / "photos" / "incoming").iterdir()), "nothing half is kept in the store"
    sent = wen.sync(wen.violation())
    assert sent.body["verdicts"][0]["outcome"] == "admitted", (
        "records come in: the worker lives, its database has room"
    )

    grown(small_disk)
    for upload in (whole, cut):
        stands = int(upload.offset().headers["Upload-Offset"])
        assert stands > 0
        if stands < len(upload.data):
            assert upload.send(stands).status == 204

    assert arrived(first, second, third)
    assert all(stored(small_disk, one) for one in (first, second, third))


def test_a_backend_that_ends_under_an_upload_is_come_again_and_every_byte_that_came_counts(
    server: RestServer,
) -> None:
    data = bytes_of(4, MB)
    wen = shift_with(server, data)
    upload = Upload(wen, data)
    half = len(data) // 2

    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        head = [
            f"PATCH {upload.path} HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            "Connection: close",
            "Content-Type: application/offset+octet-stream",
            f"Content-Length: {len(data)}",
            "Upload-Offset: 0",
            *(f"{name}: {value}" for name, value in upload.headers.items()),
        ]
        line.sendall("\r\n".join([*head, "", ""]).encode() + data[:half])
        incoming = Path(os.environ["LUQIN_DATA"]) / "uploads" / f"{upload.path.rpartition('/')[2]}.incoming"
        while not incoming.stat().st_size:
            pass
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'struck-rest'"
            )
            assert cursor.fetchone()[0] >= 1
        line.sendall(data[half:])
        answer = b""
        while block := line.recv(65536):
            answer += block

    assert (
        answer.startswith(b"HTTP/1.1 503") and b'"come_again"' in answer and b"retry-after" in answer.lower()
    )
    assert int(upload.offset().headers["Upload-Offset"]) == len(data)
    assert arrived(data)
    assert wen.sync(wen.violation()).body["verdicts"][0]["outcome"] == "admitted"
