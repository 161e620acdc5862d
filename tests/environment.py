"""What every test runs under, set before Django reads its settings.

Loaded by pytest as a plugin (see addopts in pyproject.toml), since a conftest comes after pytest-django has read the settings.
The mode is `test`, all that is written lies in a folder that goes away with the run, the log has a key of its own, and nothing
outside this machine can be reached.
"""

import atexit
import ipaddress
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

import hypothesis
import pytest


class OutsideWorld(AssertionError):
    """A test tried to reach something that is not on this machine."""


def _is_local(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a path: a socket in the file system
    host = str(address[0])
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def _stay_at_home() -> None:
    """Let sockets connect to loopback addresses only."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        if not _is_local(address):
            raise OutsideWorld(f"a test may only talk to this machine, not to {address!r}")
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        if not _is_local(address):
            raise OutsideWorld(f"a test may only talk to this machine, not to {address!r}")
        return connect_ex(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]
    socket.socket.connect_ex = guarded_ex  # type: ignore[method-assign, assignment]


def _furnish() -> Path:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if (
        worker
    ):  # within the folder of the process that started it, which clears away what a killed worker leaves, too
        data = Path(os.environ["LUQIN_DATA"]) / worker
        data.mkdir()
        return data
    data = Path(tempfile.mkdtemp(prefix="luqin-tests-"))
    mine = os.getpid()
    # a forked child that ends must not take the folder with it
    atexit.register(lambda: shutil.rmtree(data, ignore_errors=True) if os.getpid() == mine else None)
    return data


os.environ["LUQIN_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.settings"
os.environ["LUQIN_DATA"] = str(_furnish())
for name in (
    "LUQIN_LOG_KEY_FILE",
    "LUQIN_LOG_PUBLIC_FILE",
    "LUQIN_LOG_NEWEST_FILE",
    "LUQIN_ORIGIN",
    "LUQIN_HOSTS",
):
    os.environ.pop(name, None)
os.environ.setdefault("DATABASE_URL", "postgis://luqin@127.0.0.1:5432/luqin")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/15")
_stay_at_home()


def drawn(few: int) -> int:
    """How many examples a property gets: few here, as many as LUQIN_DRAWN says in a long run."""
    return int(os.environ.get("LUQIN_DRAWN", few))


hypothesis.settings.register_profile("luqin", max_examples=drawn(100))
hypothesis.settings.load_profile("luqin")


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder that stands for the server's disk in this run."""
    return Path(os.environ["LUQIN_DATA"])


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real roads, photos and hostile files, kept outside the repository; tests that need them are skipped without."""
    root = Path(__file__).resolve().parent.parent
    folder = Path(os.environ.get("LUQIN_SHARED", root.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"real input is not here: no folder {folder} (LUQIN_SHARED may name its parent)")
    return folder


NEED_A_SERVER = {"db", "transactional_db", "django_db_setup", "live_server", "django_db_reset_sequences"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs PostgreSQL, so that `deploy/test --fast` can leave it out."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
        wanted = NEED_A_SERVER & set(getattr(item, "fixturenames", ()))
        if wanted or item.get_closest_marker("django_db") or item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.server)
