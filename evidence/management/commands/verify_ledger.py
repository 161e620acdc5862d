"""manage.py verify_ledger: recompute everything from the payloads and name what differs."""

import sys
from typing import Any, Never

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from evidence.keys import KeyMissing
from evidence.queries import head
from evidence.verification import Verdict, verify


class Command(BaseCommand):
    """Exit status 0: everything is as it was sealed; 1: something is not, and it is named."""

    help = "Verify the ledger, the tables and the photos."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much."""
        parser.add_argument(
            "--since", type=int, default=0, help="check signatures and photos from this entry number on"
        )
        parser.add_argument(
            "--quick", action="store_true", help="check no signatures of records and no photos"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify with a progress bar, then say what was looked at and what was found."""
        bars = Bars()
        try:
            verdict = verify(since=options["since"], quick=options["quick"], progress=bars.advance)
        except KeyMissing as error:
            raise CommandError(f"There is no public log key at {error}.") from error
        finally:
            bars.close()
        self.stdout.write(said(verdict))
        for finding in verdict.findings:
            self.stdout.write(f"NOT AS SEALED  {finding}")
        if not verdict.sound:
            sys.exit(1)


class Bars:
    """A progress bar for each kind of thing that is looked at, on a terminal only."""

    def __init__(self) -> None:
        self._what = ""
        self._bar: tqdm[Never] | None = None

    def advance(self, what: str, done: int) -> None:
        """Count on, with a new bar where something else begins."""
        if what != self._what:
            self.close()
            total = head() if what == "entries" else None
            self._what, self._bar = what, tqdm(desc=what, total=total, file=sys.stderr, disable=None)
        if self._bar is not None:
            self._bar.update(done)

    def close(self) -> None:
        """Leave the last bar as it stands."""
        if self._bar is not None:
            self._bar.close()


def said(verdict: Verdict) -> str:
    """What was looked at, in one line."""
    return (
        f"{verdict.entries} entries ({verdict.unsealed} more not sealed yet), {verdict.records} signed records,"
        f" {verdict.checkpoints} checkpoints, {verdict.tiles} tiles, {verdict.rows} rows, {verdict.photos} photos:"
        f" {'all as sealed' if verdict.sound else f'{len(verdict.findings)} findings'}"
    )
