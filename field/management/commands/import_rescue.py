"""Take in a handheld's rescue file: what it could not send over the network. The file's format is in field/sync/rescue.py."""

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from field.sync.rescue import Report, RescueUnreadable, import_rescue


class Command(BaseCommand):
    help = "Take in a handheld's rescue file. Asks for the passphrase, or reads it from standard input"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                report = import_rescue(file, self._passphrase(), actor="system", now=timezone.now())
        except OSError as error:
            raise CommandError(f"Nothing was taken in: {error}") from error
        except RescueUnreadable as error:
            if error.report is None:
                raise CommandError(f"Nothing was taken in: {error}") from error
            self._say(error.report)
            raise CommandError(f"The rest was not taken in: {error}") from error
        self._say(report)
        if report.refused or report.records["again"]:
            raise CommandError("Not everything came in; running it again changes nothing that did.")

    def _passphrase(self) -> str:
        if sys.stdin.isatty():
            return getpass.getpass("Passphrase (16 digits): ")
        return sys.stdin.readline()

    def _say(self, report: Report) -> None:
        records, photos = report.expected
        self.stdout.write(
            f"Terminal {report.terminal}, written {report.made_at}: {records} records, {photos} photos"
        )
        became = ", ".join(f"{count} {outcome}" for outcome, count in sorted(report.records.items()))
        self.stdout.write(f"  records: {became or 'none new'}; {report.known[0]} known before")
        self.stdout.write(f"  photos: {report.photos} new; {report.known[1]} known before")
        for digest, why in report.refused:
            self.stdout.write(f"  photo {digest} was not let in: {why}")
