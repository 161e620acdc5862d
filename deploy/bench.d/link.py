"""Photos' share of a slow link, as a handheld sends them: in pieces of 128 kB, two photos at once, through the product's own web server.

The web server takes each piece in whole before it asks the server behind it, so that the link lies idle while a piece is flushed and answered; what
that costs is what is measured. The link carries so many bytes a second for all connections together and delays each of them.
"""

import argparse
import contextlib
import http.client
import os
import queue
import random
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from deploy.bringup import nginx, packages, process
from deploy.bringup.places import ROOT, free_port
from tests.cast import Handheld, OverHttp, photo
from tests.field.server import in_earnest

PIECE = 128 * 1024
"""CHUNK_BYTES of frontend/src/remote/uploads.ts."""
AT_ONCE = 2
"""AT_ONCE of frontend/src/sync/photos.ts."""
PHOTOS = 16
PHOTO_BYTES = 500_000
GOAL = 0.8
BLOCK = 16_384


def main(argv: list[str]) -> int:
    """Measure and print; 0 when photos used four fifths of the link through the web server."""
    parser = argparse.ArgumentParser(prog="deploy/bench link")
    parser.add_argument("--mbit", type=float, default=8.0, help="of the link, upwards (8)")
    parser.add_argument("--delay-ms", type=float, default=30.0, help="of the link, each way (30)")
    asked = parser.parse_args(argv)
    bytes_s, delay_s = asked.mbit * 125_000, asked.delay_ms / 1000
    with in_earnest() as (cast, server), _front(server.port) as port:
        handheld = Handheld.approved(cast.east_first, cast.qiu, wire=OverHttp(server.origin))
        handheld.open_shift_of(cast.wen)
        shares = []
        for name, at in (("web server", port), ("server alone", server.port)):
            photos = _pictures(PHOTOS)
            handheld.sync(*(handheld.violation(photos=[photo(one)]) for one in photos))
            link = Link(at, bytes_s, delay_s)
            begun = time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as crowd:
                for done in [crowd.submit(_upload, link.port, handheld, one) for one in photos]:
                    done.result()
            took = time.perf_counter() - begun
            link.close()
            shares.append(sum(map(len, photos)) / took / bytes_s)
            wanted = handheld.sync(pending_photos=[sha256(one).hexdigest() for one in photos]).body["photos"]
            assert {one["state"] for one in wanted} == {"arrived"}, wanted
            print(
                f"  {shares[-1]:8.2f} of a link of {asked.mbit:g} Mbit/s, {asked.delay_ms:g} ms each way, used by {PHOTOS} photos"
                f" ({sum(map(len, photos)) // PHOTOS // 1000} kB on average), {AT_ONCE} at once, to the {name} (goal {GOAL:.2f})"
            )
    return 0 if shares[0] >= GOAL else 1


def _upload(port: int, handheld: Handheld, data: bytes) -> None:
    """One photo over a connection of its own: the first piece with the creation, each next one when the last is answered."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    line.connect()
    line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    headers = {
        "Content-Type": "application/offset+octet-stream",
        "Tus-Resumable": "1.0.0",
        **handheld.upload_headers(sha256(data).hexdigest()),
    }
    where = ""
    for offset in range(0, len(data), PIECE):
        if offset == 0:
            line.request("POST", "/api/uploads/", data[:PIECE], {**headers, "Upload-Length": str(len(data))})
        else:
            line.request(
                "PATCH", where, data[offset : offset + PIECE], {**headers, "Upload-Offset": str(offset)}
            )
        with line.getresponse() as answer:
            said = answer.read()
            assert answer.status in (201, 204), (answer.status, said)
            where = where or urlsplit(urljoin("/api/uploads/", answer.headers["Location"])).path
    line.close()


@contextlib.contextmanager
def _front(rest: int) -> Iterator[int]:
    """The product's web server before this server, on a port of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port(None, set())
        (folder / "tiles").mkdir()
        site = nginx.Site(
            origin=f"http://localhost:{port}",
            listen=f"127.0.0.1:{port}",
            rest=f"127.0.0.1:{rest}",
            sockets=f"127.0.0.1:{rest}",
            run=str(folder / "run"),
            dist=str(folder),
            tiles=str(folder / "tiles"),
            access_log=str(folder / "access.log"),
        )
        programs = packages.provide(folder)
        conf = nginx.write(site, folder / "run")
        running = process.start(
            [programs.nginx, "-e", "stderr", "-p", folder / "run", "-c", conf],
            log=folder / "errors.log",
            env={"PATH": os.environ["PATH"], **programs.environment},
            cwd=folder,
        )

        def answers() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        try:
            if not process.wait_until(answers, within_s=10):
                raise TimeoutError((folder / "errors.log").read_text())
            yield port
        finally:
            process.stop(running)


def _pictures(count: int) -> list[bytes]:
    """Real pictures of cars, the largest, each with a few bytes behind its end so that it was never sent; else random bytes."""
    folder = Path(os.environ.get("LUQIN_SHARED", ROOT.parent / "shared")) / "data" / "plates_easypr"
    found = sorted((one.read_bytes() for one in folder.glob("*.jpg")), key=len, reverse=True)[:count]
    if len(found) < count:
        return [random.randbytes(PHOTO_BYTES) for _ in range(count)]
    return [one + random.randbytes(8) for one in found]


class Link:
    """A proxy that lets so many bytes a second through towards the server, of all its connections together, and delays both ways."""

    def __init__(self, port: int, bytes_s: float, delay_s: float) -> None:
        self._server, self._bytes_s, self._delay_s = port, bytes_s, delay_s
        self._free_at = 0.0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more calls."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            server = socket.create_connection(("127.0.0.1", self._server))
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._carry(client, server, is_up=True)
            self._carry(server, client, is_up=False)

    def _carry(self, one: socket.socket, other: socket.socket, *, is_up: bool) -> None:
        """Copy bytes from one to the other, in the order in which they came."""
        on_the_way: queue.Queue[tuple[float, bytes]] = queue.Queue(maxsize=64)

        def take() -> None:
            with contextlib.suppress(OSError):
                while block := one.recv(BLOCK):
                    if is_up:
                        self._wait_for_room(len(block))
                    on_the_way.put((time.perf_counter() + self._delay_s, block))
            on_the_way.put((time.perf_counter() + self._delay_s, b""))

        def give() -> None:
            with contextlib.suppress(OSError):
                while True:
                    due, block = on_the_way.get()
                    time.sleep(max(0.0, due - time.perf_counter()))
                    if not block:
                        break
                    other.sendall(block)
            with contextlib.suppress(OSError):
                other.shutdown(socket.SHUT_WR)

        for each in (take, give):
            threading.Thread(target=each, daemon=True).start()

    def _wait_for_room(self, size: int) -> None:
        """Whoever sends next has the link for as long as these bytes take; a moment's lateness of ours is not lost to it."""
        with self._lock:
            now = time.perf_counter()
            self._free_at = max(self._free_at, now - 0.02) + size / self._bytes_s
            until = self._free_at
        time.sleep(max(0.0, until - now))
