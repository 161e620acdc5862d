"""What is new in the log since a number, and whom it concerns: read by the announcer and by the sockets' own look."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString

from evidence.direct import Database

PAGE = 2000
SIZE: LiteralString = "SELECT leaf_index + 1 FROM seal ORDER BY leaf_index DESC LIMIT 1"
CONCERNED: LiteralString = """SELECT DISTINCT unnest(audience) FROM seal JOIN entry ON entry.id = entry_id
WHERE leaf_index >= %s AND leaf_index < %s"""


@dataclass(frozen=True, slots=True)
class News:
    """The log grew from `since` to `size`; `keys` are the audiences of the entries between."""

    since: int
    size: int
    keys: frozenset[str]


def size_of_log(db: Database) -> int:
    """How many entries are sealed."""
    row = db.execute(SIZE).fetchone()
    return int(row[0]) if row else 0


def news_since(db: Database, told: int) -> Iterator[News]:
    """The news after `told`, page by page until the log's present end; nothing where there is none."""
    size = size_of_log(db)
    while told < size:
        reached = min(told + PAGE, size)
        keys = frozenset(key for (key,) in db.execute(CONCERNED, (told, reached)).fetchall())
        yield News(told, reached, keys)
        told = reached
