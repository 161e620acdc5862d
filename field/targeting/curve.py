"""How much of what happens is on how little of the road. Pure: counts and lengths of segments in, shares out.

Three shares, each on a tenth, and each of something else, which has to be said with it: `count` of all segments, ranked by events;
`length` of all length, ranked by events per metre (a segment counts as at least FLOOR_M long, or one event on a stub would be the worst
place of the city); `hit` of the segments that have at least one event.

Where events are few, a tenth of the segments carries much by chance alone: so each share stands beside what events thrown blindly on the
network, in proportion to length, would give.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TENTH = 0.1
FLOOR_M = 50.0
DRAWS = 200
INSIDE = (2.5, 97.5)
"""Percentiles between which the band lies."""

Counts = NDArray[np.int64]
Lengths = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the events, 0 to 1."""

    count: float
    length: float
    hit: float

    def as_dict(self) -> dict[str, float]:
        """For JSON, to four places."""
        return {"count": round(self.count, 4), "length": round(self.length, 4), "hit": round(self.hit, 4)}


@dataclass(frozen=True, slots=True)
class Persistence:
    """How much of what came later lay on what was worst before; `best` is what hindsight would have reached."""

    earlier: tuple[int, int]
    later: tuple[int, int]
    events: int
    count: float
    length: float
    best_count: float
    best_length: float


def shares(counts: Counts, lengths: Lengths) -> Shares:
    """The three shares. :raises ValueError: there is no event"""
    total = int(counts.sum())
    if total == 0:
        raise ValueError("there is no event")
    return Shares(
        count=float(counts[_worst_by_count(counts)].sum() / total),
        length=_on_length(counts, lengths, _by_density(counts, lengths), TENTH),
        hit=_of_the_hit(counts) / total,
    )


def chance(events: int, lengths: Lengths, draws: np.random.Generator, *, times: int = DRAWS) -> Shares:
    """What the same number of events gives on average when each falls blindly on some metre of the network."""
    odds = lengths / lengths.sum()
    return _middle([shares(draws.multinomial(events, odds), lengths) for _ in range(times)])


def band(
    counts: Counts, lengths: Lengths, draws: np.random.Generator, *, times: int = DRAWS
) -> dict[str, tuple[float, float]]:
    """Between what the shares vary when the network is drawn again, segment by segment, from itself: 95 in 100 lie inside."""
    found: list[Shares] = []
    while len(found) < times:
        drawn = draws.integers(len(counts), size=len(counts))
        if counts[drawn].any():
            found.append(shares(counts[drawn], lengths[drawn]))
    return {name: _inside([getattr(one, name) for one in found]) for name in ("count", "length", "hit")}


def persistence(segments: NDArray[np.intp], years: NDArray[np.int64], lengths: Lengths) -> Persistence | None:
    """Rank on the earlier two thirds of the years, and see what of the last third falls there.

    `segments` and `years` are of the snapped events whose year is known. None where they lie in fewer than two years.
    """
    span = np.unique(years)
    if len(span) < 2:
        return None
    later_from = span[-max(1, len(span) // 3)]
    before, after = years < later_from, years >= later_from
    earlier, later = (np.bincount(segments[which], minlength=len(lengths)) for which in (before, after))
    reached = shares(later, lengths)
    return Persistence(
        earlier=(int(span[0]), int(years[before].max())),
        later=(int(later_from), int(span[-1])),
        events=int(later.sum()),
        count=float(later[_worst_by_count(earlier)].sum() / later.sum()),
        length=_on_length(later, lengths, _by_density(earlier, lengths), TENTH),
        best_count=reached.count,
        best_length=reached.length,
    )


def points(counts: Counts, lengths: Lengths) -> list[tuple[int, float]]:
    """The curve itself: for each percent of all length, worst first, the share of the events on it."""
    order, total = _by_density(counts, lengths), counts.sum()
    on = np.concatenate(([0.0], np.cumsum(counts[order]) / total))
    of = np.concatenate(([0.0], np.cumsum(lengths[order]) / lengths.sum()))
    return [(percent, round(float(np.interp(percent / 100, of, on)), 4)) for percent in range(101)]


def is_mostly_chance(seen: Shares, by_chance: Shares) -> bool:
    """Whether blind chance alone explains nine tenths of what the curve shows over all segments."""
    return by_chance.count >= 0.9 * seen.count


def _worst_by_count(counts: Counts) -> NDArray[np.intp]:
    return np.argsort(-counts, kind="stable")[: max(1, round(len(counts) * TENTH))]


def _by_density(counts: Counts, lengths: Lengths) -> NDArray[np.intp]:
    return np.argsort(-counts / np.maximum(lengths, FLOOR_M), kind="stable")


def _on_length(counts: Counts, lengths: Lengths, order: NDArray[np.intp], share: float) -> float:
    """The share of the events on so much of the length in this order; of the segment that is cut, its part."""
    of = np.concatenate(([0.0], np.cumsum(lengths[order]) / lengths.sum()))
    on = np.concatenate(([0.0], np.cumsum(counts[order]) / counts.sum()))
    return float(np.interp(share, of, on))


def _of_the_hit(counts: Counts) -> float:
    hit = np.sort(counts[counts > 0])[::-1]
    return float(hit[: max(1, round(len(hit) * TENTH))].sum())


def _inside(found: list[float]) -> tuple[float, float]:
    low, high = np.percentile(found, INSIDE)
    return round(float(low), 4), round(float(high), 4)


def _middle(found: list[Shares]) -> Shares:
    return Shares(
        *(float(np.mean([getattr(one, name) for one in found])) for name in ("count", "length", "hit"))
    )
