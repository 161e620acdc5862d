"""Intake: records ingested per second through HTTP beside bare INSERTs, a queue of 5,000, and one photo's way.

Server, sealer, database and clients share the machine: read the figures as ratios. Records are signed before the clock starts.
"""

import argparse
import http.client
import json
import os
import random
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from deploy.bringup.places import ROOT
from tests.cast import Cast, Handheld, Sealed, photo
from tests.field.server import RestServer, database_url, in_earnest
from tests.field.sync.faults import proved

WRITERS = 8
QUEUE = 5_000
AT_ONCE = 100
PHOTO_BYTES = 500_000


def main(argv: list[str]) -> int:
    """Measure and print; 0 when the queue drained within a minute."""
    parser = argparse.ArgumentParser(prog="deploy/bench intake")
    parser.add_argument(
        "--records", type=int, default=1600, help="records in each run of many writers (1,600)"
    )
    parser.add_argument("--queue", type=int, default=QUEUE)
    asked = parser.parse_args(argv)
    with in_earnest() as (cast, server):
        _ingest(cast, server, asked.records)
        drained = _drain(cast, server, asked.queue)
        _one_photo(cast, server)
    return 0 if drained <= 60 * asked.queue / QUEUE else 1


def _ingest(cast: Cast, server: RestServer, records: int) -> None:
    """Many handhelds at once, one record a POST and twenty-five a POST, each beside the same bytes in bare INSERTs."""
    for together in (1, 25):
        crowd = [_handheld(cast) for _ in range(WRITERS)]
        queues = [[one.violation() for _ in range(records // WRITERS)] for one in crowd]
        raw = _rate(records, [_inserts(queue, together) for queue in queues])
        ours = _rate(
            records, [_posts(server, one, queue, together) for one, queue in zip(crowd, queues, strict=True)]
        )
        print(
            f"  {ours:8.0f} records/s through HTTP, {together} a POST, {WRITERS} at once, signature checked, receipt in the answer"
            f"   ({raw:.0f}/s bare INSERTs of the same bytes, {together} a commit; {ours / raw:.3f})"
        )


def _drain(cast: Cast, server: RestServer, records: int) -> float:
    """One handheld's queue after two weeks without a network."""
    handheld = _handheld(cast)
    queue = [handheld.violation() for _ in range(records)]
    raw = _rate(records, [_inserts(queue, 25)])
    begun = time.perf_counter()
    _posts(server, handheld, queue, AT_ONCE)()
    took = time.perf_counter() - begun
    print(
        f"  {took:8.1f} s to drain {records} queued records of one handheld, {AT_ONCE} a POST"
        f"   ({records / raw:.1f} s bare INSERTs; goal 60 s for 5,000)"
    )
    return took


def _one_photo(cast: Cast, server: RestServer) -> None:
    """From the upload's first byte to the verified receipt, beside writing the same bytes to disk and flushing them."""
    handheld = _handheld(cast)
    ways, writes = [], []
    line = _Line(server.port)
    pictures = _pictures(30)
    for data in pictures:
        line.sync(handheld, [handheld.violation(photos=[photo(data)])])
        begun = time.perf_counter()
        line.upload(handheld, data)
        answer = line.sync(handheld, [], pending_photos=[sha256(data).hexdigest()])
        proved(answer["photos"][0]["receipt"])
        ways.append(time.perf_counter() - begun)
        writes.append(_flushed(data))
    line.close()
    print(
        f"  {_ms(ways)} ms one photo's way ({sum(map(len, pictures)) // len(pictures) // 1000} kB on average): sent, re-hashed, flushed, entered, sealed, receipt verified"
        f"   ({_ms(writes)} ms writing and flushing the same bytes)"
    )


def _pictures(count: int) -> list[bytes]:
    """Real pictures of cars, the largest first; random bytes of 500 kB where the folder of real input is not there."""
    folder = Path(os.environ.get("LUQIN_SHARED", ROOT.parent / "shared")) / "data" / "plates_easypr"
    found = sorted((one.read_bytes() for one in folder.glob("*.jpg")), key=len, reverse=True)[:count]
    if len(found) < count:
        print(f"  (no real pictures in {folder}: random bytes of {PHOTO_BYTES // 1000} kB instead)")
        return [random.randbytes(PHOTO_BYTES) for _ in range(count)]
    return found


def _handheld(cast: Cast) -> Handheld:
    handheld = Handheld.approved(cast.east_first, cast.qiu)
    handheld.open_shift_of(cast.wen)
    return handheld


def _rate(count: int, work: Sequence[Callable[[], None]]) -> float:
    """How many a second, all at once."""
    gate = threading.Barrier(len(work) + 1)

    def run(one: Callable[[], None]) -> None:
        gate.wait()
        one()

    with ThreadPoolExecutor(len(work)) as crowd:
        running = [crowd.submit(run, one) for one in work]
        gate.wait()
        begun = time.perf_counter()
        for each in running:
            each.result()
        return count / (time.perf_counter() - begun)


def _posts(
    server: RestServer, handheld: Handheld, queue: Sequence[Sealed], together: int
) -> Callable[[], None]:
    """Send the queue over one connection; every record must come back admitted."""

    def send() -> None:
        line = _Line(server.port)
        for at in range(0, len(queue), together):
            answer = line.sync(handheld, queue[at : at + together])
            outcomes = {one["outcome"] for one in answer["verdicts"]}
            if outcomes != {"admitted"}:
                raise AssertionError(f"not admitted: {outcomes}")
        line.close()

    return send


def _inserts(queue: Sequence[Sealed], together: int) -> Callable[[], None]:
    """The raw limit: the same bytes and their signature in one table with a primary key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text bytea, signature text)"
        )

    def write() -> None:
        with psycopg.connect(database_url().replace("postgis://", "postgresql://")) as db:
            for at in range(0, len(queue), together):
                for one in queue[at : at + together]:
                    db.execute(
                        "INSERT INTO bench_bare (text, signature) VALUES (%s, %s)",
                        (one.text.encode(), one.signature),
                    )
                db.commit()

    return write


class _Line:
    """One kept connection of a handheld."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._line.connect()
        self._line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def sync(
        self, handheld: Handheld, records: Sequence[Sealed], **said: object
    ) -> dict[str, list[dict[str, Any]]]:
        """One POST to the one door."""
        body = {"terminal": handheld.id, "envelopes": [one.envelope for one in records], **said}
        status, answer = self._ask(
            "/api/sync", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        assert status == 200, answer
        read: dict[str, list[dict[str, Any]]] = json.loads(answer)
        return read

    def upload(self, handheld: Handheld, data: bytes) -> None:
        """A photo in one piece."""
        headers = {
            "Content-Type": "application/offset+octet-stream",
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(data)),
            **handheld.upload_headers(sha256(data).hexdigest()),
        }
        status, answer = self._ask("/api/uploads/", data, headers)
        assert status == 201, answer

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _ask(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        self._line.request("POST", path, body, headers)
        with self._line.getresponse() as answer:
            return answer.status, answer.read()


def _flushed(data: bytes) -> float:
    begun = time.perf_counter()
    with tempfile.NamedTemporaryFile(dir=Path(os.environ.get("LUQIN_DATA", "."))) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        return time.perf_counter() - begun


def _ms(seconds: Sequence[float]) -> str:
    ordered = sorted(1000 * one for one in seconds)
    return f"{statistics.median(ordered):8.1f} (p95 {ordered[int(len(ordered) * 0.95)]:.1f})"
