"""One row of an offence table in a file, read and judged before anything is written. No database here."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from field.recording.initials import initials

NEEDED = ("code", "name_zh", "category", "legal_basis", "penalty_basis", "fine_min", "fine_max")
"""Columns that a file must have. `fine_default, points, measure, applies_to, source, confidence, version_status, note, valid_from,
valid_to` are read where they are there."""
LAW_IN_FORCE = dt.date(2004, 5, 1)
"""First day of the Road Traffic Safety Law: no code of its penalties is older."""
CONFIDENCES = ("high", "med", "low")
UNSURE = ("recode_suspected", "see_note")
"""What a source may say of a number that was probably given anew: however sure the act is, the code is not."""
_NOTE_BEHIND = re.compile(r"(?P<name>.*[\u4e00-\u9fff%].*?)[(（](?P<note>[^()（）]*[a-z]{2,}[^()（）]*)[)）]")
_CODE = re.compile(r"[1-9][0-9]{3}[0-9A-Z]{0,4}")


class RowRefused(Exception):
    """The row can't stand in the catalogue; its text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One version as the file gives it. `content` are the columns that make two versions the same or not."""

    code: str
    valid_from: dt.date
    valid_to: dt.date | None
    content: Mapping[str, Any]
    remarks: tuple[str, ...]

    @property
    def is_superseded(self) -> bool:
        return bool(self.content["status"] == "superseded")


def read_row(line: Mapping[str, str], *, default_from: dt.date | None) -> Row:
    """Judge one line of the file.

    Without dates of its own a current row begins on `default_from`; a superseded one ended on it.

    :raises RowRefused: it can't be a version of an offence
    """
    code = line["code"].strip()
    name, aside = _name(line["name_zh"])
    if not _CODE.fullmatch(code):
        raise RowRefused(f"{code!r} is no code of four to eight characters")
    if not name:
        raise RowRefused("there is no name")
    if len(name) > 200:
        raise RowRefused("the name is longer than 200 characters")
    remarks = [f"the name ended in a note, which was set aside: {aside}"] if aside else []
    status = "superseded" if line.get("version_status", "").strip() == "superseded" else "current"
    valid_from, valid_to = _days(line, superseded=status == "superseded", default_from=default_from)
    least, most, usual = _fines(line, remarks)
    points, note = _points(line, remarks)
    confidence = line.get("confidence", "").strip() or "low"
    if confidence not in CONFIDENCES:
        raise RowRefused(f"confidence {confidence!r} is none of {', '.join(CONFIDENCES)}")
    if line.get("version_status", "").strip() in UNSURE:
        confidence = "low"
    content = {
        "name_zh": name,
        "category": line["category"].strip(),
        "legal_basis": line["legal_basis"].strip(),
        "penalty_basis": line["penalty_basis"].strip(),
        "fine_min": least,
        "fine_max": most,
        "fine_default": usual,
        "points": points,
        "measures": [one.strip() for one in line.get("measure", "").split(";") if one.strip()],
        "applies_to": line.get("applies_to", "").strip(),
        "initials": initials(name),
        "source": line.get("source", "").strip(),
        "confidence": confidence,
        "status": status,
        "note": "; ".join(one for one in (aside, note) if one),
    }
    for column, longest in (
        ("category", 40),
        ("legal_basis", 200),
        ("penalty_basis", 200),
        ("applies_to", 80),
    ):
        if len(str(content[column])) > longest:
            raise RowRefused(f"{column} is longer than {longest} characters")
    return Row(code, valid_from, valid_to, content, tuple(remarks))


def _name(text: str) -> tuple[str, str]:
    """The name, and what a collector wrote behind it in Latin letters: that is no part of what stands on a paper."""
    found = _NOTE_BEHIND.fullmatch(text.strip())
    return (found["name"].strip(), found["note"].strip()) if found else (text.strip(), "")


def _days(
    line: Mapping[str, str], *, superseded: bool, default_from: dt.date | None
) -> tuple[dt.date, dt.date | None]:
    given_from, given_to = _day(line.get("valid_from", "")), _day(line.get("valid_to", ""))
    if given_from is None and default_from is None:
        raise RowRefused("no day from which it holds: give --valid-from or a column valid_from")
    begins: dt.date | None
    ends: dt.date | None
    if superseded:
        begins, ends = given_from or LAW_IN_FORCE, given_to or default_from
        if ends is None:
            raise RowRefused("it is superseded, and nothing says since when")
    else:
        begins, ends = given_from or default_from, given_to
    assert begins is not None
    if ends is not None and ends <= begins:
        raise RowRefused(f"it would end on {ends}, before it begins on {begins}")
    return begins, ends


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise RowRefused(f"{text!r} is no day (2026-11-25)") from None


def _fines(line: Mapping[str, str], remarks: list[str]) -> tuple[int | None, int | None, int | None]:
    least, most = _yuan(line, "fine_min"), _yuan(line, "fine_max")
    usual = _yuan(line, "fine_default")
    if (least is None) != (most is None):
        raise RowRefused("the range of the fine has one end only")
    if least is not None and most is not None and least > most:
        raise RowRefused(f"the fine's range {least}–{most} is upside down")
    if usual is not None and (least is None or most is None or not least <= usual <= most):
        remarks.append(f"the usual fine {usual} lies outside {least}–{most} and was left out")
        usual = None
    return least, most, usual


def _yuan(line: Mapping[str, str], column: str) -> int | None:
    text = line.get(column, "").strip()
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,7}", text):
        raise RowRefused(f"{column} {text!r} is no sum in whole yuan")
    return int(text)


def _points(line: Mapping[str, str], remarks: list[str]) -> tuple[int | None, str]:
    """Points, and the note: where they depend on the case there is no number, and the note says on what."""
    text, note = line.get("points", "").strip(), line.get("note", "").strip()
    if not text:
        return None, note
    if re.fullmatch(r"[0-9]{1,2}", text):
        if int(text) > 12:
            raise RowRefused(f"{text} points: no offence carries more than 12")
        return int(text), note
    remarks.append(f"points depend on the case: {text}")
    return None, f"points: {text}" + (f"; {note}" if note else "")
