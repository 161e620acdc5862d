"""`deploy/soak` and `deploy/bench`: find the modules beside them, list them, run one or all against a private stack.

A module is a file with a docstring and `main(argv) -> int`. It finds DATABASE_URL, REDIS_URL and LUQIN_DATA of a database, a Redis and
a folder that are its own and go away with it, and in LUQIN_SEED the seed of this run.
"""

import argparse
import ast
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import FrameType

from deploy.bringup import city, environment, packages, process, say
from deploy.bringup.places import ROOT, DataFolder
from deploy.bringup.say import Trouble
from deploy.bringup.stack import Stack


def found(folder: Path) -> dict[str, Path]:
    """Every module of the folder by its name."""
    return {
        path.stem.replace("_", "-"): path
        for path in sorted(folder.glob("*.py"))
        if not path.name.startswith("_")
    }


def says(module: Path) -> str:
    """First line of the module's docstring."""
    return (ast.get_docstring(ast.parse(module.read_text())) or "(says nothing about itself)").splitlines()[0]


def main(kind: str, purpose: str, words: list[str], *, limit_s: float) -> int:
    """List or run; the exit status is 0 only when every module's was."""
    folder = ROOT / "deploy" / f"{kind}.d"
    parser = argparse.ArgumentParser(prog=f"deploy/{kind}", description=purpose, allow_abbrev=False)
    parser.add_argument("name", nargs="?", help="one of the listed; all, one after the other, without it")
    parser.add_argument("--list", action="store_true", help="name them, and end")
    parser.add_argument(
        "--seed", type=int, help="so that a run can be had again (drawn and printed without it)"
    )
    parser.add_argument(
        "--limit", type=float, default=limit_s, metavar="S", help=f"seconds for each ({limit_s:.0f})"
    )
    asked, rest = parser.parse_known_args(words)
    modules = found(folder)
    if asked.list or not modules:
        for name, path in modules.items():
            say.line(f"  {name:<20} {says(path)}")
        return 0 if modules else say.fail(Trouble(f"there is nothing in {folder}", "Is the clone whole?"))
    if asked.name and asked.name not in modules:
        return say.fail(Trouble(f"nothing is called {asked.name}", f"These are: {', '.join(modules)}"))
    signal.signal(signal.SIGTERM, _stopped)
    seed = asked.seed if asked.seed is not None else secrets.randbelow(2**31)
    chosen = [asked.name] if asked.name else list(modules)
    results = {}
    try:
        logs = ROOT / ".data" / f"{kind}-logs"
        logs.mkdir(parents=True, exist_ok=True)
        packages.provide(logs, for_tests=True)
        environment.provide(environment.TEST, logs=logs)
        for name in chosen:
            say.line(f"\n▸ {name}: {says(modules[name])}\n  seed {seed}, at most {asked.limit:.0f} s")
            begun = time.monotonic()
            results[name] = _run(modules[name], seed, asked.limit, rest)
            say.line(
                f"{'✓' if results[name] == 0 else '✗'} {name}: status {results[name]} after {time.monotonic() - begun:.0f} s"
            )
    except Trouble as trouble:
        return say.fail(trouble)
    except KeyboardInterrupt:
        say.line("stopped")
        return 130
    return 0 if all(status == 0 for status in results.values()) else 1


def _run(module: Path, seed: int, limit_s: float, rest: list[str]) -> int:
    """One module against stores of its own."""
    folder = Path(tempfile.mkdtemp(prefix="luqin-run-"))
    try:
        # flushed to disk as in production: a figure without is none
        with Stack(DataFolder(folder), extra={"LUQIN_MODE": "test", "LUQIN_SEED": str(seed)}) as stack:
            stack.start_stores()
            env = stack.environment()
            city.migrate(stack.data, env)
            words = [environment.python(), "-m", "deploy.verify.module", module, *rest]
            running = subprocess.Popen(
                [str(word) for word in words], env=env, cwd=ROOT, start_new_session=True
            )
            try:
                return running.wait(limit_s)
            except subprocess.TimeoutExpired:
                say.line(f"! not done within {limit_s:.0f} s")
                return 124
            finally:
                process.stop(running)
                stack.durable = False
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stopped(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
