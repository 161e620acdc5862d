"""The list of everything that is checked, in the order in which it is run: quick and telling first."""

from functools import partial
from pathlib import Path

from deploy.bringup.places import FRONTEND
from deploy.verify import apitypes
from deploy.verify.counts import of_pytest, of_vitest
from deploy.verify.runner import Check


def everything(python: Path, reports: Path, environment: dict[str, str]) -> list[Check]:
    """All checks. `reports` is a folder for what the runners count."""

    def tool(name: str) -> Path:
        return python.with_name(name)

    def pytest(
        name: str, *words: str, limit_s: float, fast: bool = False, after: tuple[str, ...] = ()
    ) -> Check:
        report = reports / f"{name}.xml"
        return Check(
            name,
            [python, "-m", "pytest", "-q", f"--junitxml={report}", "--durations=10", *words],
            limit_s=limit_s,
            fast=fast,
            after=after,
            count=partial(of_pytest, report),
        )

    vitest = reports / "vitest.json"
    npm = ["npm", "run", "--silent"]
    return [
        Check("format", [tool("ruff"), "format", "--check", "."], fast=True),
        Check("lint", [tool("ruff"), "check", "."], fast=True),
        Check("rooms", [tool("lint-imports"), "--no-cache"], fast=True),
        Check("types", [tool("mypy")], fast=True),
        Check("ts-format", [*npm, "format:check"], cwd=FRONTEND, fast=True),
        Check("ts-lint", [*npm, "lint"], cwd=FRONTEND, fast=True),
        Check("ts-types", [*npm, "check"], cwd=FRONTEND, fast=True),
        Check(
            "vitest",
            [
                "npx",
                "--no-install",
                "vitest",
                "run",
                "--reporter=default",
                "--reporter=json",
                f"--outputFile={vitest}",
            ],
            cwd=FRONTEND,
            fast=True,
            count=partial(of_vitest, vitest),
        ),
        Check("api-types", do=partial(apitypes.compare, reports, environment), fast=True),
        Check("build", [*npm, "build"], cwd=FRONTEND, fast=True),
        Check("budgets", [*npm, "sizes"], cwd=FRONTEND, fast=True, after=("build",)),
        Check("settings", [python, "manage.py", "check", "--fail-level", "WARNING"]),
        Check("migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"]),
        pytest("pytest", "-m", "not journey", limit_s=1500),
        pytest("journeys", "-m", "journey", "tests/journeys", limit_s=1500, after=("build",)),
    ]


def fast_pytest(python: Path, reports: Path) -> Check:
    """The tests that need no server: rules, proofs, tables."""
    report = reports / "pytest-fast.xml"
    return Check(
        "pytest-fast",
        [python, "-m", "pytest", "-q", f"--junitxml={report}", "-m", "not journey and not server"],
        fast=True,
        count=partial(of_pytest, report),
    )
