"""What every test may lean on: the log's key. Environment and network are in environment.py, people and scenes in their own files."""

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from evidence import keys
from tests.cast import cast

__all__ = ["cast"]


@pytest.fixture(scope="session", autouse=True)
def log_key() -> None:
    """The key of this run's log, laid where the sealer and the verifiers look for it."""
    keys.make_log_key()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Between tests with real transactions pytest-django empties every table; elsewhere the ledger's triggers refuse that."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("entry", "seal", "tile", "checkpoint"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_is_not_emptied ON {table}")
