"""The tables of the papers as one book, with its digest: which lines a paper has, what stands against it, which remedies it names.

A row counts for papers made from its day `from` on, and before its day `to`. A row that was used is never edited: it ends on a day, and
another begins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from field.rules.law.book import put_together

FOLDER = Path(__file__).parent / "tables"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that papers are made from. `kinds` holds the dated versions of each paper, `gates` what must hold before there is one."""

    digest: str
    since: str
    gates: Sequence[Row]
    remedies: Mapping[str, Sequence[Row]]
    kinds: Mapping[str, Sequence[Row]]
    words: Mapping[str, Mapping[str, str]]
    articles: Mapping[str, Mapping[str, str]]
    sentences: Mapping[str, Mapping[str, str]]
    """How each ground is said, in both languages."""


@cache
def book() -> Book:
    """The book that this product ships."""
    return read_book([file.read_bytes() for file in sorted(FOLDER.glob("*.json"))])


def read_book(files: Sequence[bytes]) -> Book:
    """One book out of its files: parts of one name in several files are put together, groups of lines are laid flat."""
    parts = put_together(files)
    return Book(
        digest=sha256(b"".join(files)).hexdigest(),
        since=parts["since"],
        gates=parts["gates"],
        remedies=parts["remedies"],
        kinds={
            kind: [{**version, "lines": _flat(version["lines"], ())} for version in versions]
            for kind, versions in parts["kinds"].items()
        },
        words=parts["words"],
        articles=parts["articles"],
        sentences=parts["sentences"],
    )


def in_force(rows: Sequence[Row], day: str) -> Row | None:
    """The row that counts on this day (`YYYY-MM-DD`); None where none does."""
    return next((row for row in rows if row["from"] <= day < row.get("to", "9999")), None)


def _flat(lines: Sequence[Any], by: Sequence[str]) -> list[Row]:
    """Lines one after the other; a line in a group has the group's articles unless it names its own."""
    found: list[Row] = []
    for line in lines:
        if isinstance(line, list):
            found += _flat(line, by)
        elif "lines" in line:
            found += _flat(line["lines"], line.get("by", by))
        else:
            found.append({"by": list(by), **line})
    return found
