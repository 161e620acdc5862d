"""`deploy/test` goes on after a failure, counts it, and hides none."""

import os
import threading
import time
from pathlib import Path

import pytest

from deploy.bringup.say import Trouble
from deploy.verify.counts import Count
from deploy.verify.runner import Check, Run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path, {"PATH": os.environ["PATH"]})


def shell(name: str, script: str, **more: object) -> Check:
    return Check(name, ["/bin/sh", "-c", script], **more)  # type: ignore[arg-type]


def test_it_goes_on_after_a_failure_and_shows_what_was_said(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run.all([shell("first", "echo the reason; exit 3"), shell("second", "true")])

    assert run.total == Count(1, 1)
    said = capsys.readouterr().out
    assert "the reason" in said
    assert "✗ first" in said
    assert "✓ second" in said


def test_what_needs_something_that_failed_fails_without_being_run(run: Run, tmp_path: Path) -> None:
    run.all([shell("build", "false"), shell("budgets", f"touch {tmp_path}/ran", after=("build",))])

    assert run.total == Count(0, 2)
    assert not (tmp_path / "ran").exists()


def test_a_check_that_hangs_is_stopped_with_its_children_and_has_failed(run: Run, tmp_path: Path) -> None:
    run.all([shell("slow", "sleep 300 & echo $! > pid; wait", limit_s=0.5, cwd=tmp_path)])

    assert run.total == Count(0, 1)
    child = int((tmp_path / "pid").read_text())
    time.sleep(0.1)
    assert not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text()


def test_a_program_that_is_not_there_has_failed(run: Run) -> None:
    run.all([Check("gone", ["/nowhere/program"])])

    assert run.total == Count(0, 1)


def test_a_function_fails_by_its_trouble(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    def stale(log: Path) -> None:
        raise Trouble("the types are stale", "Refresh them.")

    run.all([Check("types", do=stale)])

    assert run.total == Count(0, 1)
    assert "the types are stale" in capsys.readouterr().out


def test_lanes_run_side_by_side_and_the_rest_alone_after_them(run: Run) -> None:
    meeting = threading.Barrier(2, timeout=5)
    seen: list[str] = []

    def meets(log: Path) -> None:
        meeting.wait()
        seen.append("lane")

    def alone(log: Path) -> None:
        seen.append("alone")

    run.all([Check("alone", do=alone), Check("one", do=meets, lane="a"), Check("other", do=meets, lane="b")])

    assert run.total == Count(3, 0)
    assert seen == ["lane", "lane", "alone"]
