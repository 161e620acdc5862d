"""Reads a table of offences, national or local, into the dated catalogue, and says row by row what was refused and why."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from field.recording.catalogue_import import Lines, Report, WrongTable, import_offences


class Command(BaseCommand):
    help = "Read a CSV table of offences into the dated catalogue. The same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--area", default="", help="six digits of the place it holds in; nothing: the nation"
        )
        parser.add_argument(
            "--valid-from",
            type=dt.date.fromisoformat,
            help="first day of rows that name none; superseded rows ended on it",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and change nothing"
        )

    def handle(self, *args: Any, file: Path, area: str, dry_run: bool, **options: Any) -> None:
        if not re.fullmatch(r"([0-9]{6})?", area):
            raise CommandError(f"--area {area}: six digits, e.g. 330900")
        if not file.is_file():
            raise CommandError(f"there is no file {file}")

        def watch(lines: Lines) -> Any:
            return tqdm(
                lines, desc="offences", unit="row", file=self.stderr, disable=options["verbosity"] == 0
            )

        try:
            report = import_offences(
                file,
                area=area,
                default_from=options["valid_from"],
                actor="system",
                now=timezone.now(),
                dry_run=dry_run,
                watch=watch,
            )
        except WrongTable as reason:
            raise CommandError(f"{file}: {reason}") from reason
        self._tell(report, dry_run=dry_run)

    def _tell(self, report: Report, *, dry_run: bool) -> None:
        if report.already_read:
            self.stdout.write("This file was read before; nothing changed.")
            return
        for line, code, remark in report.remarks:
            self.stdout.write(f"  line {line}, {code}: {remark}")
        for line, code, reason in report.refused:
            self.stdout.write(self.style.WARNING(f"  line {line}, {code or 'no code'}: refused: {reason}"))
        done = "would be " if dry_run else ""
        self.stdout.write(
            f"{report.read} rows read: {report.added} versions {done}added, {report.ended} {done}ended, "
            f"{report.unchanged} unchanged, {len(report.refused)} refused."
        )
