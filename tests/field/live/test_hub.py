"""The hub by itself: one pending number for each line, whatever happens, and no line holds up another."""

import asyncio
import tracemalloc

import pytest

from field.live.hub import Hub, Seat
from field.live.standing import Admitted


class Peer:
    """A line's other end: takes what it is told, or stands still until it is let go."""

    def __init__(self, *keys: str, takes: bool = True) -> None:
        self.told: list[str] = []
        self.code: int | None = None
        self.free = asyncio.Event()
        if takes:
            self.free.set()
        self.seat = Seat(Admitted("s", "034512", None, frozenset(keys)), self._send, self._close)

    async def _send(self, text: str) -> None:
        await self.free.wait()
        self.told.append(text)

    async def _close(self, code: int) -> None:
        self.code = code


async def _a_moment() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_newer_number_replaces_one_that_is_pending() -> None:
    hub, slow = Hub(), Peer("unit:1", takes=False)
    hub.join(slow.seat, asked_at=0)
    for number in range(1, 1001):
        hub.tell(number, ["unit:1"])
        await asyncio.sleep(0)

    slow.free.set()
    await _a_moment()

    assert slow.told == ['{"news":1}', '{"news":1000}']


async def test_a_line_that_stands_still_holds_up_nobody() -> None:
    hub = Hub()
    slow, quick = Peer("unit:1", takes=False), Peer("unit:1")
    for peer in (slow, quick):
        hub.join(peer.seat, asked_at=0)

    hub.tell(7, ["unit:1"])
    await _a_moment()

    assert quick.told == ['{"news":7}']


async def test_numbers_go_up_only() -> None:
    hub, peer = Hub(), Peer("unit:1", "user:034512")
    hub.join(peer.seat, asked_at=0)
    for number in (5, 3, 5, 9, 8):
        hub.tell(number, ["unit:1", "user:034512"])
        await _a_moment()

    assert peer.told == ['{"news":5}', '{"news":9}']


@pytest.mark.long
async def test_ten_thousand_numbers_for_lines_that_stand_still_take_no_memory() -> None:
    hub = Hub()
    peers = [Peer("unit:1", takes=False) for _ in range(200)]
    for peer in peers:
        hub.join(peer.seat, asked_at=0)
    hub.tell(1, ["unit:1"])
    await _a_moment()

    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(2, 10_002):
        hub.tell(number, ["unit:1"])
    await _a_moment()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(asyncio.all_tasks()) <= len(peers) + 1
    assert after - before < 100_000
    for peer in peers:
        hub.leave(peer.seat)
    await _a_moment()


async def test_a_line_that_takes_nothing_for_too_long_is_closed_as_too_slow() -> None:
    hub = Hub(slow_after_s=0.02)
    slow, quick = Peer("unit:1", takes=False), Peer("unit:1")
    for peer in (slow, quick):
        hub.join(peer.seat, asked_at=0)
    hub.tell(1, ["unit:1"])
    await asyncio.sleep(0.03)

    assert hub.drop_the_slow() == 1
    await _a_moment()

    assert (slow.code, quick.code, len(hub)) == (4408, None, 1)


async def test_a_closed_line_is_told_nothing_more() -> None:
    hub, peer = Hub(), Peer("user:034512")
    hub.join(peer.seat, asked_at=0)

    hub.close(["user:034512"], 4403)
    hub.tell(1, ["user:034512"])
    hub.tell_one(peer.seat, 2)
    await _a_moment()

    assert (peer.told, peer.code, len(hub)) == ([], 4403, 0)


async def test_a_right_that_ended_while_it_was_read_opens_no_line() -> None:
    hub, peer = Hub(), Peer("terminal:0123456789abcdef")
    asked_at = asyncio.get_running_loop().time()

    hub.close(["terminal:0123456789abcdef"], 4403)

    assert not hub.join(peer.seat, asked_at=asked_at)
    assert hub.join(peer.seat, asked_at=asyncio.get_running_loop().time() + 0.001)


@pytest.mark.parametrize("error", [ConnectionResetError, RuntimeError])
async def test_a_peer_that_goes_away_while_it_is_told_disturbs_nobody(error: type[Exception]) -> None:
    hub, gone, there = Hub(), Peer("unit:1"), Peer("unit:1")

    async def fail(text: str) -> None:
        raise error

    gone.seat.send = fail
    for peer in (gone, there):
        hub.join(peer.seat, asked_at=0)

    hub.tell(1, ["unit:1"])
    hub.tell(2, ["unit:1"])
    await _a_moment()

    assert there.told == ['{"news":2}']
