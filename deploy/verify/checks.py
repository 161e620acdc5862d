"""The list of everything that is checked, in the order in which it is run: quick and telling first."""

import os
from functools import partial
from pathlib import Path

from deploy.bringup import frontend
from deploy.bringup.places import FRONTEND, ROOT, digest_of
from deploy.verify import apitypes
from deploy.verify.counts import of_pytest, of_vitest
from deploy.verify.runner import Check

SERVER, BROWSER = "server", "browser"
"""The two lanes."""
SETTINGS = ROOT / "deploy" / "settings.py"
PROCESSES = max(2, min(4, os.cpu_count() or 2))
"""So many run the tests: they wait as often as they compute, and each has a database."""
TOWNS = 2
"""So many run the journeys: each has the whole product, and browsers."""


def everything(python: Path, reports: Path, environment: dict[str, str]) -> list[Check]:
    """All checks. `reports` is a folder for what the runners count."""

    def tool(name: str) -> Path:
        return python.with_name(name)

    def pytest(
        name: str, *words: str, processes: int = 1, limit_s: float, after: tuple[str, ...] = ()
    ) -> Check:
        report = reports / f"{name}.xml"
        # who stays together, and in which order, is said in tests/sharing.py; a process that dies is a failure and isn't replaced
        shared = ("-n", str(processes), "--max-worker-restart=0") if processes > 1 else ()
        return Check(
            name,
            [python, "-m", "pytest", "-q", f"--junitxml={report}", "--durations=10", *shared, *words],
            limit_s=limit_s,
            after=after,
            count=partial(of_pytest, report),
        )

    def ours(name: str, *argv: str | Path) -> Check:
        return Check(name, argv, fast=True, lane=SERVER)

    def theirs(name: str, *argv: str, after: tuple[str, ...] = ()) -> Check:
        return Check(name, argv, cwd=FRONTEND, fast=True, lane=BROWSER, after=after)

    vitest = reports / "vitest.json"
    npm, npx = ("npm", "run", "--silent"), ("npx", "--no-install")
    return [
        ours("format", tool("ruff"), "format", "--check", "."),
        ours("lint", tool("ruff"), "check", "."),
        ours("rooms", tool("lint-imports"), "--no-cache"),
        # what a setting is, is remembered with what uses it; so another settings file has another memory
        ours("types", tool("mypy"), f"--cache-dir=.mypy_cache/{digest_of([SETTINGS])[:12]}"),
        ours("settings", python, "manage.py", "check", "--fail-level", "WARNING"),
        Check("api-types", do=partial(apitypes.compare, reports, environment), fast=True, lane=SERVER),
        theirs("ts-format", *npm, "format:check"),
        theirs("ts-lint", *npm, "lint"),
        theirs("ts-types", *npm, "check"),
        Check(
            "vitest",
            [*npx, "vitest", "run", "--reporter=default", "--reporter=json", f"--outputFile={vitest}"],
            cwd=FRONTEND,
            fast=True,
            lane=BROWSER,
            count=partial(of_vitest, vitest),
        ),
        # as deploy/up builds it, so that the one that the tests start finds it built
        Check("build", do=lambda log: frontend.build(log.parent), fast=True, lane=BROWSER),
        theirs("budgets", *npm, "sizes", after=("build",)),
        Check("migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"]),
        pytest("pytest", "-m", "not journey", processes=PROCESSES, limit_s=1500),
        pytest(
            "journeys", "-m", "journey", "tests/journeys", processes=TOWNS, limit_s=1500, after=("build",)
        ),
    ]


def fast_pytest(python: Path, reports: Path) -> Check:
    """The short ones of the tests that need no server: rules, proofs, tables."""
    report = reports / "pytest-fast.xml"
    return Check(
        "pytest-fast",
        [python, "-m", "pytest", "-q", f"--junitxml={report}", "-m", "not server and not long"],
        fast=True,
        lane=SERVER,
        count=partial(of_pytest, report),
    )
