"""Makes the demonstration city, once: invented roads, people, handhelds and thirty days of work through the product's own operations."""

import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from deploy.demo.city import AlreadyMade, NotADemonstration, make_city


class Command(BaseCommand):
    help = "Make the demonstration city, once. Refuses in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=330900, help="the same seed makes the same city")
        parser.add_argument("--violations", type=int, default=2000)
        parser.add_argument("--tasks", type=int, default=60)

    def handle(self, *args: Any, seed: int, violations: int, tasks: int, **options: Any) -> None:
        if violations < 1 or tasks < 0:
            raise CommandError("a city needs at least one violation, and no negative number of tasks")
        began = time.monotonic()
        bars: list[Any] = []

        def bar(name: str, length: int) -> Callable[[int], object]:
            for earlier in bars:
                earlier.close()
            bars.append(tqdm(total=length, desc=name, file=self.stderr, disable=options["verbosity"] == 0))
            moved: Callable[[int], object] = bars[-1].update
            return moved

        try:
            made = make_city(seed=seed, violations=violations, tasks=tasks, now=timezone.now(), bar=bar)
        except NotADemonstration as reason:
            raise CommandError(
                "this is production: the demonstration city is made with LUQIN_MODE=demo, in a database of its own"
            ) from reason
        except AlreadyMade as reason:
            raise CommandError(
                "there is a demonstration city in this database already; start from an empty one to make another"
            ) from reason
        finally:
            for one in bars:
                one.close()
        self.stdout.write(
            f"江澜: {made.segments} segments of road, {made.road_km:.0f} km; {made.people} people, {made.terminals} handhelds, "
            f"{made.violations} violations, {made.tasks} tasks, {made.photos} photos, in {time.monotonic() - began:.0f} s."
        )
        self.stdout.write(f"Accounts: {made.accounts}")
