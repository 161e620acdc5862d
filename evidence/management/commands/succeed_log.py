"""manage.py succeed_log WHY: after a restore that lost entries, let the log go on under its new name (LOG_ORIGIN)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from evidence.keys import KeyMissing
from evidence.succession import NoSuccession, succeed


class Command(BaseCommand):
    """Run once, with the sealer stopped and the new LUQIN_LOG_ORIGIN set."""

    help = "Declare what a restore lost, signed by the old log's key, and go on under the new name."
    requires_system_checks = ()  # the settings name a log whose key is only made here

    def add_arguments(self, parser: CommandParser) -> None:
        """The reason, which everybody will read."""
        parser.add_argument("why", help="in one line, for everybody to read")

    def handle(self, *args: Any, **options: Any) -> None:
        """Declare it."""
        try:
            done = succeed(options["why"], now=timezone.now())
        except (NoSuccession, KeyMissing) as error:
            raise CommandError(f"Nothing was declared: {error}") from error
        self.stdout.write(
            f"{done.old} had {done.handed_out} entries, {done.kept} are left. {done.new} goes on from there: start the sealer.\n"
            "The old key and note lie beside the new ones; keep the key away from this machine. Handhelds send again what is missing."
        )
