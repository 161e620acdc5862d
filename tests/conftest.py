"""What every test may lean on: the log's key. Environment and network are in environment.py, people and scenes in their own files."""

import pytest

from evidence import keys


@pytest.fixture(scope="session", autouse=True)
def log_key() -> None:
    """The key of this run's log, laid where the sealer and the verifiers look for it."""
    keys.make_log_key()
