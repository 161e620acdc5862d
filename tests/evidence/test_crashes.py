"""kill -9 of sealers, of a database backend and of the whole database server, and lines that end: no entry missing, none doubled.

The long version is deploy/soak ledger.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence.crashes import Storm

pytestmark = [pytest.mark.server, pytest.mark.timeout(180)]


@pytest.fixture
def storm(tmp_path: Path) -> Iterator[Storm]:
    one = Storm(tmp_path, seed=20260302, writers=6)
    yield one
    one.close()


def test_nothing_is_missing_after_a_storm_of_kills(storm: Storm) -> None:
    outcome = storm.rage(sealers=5, lines=1, backends=2, servers=1)

    assert outcome.sound, outcome
    assert outcome.kills == {"sealer": 5, "line": 1, "backend": 2, "server": 1}
    assert outcome.committed >= outcome.acknowledged > 50, outcome
    assert outcome.checkpoints > 18, outcome
