"""Numbers of papers: how one is written in this place, which check character it carries, and what became of each of a block. Pure.

As seen on real papers a number is six digits of the area, one of the class of paper, eight of the serial, and one check digit whose
algorithm the provinces don't publish: area, classes, digits and check are settings, and `none` is the cautious check. Written twice:
frontend/src/domain/documents/number.ts.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


def _luhn(digits: str) -> str:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if at % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _mod_11_10(digits: str) -> str:
    """ISO 7064 MOD 11,10."""
    left = 10
    for digit in digits:
        left = (left + int(digit)) % 10 or 10
        left = left * 2 % 11
    return str((11 - left) % 10)


CHECKS: Mapping[str, Callable[[str], str]] = {"none": lambda _: "", "luhn": _luhn, "mod_11_10": _mod_11_10}
"""Check characters that can be chosen; each takes the digits before it."""


@dataclass(frozen=True, slots=True)
class Form:
    """How numbers are written here. `classes` gives each kind of paper its digits; a kind without any gets no numbers."""

    area: str
    classes: Mapping[str, str]
    digits: int
    check: str

    def fault(self) -> str:
        """What is wrong with it, in a word; empty where nothing is."""
        if not re.fullmatch(r"[1-9][0-9]{5}", self.area):
            return "area"
        if not 4 <= self.digits <= 8:  # so that a handheld's numbers hold a stem exactly
            return "digits"
        if self.check not in CHECKS:
            return "check"
        classes = list(self.classes.values())
        sound = all(re.fullmatch(r"[0-9]", one) for one in classes) and len(set(classes)) == len(classes)
        return "" if sound else "classes"

    def series(self, kind: str) -> str:
        """The digits before the serial.

        :raises KeyError: papers of this kind get no numbers here
        """
        return self.area + self.classes[kind]

    def stem(self, kind: str, serial: int) -> int:
        """The number without its check character, as one whole number: what blocks are made of."""
        return int(f"{self.series(kind)}{serial:0{self.digits}d}")

    def written(self, stem: int) -> str:
        """The number as it stands on the paper."""
        return f"{stem}{CHECKS[self.check](str(stem))}"

    def stem_of(self, number: str) -> int | None:
        """The stem of a number that has this form's length, whatever its check character; None of any other."""
        length = len(self.area) + 1 + self.digits
        with_check = length + (self.check != "none")
        return int(number[:length]) if re.fullmatch(f"[0-9]{{{with_check}}}", number) else None


class Fate(StrEnum):
    """What became of one number of a block."""

    USED = "used"
    """On a paper whose record counts."""
    SET_ASIDE = "set_aside"
    """On a paper whose record waits in the quarantine or in a conflict."""
    VOIDED = "voided"
    """Voided by itself, with a reason; never used again."""
    BLOCK_VOIDED = "block_voided"
    """Not used, and its whole block is voided."""
    HELD = "held"
    """Not used yet: still on the terminal."""
    MISSING = "missing"
    """A later one of the block is used and this one is not: a paper was made and has not come, or was skipped without a word."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Numbers that lie side by side and became the same."""

    first: int
    last: int
    fate: Fate


def fates(
    first: int,
    last: int,
    *,
    used: Collection[int],
    set_aside: Collection[int],
    voided: Collection[int],
    block_voided: bool,
    elsewhere: Collection[int] = (),
) -> list[Explained]:
    """Say of each number of a block what became of it, from the first to the last, neighbours of one fate together.

    A terminal takes its numbers in their order, so that one below the highest taken, and neither used nor voided, is missing. `elsewhere`
    are those that stand on another terminal's papers: they say nothing of how far this one has come.
    """
    highest = max([*voided, *{*used, *set_aside}.difference(elsewhere)], default=first - 1)
    found: list[Explained] = []
    for stem in range(first, last + 1):
        fate = Fate.HELD
        if stem in used:
            fate = Fate.USED
        elif stem in set_aside:
            fate = Fate.SET_ASIDE
        elif stem in voided:
            fate = Fate.VOIDED
        elif stem < highest:
            fate = Fate.MISSING
        elif block_voided:
            fate = Fate.BLOCK_VOIDED
        if found and found[-1].fate is fate:
            found[-1] = Explained(found[-1].first, stem, fate)
        else:
            found.append(Explained(stem, stem, fate))
    return found


def left_in(explained: Iterable[Explained]) -> int:
    """How many can still be used."""
    return sum(one.last - one.first + 1 for one in explained if one.fate is Fate.HELD)
