"""The tables as one book: read once, with its digest, and its definitions put in their places.

What is in `tables/` is all the law that verdicts are made of; each row carries its days and its articles. A row that was used is never
edited: it ends on a day, and another begins. The handheld carries the same bytes as a pack.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from field.rules.law.table import Row

FOLDER = Path(__file__).parent / "tables"
Table = Sequence[Row]


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act: its name in both languages, its tables, and the group of which only one act is punished."""

    what: str
    zh: str
    en: str
    tables: Sequence[Table]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """The law as this product carries it, and the SHA-256 of the files it came from.

    `gates` say what comes before any act (who may decide, who may be punished), `acts` what each act costs, `whole` what follows from all of
    them together, `stages` what follows where nothing is judged at the roadside. `codes` and `casting` say which facts an offence code of
    the catalogue stands for (casting.py). `since`: acts before that day are not in it.
    """

    digest: str
    since: str
    articles: Mapping[str, Mapping[str, str]]
    gates: Sequence[Table]
    acts: Mapping[str, Act]
    whole: Sequence[Table]
    stages: Mapping[str, Sequence[Table]]
    codes: Mapping[str, Mapping[str, Any]]
    casting: Mapping[str, Any]


@cache
def book() -> Book:
    """The book that this product ships."""
    return read_book([file.read_bytes() for file in sorted(FOLDER.glob("*.json"))])


def read_book(files: Sequence[bytes]) -> Book:
    """One book out of its files: each holds some of the parts; parts of one name in several files are put together."""
    parts = put_together(files)
    return Book(
        digest=sha256(b"".join(files)).hexdigest(),
        since=parts["since"],
        articles=parts["articles"],
        gates=parts["gates"],
        acts={
            what: Act(what, act["zh"], act["en"], act["tables"], act.get("group", ""))
            for what, act in parts["acts"].items()
        },
        whole=parts["whole"],
        stages=parts["stages"],
        codes=parts["codes"],
        casting=parts["casting"],
    )


def put_together(files: Sequence[bytes]) -> dict[str, Any]:
    """All parts of all files by name, with what is defined put in; parts of one name are put together."""
    parts: dict[str, Any] = {}
    for file in files:
        for name, value in json.loads(file, parse_float=Decimal).items():
            if isinstance(value, dict):
                parts.setdefault(name, {}).update(value)
            else:
                parts[name] = value
    found: dict[str, Any] = put_in(parts, parts["define"])
    return found


def put_in(node: Any, definitions: Mapping[str, Any]) -> Any:
    """The same with each `@name` replaced by what it is defined as."""
    match node:
        case str() if node.startswith("@"):
            return put_in(definitions[node[1:]], definitions)
        case list():
            return [put_in(one, definitions) for one in node]
        case dict():
            return {name: put_in(one, definitions) for name, one in node.items()}
        case _:
            return node
