"""Fuzz every door: questions drawn from the OpenAPI document, fitting and not, as each kind of person; no 5xx, no undocumented answer.

The same test that `deploy/test` runs with a few questions a door (tests/field/test_schema.py), here with many, and with drawn photos,
plates, records and expressions of the law in as many examples (hypothesis).
"""

import argparse
import os
import subprocess
import sys

from deploy.bringup.places import ROOT

SMALL = "tests/field/test_schema.py"
DRAWN = ("tests/rules",)
"""Tests whose examples hypothesis draws."""


def main(argv: list[str]) -> int:
    """Run both; 0 when all passed."""
    parser = argparse.ArgumentParser(prog="deploy/soak doors")
    parser.add_argument(
        "--questions", type=int, default=480, help="for each door, by everybody together (480)"
    )
    parser.add_argument("--examples", type=int, default=2_000, help="for each property of the rules (2,000)")
    asked = parser.parse_args(argv)
    seed = os.environ.get("LUQIN_SEED", "20261125")
    print(f"  {asked.questions} questions a door, {asked.examples} examples a property; seed {seed}")
    environment = os.environ | {
        "LUQIN_EXAMPLES": str(asked.questions),
        "LUQIN_DRAWN": str(asked.examples),
        "LUQIN_SEED": seed,
    }
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "timeout=0"]
    doors = subprocess.run([*pytest, SMALL], cwd=ROOT, env=environment, check=False)
    rules = subprocess.run(
        [*pytest, f"--hypothesis-seed={seed}", *DRAWN], cwd=ROOT, env=environment, check=False
    )
    return 0 if doors.returncode == rules.returncode == 0 else 1
