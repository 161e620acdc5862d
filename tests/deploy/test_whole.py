"""The whole product as `deploy/up` runs it: all parts answer, a check names who is down, and no end of it leaves a process."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bringup import frontend, process, say, up
from deploy.bringup.parts import PARTS
from deploy.bringup.places import DataFolder
from deploy.bringup.say import Trouble

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
STARTER = """
import signal, sys
from pathlib import Path
from deploy.bringup import process, up
from deploy.bringup.places import DataFolder
from deploy.bringup.stack import Stack
signal.signal(signal.SIGTERM, up._stopped)
process._libc.prctl(process.PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)  # a test run that is killed takes this along
try:
    with Stack(DataFolder(Path(sys.argv[1])), durable=False) as stack:
        stack.prepare(None)
        stack.serve()
        print("up", flush=True)
        up._stay(stack)
except up.Stopped:
    pass
"""


@pytest.fixture
def data() -> Iterator[DataFolder]:
    path = Path(tempfile.mkdtemp(prefix="luqin-whole-"))
    yield DataFolder(path)
    shutil.rmtree(path)


@pytest.fixture
def starter(data: DataFolder) -> Iterator["subprocess.Popen[str]"]:
    """A process that has brought everything up (without people) and watches it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, str(data.path)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        said = []
        for line in iter(running.stdout.readline, ""):
            said.append(line)
            if line == "up\n":
                break
        else:
            pytest.fail("".join(said))
        yield running
        running.kill()


def family(data: DataFolder) -> set[int]:
    """Every process of this stack: each has its data folder in its environment or on its command line."""
    found = set()
    mark = str(data.path).encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(folder.name) != os.getpid() and (
                mark in (folder / "cmdline").read_bytes() or mark in (folder / "environ").read_bytes()
            ):
                found.add(int(folder.name))
        except OSError:
            continue
    return found


def state(data: DataFolder) -> dict[str, dict[str, int]]:
    told: dict[str, dict[str, int]] = json.loads(data.state_file.read_text())
    return told


def test_all_parts_answer_and_a_check_names_who_is_down(
    data: DataFolder, starter: "subprocess.Popen[str]", capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(state(data)["pids"]) == {part.name for part in PARTS} | {"postgres", "redis", "nginx"}
    assert up.check(data) == 0
    with urllib.request.urlopen(f"http://127.0.0.1:{state(data)['ports']['web']}/") as answer:
        assert "违法".encode() in answer.read()

    starter.send_signal(signal.SIGSTOP)  # nobody starts the killed part again
    os.kill(state(data)["pids"]["sockets"], signal.SIGKILL)
    capsys.readouterr()

    assert process.wait_until(lambda: up.check(data) == 1, within_s=10)
    said = capsys.readouterr().out
    assert "sockets   DOWN" in said
    assert "sealer    up" in said

    starter.send_signal(signal.SIGCONT)
    assert process.wait_until(lambda: up.check(data) == 0, within_s=60, every_s=0.5)

    starter.send_signal(signal.SIGTERM)
    starter.wait(60)
    assert family(data) == set()


def test_a_kill_of_the_starter_leaves_no_process(data: DataFolder, starter: "subprocess.Popen[str]") -> None:
    assert len(family(data)) > len(PARTS)

    starter.kill()
    starter.wait(10)

    assert process.wait_until(lambda: not family(data), within_s=30), family(data)
    assert up.check(data) == 1


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


def test_the_front_end_is_built_again_only_when_a_source_changed(
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
