"""What people call an offence: the act's short name, where the law's tables have the code; else nothing, and the catalogue's own name serves."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from field.rules.law.book import book


def short_name(code: str) -> str:
    """`违法停车` for 1039. Empty for a code that no table names; the first act that may be punished under it gives the name."""
    return _names().get(code, "")


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for act in book().acts.values():
        for code in _codes(act.tables):
            names.setdefault(code, act.zh)
    return names


def _codes(tables: Any) -> Iterator[str]:
    for table in tables:
        for row in table:
            code = row.get("set", {}).get("code")
            if code:
                yield code
