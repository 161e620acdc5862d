"""Where things lie: the project, its data folder, the ports it remembers, the secrets it made for itself."""

import hashlib
import json
import os
import secrets
import socket
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = Path(os.environ.get("LUQIN_VENV", ROOT / ".venv"))
FRONTEND = ROOT / "frontend"
FIRST_PORT = 8000
SOCKET_PATH_LIMIT = 107
"""Bytes in the path of a Unix socket (sun_path)."""


@dataclass(frozen=True)
class DataFolder:
    """Everything that one stack writes. Several may stand beside each other, e.g. one per test run."""

    path: Path

    def furnish(self) -> None:
        """Make the folders; what is secret is for its owner only."""
        self.path.mkdir(parents=True, exist_ok=True)
        # the database's own user has to pass through to its folder, and sees nothing else
        self.path.chmod(0o711)
        for name in ("run", "logs", "secrets", "tiles"):
            (self.path / name).mkdir(exist_ok=True)
        for name in ("logs", "secrets"):
            (self.path / name).chmod(0o700)

    @property
    def run(self) -> Path:
        """What lives only while the stack stands."""
        return self.path / "run"

    @property
    def logs(self) -> Path:
        """One file for each part."""
        return self.path / "logs"

    @property
    def state_file(self) -> Path:
        """Address, ports and process ids, for `--check`."""
        return self.run / "state.json"

    @property
    def accounts_file(self) -> Path:
        """The demonstration's people and their passwords, as the generator wrote them."""
        return self.path / "demo-accounts.txt"

    def secret(self, name: str) -> str:
        """A random secret of this stack, made at the first call and kept."""
        file = self.path / "secrets" / name
        if not file.is_file():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "w") as out:
                out.write(secrets.token_urlsafe(36))
        return file.read_text()

    @cached_property
    def short(self) -> str:
        """Twelve hex digits that belong to this folder's path."""
        return hashlib.sha256(str(self.path.resolve()).encode()).hexdigest()[:12]

    def ports(self, wanted_web: int | None = None) -> dict[str, int]:
        """The ports of this stack: the ones it had before where they are still free."""
        file = self.run / "ports.json"
        try:
            before: dict[str, int] = json.loads(file.read_text())
        except (OSError, ValueError):
            before = {}
        ports: dict[str, int] = {}
        for name in ("web", "plain", "rest", "sockets", "postgres", "redis"):
            keep = wanted_web if name == "web" and wanted_web else before.get(name)
            if keep and keep not in ports.values() and is_free(keep):
                ports[name] = keep
            else:
                ports[name] = free_port(FIRST_PORT if name == "web" else None, set(ports.values()))
        file.write_text(json.dumps(ports))
        return ports


def is_free(port: int) -> bool:
    """Whether nothing listens there, on any address."""
    with socket.socket() as probe:
        # as servers do: connections that are still closing don't make a port taken
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


def free_port(first: int | None, taken: set[int]) -> int:
    if first is not None:
        for port in range(first, first + 20):
            if port not in taken and is_free(port):
                return port
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in taken:
            return port


def digest_of(paths: list[Path]) -> str:
    """One digest over names and bytes of these files, to know whether something that was made from them is still fresh."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_fresh(stamp: Path, digest: str) -> bool:
    """Whether the stamp was written for this digest."""
    try:
        return stamp.read_text() == digest
    except OSError:
        return False
