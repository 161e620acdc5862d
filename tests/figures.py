"""What tests measured, said together at the end of the run, whichever process measured it; it stands in the report's XML, too."""

from collections.abc import Callable

import pytest
from _pytest.terminal import TerminalReporter

FIGURE = "figure"
Figure = Callable[[str], None]


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Say one figure in a line, e.g. `figure("save: at most 69 ms")`; before it is judged, so that it is said of a failure as well."""
    return lambda line: record_property(FIGURE, line)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """All of them, in the order in which their tests ended."""
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
    ]
    lines = [str(said) for report in reports for name, said in report.user_properties if name == FIGURE]
    if lines:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(f"  {line}")
