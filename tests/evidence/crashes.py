"""Kill the sealer and PostgreSQL while entries are written and followed, then check that nothing is missing.

On a private database server in a folder of its own. Used small by test_crashes.py and long by deploy/soak.d/ledger.py.
"""

import contextlib
import datetime as dt
import importlib
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg

from evidence.chain import extend, fold
from evidence.ledger import INSERT, SALT_BYTES, leaf_of, payload_of
from evidence.note import Verifier, open_checkpoint
from tests.evidence.processes import ROOT, free_port

FOLLOW: LiteralString = "SELECT leaf_index, entry_id FROM seal JOIN entry ON entry.id = entry_id WHERE leaf_index >= %s ORDER BY leaf_index LIMIT 500"
LEFT: LiteralString = "SELECT (SELECT count(*) FROM entry) - count(*), count(*) FROM seal"
SOMEBODY: LiteralString = "SELECT pid FROM pg_stat_activity WHERE datname = 'ledger' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
EVERYBODY: LiteralString = (
    "SELECT pid, backend_start FROM pg_stat_activity WHERE datname = 'ledger' AND pid <> pg_backend_pid()"
)
LOST_LINE_S = 0.2
MIGRATIONS = ("0001_ledger", "0002_leaves_by_the_sealer")


class NoServer(Exception):
    """PostgreSQL can't be started here."""


class Cluster:
    """A PostgreSQL of our own, flushing as in earnest, that can be killed; or a standby that streams from one."""

    def __init__(self, folder: Path, *, streams_from: "Cluster | None" = None) -> None:
        self.port, self._folder = free_port(), folder / ("standby" if streams_from else "postgres")
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self._as = {"user": "postgres", "group": "postgres", "extra_groups": []}
            self._folder.mkdir(0o700)
            shutil.chown(self._folder, "postgres", "postgres")
            for parent in folder.parents:
                if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                    parent.chmod(parent.stat().st_mode | 0o011)
            folder.chmod(folder.stat().st_mode | 0o011)
        self._process: subprocess.Popen[bytes] | None = None
        made = (
            self._run(
                "pg_basebackup",
                "-D",
                str(self._folder),
                "-R",
                "-c",
                "fast",
                "-d",
                streams_from.dsn("postgres"),
            )
            if streams_from
            else self._run(
                "initdb",
                "-D",
                str(self._folder),
                "-U",
                "luqin",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "-N",
            )
        )
        if made.returncode:
            raise NoServer(made.stderr.decode())
        self.start()
        if streams_from is None:
            self._make_ledger()

    def _make_ledger(self) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as db:
            db.execute("CREATE DATABASE ledger")
        first, second = (importlib.import_module(f"evidence.migrations.{name}") for name in MIGRATIONS)
        with psycopg.connect(self.dsn()) as db:
            db.execute(cast(LiteralString, first.LEDGER + second.LEAVES))

    def dsn(self, name: str = "ledger") -> str:
        """How to reach it."""
        return f"host=127.0.0.1 port={self.port} user=luqin dbname={name} connect_timeout=2"

    def start(self) -> None:
        """Start the server and wait until it takes connections; also after a kill, when its old children are still going."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            said = {
                "port": self.port,
                "listen_addresses": "127.0.0.1",
                "unix_socket_directories": "",
                "fsync": "on",
            }
            said |= {"max_connections": 60, "shared_buffers": "32MB", "recovery_init_sync_method": "syncfs"}
            options = [word for name, value in said.items() for word in ("-c", f"{name}={value}")]
            with (self._folder.parent / "postgres.log").open("ab") as log:
                self._process = subprocess.Popen(
                    [program("postgres"), "-D", str(self._folder), *options],
                    stdout=log, stderr=log, start_new_session=True, **self._as,
                )  # fmt: skip
            while self._process.poll() is None and time.monotonic() < until:
                with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.dsn("postgres")):
                    return
                time.sleep(0.05)
            time.sleep(0.1)  # the shared memory of the killed one is not free yet
        raise NoServer("it does not start")

    def kill(self) -> None:
        """kill -9 of the server. Its children notice and end."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def kill_a_child(self, pid: int) -> bool:
        """kill -9 of this one of the server's processes; False where it has ended, and its number may be somebody else's by now."""
        assert self._process is not None
        try:
            parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            if parent != self._process.pid:
                return False
            os.kill(pid, signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            return False
        return True

    def stop(self) -> None:
        """End it for good."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # fast shutdown
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([program(name), *arguments], capture_output=True, check=False, **self._as)


def program(name: str) -> str:
    """A program of PostgreSQL, which Debian does not put on the path."""
    found = [*sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)]
    place = shutil.which(name) or (str(found[0]) if found else None)
    if place is None:
        raise NoServer(f"there is no {name} here")
    return place


@dataclass
class Outcome:
    """What came of it. All but the first four must be nothing."""

    acknowledged: int = 0
    committed: int = 0
    kills: dict[str, int] = field(default_factory=lambda: {"sealer": 0, "line": 0, "backend": 0, "server": 0})
    checkpoints: int = 0
    lost: int = 0
    unsealed: int = 0
    gaps: int = 0
    missed_by_followers: int = 0
    taken_back: int = 0
    wrong_roots: int = 0

    @property
    def sound(self) -> bool:
        """Nothing is missing and nothing is wrong."""
        return not (
            self.lost
            or self.unsealed
            or self.gaps
            or self.missed_by_followers
            or self.taken_back
            or self.wrong_roots
        )


class Storm:
    """Writers, two competing sealers and followers on one cluster, and somebody who kills."""

    def __init__(self, folder: Path, *, seed: int, writers: int = 8, followers: int = 2) -> None:
        self._dice = random.Random(seed)
        self._folder = folder
        self.cluster = Cluster(folder)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._acknowledged: set[int] = set()
        self._seen: list[dict[int, int]] = [{} for _ in range(followers)]
        self._taken_back = 0
        self._sealers: list[subprocess.Popen[bytes]] = []
        self._threads = [
            threading.Thread(target=self._write, args=(random.Random(seed + one),)) for one in range(writers)
        ]
        self._followers = [threading.Thread(target=self._follow, args=(seen,)) for seen in self._seen]
        self._followed_to = -1

    def rage(self, *, sealers: int, lines: int, backends: int, servers: int) -> Outcome:
        """Kill so many of each, one after the other as soon as sealing goes on again; let it calm down, and count.

        A sealer, a backend and the server die by kill -9; a line is ended by the server (pg_terminate_backend). A backend that dies by
        a signal takes all the others along: the server can't know what it did to the shared memory, throws it away and recovers.
        """
        outcome = Outcome()
        subprocess.run(
            [sys.executable, "manage.py", "make_log_key"],
            cwd=ROOT,
            env=self._environment(),
            check=True,
            capture_output=True,
        )
        self._sealers = [self._sealer(), self._sealer()]
        for one in self._threads + self._followers:
            one.start()
        blows = ["sealer"] * sealers + ["line"] * lines + ["backend"] * backends + ["server"] * servers
        self._dice.shuffle(blows)
        for blow in blows:
            self._wait_for_a_batch()
            time.sleep(self._dice.uniform(0, 0.3))
            if blow == "server":
                self.cluster.kill()
                self.cluster.start()
            elif blow == "backend":
                self._kill_a_backend()
            elif blow == "line":
                self._end_a_line()
            else:
                self._kill_a_sealer()
            outcome.kills[blow] += 1
        self._wait_for_a_batch()
        self._stopped.set()
        for one in self._threads:
            one.join()
        self._wait_until_sealed()
        for one in self._followers:
            one.join()
        self._count(outcome)
        return outcome

    def close(self) -> None:
        """End everything."""
        self._stopped.set()
        for one in self._sealers:
            one.kill()
            one.wait()
        self._followed_to = 0
        for thread in self._threads + self._followers:
            if thread.ident is not None:
                thread.join()
        self.cluster.stop()

    # those who work

    def _write(self, dice: random.Random) -> None:
        def work(db: psycopg.Connection[Any]) -> None:
            while not self._stopped.is_set():
                kept: int | None = None
                with db.transaction():
                    number = self._insert(db, dice)
                    if dice.random() < 0.02:
                        time.sleep(dice.uniform(0.05, 0.3))  # commits late
                    if dice.random() < 0.05:
                        raise psycopg.Rollback
                    kept = number
                if kept is not None:
                    with self._lock:
                        self._acknowledged.add(kept)
                time.sleep(dice.uniform(0, 0.01))

        self._until_done(work)

    def _insert(self, db: psycopg.Connection[Any], dice: random.Random) -> int:
        now = dt.datetime.now(dt.UTC)
        payload = payload_of(
            kind="storm", subject="s", actor="a", at=now, body={"n": dice.random()}, audience=["k"]
        )
        row = db.execute(
            INSERT, ("storm", "s", "a", now, ["k"], secrets.token_bytes(SALT_BYTES), payload)
        ).fetchone()
        assert row is not None
        return int(row[0])

    def _follow(self, seen: dict[int, int]) -> None:
        def work(db: psycopg.Connection[Any]) -> None:
            cursor = max(seen, default=-1) + 1
            while self._followed_to < 0 or cursor < self._followed_to:
                for number, entry in db.execute(FOLLOW, (cursor,)).fetchall():
                    seen[number] = entry
                    cursor = number + 1
                time.sleep(0.003)

        self._until_done(work)

    def _until_done(self, work: Callable[[psycopg.Connection[Any]], None]) -> None:
        """Work on a connection, on a new one each time the last broke."""
        while True:
            try:
                with psycopg.connect(self.cluster.dsn(), autocommit=True) as db:
                    work(db)
                    return
            except (psycopg.OperationalError, psycopg.Rollback):
                # a rollback asked for on a line that was cut meanwhile comes out as it went in: nothing was committed
                if self._stopped.is_set() and self._followed_to >= 0:
                    return
                time.sleep(LOST_LINE_S)

    # those who kill

    def _sealer(self) -> subprocess.Popen[bytes]:
        with (self._folder / "sealer.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.evidence.sealer_process"],
                cwd=ROOT,
                env=self._environment("tests.evidence.light_settings"),
                stderr=log,
            )

    def _environment(self, settings: str = "deploy.settings") -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": f"postgis://luqin@127.0.0.1:{self.cluster.port}/ledger",
            "DJANGO_SETTINGS_MODULE": settings,
            "LUQIN_MODE": "test",
            "LUQIN_DATA": str(self._folder / "data"),
        }

    def _kill_a_sealer(self) -> None:
        at = self._dice.randrange(len(self._sealers))
        self._sealers[at].kill()
        self._sealers[at].wait()
        self._sealers[at] = self._sealer()

    def _end_a_line(self) -> None:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(self.cluster.dsn(), autocommit=True) as db,
        ):
            db.execute(f"SELECT pg_terminate_backend(pid) FROM ({SOMEBODY}) AS one")

    def _kill_a_backend(self) -> None:
        """kill -9 of one, and see that the server recovers by itself: none of those who were connected is any more, others can be."""
        until = time.monotonic() + 120
        at_work: set[tuple[int, dt.datetime]] = set()
        while time.monotonic() < until:
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.cluster.dsn()) as db:
                now = {(pid, since) for pid, since in db.execute(EVERYBODY).fetchall()}
                if at_work and not at_work & now:
                    return
                if now and not at_work and self.cluster.kill_a_child(self._dice.choice(sorted(now))[0]):
                    at_work = now
            time.sleep(0.02)
        raise NoServer("it does not recover from a backend's death")

    def _wait_for_a_batch(self, at_most_s: float = 30) -> None:
        """Wait until the followers have seen two batches more."""
        for _ in range(2):
            was, until = self._newest(), time.monotonic() + at_most_s
            while self._newest() == was and time.monotonic() < until:
                time.sleep(0.005)

    def _newest(self) -> int:
        return max(len(seen) for seen in self._seen)

    # those who count

    def _wait_until_sealed(self) -> None:
        until = time.monotonic() + 60
        with psycopg.connect(self.cluster.dsn(), autocommit=True) as db:
            while time.monotonic() < until:
                left, size = db.execute(LEFT).fetchone() or (0, 0)
                if left == 0:
                    break
                time.sleep(0.05)
        self._followed_to = size

    def _count(self, outcome: Outcome) -> None:
        verifier = Verifier.parse((self._folder / "data" / "log" / "key.pub").read_text())
        with psycopg.connect(self.cluster.dsn()) as db:
            sealed: dict[int, int] = dict(db.execute("SELECT leaf_index, entry_id FROM seal").fetchall())
            committed = {one for (one,) in db.execute("SELECT id FROM entry").fetchall()}
            notes: dict[int, str] = dict(db.execute("SELECT size, note FROM checkpoint").fetchall())
            rows = db.execute(
                "SELECT salt, payload FROM seal JOIN entry ON entry.id = entry_id ORDER BY leaf_index"
            ).fetchall()
        size, frontier = 0, list[bytes]()
        for salt, payload in rows:
            size, frontier, _ = extend(size, frontier, [leaf_of(salt, payload)])
            if size in notes:
                signed = open_checkpoint(notes.pop(size), verifier)
                outcome.checkpoints += 1
                outcome.wrong_roots += int((signed.size, signed.root) != (size, fold(frontier)))
        outcome.wrong_roots += len(notes)
        outcome.acknowledged, outcome.committed = len(self._acknowledged), len(committed)
        outcome.lost = len(self._acknowledged - committed)
        outcome.unsealed = len(committed - set(sealed.values()))
        outcome.gaps = len(set(range(len(sealed))) ^ sealed.keys()) + len(sealed) - len(set(sealed.values()))
        outcome.missed_by_followers = sum(len(sealed.keys() - seen.keys()) for seen in self._seen)
        outcome.taken_back = sum(
            int(sealed.get(number) != entry) for seen in self._seen for number, entry in seen.items()
        )
