"""The whole product as `deploy/up` runs it, by the command itself: what it says, who a check names, and that no end of it leaves a process."""

import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from deploy.bringup import authority, frontend, process, say, up
from deploy.bringup.parts import PARTS
from deploy.bringup.places import DataFolder
from deploy.bringup.say import Trouble
from deploy.bringup.stack import Stack

pytestmark = [pytest.mark.server, pytest.mark.timeout(400)]
ROOT = Path(__file__).resolve().parents[2]
TINY_CITY = "--violations 4 --tasks 1"
OURS = {part.name for part in PARTS}
SECOND_START_S = 15.0
"""A promise for a machine that does nothing else; see `alone_s`."""
KEPT = ("LUQIN_VENV", "LUQIN_PACKAGES", "LUQIN_NODE", "PYTHONPYCACHEPREFIX")


@dataclass
class Started:
    """A `deploy/up` in a session of its own, as a terminal gives it one, and the file that holds what it says."""

    running: "subprocess.Popen[bytes]"
    log: Path
    data: DataFolder
    busy_before: float

    @classmethod
    def of(cls, data: DataFolder, *words: str, **given: str) -> "Started":
        """Start it, and come back when it has said how it is stopped."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name in KEPT
            or not name.startswith(("LUQIN_", "DJANGO_", "PG", "PYTHON", "DATABASE_", "REDIS_"))
        }
        log = data.path.parent / f"said-{len(list(data.path.parent.iterdir()))}"
        busy = machine_busy_s()
        running = process.start(
            [ROOT / "deploy" / "up", "--data", data.path, *words],
            log=log,
            env={**inherited, "LUQIN_CITY": TINY_CITY, **given},
            cwd=data.path.parent,
        )
        one = cls(running, log, data, busy)
        stands = process.wait_until(
            lambda: "Ctrl-C stops everything" in one.said() or running.poll() is not None,
            within_s=240,
            every_s=0.1,
        )
        if not stands or running.poll() is not None:
            one.end(signal.SIGTERM)
            pytest.fail(one.said())
        return one

    def said(self) -> str:
        """All that it has said until now."""
        return self.log.read_text()

    def pids(self) -> dict[str, int]:
        """Process id of each part, as it notes them for a check."""
        noted: dict[str, int] = json.loads(self.data.state_file.read_text())["pids"]
        return noted

    def end(self, how: signal.Signals) -> None:
        """Send the signal as a terminal does, to the whole group, and wait."""
        process.signal_group(self.running, how)
        self.running.wait(60)

    def check(self) -> tuple[int, dict[str, str]]:
        """Status of `deploy/up --check`, and what it says of each part."""
        done = subprocess.run(
            [ROOT / "deploy" / "up", "--check", "--data", self.data.path],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, dict(re.findall(r"^  (\w+) +(up|DOWN.*)$", done.stdout, re.MULTILINE))

    def down(self) -> set[str]:
        """Whom the check names as down."""
        return {name for name, state in self.check()[1].items() if state.startswith("DOWN")}


def stat_of(pid: str) -> list[str]:
    """The fields of /proc/PID/stat from the state on; nothing when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def family(data: DataFolder, sessions: set[int]) -> set[int]:
    """Every process of this stack: of these sessions, or with the data folder in its environment or on its command line."""
    found = set()
    mark = str(data.path).encode()
    for folder in Path("/proc").glob("[0-9]*"):
        fields = stat_of(folder.name)
        if int(folder.name) == os.getpid() or not fields or fields[0] == "Z":
            continue
        try:
            marked = mark in (folder / "cmdline").read_bytes() or mark in (folder / "environ").read_bytes()
        except OSError:
            continue
        if marked or int(fields[3]) in sessions:
            found.add(int(folder.name))
    return found


def sessions(started: Started) -> set[int]:
    """Each part leads a session of its own, and so does `deploy/up`."""
    return {started.running.pid, *started.pids().values()}


def machine_busy_s() -> float:
    """Seconds that all processors together have worked since the machine started."""
    fields = [int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def alone_s(started: Started) -> float:
    """How long it says that it took, less what others took of the processors meanwhile.

    On a machine that does nothing else that is what it said; on one that is full it is what it would have said there.
    """
    said = re.search(r"\(up in ([\d.]+) s\)", started.said())
    assert said is not None, started.said()
    ours = [stat_of(str(pid)) for pid in family(started.data, sessions(started))]
    worked = sum(int(one) for fields in ours for one in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    others = machine_busy_s() - started.busy_before - worked
    print(
        f"second start: {said[1]} s, of the processors' time {worked:.1f} s ours and {others:.1f} s others'"
    )
    return float(said[1]) - max(0.0, others) / len(os.sched_getaffinity(0))


@pytest.fixture(scope="module")
def first() -> Iterator[Started]:
    """The first start in an empty place; each test that needs another one ends it."""
    folder = Path(tempfile.mkdtemp(prefix="luqin-whole-"))
    folder.chmod(0o711)
    started = Started.of(DataFolder(folder / "data"))
    yield started
    started.end(signal.SIGKILL)
    assert process.wait_until(lambda: not family(started.data, set()), within_s=30)
    shutil.rmtree(folder)


@pytest.fixture
def again(first: Started) -> Iterator[Callable[..., Started]]:
    """Start it again where the first one has stood; what is started ends with the test."""
    first.end(signal.SIGINT)
    begun: list[Started] = []

    def start(*words: str, **given: str) -> Started:
        begun.append(Started.of(first.data, *words, **given))
        return begun[-1]

    yield start
    for one in begun:
        one.end(signal.SIGKILL)


def test_it_becomes_ready_and_a_check_names_who_is_down_and_ctrl_c_ends_it_all(first: Started) -> None:
    said = first.said()
    (address,) = re.findall(r"^Luqin answers at (http://localhost:\d+)  \(up in", said, re.MULTILINE)
    accounts = re.findall(r"^(\w{6})\t(\w+)\t\S+\t\S+\t(\w+ \w+ \w+ \w+)$", said, re.MULTILINE)
    assert {role for _, role, _ in accounts} >= {"officer", "leader", "technician", "auditor"}
    assert re.search(r"^/t/\S{22}\t", said, re.MULTILINE), "no slip to open"
    assert said.rstrip().endswith("Ctrl-C stops everything. From another window: deploy/up --check")
    assert first.check() == (0, dict.fromkeys(OURS | {"postgres", "redis", "nginx"}, "up"))
    with urllib.request.urlopen(f"{address}/") as answer:
        assert "违法".encode() in answer.read()
    leader = next((number, phrase) for number, role, phrase in accounts if role == "leader")
    assert signs_in(address, *leader)

    everybody = sessions(first)
    first.running.send_signal(signal.SIGSTOP)  # nobody starts the killed ones again
    killed: set[str] = set()
    for name in ("sealer", "redis", "postgres", "nginx"):
        os.killpg(first.pids()[name], signal.SIGKILL)
        killed.add(name)
        # without Redis nobody can ask the worker: it can't be told from one that is down
        assert process.wait_until(lambda: killed <= first.down() <= killed | {"worker"}, within_s=10), (
            killed,
            first.check(),
        )

    first.running.send_signal(signal.SIGCONT)
    assert process.wait_until(lambda: first.check()[0] == 0, within_s=60, every_s=0.5), first.check()
    everybody |= sessions(first)

    first.end(signal.SIGINT)
    assert first.running.returncode == 0
    assert first.said().endswith("stopped: no process is left\n")
    assert family(first.data, everybody) == set()
    assert first.check() == (1, {})


def signs_in(address: str, number: str, phrase: str) -> bool:
    """Whether these words, as they were printed, open a session."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with opener.open(f"{address}/api/session") as answer:
        answer.read()
    (token,) = [cookie.value or "" for cookie in jar if "csrf" in cookie.name]
    asked = urllib.request.Request(
        f"{address}/api/session/sign-in",
        json.dumps({"police_number": number, "password": phrase}).encode(),
        {"Content-Type": "application/json", "X-CSRF-Token": token, "Origin": address},
    )
    with opener.open(asked) as answer:
        return bool(answer.status == 200)


def test_a_second_start_is_quick_and_speaks_tls_to_handhelds_and_its_kill_leaves_no_process(
    again: Callable[..., Started],
) -> None:
    started = again("--lan", "localhost")

    assert alone_s(started) < SECOND_START_S
    web, plain = (
        int(one) for one in re.findall(r"https?://localhost:(\d+)/(?:app/|luqin-a)", started.said())
    )
    handed = fetch(http.client.HTTPConnection("127.0.0.1", plain, timeout=10), "/luqin-authority.crt")
    trusted = started.data.path.parent / "authority.crt"
    trusted.write_bytes(handed)
    assert authority.fingerprint(trusted) in started.said()
    trusting = ssl.create_default_context(cafile=str(trusted))
    home = fetch(http.client.HTTPSConnection("localhost", web, context=trusting, timeout=10), "/")
    assert "违法".encode() in home
    with pytest.raises(ssl.SSLCertVerificationError):
        fetch(http.client.HTTPSConnection("localhost", web, timeout=10), "/")
    assert started.check()[0] == 0
    everybody = sessions(started)
    assert len(family(started.data, everybody)) > len(PARTS)

    started.running.kill()
    started.running.wait(10)

    assert process.wait_until(lambda: not family(started.data, everybody), within_s=30)
    status, parts = started.check()
    assert (status, set(parts)) == (1, OURS | {"postgres", "redis", "nginx"})
    assert all(state.startswith("DOWN") for state in parts.values())


def fetch(line: http.client.HTTPConnection, path: str) -> bytes:
    """The body of a page that is there."""
    try:
        line.request("GET", path)
        answer = line.getresponse()
        assert answer.status == 200
        return answer.read()
    finally:
        line.close()


def test_servers_that_are_given_are_used_and_outlive_it(
    first: Started, again: Callable[..., Started]
) -> None:
    first.end(signal.SIGINT)
    # the given ones stand here on the files of the first start, so that the city need not be made again
    with Stack(first.data) as theirs:
        theirs.start_stores()
        given = {"DATABASE_URL": theirs.database.url, "REDIS_URL": theirs.doorbell.url}

        started = again(**given)

        assert set(started.pids()) == OURS | {"nginx"}
        assert started.check() == (0, dict.fromkeys(OURS | {"nginx"}, "up"))
        everybody = sessions(started)
        started.end(signal.SIGTERM)
        assert started.said().endswith("stopped: no process is left\n")
        assert not family(first.data, everybody) - family(first.data, set())
        assert theirs.database.query("SELECT count(*) FROM deploy_demonstration") == "1"
        assert theirs.doorbell.answers()


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def test_a_second_one_on_the_same_data_is_refused(data: DataFolder) -> None:
    data.furnish()
    lock = up._alone(data)

    with pytest.raises(Trouble, match="another deploy/up already runs"):
        up._alone(data)

    lock.close()
    up._alone(data).close()


def test_it_is_refused_outside_a_demonstration(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LUQIN_MODE", "production")

    assert up.main(["--data", str(data.path)]) == 1

    assert "to do:   Unset LUQIN_MODE" in capsys.readouterr().err


def test_the_front_end_is_built_again_only_when_a_source_or_what_was_built_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "frontend"
    (source / "dist").mkdir(parents=True)
    (source / "package-lock.json").write_text("{}")
    (source / "main.ts").write_text("// one")
    monkeypatch.setattr(frontend, "FRONTEND", source)
    monkeypatch.setattr(frontend, "DIST", source / "dist")
    monkeypatch.setattr(frontend, "provide_modules", lambda logs: dict(os.environ))
    built: list[int] = []
    monkeypatch.setattr(say, "run", lambda *words, **how: built.append(1))

    frontend.build(tmp_path)
    frontend.build(tmp_path)
    assert len(built) == 1

    (source / "main.ts").write_text("// two")
    frontend.build(tmp_path)
    assert len(built) == 2

    (source / "dist" / "main.js").write_text("// built by hand from something else")
    frontend.build(tmp_path)
    assert len(built) == 3
