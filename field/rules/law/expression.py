"""Conditions and sums of the law's tables: exact numbers, and a third truth for what nobody has said.

An expression is JSON: a number or a truth stands for itself, a text names a fact, a list is an operation with its operands:

    ["ge", ["mul", 100, "act.measured_kmh"], ["mul", 150, "act.limit_kmh"]]

A fact that was not given is unknown, and so is what hangs on it; `and` and `or` are Kleene's: a false operand decides an `and` whatever
the others are. Numbers are fractions: 0.091 mg/L times 220 is 20.02, and nothing is rounded before it is compared.

Written twice: the other one is frontend/src/domain/law/expression.ts; tests/cases/law_expressions.json holds both to the same answers.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

Value: TypeAlias = Fraction | str | bool | tuple[str, ...]
Expression: TypeAlias = Any
"""What JSON gives: a number, a truth, a text or a list of such."""
Facts: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Unknown:
    """What can't be said, and the names of the facts that would say it."""

    facts: frozenset[str]


class NotAnExpression(Exception):
    """A table holds what this machine can't compute: a fault of the table, never of the facts."""


COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
    "eq": operator.eq,
}
COMPUTE: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "min": min,
    "max": max,
}


def evaluate(expression: Expression, facts: Facts) -> Value | Unknown:
    """The value of an expression for these facts.

    :raises NotAnExpression: it is none, or it compares what can't be compared
    """
    if isinstance(expression, bool):
        return expression
    if isinstance(expression, int | Decimal):
        return Fraction(expression)
    if isinstance(expression, str):
        value = facts.get(expression)
        return Unknown(frozenset({expression})) if value is None else value
    match expression:
        case ["and", *parts]:
            return _all(parts, facts, decides=False)
        case ["or", *parts]:
            return _all(parts, facts, decides=True)
        case ["not", part]:
            inner = evaluate(part, facts)
            return inner if isinstance(inner, Unknown) else not _truth(inner)
        case ["in", part, [*texts]]:
            inner = evaluate(part, facts)
            return inner if isinstance(inner, Unknown) else inner in texts
        case ["has", part, str(text)]:
            inner = evaluate(part, facts)
            return inner if isinstance(inner, Unknown) else isinstance(inner, tuple) and text in inner
        case ["given", str(name)]:
            return name in facts
        case ["else", part, instead]:
            inner = evaluate(part, facts)
            return evaluate(instead, facts) if isinstance(inner, Unknown) else inner
        case [str(word), left, right] if word in COMPARE or word in COMPUTE:
            return _of_two(word, evaluate(left, facts), evaluate(right, facts))
    raise NotAnExpression(expression)


def _all(parts: list[Expression], facts: Facts, *, decides: bool) -> bool | Unknown:
    """Kleene's `and` (a false part decides) and `or` (a true one does)."""
    missing: frozenset[str] = frozenset()
    for part in parts:
        inner = evaluate(part, facts)
        if isinstance(inner, Unknown):
            missing |= inner.facts
        elif _truth(inner) is decides:
            return decides
    return Unknown(missing) if missing else not decides


def _of_two(word: str, left: Value | Unknown, right: Value | Unknown) -> Value | Unknown:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        missing = [one.facts for one in (left, right) if isinstance(one, Unknown)]
        return Unknown(frozenset().union(*missing))
    if not isinstance(left, Fraction) or not isinstance(right, Fraction):
        raise NotAnExpression(word, left, right)
    if word in COMPARE:
        return COMPARE[word](left, right)
    computed: Fraction = COMPUTE[word](left, right)
    return computed


def _truth(value: Value) -> bool:
    if not isinstance(value, bool):
        raise NotAnExpression(value)
    return value
