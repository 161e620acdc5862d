"""Processes of a stack: private stores on temporary folders, what a kill leaves, and what is remembered."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bringup import process, say
from deploy.bringup.places import DataFolder, free_port, is_free
from deploy.bringup.say import Trouble
from deploy.bringup.stack import Stack
from deploy.bringup.supervisor import Running, Supervisor

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data() -> Iterator[DataFolder]:
    """A folder that the database's own user can reach, which pytest's are not; its path has a space in it."""
    path = Path(tempfile.mkdtemp(prefix="luqin test "))
    folder = DataFolder(path)
    folder.furnish()
    yield folder
    shutil.rmtree(path)


class TestSupervisor:
    """A part that dies is started again, later each time; nothing is left when all is stopped."""

    @pytest.fixture
    def supervisor(self) -> Iterator[Supervisor]:
        one = Supervisor()
        yield one
        one.stop()

    def part(self, data: DataFolder, script: str, name: str = "part") -> Running:
        def start() -> "subprocess.Popen[bytes]":
            return process.start(
                ["/bin/sh", "-c", script],
                log=data.logs / "part.log",
                env={"PATH": "/usr/bin:/bin"},
                cwd=data.path,
            )

        return Running(name, start, lambda: say.tail(data.logs / "part.log"))

    def test_a_part_that_dies_is_started_again_and_it_is_said(
        self, data: DataFolder, supervisor: Supervisor, capsys: pytest.CaptureFixture[str]
    ) -> None:
        supervisor.add(
            self.part(
                data,
                f"echo I lived >> {data.run}/lives; echo why I die; exit 3".replace(
                    str(data.run), f"'{data.run}'"
                ),
            )
        )

        until = time.monotonic() + 5
        while (
            (data.run / "lives").read_text().count("I lived") < 2 if (data.run / "lives").exists() else True
        ):
            supervisor.look()
            time.sleep(0.02)
            assert time.monotonic() < until

        said = capsys.readouterr().out
        assert "part ended with status 3; it is started again in 0.5 s" in said
        assert "why I die" in said
        assert supervisor.parts["part"].next_wait_s >= 1

    def test_a_part_that_ignores_the_signal_is_ended_with_all_its_children(
        self, data: DataFolder, supervisor: Supervisor
    ) -> None:
        part = self.part(data, "trap '' TERM; sleep 300 & echo $! > child; while true; do sleep 0.1; done")
        part.wait_s = 0.5
        supervisor.add(part)
        assert process.wait_until(
            lambda: (data.path / "child").is_file() and (data.path / "child").read_text() != "", within_s=5
        )
        child = int((data.path / "child").read_text())
        assert process.is_running(child, "sleep")

        supervisor.stop()

        assert process.wait_until(lambda: not process.is_running(child, "sleep"), within_s=5)

    def test_a_part_that_was_killed_on_purpose_stays_down(
        self, data: DataFolder, supervisor: Supervisor
    ) -> None:
        supervisor.add(self.part(data, "exec sleep 300"))

        supervisor.kill("part")
        supervisor.look()

        assert supervisor.down() == []
        assert supervisor.parts["part"].process is not None
        assert supervisor.parts["part"].process.poll() is not None


class TestPorts:
    def test_they_are_remembered(self, data: DataFolder) -> None:
        assert data.ports() == data.ports()

    def test_a_taken_one_is_given_up(self, data: DataFolder) -> None:
        before = data.ports()
        with socket.socket() as other:
            other.bind(("127.0.0.1", before["rest"]))
            other.listen()

            after = data.ports()

        assert after["rest"] != before["rest"]
        assert after["postgres"] == before["postgres"]

    def test_the_wanted_one_is_taken(self, data: DataFolder) -> None:
        port = free_port(None, set())

        assert data.ports(port)["web"] == port
        assert len(set(data.ports(port).values())) == 6


def test_secrets_are_made_once_and_are_their_owners(data: DataFolder) -> None:
    secret = data.secret("database")

    assert len(secret) >= 32
    assert data.secret("database") == secret
    assert (data.path / "secrets" / "database").stat().st_mode & 0o077 == 0
    assert (data.path / "secrets").stat().st_mode & 0o077 == 0


def test_a_program_that_fails_is_quoted_and_something_to_do_is_said(data: DataFolder) -> None:
    with pytest.raises(Trouble) as refused:
        say.run(["/bin/sh", "-c", "echo no space left; exit 7"], log=data.logs / "x.log", todo="Make room.")

    text = refused.value.text()
    assert "no space left" in text
    assert "status 7" in text
    assert "to do:   Make room." in text


@pytest.mark.server
class TestStores:
    """The private PostgreSQL and Redis."""

    def test_they_answer_with_a_password_and_not_without(self, data: DataFolder) -> None:
        with Stack(data, durable=False) as stack:
            stack.start_stores()

            assert stack.database.query("SELECT postgis_lib_version()")
            where = f"-w -h 127.0.0.1 -p {stack.ports['postgres']} -U luqin".split()
            done = subprocess.run(
                [stack.programs.postgres_bin / "psql", *where, "-c", "SELECT 1"],
                env={"PATH": "/usr/bin:/bin"},
                capture_output=True,
                check=False,
            )
            assert done.returncode != 0
            assert data.secret("database") not in Path(f"/proc/{stack.pids()['redis']}/cmdline").read_text()

        assert is_free(stack.ports["postgres"])
        assert is_free(stack.ports["redis"])

    def test_after_a_kill_they_start_again_with_what_was_written(self, data: DataFolder) -> None:
        with Stack(data) as stack:
            stack.start_stores()
            stack.database.query("CREATE TABLE kept AS SELECT 7 AS n")

            stack.kill("postgres")
            stack.kill("redis")
            stack.launch("postgres")
            stack.launch("redis")

            assert stack.database.query("SELECT n FROM kept") == "7"
            assert stack.doorbell.answers()

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the database to a user of its own")
    def test_a_home_that_is_closed_to_the_databases_user_is_left_for_a_place_that_is_not(
        self, tmp_path: Path
    ) -> None:
        tmp_path.chmod(0o700)
        data = DataFolder(tmp_path / "data")
        with Stack(data, durable=False) as stack:
            stack.start_stores()

            assert stack.database.answers()
            assert not stack.database.folder.is_relative_to(tmp_path)
        assert not stack.database.folder.exists()

    def test_a_stale_lock_that_names_somebody_elses_process_is_no_hindrance(self, data: DataFolder) -> None:
        with Stack(data, durable=False) as stack:
            stack.start_stores()
            folder = stack.database.folder
        lock = folder / "postmaster.pid"
        lock.write_text(f"{os.getpid()}\n{folder}\n0\n1\n\n127.0.0.1\n")

        with Stack(data, durable=False) as stack:
            stack.start_stores()

            assert stack.database.answers()

    def test_what_people_write_does_not_come_out_in_the_databases_log(self, data: DataFolder) -> None:
        with Stack(data, durable=False) as stack:
            stack.start_stores()
            stack.database.query("CREATE TABLE seen (plate text UNIQUE)")
            for _ in range(2):
                stack.database.query("INSERT INTO seen VALUES ('浙M5K082')")

            log = (data.logs / "postgres.log").read_text()
        assert "duplicate key" in log
        assert "5K082" not in log

    @pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
    def test_a_stack_whose_starter_is_killed_leaves_no_process(
        self, data: DataFolder, how: signal.Signals
    ) -> None:
        script = (
            "import sys, time\nfrom pathlib import Path\n"
            "from deploy.bringup.places import DataFolder\nfrom deploy.bringup.stack import Stack\n"
            "with Stack(DataFolder(Path(sys.argv[1])), durable=False) as stack:\n"
            "    stack.start_stores()\n    print(*stack.pids().values(), flush=True)\n    time.sleep(100)\n"
        )
        starter = subprocess.Popen(
            [sys.executable, "-c", script, str(data.path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        assert starter.stdout is not None
        pids = [int(word) for word in starter.stdout.readline().split()]
        assert len(pids) == 2
        assert all(process.is_running(pid) for pid in pids)

        starter.send_signal(how)
        starter.wait(20)
        starter.stdout.close()

        gone = process.wait_until(lambda: not any(process.is_running(pid) for pid in pids), within_s=10)
        assert gone, [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids if process.is_running(pid)]
