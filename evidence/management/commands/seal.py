"""manage.py seal: number and sign what commits, until stopped."""

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence.keys import KeyMissing, OtherLog, log_signer
from evidence.sealer import HeadMissing
from evidence.sealing import BEAT_S, Sealing
from evidence.witness import HistoryDiffers


class Command(BaseCommand):
    """The sealer: the only process that has the log's key."""

    help = "Seal the ledger: number, chain and sign committed entries, every 20 ms, until stopped."
    requires_system_checks = ()  # it must be back at once after a crash; the web process has checked

    def add_arguments(self, parser: CommandParser) -> None:
        """The beat."""
        parser.add_argument("--beat", type=float, default=BEAT_S, help="seconds between two looks (0.02)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C."""
        try:
            sealing = Sealing(log_signer(), beat_s=options["beat"])
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, _stopper(sealing))
            sealing.run()
        except KeyMissing as error:
            raise CommandError(
                f"There is no log key at {error}. Make one with: manage.py make_log_key"
            ) from error
        except OtherLog as error:
            raise CommandError(str(error)) from error
        except HistoryDiffers as error:
            raise CommandError(
                f"Refused: {error}. This database was restored to an earlier time. Sealing on would tell a second history under one"
                " name; continue under a new LUQIN_LOG_ORIGIN with a new key and an empty newest note."
            ) from error
        except HeadMissing as error:
            raise CommandError(
                "Refused: the log has entries but no head row; it was restored only in part."
            ) from error


def _stopper(sealing: Sealing) -> Any:
    def stop(number: int, frame: FrameType | None) -> None:
        sealing.stop()

    return stop
