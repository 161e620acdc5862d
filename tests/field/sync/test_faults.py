"""A line that breaks in seven ways, backends killed under the server: each record and photo ends in the log exactly once."""

import os
import random
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection

from evidence.sealer import seal_now
from evidence.verification import verify
from field.models import Received
from tests.cast import Cast, Handheld, photo
from tests.field.server import RestServer
from tests.field.sync.faults import Fault, FaultyLine, Stubborn, check

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
SEED = int(os.environ.get("LUQIN_SEED", "20261125"))


@pytest.fixture
def server(cast: Cast) -> Iterator[RestServer]:
    running = RestServer(part="faulty-rest")
    yield running
    running.kill()


def crowd(cast: Cast, line: FaultyLine, *, handhelds: int, records: int, until: float) -> list[Stubborn]:
    made = []
    for number in range(handhelds):
        handheld = Handheld.approved(cast.east_first, cast.qiu)
        handheld.open_shift_of(cast.wen if number % 2 else cast.mei)
        pictures = [f"picture {n} of handheld {number}, seed {SEED}".encode() for n in range(records // 4)]
        sealed = [
            handheld.violation(
                photos=[photo(pictures[n // 4])] if n % 4 == 0 and n // 4 < len(pictures) else []
            )
            for n in range(records)
        ]
        made.append(Stubborn(handheld, sealed, pictures, lambda: line.port, SEED + number, until))
    return made


def test_nothing_is_lost_and_nothing_doubled_on_a_line_that_breaks(cast: Cast, server: RestServer) -> None:
    print(f"seed {SEED}")
    line = FaultyLine(server.port, random.Random(SEED))
    until = time.monotonic() + 150
    handhelds = crowd(cast, line, handhelds=3, records=24, until=until)
    over = threading.Event()
    killed: list[int] = []

    def kill_backends() -> None:
        with connection.cursor() as cursor:
            while not over.wait(0.7):
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity WHERE"
                    " datname = current_database() AND application_name = 'faulty-rest' ORDER BY random() LIMIT 1) a"
                )
                killed.append(cursor.fetchone()[0])
        connection.close()

    killer = threading.Thread(target=kill_backends)
    for one in (*handhelds, killer):
        one.start()
    for one in handhelds:
        one.join()
    over.set()
    killer.join()
    line.close()
    seal_now()

    assert all(one.done for one in handhelds), [
        (len(one.told.records), len(one.told.photos)) for one in handhelds
    ]
    assert sum(line.faults.values()) >= 20 and len(line.faults) >= len(Fault) - 1, line.faults
    assert sum(killed) > 0
    assert check(handhelds) == []
    assert [str(one) for one in verify().findings] == []


def test_the_checker_sees_what_is_lost_doubled_or_invented(cast: Cast, server: RestServer) -> None:
    line = FaultyLine(server.port, random.Random(SEED), share=0)
    (one,) = crowd(cast, line, handhelds=1, records=4, until=time.monotonic() + 60)
    one.run()
    line.close()
    assert one.done and check([one]) == []

    never_sent = one.handheld.violation()
    one.records.append(never_sent)
    assert any("lost" in each for each in check([one]))
    one.records.pop()
    kept = one.records.pop()
    assert any("nobody sealed" in each for each in check([one]))
    one.records.append(kept)
    one.told.records[kept.sha256] += 1000
    assert any("its receipt names" in each for each in check([one]))
    one.told.records[kept.sha256] -= 1000
    Received.objects.filter(text_sha256=kept.sha256).delete()
    assert any("0 rows" in each for each in check([one]))
