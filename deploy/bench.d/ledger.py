"""Ledger appends a second at 8 and 32 writers, beside the same inserts without a ledger and beside a locked head row.

One transaction is a business row of about 250 bytes and, with a ledger, its entry of about 310 bytes of payload; pgbench drives them,
prepared, in short runs that take turns, and medians are compared. The sealer runs beside as in earnest. Only ratios mean anything.
"""

import argparse
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

from django.conf import settings
from django.db import connections

from evidence.direct import connect
from evidence.keys import KeyExists, make_log_key

TABLES: LiteralString = """
DROP TABLE IF EXISTS bench_business, bench_locked, bench_head;
CREATE TABLE bench_business (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb NOT NULL);
CREATE TABLE bench_head (size bigint NOT NULL);
INSERT INTO bench_head VALUES (0);
CREATE TABLE bench_locked (number bigint PRIMARY KEY, payload bytea NOT NULL, leaf_hash bytea NOT NULL);
"""
BUSINESS = (
    """INSERT INTO bench_business (body) VALUES ('{"plate": "A5K082", "offence": "1039", "place": "%s"}');"""
    % ("x" * 180)
)
PAYLOAD = (
    '{"actor":"034512","at":"2026-03-02T04:00:00.000000Z","audience":["unit:330900010100"],"body":{"x":"%s"},"v":1}'
    % ("y" * 200)
)
ENTRY = f"""INSERT INTO entry (kind, subject, actor, at, audience, salt, payload)
VALUES ('bench', to_char(clock_timestamp(), 'YYYYMMDDHH24MISSUS') || :nth, '034512', now(), '{{unit:330900010100}}', sha256('s'), '{PAYLOAD}');"""
LOCKED = f"""WITH head AS (UPDATE bench_head SET size = size + 1 RETURNING size)
INSERT INTO bench_locked SELECT size, '{PAYLOAD}', sha256('{PAYLOAD}') FROM head;"""
NTH = r"\set nth random(1, 1000000000)"
SCRIPTS = {
    "no ledger": f"BEGIN;\n{BUSINESS}\nCOMMIT;\n",
    "ledger": f"{NTH}\nBEGIN;\n{BUSINESS}\n{ENTRY}\nCOMMIT;\n",
    "locked head": f"BEGIN;\n{BUSINESS}\n{LOCKED}\nCOMMIT;\n",
}
TARGETS = {8: 0.65, 32: 0.5}
TIMES_LOCKED = 4.0


def main(argv: list[str]) -> int:
    """Print rates and ratios; 1 if a ratio is below its target or an entry is missing."""
    parser = argparse.ArgumentParser(prog="ledger")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--writers", type=int, nargs="+", default=[8, 32])
    asked = parser.parse_args(argv)
    good = True
    with connect("bench") as db, tempfile.TemporaryDirectory() as folder:
        db.execute(TABLES)
        for name, text in SCRIPTS.items():
            (Path(folder) / name).write_text(text)
        with sealer():
            for writers in asked.writers:
                rates: dict[str, list[float]] = {name: [] for name in SCRIPTS}
                for _ in range(asked.repeats):
                    for name, seen in rates.items():
                        seen.append(rate(Path(folder) / name, writers, asked.seconds))
                        settle()
                good &= say(writers, rates)
        missing, gaps = db.execute(
            "SELECT (SELECT count(*) FROM entry) - count(*), coalesce(max(leaf_index) + 1, 0) - count(*) FROM seal"
        ).fetchone() or (1, 1)
        db.execute("DROP TABLE bench_business, bench_locked, bench_head")
    print(f"  entries not sealed {missing}, numbers missing {gaps}")
    return 0 if good and not missing and not gaps else 1


def say(writers: int, rates: dict[str, list[float]]) -> bool:
    """Print one comparison; False if it is below the targets."""
    print(f"  {writers} writers")
    middle = {name: statistics.median(seen) for name, seen in rates.items()}
    for name, seen in rates.items():
        print(
            f"    {name:<12} {middle[name]:>8.0f}/s  ({min(seen):.0f} to {max(seen):.0f})  {middle[name] / middle['no ledger']:.2f}"
        )
    kept, times = middle["ledger"] / middle["no ledger"], middle["ledger"] / middle["locked head"]
    target = TARGETS.get(writers, 0)
    print(f"    keeps {kept:.2f} of the rate without a ledger (at least {target:.2f});", end=" ")
    print(f"{times:.1f} times the locked head" + (f" (at least {TIMES_LOCKED:.0f})" if writers >= 32 else ""))
    return kept >= target and (writers < 32 or times >= TIMES_LOCKED)


def rate(script: Path, writers: int, seconds: int) -> float:
    """Transactions a second of one pgbench run."""
    said = connections["default"].settings_dict
    env = os.environ | {"PGPASSWORD": said["PASSWORD"] or ""}
    command = [
        pgbench(),
        "-n",
        "-M",
        "prepared",
        "-c",
        str(writers),
        "-j",
        "2",
        "-T",
        str(seconds),
        "-f",
        str(script),
    ]
    command += [
        "-h",
        said["HOST"] or "127.0.0.1",
        "-p",
        str(said["PORT"] or 5432),
        "-U",
        said["USER"],
        said["NAME"],
    ]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


def settle() -> None:
    """Wait until the sealer has caught up, so that the next run does not pay for the last."""
    with connect("bench") as db:
        while db.execute(
            "SELECT (SELECT max(id) FROM entry) IS DISTINCT FROM (SELECT max(entry_id) FROM seal)"
        ).fetchone() == (True,):
            time.sleep(0.05)


@contextlib.contextmanager
def sealer() -> Iterator[None]:
    """The sealer's own process."""
    with contextlib.suppress(KeyExists):
        make_log_key()
    running = subprocess.Popen(
        [sys.executable, "manage.py", "seal"], cwd=settings.BASE_DIR, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        running.terminate()
        running.wait()


def pgbench() -> str:
    """The program, which Debian does not put on the path."""
    found = shutil.which("pgbench") or next(
        (str(one) for one in sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), reverse=True)), None
    )
    if found is None:
        raise SystemExit("there is no pgbench here: it comes with the PostgreSQL server packages")
    return found
