"""The contract between server and front end: the OpenAPI document, and the TypeScript types made from it, are those of this code."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.bringup import environment, say
from deploy.bringup.places import FRONTEND, ROOT
from deploy.bringup.say import Trouble

DOCUMENT = ROOT / "deploy" / "openapi.yaml"
TYPES = FRONTEND / "src" / "remote" / "schema.d.ts"
REFRESH = "Run `deploy/test --refresh`, look at what changed, and commit it with the change that caused it."


def make(folder: Path, env: Mapping[str, str], log: Path) -> tuple[Path, Path]:
    """Write the document and the types of the present code below `folder`."""
    document, types = folder / "openapi.yaml", folder / "schema.d.ts"
    say.run(
        [
            environment.python(),
            "manage.py",
            "spectacular",
            "--validate",
            "--fail-on-warn",
            "--file",
            document,
        ],
        log=log,
        todo="See above: a view or a serializer says too little for the document.",
        env=env,
        cwd=ROOT,
    )
    say.run(
        ["npx", "--no-install", "openapi-typescript", document, "-o", types],
        log=log.with_suffix(".types.log"),
        todo="See above.",
        env=env,
        cwd=FRONTEND,
    )
    return document, types


def compare(folder: Path, env: Mapping[str, str], log: Path) -> None:
    """:raises Trouble: what is committed is not what the code says"""
    for fresh, committed in zip(make(folder, env, log), (DOCUMENT, TYPES), strict=True):
        if not committed.is_file() or committed.read_bytes() != fresh.read_bytes():
            difference = subprocess.run(
                ["diff", "-u", str(committed), str(fresh)], capture_output=True, text=True, check=False
            ).stdout
            raise Trouble(f"{committed.relative_to(ROOT)} is stale", REFRESH, difference[:6000])


def refresh(folder: Path, env: Mapping[str, str], log: Path) -> None:
    """Write both where they are committed."""
    for fresh, committed in zip(make(folder, env, log), (DOCUMENT, TYPES), strict=True):
        committed.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fresh, committed)
        os.chmod(committed, 0o644)
