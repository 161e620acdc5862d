"""What every test may lean on: the log's key. Environment and network are in environment.py, people and scenes in their own files."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from evidence import keys
from tests.cast import cast

__all__ = ["cast"]


@pytest.fixture(scope="session", autouse=True)
def log_key() -> None:
    """The key of this run's log, laid where the sealer and the verifiers look for it."""
    keys.make_log_key()


@pytest.fixture(autouse=True)
def no_note_of_another_log() -> None:
    """Each test begins with an empty log: what an earlier one kept outside its database would tell of entries that are not there."""
    Path(settings.LOG_NEWEST_FILE).unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Between tests with real transactions pytest-django empties every table; elsewhere the ledger's triggers refuse that."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("entry", "seal", "tile", "checkpoint"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_is_not_emptied ON {table}")
