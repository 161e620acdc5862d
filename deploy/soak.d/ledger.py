"""Kill sealers, backends and PostgreSQL for long (kill -9), and end lines; tamper with every table at random; grow the log and see that it stays as fast.

Three parts, each also by its own name: `kills` (nothing missing, nothing doubled), `tampering` (every edit is named by verify_ledger),
`growth` (time and memory of a batch at 10,000 and at the last size).
"""

import argparse
import os
import random
import resource
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings
from psycopg import sql
from tqdm import tqdm

from evidence.direct import connect
from evidence.keys import KeyExists, log_signer, make_log_key
from evidence.ledger import SALT_BYTES, append, payload_of
from evidence.replay import project
from evidence.sealer import begin_log, seal_batch
from evidence.sealing import OPTIONS
from evidence.verification import verify
from tests.evidence.crashes import Storm
from tests.evidence.world import NOON, PARCEL, sent

COLUMNS = {
    "entry": ("kind", "subject", "actor", "at", "audience", "salt", "payload"),
    "seal": ("leaf_hash",),
    "tile": ("root", "hashes"),
    "checkpoint": ("root", "note"),
    "upload": ("terminal", "digest", "length", "metadata", "created_at", "expires_at", "finished_at"),
}
KEYS = {"entry": "id", "seal": "leaf_index", "tile": "idx", "checkpoint": "size", "upload": "id"}
COPY: LiteralString = "COPY entry (kind, subject, actor, at, audience, salt, payload) FROM STDIN"


def main(argv: list[str]) -> int:
    """Run the parts; 0 only if each promise held."""
    parser = argparse.ArgumentParser(prog="ledger")
    parser.add_argument("part", nargs="*", help="kills, tampering, growth; all without it")
    parser.add_argument(
        "--kills",
        type=int,
        default=60,
        help="how many blows: of ten one hits the whole server, one a backend, one a line",
    )
    parser.add_argument("--edits", type=int, default=400, help="how many random edits")
    parser.add_argument("--size", type=int, default=1_000_000, help="how far the log grows")
    asked = parser.parse_args(argv)
    seed = int(os.environ.get("LUQIN_SEED") or secrets.randbelow(2**31))
    print(f"  seed {seed}; {asked.kills} kills, {asked.edits} edits, {asked.size} entries")
    parts: dict[str, Callable[[], bool]] = {
        "kills": lambda: kills(seed, asked.kills),
        "tampering": lambda: tampering(random.Random(seed), asked.edits),
        "growth": lambda: growth(asked.size),
    }
    held = [parts[name]() for name in asked.part or parts]
    return 0 if all(held) else 1


def kills(seed: int, blows: int) -> bool:
    """A storm on a server of its own."""
    servers = backends = lines = max(1, blows // 10)
    with tempfile.TemporaryDirectory(prefix="luqin-storm-", ignore_cleanup_errors=True) as folder:
        storm = Storm(Path(folder), seed=seed)
        try:
            outcome = storm.rage(
                sealers=blows - servers - backends - lines, lines=lines, backends=backends, servers=servers
            )
        finally:
            storm.close()
    print(f"  kills: {outcome}")
    return outcome.sound


def tampering(dice: random.Random, edits: int) -> bool:
    """Each edit in a transaction of its own that is undone; verify_ledger must find something each time, and nothing at the end."""
    world = override_settings(
        LEDGER_PROJECTIONS=["tests.evidence.world.PROJECTIONS"],
        LEDGER_KEYS="tests.evidence.world.public_keys",
        LEDGER_BLOBS="tests.evidence.world.photo_digests",
        LOG_NEWEST_FILE=Path(settings.DATA) / "none.note",
    )
    with world:
        furnish()
        if not (clean := verify()).sound:
            print(f"  tampering: the untouched log is not sound: {clean.findings[:3]}")
            return False
        unnoticed: list[str] = []
        for _ in tqdm(range(edits), desc="  tampering", file=sys.stderr, disable=None):
            with transaction.atomic():
                said = tamper(dice)
                if verify().sound:
                    unnoticed.append(said)
                transaction.set_rollback(True)
        sound = verify().sound
    print(
        f"  tampering: {edits} edits, {len(unnoticed)} unnoticed {unnoticed[:5]}, sound at the end: {sound}"
    )
    return not unnoticed and sound


def furnish() -> None:
    """A log of 400 entries with a tile and a few checkpoints, and a table that follows from it."""
    own_key()
    with connect("soak", OPTIONS) as db:
        begin_log(db)
        for start in range(0, 400, 80):
            with transaction.atomic():
                for number in range(start, start + 80):
                    project(PARCEL, append(**sent(number, note="路边")))
                project(
                    PARCEL,
                    append(kind="parcel.came", subject=sent(start)["subject"], actor="li", at=NOON, body={}),
                )
            seal_batch(db, log_signer())


def tamper(dice: random.Random) -> str:
    """Change one random cell of one random row behind the triggers' back, or delete the row; say what was done."""
    table = dice.choice(list(COLUMNS))
    column = dice.choice((*COLUMNS[table], "")) if table != "upload" else dice.choice(COLUMNS[table])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        last = rows(cursor, table) - 1
        # Older checkpoints may be thinned out: the tree and the newest one say all that they said.
        at = last if table == "checkpoint" and not column else dice.randint(0, last)
        cursor.execute(f"SELECT {KEYS[table]} FROM {table} ORDER BY 1 OFFSET {at} LIMIT 1")
        (key,) = cursor.fetchone()
        if column:
            cursor.execute(f"SELECT {column} FROM {table} WHERE {KEYS[table]} = %s", [key])
            (value,) = cursor.fetchone()
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE {KEYS[table]} = %s", [spoilt(value, dice), key]
            )
        else:
            cursor.execute(f"DELETE FROM {table} WHERE {KEYS[table]} = %s", [key])
        cursor.execute("SET LOCAL session_replication_role = origin")
    return f"{table} {key} {column or 'deleted'}"


def rows(cursor: Any, table: str) -> int:
    """How many rows a table has."""
    cursor.execute(f"SELECT count(*) FROM {table}")
    return int(cursor.fetchone()[0])


def spoilt(value: Any, dice: random.Random) -> Any:
    """Another value of the same type, as close to the first as can be."""
    if isinstance(value, memoryview | bytes):
        raw = bytearray(value)
        raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        return bytes(raw)
    if isinstance(value, str):
        if not value:
            return "x"
        at = dice.randrange(len(value))
        return value[:-1] if dice.random() < 0.3 else value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    if isinstance(value, int):
        return value + dice.choice((-1, 1))
    if isinstance(value, list):
        return [*value, "unit:9"]
    if value is None:
        return NOON
    return value.replace(microsecond=value.microsecond ^ 1)


def growth(size: int) -> bool:
    """Seal batches of 100 at 10,000 entries and at the end; a batch may not take twice as long, nor memory grow by half."""
    own_key()
    took: dict[int, float] = {}
    memory: dict[int, int] = {}
    with connect("soak", OPTIONS) as db:
        begin_log(db)
        at = seal_batch(db, log_signer(), sweep=True).size
        for stage in sorted({10_000, 100_000, size}):
            while at < stage:
                fill(db, min(50_000, stage - at))
                at = seal_batch(db, log_signer()).size
            times = []
            for _ in range(60):
                fill(db, 100)
                began = time.perf_counter()
                at = seal_batch(db, log_signer()).size
                times.append(time.perf_counter() - began)
            took[stage], memory[stage] = (
                statistics.median(times),
                resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            )
            print(
                f"  growth: {at} entries, a batch of 100 takes {took[stage] * 1000:.2f} ms, {memory[stage]} MB at most"
            )
    first, last = min(took), max(took)
    return took[last] < 2 * took[first] and memory[last] < memory[first] * 1.5


def fill(db: psycopg.Connection[Any], count: int) -> None:
    """Write that many entries in one transaction."""
    payload = payload_of(kind="soak", subject="s", actor="a", at=NOON, body={"x": "y" * 200}, audience=[])
    with db.cursor().copy(sql.SQL(COPY)) as copy:
        for _ in range(count):
            copy.write_row(("soak", "s", "a", NOON, [], secrets.token_bytes(SALT_BYTES), payload))


def own_key() -> None:
    """The log's key of this run."""
    try:
        make_log_key()
    except KeyExists:
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
