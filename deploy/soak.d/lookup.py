"""What a clock tells a stranger on the public page: ten thousand wrong questions beside ten thousand about nothing, in one run.

`--each` is how many of each (10,000). A guesser who could tell them apart would know which papers and vehicles there are: better than
0.52 by a single answer must not be had. Asked in this process, so that no network hides a difference. Of few questions chance alone gives
more than that: below seven thousand of each the bound is four times what it gives.
"""

import argparse
import contextlib
import math
import os
import random
import tempfile
from pathlib import Path

from django.test.utils import override_settings, setup_test_environment

from evidence import keys
from tests.cast import assemble
from tests.field.lookup import timing

MOST_AUC = 0.52
PAIRS = {
    "paper": (timing.wrong_ending, timing.no_such_paper),
    "vehicle": (timing.wrong_engine, timing.none_of_this_vehicle),
}


def main(argv: list[str]) -> int:
    """Ask and print; 0 when no kind of question can be told from its twin."""
    parser = argparse.ArgumentParser(prog="deploy/soak lookup")
    parser.add_argument("--each", type=int, default=10_000)
    asked = parser.parse_args(argv)
    chance = random.Random(int(os.environ["LUQIN_SEED"]))
    with contextlib.suppress(keys.KeyExists):
        keys.make_log_key()
    setup_test_environment()
    # the standard error of an AUC of two samples of this size that are the same (Mann and Whitney)
    by_chance = math.sqrt((2 * asked.each + 1) / (12 * asked.each**2))
    most = max(MOST_AUC - 0.5, 4 * by_chance)
    print(f"  an AUC of {0.5 + most:.3f} would be a leak")
    with tempfile.TemporaryDirectory() as folder, override_settings(LOOKUP_ASKS_AN_HOUR=10**9):
        timing.prepare(assemble(), Path(folder))
        hidden = True
        for name, (one, other) in PAIRS.items():
            told = timing.tell(one, other, each=asked.each, chance=chance)
            print(f"  {name}: wrong and none, {told}")
            hidden = hidden and abs(told.auc - 0.5) <= most
    return 0 if hidden else 1
