"""Tests that several processes run: who measures is alone, who belongs together stays together, and no process dies unnoticed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.bringup.places import ROOT
from deploy.verify.counts import Count, of_pytest

pytestmark = pytest.mark.server  # it starts processes
INI = """[pytest]
addopts = -p xdist -p tests.environment -p tests.sharing -p no:cacheprovider
markers =
    alone: as in pyproject.toml
    server: as in pyproject.toml
"""
MEASURING = """
import json, os, time
from pathlib import Path
import pytest

@pytest.fixture(scope="session")
def walked():
    return None

def noted(name):
    begun = time.monotonic()
    time.sleep(0.1)
    with (Path(__file__).parent / "ran").open("a") as out:
        out.write(json.dumps([name, os.getpid(), begun, time.monotonic()]) + "\\n")
"""


def run(folder: Path, **files: str) -> tuple[Count, str]:
    """Run these files by two processes; the count that `deploy/test` makes of it, and what was said."""
    (folder / "pytest.ini").write_text(INI)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    report = folder / "report.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n2", "--max-worker-restart=0", f"--junitxml={report}", folder],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # the others take longer to load than these tests to run
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return of_pytest(report, done.returncode), done.stdout


def test_a_process_that_dies_is_a_failure_and_names_its_test(tmp_path: Path) -> None:
    count, said = run(
        tmp_path,
        test_dies="import os\ndef test_well(): pass\ndef test_dying(): os._exit(0)\n",
        test_lives="def test_well(): pass\n",
    )

    assert count.failed == 1
    assert "test_dies.py::test_dying" in said


def test_who_dies_after_the_last_test_is_a_failure_too(tmp_path: Path) -> None:
    count, _ = run(
        tmp_path,
        conftest="import os\ndef pytest_sessionfinish():\n    if 'PYTEST_XDIST_WORKER' in os.environ: os._exit(0)\n",
        test_one="def test_well(): pass\n",
        test_other="def test_well(): pass\n",
    )

    assert count == Count(2, 1)


def test_what_is_built_once_stays_together_and_who_measures_is_alone(tmp_path: Path) -> None:
    many = "".join(f"def test_{n}(): noted('other')\n" for n in range(8))
    shares = "def test_shares(walked): noted('shares')\n"
    count, said = run(
        tmp_path,
        test_a=MEASURING + shares + many,
        test_b=MEASURING + "@pytest.mark.alone\ndef test_measures(): noted('alone')\n" + shares + many,
    )
    ran = [json.loads(line) for line in (tmp_path / "ran").read_text().splitlines()]

    assert count == Count(19), said
    assert len({process for _, process, _, _ in ran}) == 2
    assert len({process for name, process, _, _ in ran if name == "shares"}) == 1
    ((_, _, begun, ended),) = (one for one in ran if one[0] == "alone")
    assert not [one for one in ran if one[0] != "alone" and one[2] < ended and one[3] > begun]
