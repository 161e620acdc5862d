"""Open lines held by a test: people with sessions, and what their sockets were told."""

import asyncio
import contextlib
import functools
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.utils import timezone
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from accounts import sessions
from accounts.models import Shift, User
from evidence import ledger
from evidence.queries import numbers
from tests.cast import Handheld

P = ParamSpec("P")
T = TypeVar("T")


def session_of(person: User, shift: Shift | None = None) -> str:
    """A session as a sign-in makes it: at a desk, or under this shift. Its key."""
    now = time.time()
    store = SessionStore()
    store[SESSION_KEY] = person.police_number
    store[BACKEND_SESSION_KEY] = sessions.BACKEND
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store["began"] = store["seen"] = now
    if shift is not None:
        store["shift"] = str(shift.id)
    store.save()
    assert store.session_key is not None
    return store.session_key


@dataclass
class Open:
    """One open line: the numbers it was told with the times (monotonic), and how it ended."""

    socket: ClientConnection
    told: list[tuple[int, float]] = field(default_factory=list)
    closed: int | None = None
    closed_at: float = 0.0
    _reading: asyncio.Task[None] | None = None

    async def read(self) -> None:
        """Read until the line is closed."""
        try:
            async for text in self.socket:
                self.told.append((json.loads(text)["news"], time.monotonic()))
        except ConnectionClosed:
            pass
        self.closed, self.closed_at = self.socket.close_code, time.monotonic()

    @property
    def newest(self) -> int:
        """The newest number that it was told; 0 for none."""
        return max((number for number, _ in self.told), default=0)

    async def until(self, number: int, within_s: float = 5) -> float:
        """Wait until it was told this number or a newer one; return when."""
        end = time.monotonic() + within_s
        while True:
            for told, moment in self.told:
                if told >= number:
                    return moment
            assert time.monotonic() < end, f"told {self.newest}, wanted {number}, closed {self.closed}"
            await asyncio.sleep(0.002)

    async def until_closed(self, within_s: float) -> int:
        """Wait until it is closed; return the code."""
        end = time.monotonic() + within_s
        while self.closed is None:
            assert time.monotonic() < end, "still open"
            await asyncio.sleep(0.005)
        return self.closed


@contextlib.asynccontextmanager
async def open_line(url: str, session: str | None, *, origin: str | None = None) -> AsyncIterator[Open]:
    """Open a line with this session's cookie from our own origin, or from `origin`."""
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
    async with connect(
        url,
        origin=settings.ORIGIN if origin is None else origin,  # type: ignore[arg-type]
        additional_headers=headers,
        proxy=None,
        compression=None,
        open_timeout=20,
    ) as socket:
        line = Open(socket)
        line._reading = asyncio.create_task(line.read())
        try:
            yield line
        finally:
            line._reading.cancel()
            await asyncio.gather(line._reading, return_exceptions=True)


def in_a_thread(work: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """Run database work beside the event loop, over a connection that is closed afterwards."""

    def closing(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return work(*args, **kwargs)
        finally:
            connection.close()

    @functools.wraps(work)
    async def elsewhere(*args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(closing, *args, **kwargs)

    return elsewhere


@in_a_thread
def happen(*audience: str, times: int = 1) -> int:
    """Something happens that concerns these keys, `times` times; the number that their lines must be told, once it is sealed."""
    for _ in range(times):
        with transaction.atomic():
            entry = ledger.append(
                kind="test.happened",
                subject="x",
                actor="system",
                at=timezone.now(),
                body={},
                audience=audience,
            )
    end = time.monotonic() + 60  # the first one may find the sealer still starting
    while entry.id not in (sealed := numbers([entry.id])):
        assert time.monotonic() < end, "not sealed"
        time.sleep(0.002)
    return sealed[entry.id] + 1


@in_a_thread
def desk_session(person: User) -> str:
    """A desk's session, as a sign-in makes it."""
    return session_of(person)


@in_a_thread
def shift_session(person: User, technician: User) -> tuple[str, str]:
    """A session under a shift on a handheld of its own: its key, and the terminal's id."""
    handheld = Handheld.approved(person.unit, technician)
    return session_of(person, handheld.open_shift_of(person)), handheld.id
