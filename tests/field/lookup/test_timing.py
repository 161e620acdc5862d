"""Whoever guesses learns nothing from how long an answer takes: "wrong" and "none" can't be told apart by a clock."""

import random
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from field.lookup import queries
from tests.cast import Cast
from tests.field.lookup import timing
from tests.field.lookup.timing import (
    NUMBER,
    no_such_paper,
    none_of_this_vehicle,
    tell,
    wrong_ending,
    wrong_engine,
)

EACH = 250
TELLS = 0.25
"""So far from one half are four standard deviations of chance for fifty fastest of five."""
SEED = 20261125


@pytest.fixture
def town(cast: Cast, settings: LazySettings, tmp_path: Path) -> None:
    """What the questions are near to, and nobody counts."""
    settings.LOOKUP_ASKS_AN_HOUR = 10**9
    timing.prepare(cast, tmp_path)


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("one", "other"),
    [(wrong_ending, no_such_paper), (wrong_engine, none_of_this_vehicle)],
    ids=["paper", "vehicle"],
)
@pytest.mark.alone
def test_a_clock_does_not_tell_wrong_from_none(one: Any, other: Any) -> None:
    told = tell(one, other, each=EACH, chance=random.Random(SEED))

    print(told)
    assert abs(told.auc_of_fastest - 0.5) < TELLS, str(told)


@pytest.mark.usefixtures("town")
def test_the_clock_of_these_tests_sees_three_milliseconds_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """What they would find even on a busy machine: some work more where the number is there. A single statement is seen by test_lookup.py."""
    asked = queries.by_number

    def leaking(document_number: str, licence_ending: str) -> Any:
        if document_number == NUMBER:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.003)")
        return asked(document_number, licence_ending)

    monkeypatch.setattr(queries, "by_number", leaking)

    told = tell(wrong_ending, no_such_paper, each=EACH, chance=random.Random(SEED))

    print(told)
    assert abs(told.auc_of_fastest - 0.5) > TELLS, str(told)
