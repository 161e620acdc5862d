"""Judge facts: one JSON object a line in, one verdict a line out."""

import csv
import datetime as dt
import json
import sys
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from field.law.queries import Versions, in_the_catalogue, verdict
from field.models import Offence
from field.recording.catalogue_rows import read_row
from field.rules.law.facts import NotFacts


@dataclass(frozen=True, slots=True)
class Shipped:
    """One row of the national table that comes with the product."""

    code: str
    valid_from: dt.date
    valid_to: dt.date | None
    status: str
    confidence: str
    area: str = ""


class Command(BaseCommand):
    help = "Print the verdict on each line of facts (JSON lines; - reads standard input)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="JSON lines, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        versions = self._catalogue()
        if options["file"] == "-":
            wrong = self._judge(sys.stdin, versions)
        else:
            try:
                with Path(options["file"]).open(encoding="utf-8") as file:
                    wrong = self._judge(file, versions)
            except (OSError, UnicodeDecodeError) as unreadable:
                raise CommandError(f"Nothing was judged: {unreadable}") from unreadable
        if wrong:
            raise CommandError(f"{wrong} lines could not be judged; each says why in its place")

    def _catalogue(self) -> Versions:
        """The database's catalogue; where there is none, the national table, and a word on it."""
        try:
            if Offence.objects.exists():
                return in_the_catalogue
            why = "no catalogue was imported"
        except DatabaseError:
            why = "the database does not answer"
        self.stderr.write(f"{why}: codes are taken from the national table that comes with the product")
        shipped = _shipped(settings.BASE_DIR / "deploy" / "catalogue" / "violation_codes.csv")
        return lambda code: shipped.get(code, ())

    def _judge(self, lines: TextIO, versions: Versions) -> int:
        """Every line gets its answer in its place; one that is no facts gets `{"error": …}`. Returns how many those were."""
        wrong = 0
        for line in lines:
            if not line.strip():
                continue
            try:
                said = json.loads(line, parse_float=Decimal)
                if not isinstance(said, dict):
                    raise NotFacts("line", "wrong_type")
                answer = verdict(said, versions)
            except json.JSONDecodeError:
                wrong, answer = wrong + 1, {"error": "not_json"}
            except NotFacts as refused:
                wrong, answer = wrong + 1, {"error": refused.problem, "where": refused.where}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        return wrong


def _shipped(table: Path) -> dict[str, Iterable[Shipped]]:
    rows: dict[str, list[Shipped]] = defaultdict(list)
    with table.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            row = read_row(line, default_from=dt.date(2022, 4, 1))
            status, confidence = str(row.content["status"]), str(row.content["confidence"])
            rows[row.code].append(Shipped(row.code, row.valid_from, row.valid_to, status, confidence))
    return dict(rows)
