"""manage.py grant_roles: the roles under which production runs, with the rights of machine/roles.sql and evidence/sql/roles.sql."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction
from psycopg import sql

ROOT = Path(__file__).resolve().parents[3]
RIGHTS = (ROOT / "deploy/machine/roles.sql", ROOT / "evidence/sql/roles.sql")
"""In this order: the second takes away from what the first gives."""


def statements(file: Path, *, app: str, sealer: str) -> list[str]:
    """The file's statements with the roles' names in place of psql's variables."""
    lines = [line for line in file.read_text().splitlines() if not line.startswith("--")]
    text = "\n".join(lines).replace(':"app"', f'"{app}"').replace(':"sealer"', f'"{sealer}"')
    return [one.strip() for one in text.split(";") if one.strip()]


class Command(BaseCommand):
    """Run by the owner of the tables, after every migration."""

    help = "Make the roles of the web servers and of the sealer, and give them exactly their rights."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the roles' addresses (with their passwords) are written."""
        parser.add_argument("app", type=Path, help="file with the web servers' DATABASE_URL")
        parser.add_argument("sealer", type=Path, help="file with the sealer's DATABASE_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the roles where they are missing, set their passwords, grant."""
        names = {role: self._role(options[role]) for role in ("app", "sealer")}
        if len(set(names.values())) < 2:
            raise CommandError("The web servers and the sealer must not share a role.")
        grant(**names)
        if not may_see_standbys(names["app"]):
            self.stderr.write(
                "The owner may not grant pg_read_all_stats: with LUQIN_SETTLED_BY=standby nothing would settle. Let an"
                f" administrator run: GRANT pg_read_all_stats TO {names['app']}"
            )
        self.stdout.write(f"Granted: {names['app']} appends and reads, {names['sealer']} numbers.")

    def _role(self, file: Path) -> str:
        address = urlparse(file.read_text().strip())
        if not address.username or not address.password:
            raise CommandError(f"{file} holds no address with user and password.")
        make_role(unquote(address.username), unquote(address.password))
        return unquote(address.username)


def make_role(name: str, password: str) -> None:
    """Make the role if it is missing, and set its password."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [name])
        verb = "ALTER" if cursor.fetchone() is not None else "CREATE"
        statement = sql.SQL("{verb} ROLE {name} LOGIN PASSWORD {password}").format(
            verb=sql.SQL(verb), name=sql.Identifier(name), password=sql.Literal(password)
        )
        cursor.execute(statement.as_string(connection.connection))


def grant(*, app: str, sealer: str) -> None:
    """Give both roles their rights, all in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for file in RIGHTS:
            for statement in statements(file, app=app, sealer=sealer):
                cursor.execute(statement)


def may_see_standbys(app: str) -> bool:
    """Let the web servers read how far standbys have flushed (evidence/settled.py); False where the owner can't give that."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("GRANT pg_read_all_stats TO {}")
                .format(sql.Identifier(app))
                .as_string(connection.connection)
            )
    except DatabaseError:
        return False
    return True
