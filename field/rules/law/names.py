"""What people call an offence: the act's short name, where the law's tables have the code; else nothing, and the catalogue's own name serves."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from field.rules.law.book import Act, book


def short_name(code: str, language: str = "zh") -> str:
    """`违法停车` for 1039, or `parking violation`. Empty for a code that no table names; the first act punished under it gives the name."""
    act = _acts().get(code)
    return "" if act is None else act.en if language == "en" else act.zh


@cache
def _acts() -> dict[str, Act]:
    acts: dict[str, Act] = {}
    for act in book().acts.values():
        for code in _codes(act.tables):
            acts.setdefault(code, act)
    return acts


def _codes(tables: Any) -> Iterator[str]:
    for table in tables:
        for row in table:
            code = row.get("set", {}).get("code")
            if code:
                yield code
