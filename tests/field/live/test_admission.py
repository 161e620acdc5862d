"""Who gets a line, under which keys, and when it is closed. The server chooses; nothing that a client sends changes that."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable

import pytest
from django.conf import settings
from django.utils import timezone
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from accounts import operations
from accounts.audience import LEGAL_DESK, TECHNICAL_DESK
from accounts.models import Role, Shift, User
from field.live.consumer import FRAMES_A_SECOND, LARGEST_FRAME
from tests.cast import Cast
from tests.field.live.lines import (
    Open,
    desk_session,
    happen,
    in_a_thread,
    open_line,
    shift_session,
)
from tests.field.live.town import Town

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]

FOREIGN = [
    "null",
    "https://evil.example",
    "http://localhost:8000.evil.example",
    "http://localhost:8001",
    "http://localhost",
    "https://localhost:8000",
    "HTTP://LOCALHOST:8000",
    "http://localhost:8000/",
    "http://user@localhost:8000",
    "",
]


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_page_from_elsewhere_gets_no_line(town: Town, people: Cast, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with open_line(town.url, await desk_session(people.wen), origin=origin):
            pass

    assert refused.value.response.status_code == 403


async def test_a_program_that_names_no_origin_gets_no_line(town: Town, people: Cast) -> None:
    cookie = f"{settings.SESSION_COOKIE_NAME}={await desk_session(people.wen)}"
    with pytest.raises(InvalidStatus) as refused:
        async with connect(town.url, additional_headers={"Cookie": cookie}, proxy=None):
            pass

    assert refused.value.response.status_code == 403


async def test_two_origins_are_none(town: Town, people: Cast) -> None:
    cookie = f"{settings.SESSION_COOKIE_NAME}={await desk_session(people.wen)}"
    headers = [("Cookie", cookie), ("Origin", "https://evil.example")]
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            town.url,
            origin=settings.ORIGIN,  # type: ignore[arg-type]
            additional_headers=headers,
            proxy=None,
        ):
            pass

    assert refused.value.response.status_code in (400, 403)


@pytest.mark.parametrize("key", [None, "", "nobodys-session", "../../etc/passwd", "x" * 4000])
async def test_without_a_session_the_line_is_closed_as_ended(
    town: Town, people: Cast, key: str | None
) -> None:
    async with open_line(town.url, key) as line:
        assert await line.until_closed(3) == 4401
        assert line.told == []


async def test_a_session_in_the_address_counts_for_nothing(town: Town, people: Cast) -> None:
    key = await desk_session(people.wen)
    async with open_line(f"{town.url}?{settings.SESSION_COOKIE_NAME}={key}", None) as line:
        assert await line.until_closed(3) == 4401


def _everything(people: Cast) -> dict[str, frozenset[str]]:
    """Who must hear which keys, written down by hand: the table that accounts must not depart from."""
    city, east, first = (f"unit:{one.code}" for one in (people.detachment, people.east, people.east_first))
    second, west, west_first = (
        f"unit:{one.code}" for one in (people.east_second, people.west, people.west_first)
    )
    del east, second, west
    return {
        "wen": frozenset({"user:034512"}),
        "fu": frozenset({"user:F00231"}),
        "hao": frozenset({"user:035101"}),
        "li": frozenset({"user:031007", first}),
        "zhao": frozenset({"user:032001", west_first}),
        "du": frozenset({"user:030110", city}),
        "fan": frozenset({"user:030501", city, LEGAL_DESK}),
        "ji": frozenset({"user:030001", city}),
        "qiu": frozenset({"user:030901", TECHNICAL_DESK}),
    }


async def test_everybody_hears_what_is_theirs_and_nothing_else(town: Town, people: Cast) -> None:
    theirs = _everything(people)
    keys = sorted(
        {f"user:{one.police_number}" for one in people.people}
        | {f"unit:{one.code}" for one in people.units}
        | {LEGAL_DESK, TECHNICAL_DESK, "*", "unit:", "user:", ""}
    )
    sessions = {name: await desk_session(getattr(people, name)) for name in theirs}
    lines: dict[str, Open] = {}
    cells = leaks = 0

    async with _all_open(town.url, sessions, lines):
        await _quiet(lines.values())
        for key in keys:
            before = {name: len(line.told) for name, line in lines.items()}
            number = await happen(key)
            hearers = [name for name in theirs if key in theirs[name]]
            await asyncio.gather(*(lines[name].until(number) for name in hearers))
            await asyncio.sleep(0.05)
            for name, line in lines.items():
                cells += 1
                leaks += name not in hearers and len(line.told) != before[name]

    assert cells == len(keys) * len(theirs)
    assert leaks == 0


@pytest.mark.parametrize(
    "frame",
    [
        '{"subscribe": "unit:330900000000"}',
        '{"ack": 1, "keys": ["unit:330900000000"]}',
        '{"ack": "1"}',
        '{"ack": -1}',
        '{"ack": 1e3}',
        '{"news": 1}',
        "[" * 8000 + "]" * 8000,
        '{"ack":' * 2000 + "1" + "}" * 2000,
        "",
        "null",
        "\x00",
        b'{"ack": 1}',
    ],
)
async def test_whoever_says_anything_else_is_closed(town: Town, people: Cast, frame: str | bytes) -> None:
    async with open_line(town.url, await desk_session(people.wen)) as line:
        await line.until(1)
        await line.socket.send(frame)

        assert await line.until_closed(3) == 4400


async def test_an_acknowledgement_is_taken(town: Town, people: Cast) -> None:
    async with open_line(town.url, await desk_session(people.wen)) as line:
        await line.socket.send('{"ack": 1}')
        number = await happen("user:034512")

        await line.until(number)


async def test_a_frame_too_large_closes_the_line(town: Town, people: Cast) -> None:
    async with open_line(town.url, await desk_session(people.wen)) as line:
        await line.socket.send("x" * (LARGEST_FRAME + 1))

        assert await line.until_closed(3) in (1009, 4400)


async def test_more_than_twenty_frames_a_second_close_the_line(town: Town, people: Cast) -> None:
    async with open_line(town.url, await desk_session(people.wen)) as line:
        for _ in range(FRAMES_A_SECOND + 5):
            await line.socket.send('{"ack": 1}')

        assert await line.until_closed(3) == 4400


@pytest.mark.alone
async def test_a_revoked_terminals_line_is_closed_within_two_seconds(town: Town, people: Cast) -> None:
    key, terminal = await shift_session(people.mei, people.qiu)
    async with open_line(town.url, key) as line:
        await line.until(1)
        began = time.monotonic()
        await _now(operations.revoke, terminal, reason="丢失", by=people.qiu)

        assert await line.until_closed(2) == 4403
        assert line.closed_at - began < 2
        told = len(line.told)
        await happen("user:034513")
        assert len(line.told) == told
    async with open_line(town.url, key) as again:
        assert await again.until_closed(3) == 4401


async def test_without_redis_a_revoked_terminals_line_is_closed_within_sixteen_seconds(
    town: Town, people: Cast
) -> None:
    key, terminal = await shift_session(people.mei, people.qiu)
    async with open_line(town.url, key) as line:
        await line.until(1)
        await asyncio.to_thread(town.kill_redis)
        try:
            began = time.monotonic()
            await _now(operations.revoke, terminal, reason="丢失", by=people.qiu)

            assert await line.until_closed(16) == 4403
            assert line.closed_at - began < 16
        finally:
            await asyncio.to_thread(town.start_redis)


async def test_when_the_shift_ends_the_line_ends(town: Town, people: Cast) -> None:
    key, terminal = await shift_session(people.fu, people.qiu)
    async with open_line(town.url, key) as line:
        await line.until(1)
        shift = await in_a_thread(lambda: Shift.objects.get(terminal_id=terminal))()
        await _now(operations.close_shift, shift.id, why="officer")

        assert await line.until_closed(2) in (4401, 4403)


async def test_who_moves_to_another_unit_loses_the_line_of_the_old_one(town: Town, people: Cast) -> None:
    mover = await _enlisted("031099", people)
    async with open_line(town.url, await desk_session(mover)) as line:
        await line.until(1)
        await _now(
            operations.change_role,
            mover.police_number,
            role=Role.LEADER,
            unit=people.west_first,
            by=people.qiu,
        )

        # not 4401: the app would take that for the end of its session, which goes on
        assert await line.until_closed(2) == 1013
        told = len(line.told)
        await happen(f"unit:{people.east_first.code}")
        assert len(line.told) == told


async def test_who_is_disabled_loses_the_line(town: Town, people: Cast) -> None:
    gone = await _enlisted("031098", people)
    async with open_line(town.url, await desk_session(gone)) as line:
        await line.until(1)
        began = time.monotonic()
        await _now(operations.disable, gone.police_number, reason="调离", by=people.qiu)

        assert await line.until_closed(2) == 4403
        assert line.closed_at - began < 2


async def test_a_change_that_nobody_announced_is_found_by_the_look(town: Town, people: Cast) -> None:
    gone = await _enlisted("031096", people)
    async with open_line(town.url, await desk_session(gone)) as line:
        await line.until(1)
        await in_a_thread(lambda: User.objects.filter(pk=gone.pk).update(is_active=False))()

        assert await line.until_closed(16) == 4403


async def test_a_new_password_ends_the_line(town: Town, people: Cast) -> None:
    person = await _enlisted("031097", people)
    async with open_line(town.url, await desk_session(person)) as line:
        await line.until(1)
        await _now(
            operations.set_password, person.police_number, password="another long pass phrase", by=people.qiu
        )

        assert await line.until_closed(2) in (4401, 4403)


@contextlib.asynccontextmanager
async def _all_open(url: str, sessions: dict[str, str], lines: dict[str, Open]) -> AsyncIterator[None]:
    async with contextlib.AsyncExitStack() as stack:
        for name, key in sessions.items():
            lines[name] = await stack.enter_async_context(open_line(url, key))
        yield


async def _quiet(lines: Iterable[Open]) -> None:
    """Wait until each line has been told the log's size, and nothing more comes."""
    for line in lines:
        await line.until(1)
    await asyncio.sleep(0.3)


@in_a_thread
def _enlisted(number: str, people: Cast) -> User:
    return operations.enlist(
        police_number=number,
        name="任远",
        role=Role.LEADER,
        unit=people.east_first,
        password="a pass phrase of its own",
        by=None,
        now=timezone.now(),
    )


async def _now(act: Callable[..., object], *args: object, **said: object) -> None:
    await in_a_thread(lambda: act(*args, **said, now=timezone.now()))()
