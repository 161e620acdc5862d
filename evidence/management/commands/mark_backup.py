"""manage.py mark_backup SIZE: say that a backup holds the log up to this size."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from evidence.settled import MarkRefused, mark_backup


class Command(BaseCommand):
    """Called by the backup script after it has checked what it wrote."""

    help = "Record that a tested backup holds the log's first SIZE entries."

    def add_arguments(self, parser: CommandParser) -> None:
        """The size."""
        parser.add_argument("size", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Record it."""
        try:
            mark = mark_backup(options["size"], now=timezone.now())
        except MarkRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Settled up to {mark.size}.")
