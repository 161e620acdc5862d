"""The regular jobs exist, take what they are called with, and do no harm when they are called twice."""

import inspect
from typing import Any

import pytest

from deploy.worker import app

app.loader.import_default_modules()
SCHEDULE: dict[str, dict[str, Any]] = app.conf.beat_schedule


def test_there_are_regular_jobs() -> None:
    assert {entry["task"] for entry in SCHEDULE.values()} == {"evidence.sweep_uploads", "field.draw_missing"}


@pytest.mark.parametrize("name", SCHEDULE)
def test_a_regular_job_is_a_task_that_takes_just_these_words(name: str) -> None:
    entry = SCHEDULE[name]

    signature = inspect.signature(app.tasks[entry["task"]].run)

    signature.bind(**entry.get("kwargs", {}))
    assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in signature.parameters.values())


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", SCHEDULE)
def test_a_regular_job_may_run_twice(name: str) -> None:
    entry = SCHEDULE[name]

    for _ in range(2):
        app.tasks[entry["task"]].run(**entry.get("kwargs", {}))
