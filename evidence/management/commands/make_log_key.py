"""manage.py make_log_key: make the key pair that signs checkpoints, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evidence.keys import KeyExists, make_log_key


class Command(BaseCommand):
    """Makes LOG_KEY_FILE and LOG_PUBLIC_FILE; never overwrites one."""

    help = "Make the log's Ed25519 key pair and print the public half."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make, store, print."""
        try:
            verifier = make_log_key()
        except KeyExists as error:
            raise CommandError(f"{error} is there already; a log's key is never replaced.") from error
        self.stdout.write(verifier.text())
