"""How a paper's one text is laid out wherever it is shown: what is head, title, field or words, and where a line may be broken. Pure.

It reads the canonical text alone, so that whatever is drawn from it says the same; nothing is added to the text and nothing left out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from field.rules.documents.book import Book

_NEVER_FIRST = frozenset("，。、；：？！）》」』”’…·%％,.;:?!)]}")
"""Characters that begin no line."""
_NEVER_LAST = frozenset("（《「『“‘([{")
"""Characters that end no line."""
_PIECE = re.compile(r"[!-~]+|.", re.DOTALL)
"""Half-width words stay together; every other character may end a line."""


class Style(StrEnum):
    """What a line of a paper is."""

    HEAD = "head"
    TITLE = "title"
    FIELD = "field"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text; `label` with its colon, empty where it has none. `label + text` is the line."""

    style: Style
    label: str
    text: str


def laid_out(text: str, papers: Book) -> list[Line]:
    """The lines of a canonical text, each with what it is."""
    titles = {version["title"] for versions in papers.kinds.values() for version in versions}
    labels = _labels(papers)
    found: list[Line] = []
    style = Style.HEAD
    for line in text.split("\n")[:-1]:
        if line in titles:
            style = Style.WORDS
            found.append(Line(Style.TITLE, "", line))
        elif style is Style.HEAD:
            found.append(Line(style, "", line))
        elif label := labels.match(line):
            found.append(Line(Style.FIELD, label[0], line[label.end() :]))
        else:
            found.append(Line(Style.WORDS, "", line))
    return found


def _labels(papers: Book) -> re.Pattern[str]:
    said = {
        re.escape(line["label"]).replace(r"\{n\}", "[0-9]+")
        for versions in papers.kinds.values()
        for version in versions
        for line in version["lines"]
        if "label" in line
    }
    return re.compile(f"({'|'.join(sorted(said))})：")


def columns(text: str) -> int:
    """Columns of a printer's line: one for a half-width character, two for any other."""
    return sum(1 if " " <= one <= "~" else 2 for one in text)


def wrapped(text: str, width: float, measure: Callable[[str], float] = columns) -> list[str]:
    """A line broken to a width; the pieces joined are the line again. None begins with a closing sign, or ends with an
    opening one, where that can be helped.
    """
    lines: list[str] = []
    line: list[str] = []
    for piece in _pieces(text, width, measure):
        if line and measure("".join(line) + piece) > width:
            kept, carried = _broken(line, piece)
            if measure("".join(carried) + piece) > width:
                kept, carried = line, []
            lines.append("".join(kept))
            line = [*carried, piece]
        else:
            line.append(piece)
    return [*lines, "".join(line)]


def _broken(line: list[str], piece: str) -> tuple[list[str], list[str]]:
    """What stays on the line and what goes with the piece to the next one, so that no sign stands where it may not."""
    at = len(line)
    while at > 1 and ([*line, piece][at][0] in _NEVER_FIRST or line[at - 1][-1] in _NEVER_LAST):
        at -= 1
    return line[:at], line[at:]


def _pieces(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """What must stay together; a word that is wider than the line falls into its characters."""
    found: list[str] = []
    for piece in _PIECE.findall(text):
        found += list(piece) if measure(piece) > width else [piece]
    return found
