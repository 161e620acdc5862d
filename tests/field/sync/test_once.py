"""Exactly once, against a real server: 256 at the same moment, and a process that dies between its commit and its answer."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from evidence.models import Entry
from field.models import Received, Violation
from tests import scenes
from tests.cast import Cast, Handheld, Sealed, photo
from tests.field.server import RestServer

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]
AT_ONCE = 256


@pytest.fixture
def server(cast: Cast) -> Iterator[RestServer]:
    running = RestServer()
    yield running
    running.kill()


def post(origin: str, terminal: str, *sealed: Sealed, **said: Any) -> dict[str, Any]:
    body = {"terminal": terminal, "envelopes": [one.envelope for one in sealed], **said}
    with requests.Session() as line:
        line.trust_env = False
        answered = line.post(f"{origin}/api/sync", json=body, timeout=60)
    assert answered.status_code == 200, answered.text
    read: dict[str, Any] = answered.json()
    return read


def test_256_times_the_same_bytes_at_once_are_one_record_and_one_receipt(
    cast: Cast, server: RestServer
) -> None:
    wen = scenes.wens_handheld(cast)
    record = wen.violation()
    gate = threading.Barrier(AT_ONCE)

    def send(_: int) -> dict[str, Any]:
        gate.wait()
        return post(server.origin, wen.id, record)

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(send, range(AT_ONCE)))

    said = [one["verdicts"][0] for one in answers]
    assert {one["outcome"] for one in said} <= {"admitted", "again"}
    admitted = [one for one in said if one["outcome"] == "admitted"]
    assert len(admitted) > AT_ONCE / 2, "most are answered at once, the rest are told to come again"
    leaves = {json.dumps(one["receipt"]["leaf"]) for one in admitted if one["receipt"]}
    assert len(leaves) == 1
    assert Violation.objects.count() == Received.objects.count() == 1
    assert Entry.objects.filter(kind="violation.recorded").count() == 1


def test_two_texts_under_one_uid_at_once_are_one_record_and_one_conflict(
    cast: Cast, server: RestServer
) -> None:
    wen, other = scenes.wens_handheld(cast), Handheld.at_work(cast.mei, cast.qiu)
    one = wen.violation()
    texts = [(wen, one), *((other, other.violation(uid=one.uid)) for _ in range(7))]
    gate = threading.Barrier(len(texts))

    def send(pair: tuple[Handheld, Sealed]) -> None:
        gate.wait()
        for _ in range(20):
            if post(server.origin, pair[0].id, pair[1])["verdicts"][0]["outcome"] != "again":
                return
            time.sleep(0.1)

    with ThreadPoolExecutor(len(texts)) as crowd:
        list(crowd.map(send, texts))

    outcomes = sorted(Received.objects.values_list("outcome", flat=True))
    assert outcomes == ["admitted", *["conflict"] * 7]
    assert Violation.objects.count() == 1


def test_a_server_that_dies_between_commit_and_answer_gives_the_same_receipt_later(
    cast: Cast, server: RestServer
) -> None:
    wen = scenes.wens_handheld(cast)
    record = wen.violation(photos=[photo(scenes.FAR)])
    body = json.dumps({"terminal": wen.id, "envelopes": [record.envelope]}).encode()
    head = f"POST /api/sync HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(head.encode() + body)
        until = time.monotonic() + 10
        while not Received.objects.filter(text_sha256=record.sha256).exists():
            assert time.monotonic() < until
        server.kill()  # committed, and the answer may be anywhere
    (entry,) = Received.objects.values_list("entry", flat=True)
    server.start()

    (verdict,) = post(server.origin, wen.id, record)["verdicts"]

    assert (verdict["outcome"], verdict["text_sha256"]) == ("admitted", record.sha256)
    assert json.loads(verdict["receipt"]["leaf"]["payload"])["record"]["text"] == record.text
    assert Received.objects.values_list("entry", flat=True).get() == entry
    (pending,) = post(
        server.origin,
        wen.id,
        pending=[{"text_sha256": record.sha256, "signature": record.envelope["signature"]}],
    )["verdicts"]
    assert pending["receipt"]["index"] == verdict["receipt"]["index"]
