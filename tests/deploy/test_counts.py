"""The closing line counts what the runners say, and a runner that says nothing has failed."""

import json
from pathlib import Path

import pytest

from deploy.verify.counts import Count, of_pytest, of_status, of_vitest


def junit(tests: int, failures: int = 0, errors: int = 0, skipped: int = 0) -> str:
    return (
        f'<testsuites><testsuite name="pytest" tests="{tests}" failures="{failures}" errors="{errors}"'
        f' skipped="{skipped}"></testsuite></testsuites>'
    )


@pytest.mark.parametrize(
    ("report", "status", "count"),
    [
        (junit(10), 0, Count(10, 0, 0)),
        (junit(10, failures=2, errors=1, skipped=3), 1, Count(4, 3, 3)),
        (junit(10), 1, Count(10, 1, 0)),
        (junit(0), 5, Count(0, 1, 0)),
        (junit(0), 0, Count(0, 1, 0)),
        (junit(3, skipped=3), 0, Count(0, 1, 3)),
        ("<testsuites", 0, Count(0, 1, 0)),
    ],
)
def test_pytest_is_counted_from_its_report(tmp_path: Path, report: str, status: int, count: Count) -> None:
    (tmp_path / "report.xml").write_text(report)

    assert of_pytest(tmp_path / "report.xml", status) == count


def test_a_pytest_that_left_no_report_has_failed(tmp_path: Path) -> None:
    assert of_pytest(tmp_path / "nothing.xml", 0) == Count(failed=1)


def test_vitest_is_counted_from_its_report(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text(
        json.dumps({"numPassedTests": 7, "numFailedTests": 1, "numPendingTests": 2, "numTodoTests": 1})
    )

    assert of_vitest(report, 1) == Count(7, 1, 3)


def test_a_vitest_that_ran_nothing_has_failed(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"numPassedTests": 0, "numFailedTests": 0, "numPendingTests": 0}))

    assert of_vitest(report, 0).failed == 1


def test_the_closing_line_is_the_one_that_is_promised() -> None:
    assert (of_status(0) + of_status(1)).line() == "1 passed, 1 failed"
    assert Count(5, 0, 2).line() == "5 passed, 0 failed, 2 skipped"
