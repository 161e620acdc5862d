"""From a sheet to the paper's canonical text, or to every ground on which there may be none.

The text is lines of UTF-8 (NFC), each ended by a line feed, no line empty; its SHA-256 is the paper's digest. A placeholder that nobody
has filled refuses the paper, with the article that asks for it: there is no paper with a hole.

Written twice: frontend/src/domain/documents/compose.ts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

from field.rules.documents.book import Book, Row, in_force
from field.rules.documents.sheet import MOMENT, Sheet, read_sheet
from field.rules.law.expression import Unknown, Value, evaluate

_HOLE = re.compile(r"\{([a-z_.0-9]+)(?::([a-z]+))?\}")
Facts = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Ground:
    """Why there may be no paper: a word, the facts that are wanting (if that is it), and the articles."""

    why: str
    missing: tuple[str, ...] = ()
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A paper: its canonical text, and the SHA-256 of that text's bytes."""

    kind: str
    title: str
    text: str

    @property
    def digest(self) -> str:
        """64 hexadecimal digits."""
        return sha256(self.text.encode()).hexdigest()


class Refused(Exception):
    """There may be no such paper; all grounds at once."""

    def __init__(self, grounds: Sequence[Ground]) -> None:
        super().__init__(*(f"{one.why} {', '.join(one.missing)}".strip() for one in grounds))
        self.grounds = tuple(grounds)


class _Missing(Exception):
    """Facts that a line needs and nobody gave."""

    def __init__(self, *names: str) -> None:
        super().__init__(*names)
        self.names = names


def compose(said: Mapping[str, Any], papers: Book) -> Document:
    """The paper that this sheet makes.

    :raises NotASheet: the sheet can't be read
    :raises Refused: the law or the tables stand against it
    """
    sheet = read_sheet(said)
    if sheet.kind not in papers.kinds:
        raise Refused([Ground("unknown_kind")])
    version = in_force(papers.kinds[sheet.kind], sheet.day)
    if version is None:
        raise Refused([Ground("template_not_in_force")])
    grounds = _gates(sheet, papers)
    facts = {**sheet.facts, "title": version["title"]}
    lines: list[str] = []
    missing: dict[str, Ground] = {}
    for line in version["lines"]:
        row = line
        if line.get("remedy"):
            remedy = in_force(papers.remedies.get(sheet.kind, ()), sheet.day)
            if remedy is None:
                grounds.append(Ground("remedy_not_in_force"))
                continue
            row = {**line, **remedy}
        try:
            lines += _lines(row, facts, sheet, papers)
        except _Missing as hole:
            if not row.get("may"):
                for name in hole.names:
                    missing.setdefault(name, Ground("content_missing", (name,), tuple(row["by"])))
    grounds += missing.values()
    if grounds:
        raise Refused(grounds)
    return Document(sheet.kind, version["title"], "".join(f"{line}\n" for line in lines))


def _gates(sheet: Sheet, papers: Book) -> list[Ground]:
    """The gates that are not open: what must hold doesn't, or nobody can say."""
    found = []
    for gate in papers.gates:
        if sheet.kind not in gate["kinds"]:
            continue
        holds = evaluate(gate["must"], sheet.facts)
        if holds is not True:
            unknown = tuple(sorted(holds.facts)) if isinstance(holds, Unknown) else ()
            found.append(Ground(gate["why"], unknown, tuple(gate.get("by", ()))))
    return found


def _lines(row: Row, facts: Facts, sheet: Sheet, papers: Book) -> list[str]:
    """A line as it is printed: none, one, or one for each act."""
    if row.get("each") != "acts":
        return _line(row, facts, papers)
    if not sheet.acts:
        raise _Missing("acts")
    return [
        line
        for number, act in enumerate(sheet.acts, 1)
        for line in _line(row, {**facts, **act, "n": Fraction(number)}, papers)
    ]


def _line(row: Row, facts: Facts, papers: Book) -> list[str]:
    if not _holds(row, facts):
        return []
    text = _fill(row["text"], facts, papers)
    return [f"{_fill(row['label'], facts, papers)}：{text}" if "label" in row else text]


def _holds(row: Row, facts: Facts) -> bool:
    holds = evaluate(row.get("when", True), facts)
    if isinstance(holds, Unknown):
        raise _Missing(*sorted(holds.facts))
    return holds is True


def _fill(text: Any, facts: Facts, papers: Book) -> str:
    """A text with its holes filled; a list is its pieces, each with its own condition."""
    if isinstance(text, list):
        pieces = [{"text": piece} if isinstance(piece, str) else piece for piece in text]
        return "".join(_fill(piece["text"], facts, papers) for piece in pieces if _holds(piece, facts))
    wanting = [hole[0] for hole in _HOLE.findall(text) if _show(hole[0], hole[1], facts, papers) is None]
    if wanting:
        raise _Missing(*wanting)
    return _HOLE.sub(lambda hole: _show(hole[1], hole[2] or "", facts, papers) or "", text)


def _show(name: str, how: str, facts: Facts, papers: Book) -> str | None:
    """A fact as it is printed; None where it isn't given or can't be printed like this."""
    value = facts.get(name)
    if how in ("minute", "day"):
        moment = MOMENT.fullmatch(value) if isinstance(value, str) else None
        if moment is None:
            return None
        year, month, day, hour, minute = moment.groups()[:5]
        return f"{year}年{month}月{day}日" + (f"{hour}时{minute}分" if how == "minute" else "")
    if how:
        words = [
            papers.words[how].get(one)
            for one in (value if isinstance(value, tuple) else (value,))
            if isinstance(one, str)
        ]
        return "、".join(one for one in words if one) if words and all(words) else None
    match value:
        case tuple():
            return "、".join(value) or None
        case str():
            return value
        case Fraction() if value.denominator == 1:
            return str(value.numerator)
        case _:
            return None
