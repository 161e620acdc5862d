"""The open line on real parts, in a database of its own that stays for all tests of this package."""

import shutil
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models import Unit, User
from field.live import announce
from tests.cast import Cast, assemble
from tests.field.live.town import Town, until_it_answers


@pytest.fixture(scope="session")
def running_town(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
    log_key: None,
) -> Iterator[Town]:
    """Everything started, once for this package's tests; everything gone afterwards."""
    if shutil.which("redis-server") is None:
        pytest.fail("redis-server is not installed: deploy/up installs it")
    with django_db_blocker.unblock():
        tests_own = str(connection.settings_dict["NAME"])
        town = Town(tmp_path_factory.mktemp("town"), f"{tests_own}_live")
        _recreate(town.database)
        town.migrate()
        try:
            town.start_redis()
            for program in (town.sealer, town.announcer, town.sockets):
                program.start()
            until_it_answers(town.socket_port)
            yield town
        finally:
            for program in town.programs:
                program.kill()
            _drop(town.database)


@pytest.fixture
def town(running_town: Town, django_db_blocker: DjangoDbBlocker) -> Iterator[Town]:
    """The running parts, with this test's own queries going to their database and its messages to their Redis."""
    tests_own = connection.settings_dict["NAME"]
    elsewhere = settings.REDIS_URL
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = running_town.database
        settings.REDIS_URL = running_town.redis_url
        announce.line.cache_clear()
        try:
            yield running_town
        finally:
            connection.close()
            connection.settings_dict["NAME"] = tests_own
            settings.REDIS_URL = elsewhere
            announce.line.cache_clear()


@pytest.fixture
def people(town: Town) -> Cast:
    """Everybody, in the database of the running parts: made once."""
    if not Unit.objects.exists():
        return assemble()
    person = {one.police_number: one for one in User.objects.select_related("unit")}
    unit = {one.code: one for one in Unit.objects.all()}
    return Cast(
        detachment=unit["330900000000"],
        east=unit["330900010000"],
        east_first=unit["330900010100"],
        east_second=unit["330900010200"],
        west=unit["330900020000"],
        west_first=unit["330900020100"],
        wen=person["034512"],
        mei=person["034513"],
        fu=person["F00231"],
        li=person["031007"],
        zhao=person["032001"],
        hao=person["035101"],
        qiu=person["030901"],
        fan=person["030501"],
        du=person["030110"],
        ji=person["030001"],
    )


def _maintenance() -> psycopg.Connection[tuple[object, ...]]:
    said = connection.settings_dict
    return psycopg.connect(
        dbname="postgres",
        user=said["USER"] or None,
        password=said["PASSWORD"] or None,
        host=said["HOST"] or None,
        port=said["PORT"] or None,
        autocommit=True,
    )


def _recreate(name: str) -> None:
    _drop(name)
    with _maintenance() as db:
        db.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))


def _drop(name: str) -> None:
    with _maintenance() as db:
        db.execute(
            psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(psycopg.sql.Identifier(name))
        )
