"""manage.py shelve_photos FOLDER: copy every photo to a backup's shelf, and fail where one is missing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from evidence.models import Blob
from evidence.shelf import shelve_photos
from evidence.storage import StoreFailing, StoreFull


class Command(BaseCommand):
    """Called by the backup script before anything is marked as settled."""

    help = (
        "Copy every photo that has arrived to FOLDER, hashed on the way; what is there already is left alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The shelf."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--deep", action="store_true", help="hash again what is on the shelf already")
        parser.add_argument(
            "--lost", action="append", default=[], metavar="SHA256", help="known to be gone: go on without it"
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Copy, and say what came of it."""
        with tqdm(
            total=Blob.objects.count(), desc="photos", file=self.stderr, disable=options["verbosity"] == 0
        ) as bar:
            try:
                done = shelve_photos(folder, lost=options["lost"], deep=options["deep"], progress=bar.update)
            except StoreFull as error:
                raise CommandError(f"No room left in {folder}: make room and run it again.") from error
            except StoreFailing as error:
                raise CommandError(f"The disk of {folder} fails: {error.__cause__}") from error
        for digest in done.lost:
            self.stderr.write(f"  {digest}: its bytes are gone or were changed")
        if done.lost:
            raise CommandError(
                f"{len(done.lost)} photos are not as they arrived (manage.py verify_ledger says of which records). Handhelds"
                " that hold them send them again; with --lost SHA256 it goes on without one."
            )
        self.stdout.write(f"{done.copied} photos copied, {done.there} were there.")
