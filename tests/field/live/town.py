"""The parts of the open line as processes: Redis on a private port, sealer, announcer and socket server, to be killed and started."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import redis
from django.db import connection

from field.live import announce

ROOT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    """A port of loopback that nobody has now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until_it_answers(port: int, within_s: float = 90) -> None:
    """Wait until something listens at the port."""
    end = time.monotonic() + within_s
    while True:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < end, f"nothing listens at {port}"
        time.sleep(0.02)


class Program:
    """A process of the product that can be killed and started again."""

    def __init__(self, *argv: str, environment: dict[str, str], log: Path) -> None:
        self._argv, self._environment, self._log = argv, environment, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; what it says goes to its log."""
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(
                self._argv, env=self._environment, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
            )

    @property
    def runs(self) -> bool:
        """Whether it was started and not ended."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def said(self) -> str:
        """All that it wrote."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def memory_kb(self) -> int:
        """Resident memory now."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("no VmRSS")

    def sockets(self) -> int:
        """How many sockets it holds."""
        held = 0
        for one in Path(f"/proc/{self.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed while we looked
                held += os.readlink(one).startswith("socket:")
        return held

    def ends(self, within_s: float) -> int:
        """Wait until it ends by itself; its status."""
        assert self._process is not None
        return self._process.wait(within_s)

    def kill(self, how: int = signal.SIGKILL) -> None:
        """End it, at once by default, and wait until it is gone."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(how)
            self._process.wait(20)
            self._process = None


class Town:
    """The parts of this package's tests, running."""

    def __init__(self, folder: Path, database: str) -> None:
        said = connection.settings_dict
        self.database = database
        self.socket_port, self.redis_port = free_port(), free_port()
        self.redis_url = f"redis://127.0.0.1:{self.redis_port}/0"
        host = f"{said['HOST'] or '127.0.0.1'}:{said['PORT'] or 5432}"
        secret = f":{said['PASSWORD']}" if said["PASSWORD"] else ""
        environment = os.environ | {
            "DATABASE_URL": f"postgis://{said['USER']}{secret}@{host}/{database}",
            "REDIS_URL": self.redis_url,
            "LUQIN_MODE": "test",
            "LUQIN_LOG_NEWEST_FILE": str(folder / "newest.note"),
        }

        self._folder, self._environment = folder, environment
        managed = self._managed
        self.migrating = managed("migrate", "migrate")
        self.sealer = managed("seal", "seal")
        self.announcer = managed("announce", "announce")
        self.sockets = managed(
            "sockets",
            "sockets",
            "--port",
            str(self.socket_port),
            "--application",
            "tests.field.live.served.application",
        )
        self.redis = Program(
            *("redis-server", "--port", str(self.redis_port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", str(folder)),
            environment=environment,
            log=folder / "redis.log",
        )

    def _managed(self, name: str, *words: str, **environment: str) -> Program:
        argv = (sys.executable, "-W", "ignore", "manage.py", *words)
        return Program(*argv, environment=self._environment | environment, log=self._folder / f"{name}.log")

    def another_socket_server(self, *options: str, **environment: str) -> tuple[Program, str]:
        """One more socket process, with other figures: the program, not started yet, and its address."""
        port = free_port()
        program = self._managed(
            f"sockets-{port}",
            *("sockets", "--port", str(port), "--application", "tests.field.live.served.application"),
            *options,
            **environment,
        )
        return program, f"ws://127.0.0.1:{port}/ws/"

    @property
    def url(self) -> str:
        """Where the line is."""
        return f"ws://127.0.0.1:{self.socket_port}/ws/"

    def migrate(self) -> None:
        """Make the tables, and wait until they are there."""
        self.migrating.start()
        assert self.migrating.ends(within_s=300) == 0, self.migrating.said

    def start_redis(self) -> None:
        """Start Redis and wait for it, and for the socket server to listen to it where that is running."""
        self.redis.start()
        until_it_answers(self.redis_port)
        if self.sockets.runs:
            end = time.monotonic() + 10
            with redis.Redis.from_url(self.redis_url) as client:
                while not dict(client.pubsub_numsub(announce.CHANNEL)).get(announce.CHANNEL.encode()):
                    assert time.monotonic() < end, "nobody listens to Redis"
                    time.sleep(0.05)

    def kill_redis(self) -> None:
        """Kill Redis, so that everybody's connections break."""
        self.redis.kill()

    @property
    def programs(self) -> list[Program]:
        """All of them."""
        return [self.sockets, self.announcer, self.sealer, self.redis]
