"""Enlist one person from the server's own console: the first technician of a new system, and whoever else has no other way in."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts import operations
from accounts.models import Role, Unit
from accounts.refusals import Refusal


class Command(BaseCommand):
    """The ledger names `system` as the one who did it: whoever holds the console."""

    help = "Enlist a person. The password is asked for, or read from standard input with --password-stdin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("police_number", help="six digits; auxiliaries F and five digits")
        parser.add_argument("name")
        parser.add_argument("--role", choices=Role.values, default=Role.TECHNICIAN.value)
        parser.add_argument("--unit", required=True, help="12-digit code")
        parser.add_argument("--unit-name", help="makes the unit where there is none: its name in Chinese")
        parser.add_argument("--unit-name-en", help="and in English")
        parser.add_argument("--unit-level", choices=Unit.Level.values, default=Unit.Level.DETACHMENT.value)
        parser.add_argument("--unit-parent", help="code of the unit above it; none: it is the top")
        parser.add_argument("--password-stdin", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else _ask()
        try:
            with transaction.atomic():
                unit = self._unit(options)
                person = operations.enlist(
                    police_number=options["police_number"],
                    name=options["name"],
                    role=options["role"],
                    unit=unit,
                    password=password,
                    by=None,
                    now=timezone.now(),
                )
        except Refusal as refused:
            said = ", ".join(f"{name}: {value}" for name, value in refused.facts().items())
            raise CommandError(f"{refused.code} ({said})" if said else refused.code) from refused
        self.stdout.write(f"{person.police_number} {person.get_role_display()} {unit.name_zh}")

    def _unit(self, options: dict[str, Any]) -> Unit:
        unit = Unit.objects.filter(code=options["unit"]).first()
        if unit is not None:
            return unit
        if not options["unit_name"]:
            raise CommandError(f"there is no unit {options['unit']}; --unit-name makes it")
        parent = None
        if options["unit_parent"]:
            parent = Unit.objects.filter(code=options["unit_parent"]).first()
            if parent is None:
                raise CommandError(f"there is no unit {options['unit_parent']}")
        return operations.make_unit(
            code=options["unit"],
            name_zh=options["unit_name"],
            name_en=options["unit_name_en"] or options["unit_name"],
            level=options["unit_level"],
            parent=parent,
            by=None,
            now=timezone.now(),
        )


def _ask() -> str:
    password = getpass.getpass("Password (15 characters or more): ")
    if password != getpass.getpass("Again: "):
        raise CommandError("the two passwords differ")
    return password
