"""No log holds what a person typed or what opens a ticket."""

import logging
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from deploy.logs import QuietFormatter, masked

TOKEN = "q5vX0sJmT0mC3u7nB1wZ9A"
PLATE = "浙M5K082"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (f"Internal Server Error: /t/{TOKEN}", "Internal Server Error: /t/-"),
        (f"Not Found: /en/t/{TOKEN}/proof", "Not Found: /en/t/-/proof"),
        (f"Bad Request: /a/{TOKEN}", "Bad Request: /a/-"),
        (f"GET /api/violations?plate={PLATE}&why=x HTTP/1.1", "GET /api/violations?- HTTP/1.1"),
        ("sealed 7 entries; is that all?", "sealed 7 entries; is that all?"),
    ],
)
def test_paths_of_tickets_and_questions_are_cut_off(said: str, written: str) -> None:
    assert masked(said) == written


def formatted(error: BaseException) -> str:
    record = logging.LogRecord(
        "field", logging.ERROR, __file__, 1, "it failed", (), (type(error), error, error.__traceback__)
    )
    return QuietFormatter("{levelname} {message}", style="{").format(record)


def test_of_an_error_only_kind_and_place_are_written() -> None:
    try:
        try:
            raise KeyError(PLATE)
        except KeyError as first:
            raise ValueError(f"{PLATE} is no plate") from first
    except ValueError as error:
        text = formatted(error)

    assert PLATE not in text.replace('raise ValueError(f"{PLATE}', "")
    assert "builtins.ValueError" in text
    assert "builtins.KeyError" in text
    assert "test_logs.py" in text


@pytest.mark.server
@pytest.mark.django_db
def test_of_a_refused_row_the_rule_is_written_and_not_the_row() -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE seen (plate text CONSTRAINT seen_once UNIQUE)")
        cursor.execute("INSERT INTO seen VALUES (%s), (%s)", [PLATE, PLATE])

    text = formatted(refused.value)
    assert PLATE in str(refused.value)
    assert PLATE not in text
    assert "23505 seen_once" in text


def test_the_settings_use_it_for_everything() -> None:
    logs: dict[str, Any] = settings.LOGGING

    assert logs["root"]["handlers"] == list(logs["handlers"])
    for handler in logs["handlers"].values():
        assert logs["formatters"][handler["formatter"]]["()"] == "deploy.logs.QuietFormatter"
