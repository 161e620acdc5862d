"""`deploy/test`: install what is missing, run everything, end with one line that says how many passed and failed."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from deploy.bringup import environment, frontend, packages, say
from deploy.bringup.places import ROOT, DataFolder
from deploy.bringup.say import Trouble
from deploy.bringup.stack import Stack
from deploy.verify import apitypes
from deploy.verify.checks import everything, fast_pytest
from deploy.verify.counts import Count
from deploy.verify.runner import Check, Run

LOGS = ROOT / ".data" / "test-logs"


def arguments(words: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="deploy/test", description="Run every check of the product.")
    parser.add_argument("--fast", action="store_true", help="only what needs no server, in seconds")
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="only this check (may be given again)"
    )
    parser.add_argument("--list", action="store_true", help="name the checks, and end")
    parser.add_argument(
        "--refresh", action="store_true", help="write the OpenAPI document and the types made from it"
    )
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Run the command; the exit status."""
    asked = arguments(words)
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, _stopped)
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    try:
        env = _prepare(with_packages=not (asked.fast or asked.refresh))
        python = environment.python().absolute()
        if asked.refresh:
            apitypes.refresh(LOGS, env, LOGS / "api-types.log")
            return 0
        checks = _chosen(everything(python, LOGS, env), fast_pytest(python, LOGS), asked)
        if asked.list:
            say.line("\n".join(check.name for check in checks))
            return 0
        run = Run(LOGS, env)
        with _stores(wanted=any(not check.fast for check in checks)) as urls:
            run.environment = {**env, **urls}
            run.all(checks)
    except Trouble as trouble:
        say.fail(trouble)
        say.line(Count(failed=1).line())
        return 1
    except KeyboardInterrupt:
        say.line("stopped")
        return 130
    say.line("")
    for one in run.lines:
        say.line(one)
    say.line(f"all in {time.monotonic() - begun:.0f} s; logs in {LOGS}")
    say.line(run.total.line())
    return 1 if run.total.failed or not run.total.passed else 0


def _chosen(checks: list[Check], quick: Check, asked: argparse.Namespace) -> list[Check]:
    if asked.only:
        known = {check.name: check for check in [*checks, quick]}
        unknown = [name for name in asked.only if name not in known]
        if unknown:
            raise Trouble(f"no check is called {', '.join(unknown)}", f"These are: {', '.join(known)}")
        return [known[name] for name in asked.only]
    if asked.fast:
        return [*(check for check in checks if check.fast), quick]
    return checks


def _prepare(*, with_packages: bool) -> dict[str, str]:
    """Have everything that the checks need; the environment they run in."""
    if with_packages:
        with say.step("programs"):
            packages.provide(LOGS, for_tests=True)
    with say.step("Python environment"):
        environment.provide(environment.TEST, logs=LOGS)
    with say.step("front end's packages"):
        env = frontend.provide_modules(LOGS)
    # what a developer's shell happens to say about another database or mode must not reach the tests
    return {
        **{
            name: value
            for name, value in env.items()
            if (not name.startswith(("LUQIN_", "PG", "DJANGO_")) or name in KEPT)
            and name != "PYTHONDONTWRITEBYTECODE"
        },
        # compiled once, beside the clone's sources and not among them, and not anew by each of a dozen processes
        "PYTHONPYCACHEPREFIX": str(ROOT / ".data" / "pycache"),
        "DJANGO_SETTINGS_MODULE": "deploy.settings",
        "LUQIN_MODE": "test",
        "PYTHONPATH": str(ROOT),
        "PATH": f"{environment.python().parent.absolute()}:{env['PATH']}",
        "NO_COLOR": "1",
    }


KEPT = {"LUQIN_SHARED", "LUQIN_CHROMIUM", "LUQIN_VENV", "LUQIN_PACKAGES", "LUQIN_NODE"}


@contextmanager
def _stores(*, wanted: bool) -> Iterator[dict[str, str]]:
    """A database and a Redis that live as long as the run; their addresses."""
    if not wanted:
        yield {}
        return
    folder = Path(tempfile.mkdtemp(prefix="luqin-test-"))
    try:
        with Stack(DataFolder(folder), durable=False) as stack:
            with say.step("private database and Redis"):
                stack.start_stores()
            yield {
                "DATABASE_URL": stack.database.url,
                "REDIS_URL": stack.doorbell.url,
                "LUQIN_DATA": str(folder / "luqin"),
            }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stopped(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    if os.environ.get("CI"):
        os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main(sys.argv[1:]))
