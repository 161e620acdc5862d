"""A private PostgreSQL with PostGIS in the data folder: made once, started each time, on loopback, with a password of its own."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.bringup import process, say
from deploy.bringup.packages import Programs
from deploy.bringup.places import SOCKET_PATH_LIMIT, DataFolder
from deploy.bringup.say import Trouble

USER = NAME = "luqin"
SETTINGS = """\
# written at each start
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
max_connections = 150
shared_buffers = 128MB
logging_collector = off
log_destination = stderr
log_line_prefix = '%m %p %a '
# what people write into the database must not come out in a log
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
"""
IN_A_HURRY = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
"""For databases that live as long as a test: a killed process loses nothing, a power cut would."""


@dataclass
class Database:
    """One cluster. `durable` is False only for databases that are thrown away."""

    data: DataFolder
    programs: Programs
    port: int
    durable: bool = True

    @property
    def url(self) -> str:
        """Address with password, for DATABASE_URL."""
        return f"postgis://{USER}:{self.data.secret('database')}@127.0.0.1:{self.port}/{NAME}"

    @property
    def user(self) -> str | None:
        """PostgreSQL refuses root: the user that its package made runs it then."""
        return "postgres" if os.geteuid() == 0 else None

    @property
    def folder(self) -> Path:
        """The cluster's files: in the data folder, or, where that can't be reached by its user, under /var/tmp."""
        inside = self.data.path.resolve() / "postgres"
        if self.user is None or _passable(inside.parent, self.user):
            return inside
        return Path("/var/tmp") / f"luqin-{self.data.short}" / "postgres"

    @property
    def sockets(self) -> Path:
        """Folder of the Unix socket; its path may have 107 bytes at most."""
        beside = self.folder.parent / "postgres-run"
        if len(str(beside / f".s.PGSQL.{self.port}")) <= SOCKET_PATH_LIMIT:
            return beside
        return Path("/tmp") / f"luqin-{self.data.short}"

    def environment(self) -> dict[str, str]:
        """For PostgreSQL's own programs."""
        return {
            "PATH": f"{self.programs.postgres_bin}:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "PGPASSWORD": self.data.secret("database"),
            **self.programs.environment,
        }

    def prepare(self) -> None:
        """Make the cluster if it isn't there, clear away what a killed one left, and write today's settings."""
        self._own(self.folder.parent, 0o711)
        self._own(self.sockets, 0o700)
        if not (self.folder / "PG_VERSION").is_file():
            self._initialise()
        have = (self.folder / "PG_VERSION").read_text().strip()
        if self.programs.postgres_bin.parent.name != have:
            raise Trouble(
                f"the data in {self.folder} was made by PostgreSQL {have}, here is {self.programs.postgres_bin.parent.name}",
                f"Install PostgreSQL {have} with PostGIS, or start an empty place with --data DIR.",
            )
        self._clear_leftovers()
        extra = SETTINGS.format(port=self.port, sockets=self.sockets) + ("" if self.durable else IN_A_HURRY)
        own = self.folder / "luqin.conf"
        own.write_text(extra)
        if self.user:
            shutil.chown(own, self.user, self.user)

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the server; it ends with us."""
        return process.start(
            [self.programs.postgres_bin / "postgres", "-D", self.folder],
            log=self.data.logs / "postgres.log",
            env=self.environment(),
            cwd=self.folder,
            user=self.user,
            death=signal.SIGINT,
        )

    def answers(self) -> bool:
        """Whether it takes a query."""
        return self.query("SELECT 1", database="postgres") == "1"

    def query(self, sql: str, *, database: str = NAME) -> str | None:
        """One statement through psql; its answer without frills, or None when it failed."""
        where = f"-h 127.0.0.1 -p {self.port} -U {USER} -d {database}".split()
        done = subprocess.run(
            [self.programs.postgres_bin / "psql", *where, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip() if done.returncode == 0 else None

    def furnish(self) -> None:
        """Make the database with PostGIS in it, if it isn't there.

        :raises Trouble: PostGIS can't be loaded
        """
        if self.query(f"SELECT 1 FROM pg_database WHERE datname = '{NAME}'", database="postgres") != "1":
            self.query(f"CREATE DATABASE {NAME}", database="postgres")
        if self.query("CREATE EXTENSION IF NOT EXISTS postgis") is None:
            raise Trouble(
                "PostGIS can't be loaded into the private database",
                f"Look into {self.data.logs / 'postgres.log'}",
                say.tail(self.data.logs / "postgres.log"),
            )

    def discard(self) -> None:
        """Remove what lies outside the data folder; what lies inside goes with it."""
        for outside in (self.folder.parent, self.sockets):
            if not outside.is_relative_to(self.data.path.resolve()):
                shutil.rmtree(outside, ignore_errors=True)

    def _initialise(self) -> None:
        self._own(self.folder, 0o700)
        password = self.folder.parent / "initial-password"
        password.touch(mode=0o600)
        password.write_text(self.data.secret("database"))
        if self.user:
            shutil.chown(password, self.user, self.user)
        how = f"-U {USER} -A scram-sha-256 -E UTF8 --locale=C.UTF-8 --no-sync".split()
        starter = process.start(
            [self.programs.postgres_bin / "initdb", "-D", self.folder, f"--pwfile={password}", *how],
            log=self.data.logs / "initdb.log",
            env=self.environment(),
            cwd=self.folder.parent,
            user=self.user,
        )
        status = starter.wait(120)
        password.unlink()
        if status:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise Trouble(
                "the private database can't be made",
                f"See above; is there space and may it write in {self.folder.parent}?",
                say.tail(self.data.logs / "initdb.log"),
            )
        with (self.folder / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude 'luqin.conf'\n")

    def _clear_leftovers(self) -> None:
        """After a kill -9 lock files name processes that are gone, or, worse, numbers that others have now."""
        lock = self.folder / "postmaster.pid"
        pid = _first_number(lock)
        if pid and process.is_running(pid, "postgres", str(self.folder)):
            os.kill(pid, signal.SIGINT)
            if not process.wait_until(lambda: not process.is_running(pid, "postgres"), within_s=20):
                os.kill(pid, signal.SIGQUIT)
                process.wait_until(lambda: not process.is_running(pid, "postgres"), within_s=5)
        lock.unlink(missing_ok=True)
        for socket in self.sockets.glob(".s.PGSQL.*"):
            socket.unlink(missing_ok=True)

    def _own(self, folder: Path, mode: int) -> None:
        if folder == self.data.path.resolve():
            return
        folder.mkdir(parents=True, exist_ok=True)
        if self.user:
            shutil.chown(folder, self.user, self.user)
        folder.chmod(mode)


def _first_number(file: Path) -> int:
    try:
        return int(file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def _passable(folder: Path, user: str) -> bool:
    """Whether this user can walk down to the folder; asked by trying, since modes aren't the whole story."""
    done = subprocess.run(
        ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "test", "-x", str(folder)],
        cwd="/",
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
