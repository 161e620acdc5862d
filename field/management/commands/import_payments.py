"""Import the bank's payments: CSV with document_number, paid_on, amount."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from field.lookup import imports


class Command(BaseCommand):
    help = "Import the bank's payments: CSV with document_number, paid_on, amount"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = imports.import_payments(options["file"], actor="system", now=timezone.now())
        except (OSError, imports.WrongColumns, UnicodeDecodeError) as wrong:
            raise CommandError(f"Nothing was imported: {wrong}") from wrong
        if report.already_read:
            self.stdout.write("This file was imported before; nothing changed.")
            return
        self.stdout.write(f"{report.read} rows read, {report.new} new, {len(report.refused)} refused")
        for line, reason in report.refused[:50]:
            self.stdout.write(f"  line {line}: {reason}")
