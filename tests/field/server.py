"""The product's REST server as a process of its own, for what only a process can show: many at once, and kill -9."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from evidence import keys
from tests.cast import Cast, assemble

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The database Django is at, for a process of its own."""
    said = connection.settings_dict
    return f"postgis://{said['USER']}:{said['PASSWORD']}@{said['HOST']}:{said['PORT']}/{said['NAME']}"


class Sealer:
    """manage.py seal as a process of its own."""

    def __init__(self) -> None:
        environment = os.environ | {"DATABASE_URL": database_url(), "LUQIN_MODE": "demo"}
        self._process = subprocess.Popen([sys.executable, "manage.py", "seal"], cwd=ROOT, env=environment)

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Tell it to end, and wait."""
        self._process.terminate()
        self._process.wait(30)


class RestServer:
    """granian with the product's own settings, on the database Django is at.

    In mode `test` it seals by itself; in mode `demo` it waits for a Sealer, as it does in earnest.
    """

    def __init__(self, *, threads: int = 8, mode: str = "test", part: str = "rest") -> None:
        self._threads, self._mode, self._part = threads, mode, part
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = int(one.getsockname()[1])
        self.start()

    @property
    def origin(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--no-ws"]
        command += ["--blocking-threads", str(self._threads), "--backlog", "1024", "--log-level", "error"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "deploy.wsgi:application"]
        environment = os.environ | {
            "DATABASE_URL": database_url(),
            "LUQIN_MODE": self._mode,
            "LUQIN_PART": self._part,
        }
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if self._answers():
                return
            time.sleep(0.05)
        raise TimeoutError("the server does not answer")

    def _answers(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", "/api/log/checkpoint")
            with line.getresponse() as answer:
                return answer.status in (200, 404)
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def kill(self) -> None:
        """kill -9 for the server and its workers."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        until = time.monotonic() + 10
        while self._answers() and time.monotonic() < until:  # a worker is gone a moment later
            time.sleep(0.02)


@contextlib.contextmanager
def in_earnest(part: str = "bench-rest") -> Iterator[tuple[Cast, RestServer]]:
    """Everybody, a server and the sealer it waits for, on the database that Django is at: what is measured over HTTP begins here."""
    with contextlib.suppress(keys.KeyExists):
        keys.make_log_key()
    cast = assemble()
    sealer = Sealer()
    server = RestServer(mode="demo", part=part)
    try:
        yield cast, server
    finally:
        server.kill()
        sealer.stop()
