"""Real processes for these tests: a server under granian, and a line to it that breaks."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_database_url() -> str:
    """The database of this test run, for a process of its own."""
    said = connection.settings_dict
    return f"postgis://{said['USER']}:{said['PASSWORD']}@{said['HOST']}:{said['PORT']}/{said['NAME']}"


test_database_url.__test__ = False  # type: ignore[attr-defined]


class Server:
    """The product's REST server with its doors for uploads, as a process group that can be killed."""

    def __init__(self, disk: Path, keys: str) -> None:
        self.port = free_port()
        self._env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.evidence.server_settings",
            "DATABASE_URL": test_database_url(),
            "LUQIN_TEST_DISK": str(disk),
            "LUQIN_TEST_KEYS": keys,
        }
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--workers",
            "1",
            "--blocking-threads",
            "4",
        ]
        command += [
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--no-ws",
            "--log-level",
            "error",
            "deploy.wsgi:application",
        ]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self._env, start_new_session=True)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise TimeoutError("the server does not answer")

    def kill(self) -> None:
        """kill -9 for the server and its workers."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class BreakingLine:
    """A TCP line to a port that breaks each time the bytes sent through it in total pass one of the `cuts`.

    It breaks with a reset (what is still on its way is lost), or is only closed.
    """

    def __init__(self, port: int, cuts: Iterable[int], *, reset: bool = True) -> None:
        self._reset = reset
        self._port, self._cuts, self._passed = port, sorted(cuts), 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.broke = 0
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
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        except OSError:
            client.close()
            return
        threading.Thread(target=self._back, args=(server, client), daemon=True).start()
        with contextlib.suppress(OSError):
            while block := client.recv(4096):
                goes = self._goes_through(len(block))
                server.sendall(block[:goes])
                if goes < len(block):
                    break
        for one in (client, server):
            with contextlib.suppress(OSError):
                if self._reset:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                one.shutdown(socket.SHUT_RDWR)  # and wake the thread that reads from it
            one.close()

    def _goes_through(self, size: int) -> int:
        with self._lock:
            if self._cuts and self._passed + size > self._cuts[0]:
                size = max(0, self._cuts.pop(0) - self._passed)
                self.broke += 1
            self._passed += size
            return size

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := server.recv(4096):
                client.sendall(block)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_WR)
