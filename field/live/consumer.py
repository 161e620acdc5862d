"""The open line of one browser: checks where it comes from and whose it is, listens for nothing but "I have it", says only a number.

Nothing can be subscribed to: the keys a line listens under follow from its session. It closes with 4401 (session ended), 4403
(revoked), 4408 (too slow), 4400 (said something that is not in the protocol), 1013 (come again: what it may see has changed).
"""

import asyncio
import contextlib
import re
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from field.live import announce
from field.live.following import Following, Unreachable
from field.live.hub import Seat

LARGEST_FRAME = 16 * 1024
FRAMES_A_SECOND = 20
ACK = re.compile(r'\s*\{\s*"ack"\s*:\s*[0-9]{1,15}\s*\}\s*')
"""All that a client may say. Matched, not parsed: there is no depth to bomb and no key to smuggle."""


class Line(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One socket at /ws/. `following` is shared by all lines of the process."""

    def __init__(self, following: Following) -> None:
        super().__init__()
        self._following = following
        self._seat: Seat | None = None
        self._allowed = float(FRAMES_A_SECOND)
        self._counted_at = 0.0
        self._ended = False

    async def connect(self) -> None:
        """Refuse foreign pages with 403; let a session in and tell it how far the log has grown."""
        if _origins(self.scope) != [settings.ORIGIN.encode()]:
            await self.close()  # before it is accepted: the server answers 403
            return
        following = self._following
        following.start()
        asked_at = asyncio.get_running_loop().time()
        try:
            found = await following.admit(self.scope["cookies"].get(settings.SESSION_COOKIE_NAME))
        except Unreachable:
            await self.accept()
            await self._end(announce.COME_AGAIN)
            return
        await self.accept()
        if found is None:
            # Accepted first: a browser hides a refused handshake's reason, and the app must know that signing in again is needed.
            await self._end(announce.ENDED)
            return
        admitted, size = found
        seat = Seat(admitted, self._say, self._end)
        if not following.hub.join(seat, asked_at=asked_at):
            await self._end(announce.COME_AGAIN)
            return
        self._seat = seat
        following.hub.tell_one(seat, max(size, following.told))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take an acknowledgement, close on anything else. Nothing is kept of it: what a handheld has is said by its cursor."""
        if self._ended:
            return  # it was on its way before the farewell
        said = ACK.fullmatch(text_data) if text_data is not None and len(text_data) <= LARGEST_FRAME else None
        if said is None or not self._in_time():
            if self._seat is not None:
                self._following.hub.leave(self._seat)
            await self._end(announce.NOT_UNDERSTOOD)

    async def disconnect(self, code: int) -> None:
        """Leave the hub."""
        if self._seat is not None:
            self._following.hub.leave(self._seat)
            self._seat = None

    async def _end(self, code: int) -> None:
        """Close once: the hub and the client's own nonsense may both be a reason."""
        if not self._ended:
            self._ended = True
            # the client's own farewell may cross ours: the server then has nobody left to tell, and says so with this error
            with contextlib.suppress(RuntimeError):
                await self.close(code)

    async def _say(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})

    def _in_time(self) -> bool:
        """Whether this frame keeps within the rate: a bucket of twenty that fills again within a second."""
        moment = asyncio.get_running_loop().time()
        self._allowed = min(FRAMES_A_SECOND, self._allowed + (moment - self._counted_at) * FRAMES_A_SECOND)
        self._counted_at = moment
        self._allowed -= 1
        return self._allowed >= 0


def _origins(scope: dict[str, Any]) -> list[bytes]:
    return [value for name, value in scope["headers"] if name == b"origin"]
