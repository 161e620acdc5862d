"""The open line at full size: 5,000 events to 200 lost and found lines with Redis killed 50 times, storms, races, silence and nonsense.

Each part prints what it counted. With the same `--seed` the disconnects, kills and frames are the same again; what the machine makes of
them is its own. `--minutes` is how long 200 lines that never read are held (10), `--scale` makes everything smaller (0.1: a tenth).
"""

import argparse
import asyncio
import contextlib
import os
import random
import resource
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import audience
from accounts.refusals import Overtaken
from evidence import keys
from evidence.queries import entries_after
from field.dispatch.operations import assign
from field.live import announce
from field.models import Assignment
from field.rules.task import LIVE
from tests.cast import Cast, assemble
from tests.field.dispatch.acts import a_task
from tests.field.live.lines import Open, happen, open_line, session_of
from tests.field.live.test_slow import nonsense, shake_hands
from tests.field.live.town import Town, until_it_answers

PULLERS = 6
PULL_EVERY_S = 0.7
LEFT = 20
"""Sockets that the server may hold besides: to the database and to Redis, which come and go."""


class Failed(Exception):
    """A promise was not kept."""


def promise(kept: bool, what: str) -> None:
    """Go on only if it was kept."""
    if not kept:
        raise Failed(what)


def main(argv: list[str]) -> int:
    """Run all parts; 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="deploy/soak push")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--only", help="one part: " + ", ".join(PARTS))
    asked = parser.parse_args(argv)
    seed = int(os.environ.get("LUQIN_SEED", "1"))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with contextlib.suppress(FileExistsError, keys.KeyExists):
        keys.make_log_key()
    with tempfile.TemporaryDirectory(prefix="luqin-soak-push-") as folder:
        town = Town(Path(folder), str(connection.settings_dict["NAME"]))
        settings.REDIS_URL = town.redis_url
        announce.line.cache_clear()
        try:
            town.start_redis()
            for program in (town.sealer, town.announcer, town.sockets):
                program.start()
            until_it_answers(town.socket_port)
            cast = assemble()
            for name, part in PARTS.items():
                if asked.only in (None, name):
                    began = time.monotonic()
                    said = asyncio.run(part(Soak(town, cast, seed, asked.scale, asked.minutes)))
                    print(f"  ✓ {name}: {said} ({time.monotonic() - began:.0f} s)", flush=True)
            promise(
                "Traceback" not in town.sockets.said,
                f"the socket server had an error\n{town.sockets.said[-3000:]}",
            )
        except Failed as broken:
            print(f"  ✗ {broken} (seed {seed})", flush=True)
            return 1
        finally:
            for program in town.programs:
                program.kill()
    return 0


class Soak:
    """What every part needs."""

    def __init__(self, town: Town, cast: Cast, seed: int, scale: float, minutes: float) -> None:
        self.town, self.cast, self.seed, self.minutes = town, cast, seed, minutes
        self.scale = scale
        self.chance = random.Random(seed)

    def sized(self, number: int) -> int:
        """A count at this run's size, one at least."""
        return max(1, round(number * self.scale))


class Follower:
    """A device: told of news, or just connected, it pulls by cursor, and applies what it got."""

    def __init__(self, key: str, start: int, seed: int, pool: ThreadPoolExecutor) -> None:
        self.key, self.cursor, self.applied = key, start, list[int]()
        self.chance, self.pool, self.lost = random.Random(seed), pool, 0

    async def follow(self, url: str, session: str, over: asyncio.Event) -> None:
        """Hold a line, lose it now and then, come back; pull when a number is ahead of the cursor."""
        while not over.is_set():
            try:
                async with open_line(url, session) as line:
                    leave_at = time.monotonic() + self.chance.expovariate(1 / 10)
                    while not over.is_set() and line.closed is None and time.monotonic() < leave_at:
                        if line.newest > self.cursor:
                            await asyncio.get_running_loop().run_in_executor(self.pool, self.pull)
                        await asyncio.sleep(PULL_EVERY_S * self.chance.uniform(0.5, 1.5))
            except (OSError, TimeoutError):
                await asyncio.sleep(0.2)
            self.lost += 1

    def pull(self) -> None:
        """Read on until there is no more now."""
        while True:
            page = entries_after(self.cursor, [self.key], 500)
            self.applied += [one.number for one in page.items if one.number is not None]
            self.cursor = page.cursor
            if not page.more:
                return


async def nothing_missed(soak: Soak) -> str:
    """WS-1: every event reaches every device, once, in order, whatever is lost and killed."""
    town, lines, events, kills = soak.town, soak.sized(200), soak.sized(5000), soak.sized(50)
    key = audience.of_person(soak.cast.mei.police_number)
    session = await asyncio.to_thread(_session, soak.cast.mei)
    pool = ThreadPoolExecutor(PULLERS)
    start = await happen(key)
    followers = [Follower(key, start, soak.seed + n, pool) for n in range(lines)]
    over = asyncio.Event()
    following = [asyncio.create_task(one.follow(town.url, session, over)) for one in followers]
    last, each = start, max(1, events // kills)
    for _ in range(kills):
        await asyncio.to_thread(town.kill_redis)
        last = await happen(key, times=each // 2)
        await asyncio.sleep(soak.chance.uniform(0, 0.5))
        await asyncio.to_thread(town.start_redis)
        last = await happen(key, times=each - each // 2)
    end = time.monotonic() + 60
    while any(one.cursor < last for one in followers):
        promise(
            time.monotonic() < end, f"{sum(one.cursor < last for one in followers)} devices never caught up"
        )
        await asyncio.sleep(0.2)
    over.set()
    await asyncio.gather(*following)
    expected = (await asyncio.to_thread(entries_after, start, [key], 10**6, 10**7)).items
    numbers = [one.number for one in expected]
    promise(len(numbers) == kills * each, f"{len(numbers)} events, not {kills * each}")
    for one in followers:
        promise(
            one.applied == numbers,
            f"a device applied {len(one.applied)} of {len(numbers)}, or in another order",
        )
    pool.shutdown()
    return (
        f"{lines} lines, {len(numbers)} events, {sum(one.lost for one in followers)} lines lost, Redis killed {kills} times: "
        "0 missing, 0 out of order, 0 applied twice"
    )


async def caught_up(soak: Soak) -> str:
    """WS-2: a device that was away long catches up exactly, page by page."""
    events = soak.sized(20_000)
    key = audience.of_person(soak.cast.fu.police_number)
    start = await happen(key)
    await asyncio.gather(*(happen(key, times=events // 4) for _ in range(4)))
    cursor, applied, pages = start, list[int](), 0
    while True:
        page = await asyncio.to_thread(entries_after, cursor, [key], 200)
        applied += [one.number for one in page.items if one.number is not None]
        cursor, pages = page.cursor, pages + 1
        if not page.more:
            break
    promise(len(applied) == events // 4 * 4, f"{len(applied)} of {events // 4 * 4}")
    promise(applied == sorted(set(applied)), "out of order, or twice")
    return f"{len(applied)} events in {pages} pages, exactly"


async def without_redis(soak: Soak) -> str:
    """WS-3: with Redis down the whole time nobody waits longer than sixteen seconds."""
    waits: list[float] = []
    async with _held(soak, 50, "wen") as held:
        await asyncio.to_thread(soak.town.kill_redis)
        try:
            for _ in range(soak.sized(10)):
                await asyncio.sleep(soak.chance.uniform(0, 15))
                began = time.monotonic()
                number = await happen(audience.of_person(soak.cast.wen.police_number))
                waits += [await line.until(number, within_s=20) - began for line in held]
        finally:
            await asyncio.to_thread(soak.town.start_redis)
    promise(max(waits) <= 16, f"somebody waited {max(waits):.1f} s")
    return f"{len(waits)} waits, the longest {max(waits):.1f} s"


async def storm(soak: Soak) -> str:
    """WS-10: a thousand come back within fifteen seconds after a restart, and are served within thirty."""
    lines = soak.sized(1000)
    session = await asyncio.to_thread(_session, soak.cast.li)
    server, url = soak.town.another_socket_server()
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(until_it_answers, int(url.split(":")[2].split("/")[0]))
    began = time.monotonic()
    try:
        async with AsyncExitStack() as stack:

            async def come_back() -> Open:
                await asyncio.sleep(soak.chance.uniform(0, 15 * min(1, soak.scale)))
                return await stack.enter_async_context(open_line(url, session))

            held = await asyncio.gather(*(come_back() for _ in range(lines)))
            number = await happen(f"unit:{soak.cast.east_first.code}")
            await asyncio.gather(*(line.until(number, within_s=10) for line in held))
            took = time.monotonic() - began
    finally:
        await asyncio.to_thread(server.kill)
    promise(took <= 30, f"it took {took:.1f} s")
    promise("Traceback" not in server.said, "the server had an error")
    return f"{lines} lines came back and were told within {took:.1f} s"


async def races(soak: Soak) -> str:
    """WS-11: of two leaders who assign at once one wins, a thousand times."""
    number = soak.sized(1000)
    wins = await asyncio.to_thread(_race, soak.cast, number)
    return f"{number} races: one owner each; the leader won {wins[0]}, the duty desk {wins[1]}"


def _race(cast: Cast, number: int) -> tuple[int, int]:
    wins = [0, 0]
    now = timezone.now()
    sides = ((cast.li, cast.wen), (cast.du, cast.mei))
    for _ in range(number):
        task = a_task(cast, now=now)
        start = threading.Barrier(2)
        came_to: list[str | None] = [None, None]

        def try_it(side: int, came_to: list[str | None] = came_to, start: threading.Barrier = start) -> None:
            leader, officer = sides[side]
            try:
                start.wait(5)
                assign(task, [officer.police_number], leader=leader, now=now)  # noqa: B023 (joined below)
            except Overtaken as refused:
                came_to[side] = refused.by
            finally:
                connection.close()

        threads = [threading.Thread(target=try_it, args=[side]) for side in (0, 1)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        owners = Assignment.objects.filter(task=task, state__in=LIVE).count()
        promise(owners == 1 and came_to.count(None) == 1, f"{owners} owners, {came_to}")
        winner = came_to.index(None)
        promise(came_to[1 - winner] == sides[winner][0].police_number, "the loser was told the wrong name")
        wins[winner] += 1
    return wins[0], wins[1]


async def silence(soak: Soak) -> str:
    """WS-7 and WS-9: lines that never read cost little; those that answer no ping are found dead within 45 seconds.

    The server's own sockets are counted: a client whose window is full hears of no end, whatever the server does.
    """
    session = await asyncio.to_thread(_session, soak.cast.li)
    server = soak.town.sockets
    alone, before = server.sockets(), server.memory_kb()
    began, most, longest, found_dead = time.monotonic(), 0, 0.0, 0
    while time.monotonic() - began < soak.minutes * 60:
        lines = [
            await asyncio.to_thread(shake_hands, soak.town.url, session, receive_buffer=2048)
            for _ in range(200)
        ]
        opened = time.monotonic()
        while server.sockets() > alone + LEFT and time.monotonic() - began < soak.minutes * 60:
            await happen(f"unit:{soak.cast.east_first.code}", times=20)
            most = max(most, server.memory_kb())
            longest = max(longest, time.monotonic() - opened)
            promise(longest <= 45, f"{server.sockets() - alone} dead peers were held for {longest:.0f} s")
            await asyncio.sleep(1)
        found_dead += len(lines) if server.sockets() <= alone + LEFT else 0
        for line in lines:
            line.close()
    promise(most - before < 50_000, f"the server grew by {most - before} KB")
    return (
        f"200 lines that never read, for {soak.minutes:g} min, {found_dead} found dead, the last of each 200 after at most {longest:.0f} s;"
        f" the server grew by {max(0, most - before)} KB"
    )


async def nonsense_only(soak: Soak) -> str:
    """WS-8: a hundred thousand frames of nonsense: no error in the log, no hang."""
    frames = soak.sized(100_000)
    session = await asyncio.to_thread(_session, soak.cast.wen)
    sent = closed = 0
    while sent < frames:
        line = await asyncio.to_thread(shake_hands, soak.town.url, session)
        try:
            for _ in range(soak.chance.randint(1, 60)):
                line.sendall(nonsense(soak.chance))
                sent += 1
        except OSError:
            closed += 1  # closed on us, as it must
        finally:
            line.close()
    async with open_line(soak.town.url, session) as wens:
        await wens.until(await happen(audience.of_person(soak.cast.wen.police_number)))
    return f"{sent} frames; the server closed under us {closed} times, and still answers"


@contextlib.asynccontextmanager
async def _held(soak: Soak, lines: int, who: str) -> AsyncIterator[list[Open]]:
    session = await asyncio.to_thread(_session, getattr(soak.cast, who))
    async with AsyncExitStack() as stack:
        held = [await stack.enter_async_context(open_line(soak.town.url, session)) for _ in range(lines)]
        await happen(audience.of_person(getattr(soak.cast, who).police_number))
        yield held


def _session(person: object) -> str:
    try:
        return session_of(person)  # type: ignore[arg-type]
    finally:
        connection.close()


PARTS: dict[str, Callable[[Soak], Coroutine[None, None, str]]] = {
    "nothing-missed": nothing_missed,
    "caught-up": caught_up,
    "without-redis": without_redis,
    "storm": storm,
    "races": races,
    "nonsense": nonsense_only,
    "silence": silence,
}
