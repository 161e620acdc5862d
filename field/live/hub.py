"""Fan-out inside one process: who listens under which keys, one pending number for each, and who is too slow.

A number is encoded once and written to every line it concerns. A line that is still busy with an older number keeps only the newest one;
so a reader that doesn't read costs one integer, never a queue. Knows neither Redis nor the database: those are in following.py.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable

from field.live.announce import TOO_SLOW
from field.live.standing import Admitted

SLOW_AFTER_S = 30.0
CLOSING_MAY_TAKE_S = 5.0
CLOSES_KEPT_S = 60.0
"""How long a close is remembered for lines that were just being admitted when it came."""

log = logging.getLogger(__name__)


class Seat:
    """One open line: what it was admitted as, and the one number it still has to be told."""

    __slots__ = ("admitted", "busy", "busy_since", "close", "closing", "pending", "send", "told")

    def __init__(
        self,
        admitted: Admitted,
        send: Callable[[str], Awaitable[None]],
        close: Callable[[int], Awaitable[None]],
    ) -> None:
        self.admitted = admitted
        self.send = send
        self.close = close
        self.pending = 0
        self.told = 0
        self.busy: asyncio.Task[None] | None = None
        self.busy_since = 0.0
        self.closing: asyncio.Task[None] | None = None


class Hub:
    """All open lines of this process. Everything happens in one event loop; nothing here waits for a line."""

    def __init__(self, *, slow_after_s: float = SLOW_AFTER_S) -> None:
        self.slow_after_s = slow_after_s
        self._seats: defaultdict[str, set[Seat]] = defaultdict(set)
        self._all: set[Seat] = set()
        self._closed_at: dict[str, float] = {}
        self._encoded = (-1, "")

    def __len__(self) -> int:
        return len(self._all)

    def seats(self) -> list[Seat]:
        """The open lines now."""
        return list(self._all)

    def join(self, seat: Seat, *, asked_at: float) -> bool:
        """Let a line listen, unless one of its keys was closed since its right was read (`asked_at`, loop time)."""
        if any(self._closed_at.get(key, -1.0) >= asked_at for key in seat.admitted.keys):
            return False
        self._all.add(seat)
        for key in seat.admitted.keys:
            self._seats[key].add(seat)
        return True

    def leave(self, seat: Seat) -> None:
        """Forget a line; twice is harmless."""
        self._all.discard(seat)
        for key in seat.admitted.keys:
            self._seats[key].discard(seat)
            if not self._seats[key]:
                del self._seats[key]
        if seat.busy is not None:
            seat.busy.cancel()

    def tell(self, number: int, keys: Iterable[str]) -> int:
        """Say to all lines under these keys that there is news up to `number`; return how many it concerned."""
        concerned: set[Seat] = set()
        for key in keys:
            concerned |= self._seats.get(key, set())
        for seat in concerned:
            self.tell_one(seat, number)
        return len(concerned)

    def tell_one(self, seat: Seat, number: int) -> None:
        """Say it to one line; a newer number replaces one that is still pending."""
        if number <= max(seat.told, seat.pending) or seat.closing is not None:
            return
        seat.pending = number
        if seat.busy is None:
            loop = asyncio.get_running_loop()
            seat.busy_since = loop.time()
            seat.busy = loop.create_task(self._flush(seat))

    def forget_told(self) -> None:
        """Let numbers begin anew: the next one is told, however small it is."""
        for seat in self._all:
            seat.told = seat.pending = 0

    def close(self, keys: Collection[str], code: int) -> int:
        """Close all lines under these keys; return how many. Lines that are being admitted now are refused by `join`."""
        moment = asyncio.get_running_loop().time()
        self._closed_at = {k: at for k, at in self._closed_at.items() if moment - at < CLOSES_KEPT_S}
        self._closed_at |= dict.fromkeys(keys, moment)
        concerned: set[Seat] = set().union(*(self._seats.get(key, set()) for key in keys)) if keys else set()
        for seat in concerned:
            self.close_one(seat, code)
        return len(concerned)

    def close_one(self, seat: Seat, code: int) -> None:
        """Close one line. From this moment it is told nothing, whether or not it takes its farewell."""
        if seat.closing is not None:
            return
        self.leave(seat)
        seat.closing = asyncio.get_running_loop().create_task(self._say_farewell(seat, code))

    def drop_the_slow(self) -> int:
        """Close the lines that could not take their number for too long; return how many."""
        late = asyncio.get_running_loop().time() - self.slow_after_s
        slow = [seat for seat in self._all if seat.busy is not None and seat.busy_since <= late]
        for seat in slow:
            self.close_one(seat, TOO_SLOW)
        return len(slow)

    async def _flush(self, seat: Seat) -> None:
        """Write the newest number, and again if a newer one came meanwhile. One such task a line at most."""
        try:
            while seat.told < seat.pending:
                number = seat.pending
                await seat.send(self._encode(number))
                seat.told = number
                seat.busy_since = asyncio.get_running_loop().time()
        except (OSError, RuntimeError) as reason:
            # The peer went away under our hands, or is just closing: its consumer hears of it as a disconnect.
            log.debug("a line went away while it was told: %s", type(reason).__name__)
        finally:
            seat.busy = None

    def _encode(self, number: int) -> str:
        if self._encoded[0] != number:
            self._encoded = (number, f'{{"news":{number}}}')
        return self._encoded[1]

    async def _say_farewell(self, seat: Seat, code: int) -> None:
        try:
            await asyncio.wait_for(seat.close(code), CLOSING_MAY_TAKE_S)
        except (OSError, RuntimeError, TimeoutError) as reason:
            log.info("a line was dropped without its farewell: %s", type(reason).__name__)
