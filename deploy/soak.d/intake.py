"""Records and photos over a line that breaks, with backends, server and sealer killed; a checker of its own says what was lost or doubled.

`--faults` is how many faults the line makes at least (10,000), `--handhelds` how many send at the same time (8). The seed decides faults,
kills and what is sent when; what the machine makes of them is its own.
"""

import argparse
import contextlib
import datetime as dt
import os
import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path

from django.db import OperationalError, connection

from evidence import keys
from evidence.queries import head
from evidence.verification import verify
from tests.cast import Cast, Handheld, assemble, photo
from tests.field.server import RestServer, Sealer
from tests.field.sync.faults import FaultyLine, Stubborn, check

ROUND_RECORDS = 60
ROUND_PHOTOS = 10
ROUND_S = 300.0


class Killer(threading.Thread):
    """Strikes what the product runs on: ends a line to the database often (pg_terminate_backend); now and then kill -9 of a backend, which
    takes all the others along and has PostgreSQL recover, of the server and of the sealer."""

    def __init__(self, server: RestServer, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.killed: Counter[str] = Counter()
        self._server, self._chance = server, chance
        self._over = threading.Event()
        self._sealer = Sealer()

    def run(self) -> None:
        """Go on until told to stop."""
        while not self._over.wait(self._chance.random()):
            what = self._chance.choices(["line", "backend", "server", "sealer"], [20, 1, 1, 1])[0]
            match what:
                case "line":
                    self.killed[what] += self._strike("pg_terminate_backend(pid)::int")
                case "backend":
                    self.killed[what] += _kill_postgres(self._strike("pid"))
                case "server":
                    self._server.kill()
                    self._server.start()
                    self.killed[what] += 1
                case _:
                    self._sealer.kill()
                    self._sealer = Sealer()
                    self.killed[what] += 1
        connection.close()

    def stop(self) -> None:
        """End, and leave the sealer at work."""
        self._over.set()
        self.join()

    def end_sealer(self) -> None:
        """Stop the sealer too."""
        self._sealer.stop()

    def _strike(self, how: str) -> int:
        """Ask this of one of the server's lines to the database, any; 0 where there is none."""
        with contextlib.suppress(OperationalError), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {how} FROM (SELECT pid FROM pg_stat_activity WHERE"
                " datname = current_database() AND application_name = 'soak-rest' ORDER BY random() LIMIT 1) one"
            )
            found = cursor.fetchone()
            return int(found[0]) if found else 0
        return 0


def _kill_postgres(pid: int) -> int:
    """kill -9 of this backend of the private server; 0 where it has ended, and its number may be somebody else's by now."""
    try:
        if not pid or Path(f"/proc/{pid}/comm").read_text().strip() != "postgres":
            return 0
        os.kill(pid, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 1


def main(argv: list[str]) -> int:
    """Go round after round until enough faults were made; 0 when nothing was lost, doubled or altered."""
    parser = argparse.ArgumentParser(prog="deploy/soak intake")
    parser.add_argument("--faults", type=int, default=10_000)
    parser.add_argument("--handhelds", type=int, default=8)
    asked = parser.parse_args(argv)
    seed = int(os.environ.get("LUQIN_SEED", "1"))
    chance = random.Random(seed)
    with contextlib.suppress(keys.KeyExists):
        keys.make_log_key()
    cast = assemble()
    server = RestServer(mode="demo", part="soak-rest")
    line = FaultyLine(server.port, random.Random(seed))
    killer = Killer(server, random.Random(seed + 1))
    killer.start()
    handhelds: list[Stubborn] = []
    begun = time.monotonic()
    try:
        while sum(line.faults.values()) < asked.faults:
            some = [_handheld(cast, line, chance) for _ in range(asked.handhelds)]
            for one in some:
                one.start()
            for one in some:
                one.join()
            handhelds += some
            made = sum(line.faults.values())
            print(
                f"  {made} of {asked.faults} faults, {sum(len(one.told.records) for one in handhelds)} records",
                flush=True,
            )
            if not all(one.done for one in some):
                print("✗ a handheld did not get all its receipts in time")
                return 1
        killer.stop()
        _until_all_is_sealed()
    finally:
        line.close()
        killer.end_sealer()
        server.kill()
    wrong = check(handhelds) + [str(one) for one in verify().findings]
    for one in wrong[:50]:
        print(f"✗ {one}")
    records = sum(len(one.records) for one in handhelds)
    photos = sum(len(one.photos) for one in handhelds)
    print(
        f"  {records} records and {photos} photos sealed; {len(wrong)} wrong; {time.monotonic() - begun:.0f} s"
    )
    for what, count in sorted({**line.faults, **killer.killed}.items()):
        print(f"  {count:>7}  {what}{'' if what in line.faults else ' killed'}")
    return 1 if wrong else 0


def _handheld(cast: Cast, line: FaultyLine, chance: random.Random) -> Stubborn:
    """A fresh handheld with a queue of records, some with photos."""
    handheld = Handheld.approved(cast.east_first, cast.qiu)
    handheld.open_shift_of(chance.choice([cast.wen, cast.mei]), now=dt.datetime.now(dt.UTC))
    pictures = [chance.randbytes(chance.randint(1, 60_000)) for _ in range(ROUND_PHOTOS)]
    sealed = [
        handheld.violation(photos=[photo(pictures[n])] if n < ROUND_PHOTOS else [])
        for n in range(ROUND_RECORDS)
    ]
    return Stubborn(
        handheld, sealed, pictures, lambda: line.port, chance.randrange(2**31), time.monotonic() + ROUND_S
    )


def _until_all_is_sealed() -> None:
    """Wait until the sealer has numbered everything."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM entry")
            if cursor.fetchone()[0] == head():
                return
        time.sleep(0.1)
