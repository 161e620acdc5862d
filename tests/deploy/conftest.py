"""One walk of everybody through every door, made once for all tests that hold something against its answers."""

import io
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from deploy.logs import QuietFormatter
from tests import walk
from tests.cast import assemble
from tests.deploy.doors import rows


@dataclass(frozen=True)
class Walked:
    """The town, what came of each try by door and person, and all that was logged meanwhile."""

    town: walk.Town
    tried: Mapping[tuple[str, str], walk.Tried]
    written: str


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """Everything that is logged, down to the smallest matter, as the product writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(QuietFormatter("{asctime} {levelname} {name} {message}", style="{"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged during one test."""
    with listening() as stream:
        yield stream


@pytest.fixture(scope="session")
def walked(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Walked:
    """Each row of the table by each person of the row."""
    with django_db_blocker.unblock(), transaction.atomic():
        town = walk.build(assemble(), tmp_path_factory.mktemp("town"))
        with listening() as stream:
            logging.getLogger("field").debug("everybody sets out")
            tried = {
                (door, who): walk.try_once(town, who, *door.split(" ", 1))
                for door, cells in rows().items()
                for who in cells
            }
        transaction.set_rollback(True)
    return Walked(town, tried, stream.getvalue())
