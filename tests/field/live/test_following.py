"""The floor and the subscription by themselves: what one misses the other finds, and neither believes the other blindly."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from django.db import transaction
from django.utils import timezone

from evidence import ledger
from evidence.sealer import seal_now
from field.live.following import Following
from field.live.hub import Seat
from field.live.standing import Admitted
from tests.cast import Cast, assemble
from tests.field.live.lines import in_a_thread, session_of


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """Everybody, committed."""
    return assemble()


class Listener:
    """A line without a socket."""

    def __init__(self, admitted: Admitted) -> None:
        self.told: list[int] = []
        self.code: int | None = None
        self.seat = Seat(admitted, self._send, self._close)

    async def _send(self, text: str) -> None:
        self.told.append(json.loads(text)["news"])

    async def _close(self, code: int) -> None:
        self.code = code


@in_a_thread
def happen(*audience: str) -> int:
    """Something happens and is sealed; the log's size."""
    with transaction.atomic():
        ledger.append(
            kind="test.happened", subject="x", actor="system", at=timezone.now(), body={}, audience=audience
        )
    return seal_now()


async def a_line(following: Following, people: Cast) -> Listener:
    """Wen's line, joined."""
    session = await in_a_thread(session_of)(people.wen)
    found = await following.admit(session)
    assert found is not None
    listener = Listener(found[0])
    assert following.hub.join(listener.seat, asked_at=asyncio.get_running_loop().time())
    return listener


async def a_moment() -> None:
    """Let what was begun go on."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def following(people: Cast) -> AsyncIterator[Following]:
    """What follows the log, driven by hand: nothing runs by itself."""
    following = Following()
    following._look_now = asyncio.Event()
    yield following
    await following.stop()


async def test_the_first_look_tells_lines_that_opened_before_it(following: Following, people: Cast) -> None:
    wen = await a_line(following, people)
    size = await happen("user:034512")  # after the line was let in, before anybody listened

    await following.look()
    await a_moment()

    assert wen.told == [size]


async def test_a_look_tells_only_those_whom_the_news_concern(following: Following, people: Cast) -> None:
    await happen("nobody")  # and with it all that was done to make these people
    wen = await a_line(following, people)
    await following.look()
    await a_moment()
    wen.told.clear()

    await happen("user:035101")
    await following.look()
    await a_moment()
    assert wen.told == []
    size = await happen("user:034512")
    await following.look()
    await a_moment()
    assert wen.told == [size]


async def test_a_message_that_does_not_follow_on_makes_it_look(following: Following, people: Cast) -> None:
    await following.look()
    assert following._look_now is not None
    told = following.told

    following.hear(json.dumps({"n": told + 1, "from": told, "keys": []}).encode())
    assert (following.told, following._look_now.is_set()) == (told + 1, False)
    following.hear(json.dumps({"n": told + 9, "from": told + 5, "keys": []}).encode())
    assert (following.told, following._look_now.is_set()) == (told + 1, True)


@pytest.mark.parametrize(
    "message", [b"", b"{", b"[]", b"1", b'{"n": "x"}', b'{"close": 3}', b'{"n": 1, "from": 0}', b"\xff"]
)
async def test_a_message_that_cannot_be_read_disturbs_nobody(
    following: Following, people: Cast, message: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    wen = await a_line(following, people)

    following.hear(message)
    await a_moment()

    assert wen.code is None
    assert "can't be read" in caplog.text


async def test_a_log_taken_back_to_an_earlier_time_is_followed_from_there(
    following: Following, people: Cast
) -> None:
    wen = await a_line(following, people)
    await happen("user:034512")
    await following.look()
    await a_moment()
    following.told += 1000  # as if a thousand numbers had been told that the restored log does not have
    wen.seat.told += 1000

    await following.look()
    size = await happen("user:034512")
    await following.look()
    await a_moment()

    assert wen.told[-1] == size


async def test_keys_are_what_accounts_says_and_the_session(following: Following, people: Cast) -> None:
    session = await in_a_thread(session_of)(people.li)

    found = await following.admit(session)

    assert found is not None
    keys = {one for one in found[0].keys if not one.startswith("session:")}
    assert keys == {"user:031007", f"unit:{people.east_first.code}"}
    assert len(found[0].keys) == 3
    assert await following.admit("no-session") is None
    assert await following.admit(None) is None
