"""Verdicts with the catalogue in the database: which offence codes may be named depends on the violation's place and day."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from field.models import Offence
from field.rules import offence
from field.rules.law.book import FOLDER, book
from field.rules.law.engine import judge

Versions = Callable[[str], Iterable[offence.Version]]
"""The versions of one code, from wherever the catalogue is."""
TRUSTED = ("high", "med")
"""Confidences of a row on which a verdict may name its code; a row of one weak source, or one that was probably renumbered, is `low`."""


def in_the_catalogue(code: str) -> Iterable[Offence]:
    """The versions of a code in the database."""
    return Offence.objects.filter(code=code)


def verdict(line: Mapping[str, Any], versions: Versions = in_the_catalogue) -> dict[str, Any]:
    """The verdict on facts in the judge's language, with the digest of the book it was made by.

    :raises NotFacts: the line can't be read
    """
    area, day = str(line.get("place") or ""), _day(line)

    def trusts(code: str) -> bool:
        row = offence.in_force(versions(code), code=code, area=area, day=day) if day else None
        return row is not None and row.status != "superseded" and row.confidence in TRUSTED

    return {**judge(line, book(), trusts), "law": book().digest}


def pack() -> dict[str, Any]:
    """The tables as a handheld carries them: the very bytes that this server judges by."""
    files = [file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.json"))]
    return {"digest": book().digest, "since": book().since, "files": files}


def _day(line: Mapping[str, Any]) -> dt.date | None:
    """The calendar day on which it happened, in the zone that the facts say; None where they don't say."""
    try:
        return dt.date.fromisoformat(str(line.get("at"))[:10])
    except ValueError:
        return None
