"""What a handheld may let go of where the second holder is a standby: what a real one has flushed, and nothing before.

Two PostgreSQL servers of our own, the second streaming from the first.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.db.utils import ConnectionHandler

from evidence import settled
from evidence.ledger import INSERT, SALT_BYTES, payload_of
from evidence.note import Signer
from evidence.sealer import begin_log, seal_batch
from tests.evidence.crashes import Cluster
from tests.evidence.world import NOON

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]
PATIENCE_S = 20.0


@pytest.fixture
def primary(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    one = Cluster(tmp_path)
    of_ours = connections["default"].settings_dict
    settings.SETTLED_BY = "standby"
    here = ConnectionHandler(
        {"default": of_ours | {"HOST": "127.0.0.1", "PORT": one.port, "USER": "luqin", "NAME": "ledger"}}
    )["default"]
    monkeypatch.setattr(settled, "connection", here)
    monkeypatch.setattr(settled, "_positions", settled.StandbyPositions())
    yield one
    here.close()
    one.stop()


def grow(cluster: Cluster, signer: Signer, by: int) -> int:
    """Write so many entries and seal them; return the log's size."""
    with psycopg.connect(cluster.dsn(), autocommit=True) as db:
        begin_log(db)
        for number in range(by):
            payload = payload_of(kind="k", subject="s", actor="a", at=NOON, body={"n": number}, audience=[])
            db.execute(INSERT, ("k", "s", "a", NOON, [], bytes(SALT_BYTES), payload))
        return seal_batch(db, signer).size


def held_by(cluster: Cluster) -> int:
    """How long the log is on this server itself."""
    with psycopg.connect(cluster.dsn(), autocommit=True) as db:
        row = db.execute("SELECT count(*) FROM seal JOIN entry ON entry.id = entry_id").fetchone()
    assert row is not None
    return int(row[0])


def comes(ask: Callable[[], Any], wanted: Any) -> bool:
    """Whether the answer becomes what is wanted while one is patient."""
    until = time.monotonic() + PATIENCE_S
    while ask() != wanted and time.monotonic() < until:
        time.sleep(0.05)
    return bool(ask() == wanted)


@pytest.mark.django_db
def test_settled_is_what_a_standby_has_flushed_and_survives_the_first_servers_death(
    primary: Cluster, tmp_path: Path
) -> None:
    signer = Signer.generate("log.example")
    assert grow(primary, signer, 7) == 7
    assert settled.settled_up_to() == 0, "no standby has ever been there"

    standby = Cluster(tmp_path, streams_from=primary)
    try:
        assert comes(settled.settled_up_to, 7)

        standby.stop()
        assert grow(primary, signer, 5) == 12
        for _ in range(5):
            assert settled.settled_up_to() == 7, "what the standby never saw is not settled"

        standby.start()
        assert comes(settled.settled_up_to, 12)
        primary.kill()

        assert held_by(standby) == 12, "all that was called settled is on the second machine"
    finally:
        standby.stop()
