"""Looking at a paper that was made elsewhere: whether its text can be what these tables say a paper of that day must be. Pure.

A handheld makes papers from tables that it carries; they may be old, or it may not be what it says. The text is in the signed record,
so that what was handed over can be looked at again, and drawn again.
"""

import datetime as dt
import re
from hashlib import sha256

from field.rules.documents.book import Book, Row, in_force
from field.rules.documents.layout import Style, laid_out
from field.rules.documents.sheet import harmless
from field.rules.record import PaperSaid, Said

PLACE = dt.timezone(dt.timedelta(hours=8))
"""The zone in which papers are dated."""
_HOLE = re.compile(r"\{[a-z_.0-9:]+\}")


def faults(said: Said, made_at: dt.datetime, papers: Book) -> list[str]:
    """What is wrong with a record's paper, in words; nothing where it has none.

    `digest`: it is not the text's; `text`: the text is not canonical; `form`: no such paper was in force on the day, or a line that it must
    have is not there; `remedy`: not the remedies in force; `number`, `plate`, `fine`, `points`: the paper says another than the record.
    """
    paper = said.paper
    if paper is None:
        return []
    day = made_at.astimezone(PLACE).date().isoformat()
    found = []
    if sha256(paper.text.encode()).hexdigest() != paper.digest:
        found.append("digest")
    lines = paper.text.split("\n")
    if lines.pop() or not lines or any(not line or harmless(line) != line for line in lines):
        return [*found, "text"]
    version = in_force(papers.kinds.get(paper.kind, ()), day)
    if version is None or not _has_form(paper, version, papers):
        found.append("form")
    if paper.kind in papers.remedies and not _has_remedy(paper, day, papers):
        found.append("remedy")
    return found + _differences(said, paper)


def _has_form(paper: PaperSaid, version: Row, papers: Book) -> bool:
    lines = laid_out(paper.text, papers)
    titles = [line.text for line in lines if line.style is Style.TITLE]
    labels = {line.label for line in lines}
    must = {
        f"{line['label']}："
        for line in version["lines"]
        if "label" in line and not line.get("may") and "when" not in line
    }
    return titles == [version["title"]] and must <= labels


def _has_remedy(paper: PaperSaid, day: str, papers: Book) -> bool:
    """Whether its one line on remedies is that in force. Where a line could be two, it is the one that says more by itself."""
    label = next(
        f"{line['label']}："
        for one in papers.kinds[paper.kind]
        for line in one["lines"]
        if line.get("remedy")
    )
    said = [line.removeprefix(label) for line in paper.text.split("\n") if line.startswith(label)]
    rows = papers.remedies[paper.kind]
    could_be = [row for row in rows if len(said) == 1 and _says(row, said[0])]
    return bool(could_be) and max(could_be, key=lambda row: len(row["text"])) is in_force(rows, day)


def _says(remedy: Row, line: str) -> bool:
    """Whether the line is this remedy, whatever it names in the holes."""
    wanted = ".+".join(re.escape(piece) for piece in _HOLE.split(remedy["text"]))
    return re.fullmatch(wanted, line) is not None


def _differences(said: Said, paper: PaperSaid) -> list[str]:
    def has(pattern: str) -> bool:
        return re.search(pattern, paper.text, re.MULTILINE) is not None

    found = []
    if not said.document_number or not has(f"^编号：{re.escape(harmless(said.document_number))}$"):
        found.append("number")
    if said.plate and has("^号牌：") and not has(f"^号牌：{re.escape(harmless(said.plate))}(（|$)"):
        found.append("plate")
    if paper.kind in ("simple_decision", "decision"):
        if said.fine and not has(f"罚款共?{said.fine}元"):
            found.append("fine")
        if said.points and not has(f"记分?共?{said.points}分"):
            found.append("points")
    return found
