"""The ledger's tests see the small world of world.py instead of the field."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from evidence.dispatcher import stop_dispatcher
from tests.evidence.world import Terminal


@pytest.fixture(autouse=True)
def small_world(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Projections, keys and photos of world.py; a disk of this test's own; receipts by an in-process seal."""
    settings.LEDGER_PROJECTIONS = ["tests.evidence.world.PROJECTIONS"]
    settings.LEDGER_KEYS = "tests.evidence.world.public_keys"
    settings.LEDGER_BLOBS = "tests.evidence.world.photo_digests"
    settings.LEDGER_UNPROVEN = frozenset({"parcel.doubted"})
    settings.LEDGER_SEAL_IN_PROCESS = True
    settings.LOG_NEWEST_FILE = tmp_path / "newest.note"
    settings.PHOTO_ROOT = tmp_path / "photos"
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    yield
    stop_dispatcher()


@pytest.fixture(scope="session")
def terminal() -> Terminal:
    """Wen's handheld."""
    return Terminal()
