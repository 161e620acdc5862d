"""What time tells a stranger who asks by guesses: two kinds of question, asked in turn in random order, and how well the two can be told apart."""

import random
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, variance

from django.test import Client

from field.lookup import imports
from tests import scenes
from tests.cast import Cast

Question = Mapping[str, str]
NUMBER = "3309001000000010"


BLOCK = 5


@dataclass(frozen=True)
class Told:
    """How two samples of seconds differ."""

    first: Sequence[float]
    second: Sequence[float]

    @property
    def auc(self) -> float:
        """How often the second kind took longer than the first: 0.5 where time tells nothing, 1 or 0 where it tells all."""
        return _auc(self.first, self.second)

    @property
    def auc_of_fastest(self) -> float:
        """The same of the fastest of each five in a row, as somebody measures who asks again and again: what a busy machine adds falls away."""
        return _auc(_fastest(self.first), _fastest(self.second))

    @property
    def welch_t(self) -> float:
        """Welch's t of the middle nine tenths of each: beyond 4.5 a leak is held for shown."""
        one, other = (_without_outliers(each) for each in (self.first, self.second))
        error = variance(one) / len(one) + variance(other) / len(other)
        return float((fmean(other) - fmean(one)) / error**0.5)

    def __str__(self) -> str:
        one, other = (1e6 * median(each) for each in (self.first, self.second))
        return (
            f"medians {one:.0f} and {other:.0f} µs over {len(self.first)} and {len(self.second)},"
            f" AUC {self.auc:.3f}, of the fastest of five {self.auc_of_fastest:.3f}, Welch t {self.welch_t:+.1f}"
        )


def tell(
    first: Callable[[], Question], second: Callable[[], Question], *, each: int, chance: random.Random
) -> Told:
    """Ask the form so many questions of each kind, in one run and in random order; the first few of each warm everything up."""
    citizen = Client()
    for warm in (first, second) * 10:
        citizen.post("/ask", warm())
    order = [0, 1] * each
    chance.shuffle(order)
    took: tuple[list[float], list[float]] = ([], [])
    for which in order:
        question = (first, second)[which]()
        begun = time.perf_counter()
        citizen.post("/ask", question)
        took[which].append(time.perf_counter() - begun)
    return Told(*took)


def _auc(first: Sequence[float], second: Sequence[float]) -> float:
    ranked = sorted([(one, 0) for one in first] + [(one, 1) for one in second])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which)
    return (ranks - len(second) * (len(second) + 1) / 2) / (len(second) * len(first))


def _fastest(sample: Sequence[float]) -> Sequence[float]:
    return [min(sample[at : at + BLOCK]) for at in range(0, len(sample), BLOCK)]


def _without_outliers(sample: Sequence[float]) -> Sequence[float]:
    ordered = sorted(sample)
    return ordered[len(ordered) // 20 : len(ordered) - len(ordered) // 20]


def prepare(cast: Cast, folder: Path) -> None:
    """A decision with its paper, its vehicle in the register, and another vehicle without a violation."""
    scenes.recorded_violation(
        cast,
        kind="on_the_spot",
        served=True,
        document_number=NUMBER,
        person={"name": "王小明", "licence": "33090119800101001X", "phone": ""},
    )
    register = folder / "vehicles.csv"
    register.write_text("plate,plate_type,engine_number\n浙M5K082,02,ABC123\n浙M5K083,02,ABC123\n")
    imports.import_vehicles(register, actor="system", now=scenes.now())


def ending() -> str:
    return f"{secrets.randbelow(10_000):04d}"


def wrong_ending() -> Question:
    return {"number": NUMBER, "licence": ending()}


def no_such_paper() -> Question:
    return {"number": f"33990010{secrets.randbelow(10**8):08d}", "licence": ending()}


def wrong_engine() -> Question:
    return {"plate": "浙M5K082", "kind": "02", "engine": secrets.token_hex(3)}


def none_of_this_vehicle() -> Question:
    """A vehicle of the register without violations, or one that nobody has."""
    plate = secrets.choice(["浙M5K083", f"浙M{secrets.randbelow(10**5):05d}"])
    return {"plate": plate, "kind": "02", "engine": secrets.token_hex(3)}
