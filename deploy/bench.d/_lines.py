"""Many sockets in one process, as bare as Python can: it shakes hands, and notes when anything comes. Driven over stdin and stdout.

Words in: `open URL COUNT DEAF COOKIE ORIGIN` (DEAF of them stop reading after the handshake), `round`, `end`. Answers are JSON lines.
"""

import asyncio
import base64
import contextlib
import json
import os
import resource
import sys
import time
from typing import Any
from urllib.parse import urlparse

OPENED_TOGETHER = 100
ROUND_AT_MOST_S = 20.0


class Many:
    """All sockets and what came in the present round."""

    def __init__(self) -> None:
        self.came: list[int] = []
        self.wanted = 0
        self.all_came = asyncio.Event()
        self.listening: list[asyncio.Transport] = []

    def note(self) -> None:
        """Something came at one of them."""
        self.came.append(time.monotonic_ns())
        if len(self.came) == self.wanted:
            self.all_came.set()


class Socket(asyncio.Protocol):
    """One socket: what comes after the handshake is timed, and not read."""

    def __init__(self, many: Many, request: bytes, deaf: bool) -> None:
        self.many, self.request, self.deaf = many, request, deaf
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """The handshake's answer first, then messages; a ping is answered, since a dead peer would be closed."""
        if not self.open.done():
            self.head += data
            if b"\r\n\r\n" not in self.head:
                return
            if b" 101 " not in self.head.split(b"\r\n", 1)[0]:
                self.open.set_exception(ConnectionError(self.head[:200].decode(errors="replace")))
                return
            self.open.set_result(None)
            if self.deaf:
                self.transport.pause_reading()
            return
        if data[0] == 0x89:
            self.transport.write(bytes([0x8A, 0x80 | data[1], 0, 0, 0, 0]) + data[2 : 2 + data[1]])
            return
        self.many.note()

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone before it was open: that is told."""
        if not self.open.done():
            self.open.set_exception(exc or ConnectionError("closed in the handshake"))


async def open_all(many: Many, url: str, count: int, deaf: int, cookie: str, origin: str) -> float:
    """Open them some at a time; return how many seconds it took."""
    where = urlparse(url)
    began = time.monotonic()
    for start in range(0, count, OPENED_TOGETHER):
        opening = []
        for number in range(start, min(count, start + OPENED_TOGETHER)):
            key = base64.b64encode(os.urandom(16)).decode()
            request = (
                f"GET {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nOrigin: {origin}\r\nCookie: {cookie}\r\n\r\n"
            ).encode()
            opening.append(_open(many, where.hostname or "", where.port or 80, request, number < deaf))
        await asyncio.gather(*opening)
    return time.monotonic() - began


async def _open(many: Many, host: str, port: int, request: bytes, deaf: bool) -> None:
    _, one = await asyncio.get_running_loop().create_connection(
        lambda: Socket(many, request, deaf), host, port
    )
    await one.open
    many.listening.append(one.transport)


def _say(said: dict[str, Any]) -> None:
    print(json.dumps(said), flush=True)


async def main() -> None:
    """Obey until `end` or the end of input."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, hard), hard))
    many = Many()
    loop = asyncio.get_running_loop()
    while word := (await loop.run_in_executor(None, sys.stdin.readline)).split():
        if word[0] == "open":
            url, count, deaf, cookie, origin = word[1:]
            took = await open_all(many, url, int(count), int(deaf), cookie, origin)
            many.wanted = int(count) - int(deaf)
            _say({"opened": int(count), "seconds": took})
        elif word[0] == "round":
            many.came, many.all_came = [], asyncio.Event()
            _say({"listening": True})
            with contextlib.suppress(TimeoutError):  # what did not come is counted as missing
                await asyncio.wait_for(many.all_came.wait(), ROUND_AT_MOST_S)
            _say({"came": many.came})
        else:
            break
    for transport in many.listening:
        transport.abort()


if __name__ == "__main__":
    asyncio.run(main())
