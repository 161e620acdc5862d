"""Real clients over a line that breaks and a server that dies: the bytes that arrive are the bytes that were sent."""

import base64
import contextlib
import hashlib
import io
import json
import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from evidence.models import Blob, Entry, Upload
from evidence.storage import LocalStore
from evidence.uploads.admission import signed_text
from tests.evidence.processes import ROOT, BreakingLine, Server
from tests.evidence.world import Terminal

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True, available_apps=["evidence"])]


@pytest.fixture
def server(tmp_path: Path, terminal: Terminal, transactional_db: None) -> Iterator[Server]:
    one = Server(tmp_path, terminal.spki.hex())
    yield one
    one.kill()


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "photos")


def photo(seed: int, size: int = 1_500_000) -> bytes:
    return random.Random(seed).randbytes(size)


def headers(terminal: Terminal, digest: str) -> dict[str, str]:
    signed = terminal.sign(signed_text(terminal.key_id, digest).encode())
    return {
        "Luqin-Terminal": terminal.key_id,
        "Luqin-Digest": digest,
        "Luqin-Signature": base64.urlsafe_b64encode(signed).decode().rstrip("="),
    }


def digest_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def send(
    port: int, terminal: Terminal, raw: bytes, *, chunk: int, checksum: bool, within_s: float = 75
) -> None:
    """Send with tuspy until it is through, beginning anew only where the upload's address was never learnt."""
    client = TusClient(f"http://127.0.0.1:{port}/api/uploads/", headers=headers(terminal, digest_of(raw)))
    uploader: Any = None
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            if uploader is None:
                uploader = client.uploader(
                    file_stream=io.BytesIO(raw), chunk_size=chunk, upload_checksum=checksum
                )
            if uploader.url:
                uploader.offset = uploader.get_offset()
            uploader.upload()
        except (TusCommunicationError, TusUploadFailed, requests.RequestException):
            time.sleep(0.05)
        else:
            return
    raise AssertionError("never got through")


@pytest.mark.parametrize("seed", range(4))
def test_a_photo_cut_at_random_points_arrives_whole(
    server: Server, store: LocalStore, terminal: Terminal, seed: int
) -> None:
    raw = photo(seed)
    line = BreakingLine(server.port, random.Random(seed).sample(range(1_500_000), 6))

    with contextlib.closing(line):
        send(line.port, terminal, raw, chunk=[10**9, 300_000][seed % 2], checksum=seed >= 2)

    assert line.broke == 6
    with store.open(digest_of(raw)) as stored:
        assert stored.read() == raw
    assert Entry.objects.filter(kind="photo.arrived", subject=digest_of(raw)).count() == 1


def test_what_came_before_a_cut_is_not_sent_again(server: Server, terminal: Terminal) -> None:
    raw = photo(1)
    line = BreakingLine(server.port, [1_000_000], reset=False)
    created = requests.post(
        f"http://127.0.0.1:{server.port}/api/uploads/",
        headers=headers(terminal, digest_of(raw))
        | {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(raw))},
    )
    path = created.headers["Location"]
    said = headers(terminal, digest_of(raw)) | {"Tus-Resumable": "1.0.0"}

    with contextlib.closing(line), contextlib.suppress(requests.RequestException):
        requests.patch(
            f"http://127.0.0.1:{line.port}{path}",
            data=raw,
            headers=said | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
        )

    def here() -> int:
        answer = requests.head(f"http://127.0.0.1:{server.port}{path}", headers=said)
        return int(answer.headers["Upload-Offset"])

    until = time.monotonic() + 10
    while here() <= 800_000 and time.monotonic() < until:
        time.sleep(0.05)  # the line is cut for us; what was under way still reaches a busy server
    assert 800_000 < here() < 1_000_000


def test_a_server_killed_in_the_middle_carries_on_where_it_was(
    server: Server, store: LocalStore, terminal: Terminal
) -> None:
    raw = photo(7, 2_900_000)
    killing = threading.Event()

    def kill_now_and_then() -> None:
        for _ in range(3):
            if killing.wait(0.4):
                return
            server.kill()
            server.start()

    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    try:
        send(server.port, terminal, raw, chunk=50_000, checksum=False)
    finally:
        killing.set()
        killer.join()

    with store.open(digest_of(raw)) as stored:
        assert stored.read() == raw
    assert Blob.objects.get().size == len(raw)


def test_the_same_photo_sent_by_many_at_once_is_stored_once(
    server: Server, store: LocalStore, terminal: Terminal
) -> None:
    raw = photo(3, 400_000)
    failed: list[Exception] = []

    def one() -> None:
        try:
            send(server.port, terminal, raw, chunk=100_000, checksum=True)
        except (AssertionError, requests.RequestException) as error:
            failed.append(error)

    senders = [threading.Thread(target=one) for _ in range(4)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()

    assert store.exists(digest_of(raw))
    assert Entry.objects.filter(kind="photo.arrived").count() == 1
    assert Blob.objects.count() == 1
    assert failed == []


def test_bytes_that_are_not_what_was_promised_are_refused_and_leave_nothing(
    server: Server, store: LocalStore, terminal: Terminal, tmp_path: Path
) -> None:
    promised, other = photo(4, 200_000), photo(5, 200_000)
    client = TusClient(
        f"http://127.0.0.1:{server.port}/api/uploads/", headers=headers(terminal, digest_of(promised))
    )
    uploader = client.uploader(file_stream=io.BytesIO(other))

    with pytest.raises(TusUploadFailed) as refused:
        uploader.upload()

    assert refused.value.status_code == 460
    assert not store.exists(digest_of(promised)) and not store.exists(digest_of(other))
    assert not Upload.objects.exists() and not Entry.objects.exists()
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


@pytest.mark.parametrize(("seed", "chunk"), [(11, 128 * 1024), (12, 10**9)])
def test_the_handhelds_own_library_cut_at_random_points_gets_through(
    server: Server, store: LocalStore, terminal: Terminal, tmp_path: Path, seed: int, chunk: int
) -> None:
    raw, file = photo(seed), tmp_path / "photo"
    file.write_bytes(raw)
    line = BreakingLine(server.port, random.Random(seed).sample(range(1_500_000), 4))
    command = [
        "node",
        str(ROOT / "tests/evidence/tus_client.mjs"),
        f"http://127.0.0.1:{line.port}/api/uploads/",
    ]

    with contextlib.closing(line):
        sent = subprocess.run(
            [*command, str(file), str(chunk)],
            env=os.environ | {"HEADERS": json.dumps(headers(terminal, digest_of(raw)))},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert (sent.returncode, sent.stdout) == (0, "sent\n"), sent.stderr
    assert line.broke == 4
    with store.open(digest_of(raw)) as stored:
        assert stored.read() == raw
    assert Entry.objects.filter(kind="photo.arrived").count() == 1
