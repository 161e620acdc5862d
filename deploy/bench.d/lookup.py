"""The public look-up: pages a second by a slip's token, beside the same server's barest page and a bare SELECT by primary key.

Every page replays its violation and proves its entries, as in earnest; only tiles under a signed root are remembered between pages. Server, sealer, database and
clients share the machine: read the figures as ratios.
"""

import argparse
import base64
import http.client
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import psycopg

from field.lookup.keys import token_key
from tests.cast import Handheld, OverHttp
from tests.field.server import RestServer, database_url, in_earnest

CITIZENS = 8
SLIPS = 200
TOGETHER = 25
WAIT_S = 30


def main(argv: list[str]) -> int:
    """Measure and print; 0 when every page was the right one."""
    parser = argparse.ArgumentParser(prog="deploy/bench lookup")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each is asked (5)")
    asked = parser.parse_args(argv)
    with in_earnest() as (cast, server):
        handheld = Handheld.approved(cast.east_first, cast.qiu, wire=OverHttp(server.origin))
        handheld.open_shift_of(cast.wen)
        tokens = [secrets.token_bytes(16) for _ in range(SLIPS)]
        for at in range(0, SLIPS, TOGETHER):
            handheld.sync(
                *(
                    handheld.violation(token_sha256=sha256(one).hexdigest())
                    for one in tokens[at : at + TOGETHER]
                )
            )
        paths = [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in tokens]
        _until_proved(server, paths[-1])
        select = _rate(asked.seconds, lambda n: _selecting(paths, n))
        bare = _rate(asked.seconds, lambda n: _getting(server, ["/public.css"], n, b"--blue"))
        ours = _rate(
            asked.seconds,
            lambda n: _getting(server, [f"/t/{one}" for one in paths], n, "没有被改过".encode()),
        )
    print(
        f"  {ours:8.0f} pages/s by a slip's token, {CITIZENS} at once, replayed and proved each time"
        f"   ({bare:.0f}/s the stylesheet of the same server, {ours / bare:.2f};"
        f" {select:.0f}/s bare SELECTs by primary key, {ours / select:.3f})"
    )
    return 0


def _until_proved(server: RestServer, token: str) -> None:
    until = time.monotonic() + WAIT_S
    ask = _getting(server, [f"/t/{token}"], 0, "没有被改过".encode())
    while True:
        try:
            ask()
            return
        except AssertionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _rate(seconds: float, citizen: Callable[[int], Callable[[], None]]) -> float:
    """How many a second, all citizens at once, each with a connection of its own."""
    done = [0] * CITIZENS
    end = threading.Event()

    def run(n: int) -> None:
        ask = citizen(n)
        while not end.is_set():
            ask()
            done[n] += 1

    with ThreadPoolExecutor(CITIZENS) as crowd:
        begun = time.perf_counter()
        running = [crowd.submit(run, n) for n in range(CITIZENS)]
        time.sleep(seconds)
        end.set()
        for one in running:
            one.result()
        return sum(done) / (time.perf_counter() - begun)


def _getting(server: RestServer, paths: list[str], n: int, must_say: bytes) -> Callable[[], None]:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    at = n

    def ask() -> None:
        nonlocal at
        line.request("GET", paths[at % len(paths)])
        answer = line.getresponse()
        body = answer.read()
        assert answer.status == 200 and must_say in body, (answer.status, body[:200])
        at += CITIZENS

    return ask


def _selecting(paths: list[str], n: int) -> Callable[[], None]:
    db = psycopg.connect(database_url().replace("postgis://", "postgresql://"), autocommit=True)
    keyed = [token_key(one) for one in paths]
    at = n

    def ask() -> None:
        nonlocal at
        row = db.execute(
            "SELECT record FROM field_publictoken WHERE keyed_hash = %s", [keyed[at % len(keyed)]]
        ).fetchone()
        assert row is not None
        at += CITIZENS

    return ask
