"""The doorbell: from one ring to the last of many open lines, beside nginx with nchan and a bare broadcast in the same run.

1,000 lines; 5,000 and 10,000 too with `--full`. One in a hundred lines never reads. The three servers are measured one after another
with the same client, which shares the machine with them: read the figures as ratios. Memory is what the server's process grew by.
"""

import argparse
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.utils import timezone

from accounts import operations, sessions
from accounts.models import Role, Unit
from deploy.bringup.places import ROOT
from evidence import ledger
from field.live import announce

HERE = Path(__file__).resolve().parent
ROUNDS = 10
DEAF_OF = 100
NCHAN = ("/usr/lib/nginx/modules/ngx_nchan_module.so", "/usr/share/nginx/modules/ngx_nchan_module.so")
UNIT = "990900000000"


@dataclass(frozen=True)
class Peer:
    """One server under measurement: where its lines open, how it is rung, and whose memory counts."""

    name: str
    url: str
    ring: Callable[[int], None]
    pids: tuple[int, ...]


@dataclass(frozen=True)
class Figures:
    """What was measured of one peer at one size. Milliseconds, seconds, kilobytes a line."""

    name: str
    lines: int
    opened_s: float
    median_ms: float
    late_ms: float
    last_ms: float
    missing: int
    kb_a_line: float


class Lines:
    """The client process that holds the sockets."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, HERE / "_lines.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, words: str) -> dict[str, Any]:
        """One word, one answer."""
        self.say(words)
        return self.hear()

    def say(self, words: str) -> None:
        """Send a word."""
        stdin: IO[str] | None = self._process.stdin
        assert stdin is not None
        stdin.write(words + "\n")
        stdin.flush()

    def hear(self) -> dict[str, Any]:
        """Its next answer."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the client that holds the lines has died")
        said: dict[str, Any] = json.loads(line)
        return said

    def end(self) -> None:
        """Close all."""
        self.say("end")
        self._process.wait(60)


def main(argv: list[str]) -> int:
    """Measure and print; 0 when nothing was missing at our own server."""
    parser = argparse.ArgumentParser(prog="deploy/bench push")
    parser.add_argument("--full", action="store_true", help="5,000 and 10,000 lines too")
    asked = parser.parse_args(argv)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    sizes = [n for n in ([1000, 5000, 10_000] if asked.full else [1000]) if n + 500 < hard]
    session = _a_leaders_session()
    figures: list[Figures] = []
    for size in sizes:
        for serve in (_ours, _nchan, _bare):
            with serve(size) as peer:
                if peer is not None:
                    figures.append(_measure(peer, size, session))
                    print(_line(figures[-1]), flush=True)
    _whole_way(session)
    return 1 if any(one.missing for one in figures if one.name == "luqin") else 0


def _line(one: Figures) -> str:
    return (
        f"  {one.lines:>6} lines  {one.name:<12} opened in {one.opened_s:5.1f} s   ring to line p50 {one.median_ms:6.1f} ms  "
        f"p99 {one.late_ms:6.1f} ms  last {one.last_ms:6.1f} ms   missing {one.missing}   {one.kb_a_line:5.1f} KB a line"
    )


def _measure(peer: Peer, size: int, session: str) -> Figures:
    lines = Lines()
    before = _memory_kb(peer.pids)
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
    deaf = size // DEAF_OF
    opened = lines.ask(f"open {peer.url} {size} {deaf} {cookie} {settings.ORIGIN}")
    time.sleep(1.5)
    grown = _memory_kb(peer.pids) - before
    waits: list[float] = []
    lasts: list[float] = []
    missing = 0
    for number in range(ROUNDS + 1):
        lines.ask("round")
        began = time.monotonic_ns()
        peer.ring(number)
        came = [(moment - began) / 1e6 for moment in lines.hear()["came"]]
        if number == 0:
            continue  # the first ring warms everything up
        missing += max(0, size - deaf - len(came))
        waits += came
        lasts.append(max(came, default=float("inf")))
    lines.end()
    waits.sort()
    return Figures(
        name=peer.name,
        lines=size,
        opened_s=opened["seconds"],
        median_ms=waits[len(waits) // 2],
        late_ms=waits[int(len(waits) * 0.99)],
        last_ms=sorted(lasts)[len(lasts) // 2],
        missing=missing,
        kb_a_line=grown / size,
    )


@contextmanager
def _ours(size: int) -> Iterator[Peer | None]:
    """The product's own socket server; it is rung over Redis, as the announcer does it."""
    port = _free_port()
    server = _managed("sockets", "--port", str(port))
    try:
        _until(port, server)

        def ring(number: int) -> None:
            announce.ring(1_000_000 * size + number + 1, 0, [f"unit:{UNIT}"])

        yield Peer("luqin", f"ws://127.0.0.1:{port}/ws/", ring, (server.pid,))
    finally:
        _end(server)


@contextmanager
def _nchan(size: int) -> Iterator[Peer | None]:
    """nginx with nchan, one worker, rung by a POST. Left out, with a line that says so, where it is not installed."""
    module = next((one for one in NCHAN if Path(one).is_file()), None)
    if module is None or shutil.which("nginx") is None:
        print(f"  {size:>6} lines  nginx+nchan  is not installed here: not measured")
        yield None
        return
    port = _free_port()
    folder = Path(tempfile.mkdtemp(prefix="luqin-nchan-"))
    (folder / "nginx.conf").write_text(
        f"load_module {module};\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + f"worker_processes 1; worker_rlimit_nofile {size + 2000}; daemon off; pid {folder}/pid;\n"
        + f"error_log {folder}/error.log;\nevents {{ worker_connections {size + 1000}; }}\n"
        + "http { access_log off; server { "
        + f"listen 127.0.0.1:{port} backlog=2048;\n"
        + "location /ws/ { nchan_subscriber websocket; nchan_channel_id bench; nchan_subscriber_first_message newest; }\n"
        + "location /ring { nchan_publisher; nchan_channel_id bench; nchan_message_buffer_length 1; } } }\n"
    )
    server = subprocess.Popen(
        ["nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until(port, server)
        worker = int(subprocess.check_output(["pgrep", "-P", str(server.pid)], text=True).split()[0])
        said = urllib.request.build_opener(urllib.request.ProxyHandler({}))

        def ring(number: int) -> None:
            body = f'{{"news":{number}}}'.encode()
            said.open(f"http://127.0.0.1:{port}/ring", data=body, timeout=20).read()

        yield Peer("nginx+nchan", f"ws://127.0.0.1:{port}/ws/", ring, (worker,))
    finally:
        _end(server)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _bare(size: int) -> Iterator[Peer | None]:
    """The raw limit in this language: one broadcast, no sessions, no audiences, no back-pressure."""
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, HERE / "_bare.py", str(port)], stdin=subprocess.PIPE, text=True
    )
    try:
        _until(port, server)

        def ring(number: int) -> None:
            assert server.stdin is not None
            server.stdin.write(f'{{"news":{number}}}\n')
            server.stdin.flush()

        yield Peer("websockets", f"ws://127.0.0.1:{port}/", ring, (server.pid,))
    finally:
        _end(server)


def _whole_way(session: str, lines_held: int = 300) -> None:
    """From the commit of an entry, over sealer, announcer and Redis, to 300 lines: what an officer waits for."""
    port = _free_port()
    programs = [_managed("seal"), _managed("announce"), _managed("sockets", "--port", str(port))]
    lines = Lines()
    try:
        _until(port, programs[2])
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
        lines.ask(f"open ws://127.0.0.1:{port}/ws/ {lines_held} 0 {cookie} {settings.ORIGIN}")
        time.sleep(2)
        waits: list[float] = []
        for number in range(2 * ROUNDS + 1):
            lines.ask("round")
            with transaction.atomic():
                ledger.append(
                    kind="bench.rung",
                    subject=str(number),
                    actor="system",
                    at=timezone.now(),
                    body={},
                    audience=[f"unit:{UNIT}"],
                )
            began = time.monotonic_ns()
            came = [(moment - began) / 1e6 for moment in lines.hear()["came"]]
            waits += came if number else []
        waits.sort()
        print(
            f"  {lines_held:>6} lines  commit to line (seal, announce, Redis, socket)   p50 {waits[len(waits) // 2]:.1f} ms  "
            f"p95 {waits[int(len(waits) * 0.95)]:.1f} ms  last {waits[-1]:.1f} ms   "
            f"missing {2 * ROUNDS * lines_held - len(waits)}"
        )
        lines.end()
    finally:
        for program in programs:
            _end(program)


def _a_leaders_session() -> str:
    """A leader with a session, in the database that this run has for itself. The session's key."""
    now = timezone.now()
    unit = Unit.objects.filter(code=UNIT).first() or operations.make_unit(
        code=UNIT, name_zh="测速中队", name_en="Bench", level="detachment", parent=None, by=None, now=now
    )
    person = operations.enlist(
        police_number=f"{time.time_ns() % 1_000_000:06d}",
        name="测",
        role=Role.LEADER,
        unit=unit,
        password="only for this measurement",
        by=None,
        now=now,
    )
    store = SessionStore()
    store[SESSION_KEY] = person.police_number
    store[BACKEND_SESSION_KEY] = sessions.BACKEND
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store["began"] = store["seen"] = now.timestamp()
    store.save()
    connection.close()
    assert store.session_key is not None
    return store.session_key


def _managed(*words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-W", "ignore", "manage.py", *words], cwd=ROOT)


def _memory_kb(pids: tuple[int, ...]) -> int:
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1])
    return total


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _until(port: int, server: "subprocess.Popen[Any]", within_s: float = 120) -> None:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"a server ended with status {server.returncode} before it answered")
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers at {port}")


def _end(program: "subprocess.Popen[Any]") -> None:
    program.terminate()
    try:
        program.wait(10)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait(10)
