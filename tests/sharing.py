"""How the tests are shared out when several processes run them (`-n`, as deploy/test does), and in which order.

Each process has a database, a data folder and a log key of its own. What builds something once for many tests stays together, so
that it is built once; everything else goes by files. Tests with real transactions empty the tables, also what migrations wrote: in
each process they come after all others. What is marked `alone` measures time: the other processes stand still meanwhile.
"""

import fcntl
import json
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

BUILT_ONCE = ("running_town", "walked")
"""Fixtures of a session that take seconds: whoever uses the same one runs in the same process."""
FIRST = ("tests/field/live/", "tests/deploy/test_backup.py", "tests/journeys/test_screens.py")
"""Long, and mostly waiting: begun first, they end before the others do."""
GROUPS = "groups.json"


def is_worker() -> bool:
    """Whether this is one of several processes, and not the one that tells them what to run."""
    return "PYTEST_XDIST_WORKER" in os.environ


def _shared_folder() -> Path:
    """Of all processes of this run (tests/environment.py)."""
    own = Path(os.environ["LUQIN_DATA"])
    return own.parent if is_worker() else own


def _is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(
        marker and marker.kwargs.get("transaction")
    )


def _group(item: pytest.Item) -> str:
    file = item.nodeid.partition("::")[0]
    if item.get_closest_marker("journey"):
        return item.nodeid  # each begins with a browser of its own, in its process's town
    if _is_transactional(item):
        return f"{file} in earnest"
    used = getattr(item, "fixturenames", ())
    return next((name for name in BUILT_ONCE if name in used), file)


def _turn(item: pytest.Item) -> int:
    if _is_transactional(item) or (item.get_closest_marker("journey") and item.get_closest_marker("alone")):
        return 2
    return 0 if item.nodeid.startswith(FIRST) else 1


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """Put in order, after pytest-django and the selection have, and tell who stays together."""
    yield
    if is_worker():
        items.sort(key=_turn)
        groups = _shared_folder() / GROUPS
        mine = groups.with_suffix(f".{os.environ['PYTEST_XDIST_WORKER']}")
        mine.write_text(json.dumps({item.nodeid: _group(item) for item in items}))
        mine.replace(groups)  # the same from each


class Sharing(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out groups in the order of their first tests."""

    @cached_property
    def _groups(self) -> dict[str, str]:
        groups: dict[str, str] = json.loads((_shared_folder() / GROUPS).read_text())
        return groups

    def _split_scope(self, nodeid: str) -> str:
        return self._groups[nodeid]


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    """Whatever `--dist` says."""
    config.option.loadscopereorder = False
    return Sharing(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What is marked `alone` waits until no other process runs a test, and lets none begin; its time limit counts from there."""
    if not is_worker():
        return (yield)
    with _turnstile(alone=item.get_closest_marker("alone") is not None):
        return (yield)


@contextmanager
def _turnstile(*, alone: bool) -> Iterator[None]:
    """Many at once, or one alone. Who wants to be alone holds the gate meanwhile, so that the others' stream breaks off."""
    folder = _shared_folder()
    with (folder / "gate.lock").open("w") as gate, (folder / "tests.lock").open("w") as tests:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(tests, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield


_died: list[str] = []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object, error: object) -> None:
    """Remember a process that died: what it had left to do was not run."""
    if error:
        _died.append(str(error))


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """A run of which a process died has failed, whatever the tests said that were run."""
    yield
    if _died and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
