"""What passes by itself is said so: a database that is away or busy, a disk that is full. The next request finds everything whole."""

import errno
import threading
from collections.abc import Iterator

import psycopg
import pytest
import requests
from django import db
from django.db import connection, connections

from evidence.storage import StoreFailing, StoreFull
from field.faults import AWAY, FAILING, FULL, Passing, passing
from tests.cast import Cast
from tests.field.server import RestServer


def made_from(cause: Exception, error: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (psycopg.OperationalError("the connection is lost"), AWAY),
        (psycopg.errors.DeadlockDetected(), AWAY),
        (psycopg.errors.AdminShutdown(), AWAY),
        (psycopg.errors.TooManyConnections(), AWAY),
        (psycopg.errors.ReadOnlySqlTransaction(), AWAY),
        (psycopg.errors.SerializationFailure(), AWAY),
        (made_from(psycopg.errors.LockNotAvailable(), db.OperationalError()), AWAY),
        (psycopg.errors.DiskFull(), FULL),
        (StoreFull(), FULL),
        (StoreFailing(), FAILING),
        (OSError(errno.ENOSPC, "full"), FULL),
        (OSError(errno.EIO, "broken"), FAILING),
        (OSError(errno.EMFILE, "too many files"), AWAY),
        (made_from(OSError(errno.ENOSPC, "full"), ValueError()), FULL),
        (psycopg.errors.UniqueViolation(), None),
        (psycopg.errors.UndefinedTable(), None),
        (db.IntegrityError(), None),
        (OSError(errno.ENOENT, "no such file"), None),
        (ValueError(), None),
        (None, None),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else getattr(one, "code", ""),
)
def test_a_fault_passes_or_is_ours(error: Exception | None, fault: Passing | None) -> None:
    assert passing(error) is fault


@pytest.fixture
def server(cast: Cast) -> Iterator[RestServer]:
    running = RestServer()
    yield running
    running.kill()


def waiting_for_a_lock() -> int:
    """Stop every backend of this database that waits for a lock; how many those were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/api/log/checkpoint", "checkpoint"),
        ("/t/AAAAAAAAAAAAAAAAAAAAAA", "field_publictoken"),
    ],
)
def test_a_backend_that_is_stopped_under_a_request_is_come_again_and_then_all_is_whole(
    server: RestServer, path: str, table: str
) -> None:
    answered: list[requests.Response] = []

    def look() -> requests.Response:
        return requests.get(f"{server.origin}{path}", timeout=30)

    calm = look().status_code
    asking = threading.Thread(target=lambda: answered.append(look()))
    other = connections.create_connection("default")
    try:
        with db.transaction.atomic(), other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            asking.start()
            while not waiting_for_a_lock():
                asking.join(0.02)
                assert asking.is_alive(), answered
            asking.join(10)
            cursor.execute("ROLLBACK")
    finally:
        other.close()

    (first,) = answered
    assert (first.status_code, first.headers["Retry-After"]) == (503, "2")
    assert look().status_code == calm
