"""Choosing rows: the first row that holds says what is so; where a fact is missing, only what all possible rows agree on is said.

A table is a list of rows `{"when": condition, "set": {field: value}, "by": [article, …], "from": day, "to": day}`. Without `when` a row
always holds; it counts for acts from its first day on, and before the day `to`, if it has such. A row that may hold and the rows after it
up to the first that does are all possible. A field on which they differ stays open, and the facts that
would decide are named. Lists (measures, further consequences) keep what every possible row has.

Written twice, as expression.py is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from field.rules.law.expression import Facts, NotAnExpression, Unknown, evaluate

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a table says: the fields that are decided, the fields that are open, the articles, and the facts that are missing."""

    said: Mapping[str, Any] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    articles: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()


def choose(table: Sequence[Row], facts: Facts, day: str) -> Chosen:
    """Read one table for an act of that day (`YYYY-MM-DD`, as the rows have theirs).

    :raises NotAnExpression: a condition is none
    """
    possible: list[Row] = []
    missing: frozenset[str] = frozenset()
    for row in table:
        if not row.get("from", "") <= day < row.get("to", "9999"):
            continue
        holds = evaluate(row.get("when", True), facts)
        if holds is False:
            continue
        possible.append(row)
        if isinstance(holds, Unknown):
            missing |= holds.facts
            continue
        if holds is not True:
            raise NotAnExpression(row["when"])
        break
    else:
        possible.append({})  # and none of them may be the one
    return _agreed([_computed(row, facts) for row in possible], missing)


def _computed(row: Row, facts: Facts) -> Row:
    """The row with each value `{"is": expression}` worked out; one that can't be is left as what is not known of it."""
    return {
        **row,
        "set": {
            name: evaluate(value["is"], facts) if isinstance(value, dict) and "is" in value else value
            for name, value in row.get("set", {}).items()
        },
    }


def _agreed(possible: Sequence[Row], missing: frozenset[str]) -> Chosen:
    sets: list[Mapping[str, Any]] = [row.get("set", {}) for row in possible]
    names = dict.fromkeys(name for one in sets for name in one)
    said: dict[str, Any] = {}
    differing: set[str] = set()
    for name in names:
        values = [one.get(name) for one in sets]
        unknown = [value.facts for value in values if isinstance(value, Unknown)]
        if unknown:
            differing.add(name)
            missing = missing.union(*unknown)
            continue
        if all(value == values[0] for value in values):
            said[name] = values[0]
            continue
        differing.add(name)
        if any(isinstance(value, list | tuple) for value in values):
            lists = [value or () for value in values]
            said[name] = [item for item in lists[0] if all(item in other for other in lists)]
    articles = dict.fromkeys(
        article
        for article in possible[0].get("by", ())
        if all(article in row.get("by", ()) for row in possible)
    )
    return Chosen(said, frozenset(differing), tuple(articles), missing if differing else frozenset())
