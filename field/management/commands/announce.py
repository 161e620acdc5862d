"""`manage.py announce`: tell the open lines that there is news, as soon as it is sealed."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from field.live.announcer import Announcer


class Command(BaseCommand):
    help = "Hears what the sealer has numbered and tells Redis whom it concerns. Ends on SIGTERM or SIGINT."

    def handle(self, *args: Any, **options: Any) -> None:
        announcer = Announcer()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: announcer.stop())
        announcer.run()
