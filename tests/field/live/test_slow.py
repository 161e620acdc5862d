"""Lines that don't read, don't answer, or speak nonsense: they cost little, are closed, and leave no trace in the log."""

import asyncio
import base64
import os
import random
import socket
import struct
import time

import pytest
from django.conf import settings

from tests.cast import Cast
from tests.field.live.lines import desk_session, happen, open_line
from tests.field.live.town import Town, until_it_answers
from tests.figures import Figure

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
SEED = 8
FRAMES = 2000


def shake_hands(url: str, session: str, *, receive_buffer: int | None = None) -> socket.socket:
    """Open a line by hand, over a bare socket that will then do as it likes."""
    port = port_of(url)
    line = socket.socket()
    if receive_buffer is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    line.settimeout(20)
    line.connect(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    line.sendall(
        f"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nOrigin: {settings.ORIGIN}\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={session}\r\n\r\n".encode()
    )
    said = b""
    while b"\r\n\r\n" not in said:
        said += line.recv(1)
    assert b" 101 " in said, said
    return line


def port_of(url: str) -> int:
    """The port in an address."""
    return int(url.split(":")[2].split("/")[0])


@pytest.mark.alone
async def test_two_hundred_lines_that_never_read_cost_little(
    town: Town, people: Cast, figure: Figure
) -> None:
    session = await desk_session(people.li)
    lines = [await asyncio.to_thread(shake_hands, town.url, session, receive_buffer=2048) for _ in range(200)]
    try:
        await asyncio.sleep(1)
        before = town.sockets.memory_kb()
        for _ in range(20):
            await happen(f"unit:{people.east_first.code}", times=25)
        async with open_line(town.url, await desk_session(people.li)) as reader:
            number = await happen(f"unit:{people.east_first.code}")
            began = time.monotonic()
            await reader.until(number)
            took = time.monotonic() - began
        grown = town.sockets.memory_kb() - before
    finally:
        for line in lines:
            line.close()

    figure(f"200 lines that never read, 500 events: the server grew by {grown} KB")
    assert grown < 50_000
    assert took < 1


@pytest.mark.alone
async def test_a_peer_that_answers_no_ping_is_found_dead(town: Town, people: Cast) -> None:
    server, url = town.another_socket_server("--ping-every", "0.5")
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(until_it_answers, port_of(url))
    try:
        line = await asyncio.to_thread(shake_hands, url, await desk_session(people.wen))
        began = time.monotonic()

        def to_the_end() -> bytes:
            said = b""
            while piece := line.recv(4096):
                said += piece
            return said

        said = await asyncio.to_thread(to_the_end)
        line.close()
    finally:
        await asyncio.to_thread(server.kill)

    assert time.monotonic() - began < 3
    assert struct.pack("!H", 1011) in said


async def test_a_burst_in_one_piece_is_closed_once(town: Town, people: Cast) -> None:
    one_frame = bytes([0x81, 0x80 | 10, 0, 0, 0, 0]) + b'{"ack": 1}'
    for _ in range(5):
        line = await asyncio.to_thread(shake_hands, town.url, await desk_session(people.wen))
        line.sendall(one_frame * 200)
        said = b""
        while struct.pack("!H", 4400) not in said and (piece := await asyncio.to_thread(line.recv, 4096)):
            said += piece
        line.close()
        assert struct.pack("!H", 4400) in said

    assert "Traceback" not in town.sockets.said, town.sockets.said[-3000:]


async def test_nonsense_is_closed_and_never_an_error(town: Town, people: Cast) -> None:
    chance = random.Random(SEED)
    session = await desk_session(people.wen)
    sent = 0
    while sent < FRAMES:
        line = await asyncio.to_thread(shake_hands, town.url, session)
        try:
            for _ in range(chance.randint(1, 40)):
                await asyncio.to_thread(line.sendall, nonsense(chance))
                sent += 1
        except OSError:
            pass  # closed on us, as it must
        finally:
            line.close()

    async with open_line(town.url, session) as wen:
        await wen.until(await happen("user:034512"))
    assert "Traceback" not in town.sockets.said, town.sockets.said[-3000:]


def nonsense(chance: random.Random) -> bytes:
    """A frame that is right in form and wrong in what it says, or wrong altogether."""
    body = chance.choice(
        [
            chance.randbytes(chance.randint(0, 300)),
            b'{"ack": ' + str(chance.randint(-5, 10**20)).encode() + b"}",
            b"[" * chance.randint(1, 5000),
            "路勤".encode() * chance.randint(0, 50),
            b'{"subscribe": ["unit:330900000000"]}',
            b"x" * chance.randint(0, 20_000),
        ]
    )
    if chance.random() < 0.2:
        return chance.randbytes(chance.randint(1, 200))
    first = chance.choice([0x81, 0x82, 0x01, 0x80, 0x89, 0x8A, 0x88, 0xF1, 0x83])
    mask = chance.randbytes(4)
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(body))
    if len(body) < 126:
        length = bytes([0x80 | len(body)])
    else:
        length = bytes([0x80 | 126]) + struct.pack("!H", min(len(body), 65535))
    return bytes([first]) + length + mask + masked
