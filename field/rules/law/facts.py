"""Facts as the judge's language gives them, laid flat for the tables: `vehicle.class`, `person.age`, `act.measured_kmh`.

Numbers become fractions of exactly the digits that were written. A null is a fact that was not given.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

from field.rules.law.expression import Value

MOST_ACTS = 20
STAGES = (
    *("roadside", "camera_record", "decision_served", "decision_revoked", "measure_taken", "objection"),
    *("cycle_end", "points_reduction"),
)


class NotFacts(Exception):
    """A line that does not say facts. `where` is the key, `problem` one word."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, problem)
        self.where, self.problem = where, problem


def flat(line: Mapping[str, Any]) -> dict[str, Value]:
    """Everything but the acts, by dotted name. `stage` is `roadside` where none is named.

    :raises NotFacts: a value is neither text, number nor truth
    """
    facts = dict(
        lay_flat("", {name: value for name, value in line.items() if name != "acts"}, wrong=NotFacts)
    )
    facts.setdefault("stage", "roadside")
    if facts["stage"] not in STAGES:
        raise NotFacts("stage", "unknown")
    return facts


def acts(line: Mapping[str, Any]) -> list[dict[str, Value]]:
    """The acts, each by its own names below `act.`.

    :raises NotFacts: `acts` is no list, or an act doesn't say what was done
    """
    said = line.get("acts") or []
    if not isinstance(said, list):
        raise NotFacts("acts", "wrong_type")
    if len(said) > MOST_ACTS:
        raise NotFacts("acts", "too_many")
    found = []
    for at, act in enumerate(said):
        if not isinstance(act, dict) or not isinstance(act.get("what"), str):
            raise NotFacts(f"acts[{at}].what", "missing")
        found.append(dict(lay_flat("act.", act, wrong=NotFacts)))
    return found


def lay_flat(
    prefix: str,
    said: Mapping[str, Any],
    *,
    wrong: Callable[[str, str], Exception],
    clean: Callable[[str], str | None] = lambda text: text,
) -> Iterator[tuple[str, Value]]:
    """Every value by its dotted name; `wrong` makes what is raised for one that is none, texts that `clean` drops are not given."""
    for name, value in said.items():
        match value:
            case None:
                continue
            case bool():
                yield prefix + name, value
            case str():
                if (text := clean(value)) is not None:
                    yield prefix + name, text
            case int():
                yield prefix + name, Fraction(value)
            case Decimal() if value.is_finite():
                yield prefix + name, Fraction(value)
            case float() if isfinite(value):
                yield prefix + name, Fraction(repr(value))
            case dict():
                yield from lay_flat(f"{prefix}{name}.", value, wrong=wrong, clean=clean)
            case list() if all(isinstance(one, str) for one in value):
                yield prefix + name, tuple(text for one in value if (text := clean(one)) is not None)
            case _:
                raise wrong(prefix + name, "wrong_type")
