"""The roles of production: what the web servers and the sealer may do to the evidence, asked of a real database verb by verb."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from psycopg import errors

pytestmark = [pytest.mark.server, pytest.mark.django_db]
APP, SEALER = "roles_test_app", "roles_test_sealer"
EVIDENCE = ("entry", "seal", "tile", "checkpoint")


@pytest.fixture
def roles(tmp_path: Path) -> Iterator[None]:
    """Both roles as `grant_roles` makes them; gone again with the test's transaction."""
    for name in (APP, SEALER):
        (tmp_path / name).write_text(f"postgis://{name}:a-password@db:5432/luqin")
    call_command("grant_roles", str(tmp_path / APP), str(tmp_path / SEALER), verbosity=0)
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def is_denied(role: str, statement: str) -> bool:
    """Whether the database refuses the statement for want of a right (any other answer means that the right is there)."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
            cursor.execute(statement)
            raise _Undo
    except _Undo:
        return False
    except DatabaseError as error:
        return isinstance(error.__cause__, errors.InsufficientPrivilege)


class _Undo(Exception):
    pass


@pytest.mark.parametrize("role", [APP, SEALER])
@pytest.mark.parametrize("table", EVIDENCE)
@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET {column} = {column}", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_nobody_may_change_what_is_written(roles: None, role: str, table: str, verb: str) -> None:
    column = {"entry": "kind", "seal": "leaf_hash", "tile": "root", "checkpoint": "note"}[table]

    assert is_denied(role, verb.format(table, column=column))


@pytest.mark.parametrize("table", ["seal", "tile", "checkpoint", "log_head"])
def test_a_web_server_may_not_number(roles: None, table: str) -> None:
    assert is_denied(APP, f"INSERT INTO {table} DEFAULT VALUES")


def test_a_web_server_may_not_move_the_head(roles: None) -> None:
    assert is_denied(APP, "UPDATE log_head SET size = size + 1")


@pytest.mark.parametrize("table", [*EVIDENCE, "log_head"])
def test_a_web_server_reads_the_evidence(roles: None, table: str) -> None:
    assert not is_denied(APP, f"SELECT * FROM {table} LIMIT 1")


def test_a_web_server_appends(roles: None) -> None:
    assert not is_denied(APP, "INSERT INTO entry DEFAULT VALUES")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM accounts_user",
        "SELECT 1 FROM field_violation",
        "INSERT INTO entry DEFAULT VALUES",
        "DELETE FROM log_head",
    ],
)
def test_the_sealer_sees_no_people_and_writes_no_entries(roles: None, statement: str) -> None:
    assert is_denied(SEALER, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM entry",
        "INSERT INTO seal DEFAULT VALUES",
        "INSERT INTO tile DEFAULT VALUES",
        "UPDATE log_head SET size = size",
    ],
)
def test_the_sealer_numbers(roles: None, statement: str) -> None:
    assert not is_denied(SEALER, statement)


def test_a_web_server_sees_how_far_standbys_are(roles: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(%s, 'pg_read_all_stats', 'usage')", [APP])
        assert cursor.fetchone() == (True,)


def test_the_two_may_not_be_one(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("postgis://luqin_x:password@db/luqin")

    with pytest.raises(CommandError, match="share a role"):
        call_command("grant_roles", str(tmp_path / "one"), str(tmp_path / "one"))
