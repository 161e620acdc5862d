"""The Python environment, from lock files with hashes. A stamp says for which lock files it was made."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.bringup import packages, say
from deploy.bringup.places import ROOT, VENV, digest_of
from deploy.bringup.say import Trouble

SERVE, TEST, NODE = ROOT / "requirements.txt", ROOT / "requirements-dev.txt", ROOT / "requirements-node.txt"
STAMP = VENV / "luqin-stamp.json"


def python() -> Path:
    """The environment's Python."""
    return VENV / "bin" / "python"


def provide(lock: Path, *, logs: Path) -> None:
    """Have what this lock file names installed in the environment; nothing to do when it is.

    :raises Trouble: the environment can't be made, or a package can't be had
    """
    digest = digest_of([lock])
    stamp = _stamp()
    if python().exists() and stamp.get(lock.name) == digest:
        return
    if not python().exists():
        _make(logs)
        stamp = {}
    _install(lock, logs)
    if lock == TEST:  # it holds all of the other
        stamp[SERVE.name] = digest_of([SERVE])
    stamp[lock.name] = digest
    STAMP.write_text(json.dumps(stamp))


def _stamp() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def _make(logs: Path) -> None:
    todo = "Install the package that lets Python make environments: " + " ".join(_venv_packages())
    try:
        import ensurepip  # noqa: F401 (Debian takes it out of Python)
    except ImportError:
        packages.fetch(_venv_packages(), logs)
    say.run(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", VENV], log=logs / "venv.log", todo=todo
    )


def _venv_packages() -> list[str]:
    try:
        return packages.names_for(packages.distribution(), ["python"])
    except Trouble:
        return ["python3-venv"]


def _install(lock: Path, logs: Path) -> None:
    todo = "Is a package registry reachable? Then run this again: what is there already is kept."
    uv = shutil.which("uv")
    if uv and _works(uv):
        try:
            say.run(
                [
                    uv,
                    "pip",
                    "install",
                    "--python",
                    python(),
                    "--require-hashes",
                    "--compile-bytecode",
                    "-r",
                    lock,
                ],
                log=logs / f"{lock.stem}.log",
                todo=todo,
                cwd=ROOT,
            )
            return
        except Trouble as trouble:
            say.line(f"    uv could not ({trouble.what}); pip is next")
    say.run(
        [*_pip(), "install", "--require-hashes", "--no-input", "--disable-pip-version-check", "-r", lock],
        log=logs / f"{lock.stem}.log",
        todo=todo,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": ""},
    )


def _works(program: str) -> bool:
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


def _pip() -> list[str | Path]:
    """pip for the environment: its own, put there by ensurepip, or from the distribution's wheel."""
    if subprocess.run([python(), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
        return [python(), "-m", "pip"]
    if subprocess.run([python(), "-m", "ensurepip"], capture_output=True, check=False).returncode == 0:
        return [python(), "-m", "pip"]
    for folder in (Path("/usr/share/python-wheels"), packages.UNPACKED / "usr/share/python-wheels"):
        for wheel in sorted(folder.glob("pip-*.whl")):
            return [python(), wheel / "pip"]
    raise Trouble("there is no pip for this Python", f"Install {' '.join(_venv_packages())}")
