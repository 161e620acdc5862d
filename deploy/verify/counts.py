"""Read from the runners' own reports how many tests passed, failed and were skipped."""

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Count:
    """So many of each."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def line(self) -> str:
        """The one line that ends everything; CI reads it."""
        return f"{self.passed} passed, {self.failed} failed" + (
            f", {self.skipped} skipped" if self.skipped else ""
        )


def of_status(status: int) -> Count:
    """A check that is one thing: it holds or it doesn't."""
    return Count(passed=1) if status == 0 else Count(failed=1)


def of_pytest(report: Path, status: int) -> Count:
    """From a JUnit file. Without one, or with none of its tests failed though the run did, that is a failure of its own."""
    try:
        suites = ElementTree.parse(report).getroot().iter("testsuite")
        total = Count()
        for suite in suites:
            ran, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            # a test that passes and whose clearing away fails is one test and one error
            total += Count(max(0, ran - failed - skipped), failed, skipped)
    except (OSError, ElementTree.ParseError):
        return Count(failed=1)
    return _believable(total, status)


def of_vitest(report: Path, status: int) -> Count:
    """From Vitest's JSON."""
    try:
        said = json.loads(report.read_text())
        total = Count(
            int(said["numPassedTests"]),
            int(said["numFailedTests"]),
            int(said["numPendingTests"]) + int(said.get("numTodoTests", 0)),
        )
    except (OSError, ValueError, KeyError):
        return Count(failed=1)
    return _believable(total, status)


def _believable(total: Count, status: int) -> Count:
    """A run that failed has a failure, and a run that ran nothing has shown nothing."""
    if not total.failed and (status != 0 or total.passed == 0):
        return total + Count(failed=1)
    return total
