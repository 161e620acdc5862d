"""Reading JSON that somebody else wrote: each value is asked for by name, type and bounds, or refused with a reason and a place. Pure."""

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Never, TypeVar
from uuid import UUID

MAX_DEPTH = 8
EXACT_MAX = 2**53 - 1
"""The largest whole number that both sides hold exactly."""
_HEX_64 = re.compile(r"[0-9a-f]{64}")
_HEX_16 = re.compile(r"[0-9a-f]{16}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOMENT = re.compile(r"(19[7-9]\d|20\d\d)-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d)")
_NUMERAL = re.compile(r"\d{1,6}(\.\d{1,3})?")
W = TypeVar("W", bound=StrEnum)
T = TypeVar("T")


class Problem(StrEnum):
    """What can be wrong with a text."""

    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    KEY_TWICE = "key_twice"
    NOT_A_NUMBER = "not_a_number"
    TOO_DEEP = "too_deep"
    NOT_TEXT = "not_text"
    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_WORD = "unknown_word"


class Unreadable(Exception):
    """The text can't be read as what it should be: `problem` says why, `where` at which value (`photos[0].sha256`)."""

    def __init__(self, problem: Problem, where: str = "") -> None:
        super().__init__(f"{problem} at {where or 'the text'}")
        self.problem, self.where = problem, where


def json_object(text: str, *, max_bytes: int) -> "Read":
    """Read one JSON object, exactly: no key twice, no NaN or infinity, no half surrogates, not deeper than MAX_DEPTH.

    :raises Unreadable: it is not that, or longer than `max_bytes` in UTF-8
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Unreadable(Problem.NOT_TEXT) from None
    if size > max_bytes:
        raise Unreadable(Problem.TOO_LONG)
    try:
        said = json.loads(
            text, object_pairs_hook=_no_key_twice, parse_constant=_no_such_number, parse_float=_finite
        )
    except RecursionError:
        raise Unreadable(Problem.TOO_DEEP) from None
    except ValueError:
        raise Unreadable(Problem.NOT_JSON) from None
    _look_through(said, 0)
    if not isinstance(said, dict):
        raise Unreadable(Problem.WRONG_TYPE)
    return Read(said)


class Read:
    """One JSON object being read. Each question names the key; every answer is of the type asked for."""

    def __init__(self, said: Mapping[str, Any], where: str = "") -> None:
        self.said, self.where = said, where

    def place_of(self, key: str) -> str:
        """Name of the value at this key, from the top."""
        return f"{self.where}.{key}" if self.where else key

    def refuse(self, key: str, problem: Problem) -> Never:
        """:raises Unreadable: always, for the value at this key"""
        raise Unreadable(problem, self.place_of(key))

    def value(self, key: str) -> Any:
        """The value, whatever it is, null included."""
        if key not in self.said:
            self.refuse(key, Problem.MISSING)
        return self.said[key]

    def text(self, key: str, *, most: int, least: int = 0) -> str:
        """A string of `least` to `most` characters."""
        value = self.value(key)
        if not isinstance(value, str):
            self.refuse(key, Problem.WRONG_TYPE)
        if not least <= len(value) <= most:
            self.refuse(key, Problem.OUT_OF_RANGE)
        return value

    def whole(self, key: str, *, least: int = 0, most: int = EXACT_MAX) -> int:
        """A whole number in that range."""
        value = self.value(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(key, Problem.WRONG_TYPE)
        if not least <= value <= most:
            self.refuse(key, Problem.OUT_OF_RANGE)
        return value

    def number(self, key: str, *, least: float, most: float) -> float:
        """A number in that range."""
        value = self.value(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            self.refuse(key, Problem.WRONG_TYPE)
        if not least <= value <= most:
            self.refuse(key, Problem.OUT_OF_RANGE)
        return float(value)

    def truth(self, key: str) -> bool:
        """True or false."""
        value = self.value(key)
        if not isinstance(value, bool):
            self.refuse(key, Problem.WRONG_TYPE)
        return value

    def word(self, key: str, words: type[W]) -> W:
        """One of these words."""
        try:
            return words(self.text(key, most=40))
        except ValueError:
            self.refuse(key, Problem.UNKNOWN_WORD)

    def digest(self, key: str, *, empty: bool = False) -> str:
        """A SHA-256 in 64 lower-case hex digits; with `empty` also the empty string."""
        value = self.text(key, most=64)
        if not (_HEX_64.fullmatch(value) or (empty and not value)):
            self.refuse(key, Problem.OUT_OF_RANGE)
        return value

    def key_id(self, key: str) -> str:
        """The name of a terminal: 16 lower-case hex digits."""
        value = self.text(key, most=16)
        if not _HEX_16.fullmatch(value):
            self.refuse(key, Problem.OUT_OF_RANGE)
        return value

    def uuid(self, key: str) -> UUID:
        """A UUID in its one canonical form."""
        value = self.text(key, most=36)
        if not _UUID.fullmatch(value):
            self.refuse(key, Problem.OUT_OF_RANGE)
        return UUID(value)

    def moment(self, key: str) -> dt.datetime:
        """A moment with its offset from UTC, 1970 to 2099: clocks may be wrong by years, and are still told."""
        value = self.text(key, most=32)
        if not _MOMENT.fullmatch(value):
            self.refuse(key, Problem.OUT_OF_RANGE)
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError:
            self.refuse(key, Problem.OUT_OF_RANGE)

    def decimal(self, key: str) -> Decimal:
        """A measured value as a numeral, up to six digits and three decimals."""
        value = self.text(key, most=12)
        if not _NUMERAL.fullmatch(value):
            self.refuse(key, Problem.OUT_OF_RANGE)
        return Decimal(value)

    def maybe(self, key: str, read: Callable[[str], T]) -> T | None:
        """Null, or what `read` finds there."""
        return None if self.value(key) is None else read(key)

    def inner(self, key: str) -> "Read":
        """The object at this key."""
        value = self.value(key)
        if not isinstance(value, dict):
            self.refuse(key, Problem.WRONG_TYPE)
        return Read(value, self.place_of(key))

    def texts(self, key: str, *, most: int, least: int = 0) -> tuple[str, ...]:
        """A list of `least` to `most` short words, each of 1 to 40 characters."""
        value = self.value(key)
        if not isinstance(value, list):
            self.refuse(key, Problem.WRONG_TYPE)
        if not least <= len(value) <= most:
            self.refuse(key, Problem.OUT_OF_RANGE)
        for one in value:
            if not isinstance(one, str):
                self.refuse(key, Problem.WRONG_TYPE)
            if not 1 <= len(one) <= 40:
                self.refuse(key, Problem.OUT_OF_RANGE)
        return tuple(value)

    def many(self, key: str, *, most: int) -> list["Read"]:
        """A list of objects, at most `most`."""
        value = self.value(key)
        if not isinstance(value, list):
            self.refuse(key, Problem.WRONG_TYPE)
        if len(value) > most:
            self.refuse(key, Problem.OUT_OF_RANGE)
        for at, one in enumerate(value):
            if not isinstance(one, dict):
                raise Unreadable(Problem.WRONG_TYPE, f"{self.place_of(key)}[{at}]")
        return [Read(one, f"{self.place_of(key)}[{at}]") for at, one in enumerate(value)]


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise Unreadable(Problem.KEY_TWICE)
    return said


def _no_such_number(_: str) -> Never:
    raise Unreadable(Problem.NOT_A_NUMBER)


def _finite(numeral: str) -> float:
    value = float(numeral)
    if not math.isfinite(value):
        raise Unreadable(Problem.NOT_A_NUMBER)
    return value


def _look_through(value: object, depth: int) -> None:
    """Refuse depth, and text that no database and no other JSON reader would keep as it is."""
    if depth > MAX_DEPTH:
        raise Unreadable(Problem.TOO_DEEP)
    match value:
        case str():
            if "\0" in value or any("\ud800" <= one <= "\udfff" for one in value):
                raise Unreadable(Problem.NOT_TEXT)
        case dict():
            for key, inner in value.items():
                _look_through(key, depth)
                _look_through(inner, depth + 1)
        case list():
            for inner in value:
                _look_through(inner, depth + 1)
        case _:
            pass
