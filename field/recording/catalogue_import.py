"""Reading a table of offences into the catalogue. A version that was used is never edited: what changed ends, and a new version begins."""

import csv
import datetime as dt
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction

from evidence import ledger
from evidence.queries import ask
from field.models import CatalogueImport, Offence
from field.recording.catalogue_rows import NEEDED, Row, RowRefused, read_row

Lines = Sequence[tuple[int, dict[str, str]]]


class WrongTable(Exception):
    """The file is no table of offences: not UTF-8, or a needed column is missing."""


@dataclass
class Report:
    """What an import did, or would do. `refused` and `remarks` carry the line's number, its code, and the reason in words."""

    sha256: str
    read: int = 0
    added: int = 0
    ended: int = 0
    unchanged: int = 0
    corrected: int = 0
    """Versions that no record had used, and that the same table says better now."""
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    remarks: list[tuple[int, str, str]] = field(default_factory=list)
    already_read: bool = False


def _watch_nothing(lines: Lines) -> Iterable[tuple[int, dict[str, str]]]:
    return lines


@transaction.atomic
def import_offences(
    path: Path,
    *,
    area: str,
    default_from: dt.date | None,
    actor: str,
    now: dt.datetime,
    dry_run: bool = False,
    corrected_from: dt.date | None = None,
    watch: Callable[[Lines], Iterable[tuple[int, dict[str, str]]]] = _watch_nothing,
) -> Report:
    """Read a UTF-8 CSV file (columns: catalogue_rows.NEEDED) into the catalogue of an area ('' the nation), all of it or nothing.

    The same file again changes nothing; the same rows in another file neither. A refused row does not stop the rest. `watch` may show
    progress over the lines. With `dry_run` the report is true and nothing stays.

    A row that says of a version's own days something else is refused, but with `corrected_from` in a newer state of the very table (by
    the file's name) that the version came with: one that a record used ends on that day and goes on as the row says, one that none used
    is made what the row says.

    :raises WrongTable: the file can't be read as one
    """
    content = path.read_bytes()
    report = Report(sha256(content + b"\0" + area.encode()).hexdigest())
    if CatalogueImport.objects.filter(sha256=report.sha256).exists():
        report.already_read = True
        return report
    lines = _lines(content)
    came_with = CatalogueImport.objects.create(
        sha256=report.sha256, name=path.name[:200], imported_at=now, rows=len(lines)
    )
    versions = _versions_of(area)
    seen: set[str] = set()
    for number, line in watch(lines):
        report.read += 1
        try:
            row = read_row(line, default_from=default_from)
            if row.code in seen:
                raise RowRefused("the code stands twice in this file")
            seen.add(row.code)
            _take(
                row,
                versions,
                area=area,
                came_with=came_with,
                report=report,
                corrected_from=corrected_from,
            )
        except RowRefused as reason:
            report.refused.append((number, line["code"], str(reason)))
        else:
            report.remarks += [(number, row.code, remark) for remark in row.remarks]
    ledger.append(
        kind="catalogue.imported",
        subject=report.sha256,
        actor=actor,
        at=now,
        body={
            "name": came_with.name,
            "area": area,
            "read": report.read,
            "added": report.added,
            "ended": report.ended,
            "unchanged": report.unchanged,
            "corrected": report.corrected,
            "refused": len(report.refused),
            "catalogue_sha256": content_digest(area),
        },
    )
    if dry_run:
        transaction.set_rollback(True)
    return report


def content_digest(area: str) -> str:
    """SHA-256 over all versions of an area as they stand: the import's entry holds it, so an edit in the table shows."""
    columns = ("code", "valid_from", "valid_to", *sorted(_CONTENT))
    rows = Offence.objects.filter(area=area).order_by("code", "valid_from").values_list(*columns)
    said = json.dumps(
        [[one.isoformat() if isinstance(one, dt.date) else one for one in row] for row in rows],
        ensure_ascii=False,
    )
    return sha256(said.encode()).hexdigest()


_CONTENT = frozenset(
    {
        "name_zh",
        "category",
        "legal_basis",
        "penalty_basis",
        "fine_min",
        "fine_max",
        "fine_default",
        "points",
        "measures",
        "applies_to",
        "initials",
        "source",
        "confidence",
        "status",
        "note",
    }
)


def _take(
    row: Row,
    versions: dict[str, list[Offence]],
    *,
    area: str,
    came_with: CatalogueImport,
    report: Report,
    corrected_from: dt.date | None,
) -> None:
    """Put one row beside the versions that stand: nothing new, an end, or an end and a new version.

    :raises RowRefused: a version of that day or a later one says something else
    """
    standing = versions[row.code]
    if any(_same(one, row) for one in standing):
        report.unchanged += 1
        return
    newest = standing[-1] if standing else None
    if newest is not None and row.is_superseded and newest.valid_to is None and row.valid_to is not None:
        _end(newest, row.valid_to, report)
        return
    if newest is not None and _same_but_for_the_end(newest, row) and row.valid_to is not None:
        _end(newest, row.valid_to, report)
        return
    begins = row.valid_from
    if newest is not None:
        if newest.valid_from >= begins:
            if corrected_from is None or newest.came_with.name != came_with.name:
                raise RowRefused(
                    f"a version that holds from {newest.valid_from} says something else; a change needs a later day"
                )
            if not _was_used(newest):
                _correct(newest, row, came_with, report)
                return
            if newest.valid_to is not None:
                raise RowRefused(f"a record used the version that held until {newest.valid_to}: it stays")
            begins = corrected_from
        if newest.valid_to is None or newest.valid_to > begins:
            _end(newest, begins, report)
    created = Offence.objects.create(
        code=row.code,
        area=area,
        valid_from=begins,
        valid_to=row.valid_to,
        came_with=came_with,
        **row.content,
    )
    standing.append(created)
    report.added += 1


def _was_used(version: Offence) -> bool:
    """Whether any entry says of a record that this version held: also one that was amended since."""
    rows = ask(
        "SELECT EXISTS (SELECT FROM entry WHERE kind = ANY(%s) AND convert_from(payload, 'UTF8') ~ %s)",
        [["violation.recorded", "violation.amended"], f'"offence":{version.pk}[,}}]'],
    )
    return bool(rows[0][0])


def _correct(version: Offence, row: Row, came_with: CatalogueImport, report: Report) -> None:
    """Make a version that nothing refers to what the row says; its days stay."""
    said = {**row.content, "valid_to": row.valid_to or version.valid_to}
    Offence.objects.filter(pk=version.pk).update(**said, came_with=came_with)
    for name, one in said.items():
        setattr(version, name, one)
    report.corrected += 1


def _end(version: Offence, on: dt.date, report: Report) -> None:
    """:raises RowRefused: it would end before it began"""
    if on <= version.valid_from:
        raise RowRefused(f"it would end on {on}, before it begins on {version.valid_from}")
    Offence.objects.filter(pk=version.pk).update(valid_to=on)
    version.valid_to = on
    report.ended += 1


def _same(version: Offence, row: Row) -> bool:
    return _content(version) == row.content and (row.valid_to is None or version.valid_to == row.valid_to)


def _same_but_for_the_end(version: Offence, row: Row) -> bool:
    return version.valid_to is None and _content(version) == row.content


def _content(version: Offence) -> dict[str, Any]:
    return {name: getattr(version, name) for name in _CONTENT}


def _versions_of(area: str) -> dict[str, list[Offence]]:
    found: dict[str, list[Offence]] = defaultdict(list)
    rows = Offence.objects.select_for_update(of=("self",)).select_related("came_with").filter(area=area)
    for version in rows.order_by("code", "valid_from"):
        found[version.code].append(version)
    return found


def _lines(content: bytes) -> Lines:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise WrongTable(f"the file is not UTF-8 (byte {wrong.start})") from wrong
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise WrongTable(f"the first line does not name {', '.join(missing)}")
    return [
        (
            reader.line_num,
            {k: v or "" for k, v in row.items() if isinstance(k, str) and not isinstance(v, list)},
        )
        for row in reader
    ]
