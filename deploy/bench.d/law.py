"""The law: one verdict in milliseconds over every shared case, beside the mere reading of the same facts and writing of the same verdict as JSON."""

import argparse
import csv
import json
import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from deploy.bringup.places import ROOT
from field.rules.law.book import book
from field.rules.law.engine import judge

CASES = ROOT / "tests" / "cases" / "law.json"
CATALOGUE = ROOT / "deploy" / "catalogue" / "violation_codes.csv"
MOST_MS = 1.0


def main(argv: list[str]) -> int:
    """Print the figures; 1 if the slowest case of all takes longer than a millisecond in the middle."""
    parser = argparse.ArgumentParser(prog="law")
    parser.add_argument("--rounds", type=int, default=200)
    asked = parser.parse_args(argv)
    with CATALOGUE.open(newline="") as file:
        known = frozenset(row["code"] for row in csv.DictReader(file))
    law, cases = book(), json.loads(CASES.read_text(), parse_float=Decimal)
    texts = [
        (json.dumps(one["facts"], default=str), json.dumps(one["verdict"], default=str)) for one in cases
    ]
    judged = [_times(partial(judge, one["facts"], law, known.__contains__), asked.rounds) for one in cases]
    bare = [_times(partial(_read_and_write, *pair), asked.rounds) for pair in texts]
    middles = [statistics.median(one) for one in judged]
    slowest = max(range(len(cases)), key=middles.__getitem__)
    every = sorted(ms for one in judged for ms in one)
    print(
        f"  {len(cases)} cases, {asked.rounds} times each: p50 {statistics.median(every):.3f} ms,"
        f" p99 {every[int(len(every) * 0.99)]:.3f} ms; the slowest case, {cases[slowest]['case']}: {middles[slowest]:.3f} ms (at most {MOST_MS:.0f})"
    )
    print(f"  JSON alone: p50 {statistics.median(ms for one in bare for ms in one):.3f} ms")
    return 0 if middles[slowest] <= MOST_MS else 1


def _read_and_write(facts: str, verdict: str) -> tuple[str, str]:
    return json.dumps(json.loads(facts)), json.dumps(json.loads(verdict))


def _times(work: Callable[[], Any], rounds: int) -> list[float]:
    """Milliseconds of the processor in each round: what else runs on the machine is left out."""
    found = []
    for _ in range(rounds):
        begun = time.thread_time()
        work()
        found.append((time.thread_time() - begun) * 1000)
    return found
