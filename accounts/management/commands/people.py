"""People from the server's own console: the same acts as at the technician's desk, for whoever holds the console."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import operations
from accounts.models import Role, Unit, User
from accounts.operations.enlisting import Outcome
from accounts.operations.password_codes import FreshCode
from accounts.refusals import Refusal


class Command(BaseCommand):
    """The ledger names `system` as the one who did it."""

    help = "List people and units, enlist a table, hand out codes, transfer, suspend, reinstate."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        listing = acts.add_parser("list", help="people of a unit and all below it")
        listing.add_argument("--unit", help="12-digit code; none: everybody")
        acts.add_parser("units", help="the tree of units")
        table = acts.add_parser("enlist", help="everybody of a CSV file: 警号,姓名,岗位,单位")
        table.add_argument("file", type=Path)
        table.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        table.add_argument(
            "--codes", type=Path, help="write the codes into this new file, for its owner only"
        )
        code = acts.add_parser("code", help="a code with which somebody chooses a password")
        code.add_argument("police_number", nargs="+")
        move = acts.add_parser("transfer", help="another unit, another role")
        move.add_argument("police_number")
        move.add_argument("--unit", help="12-digit code; none: stays")
        move.add_argument("--role", choices=Role.values, help="none: stays")
        for act, said in (
            ("suspend", "end somebody's access at once"),
            ("reinstate", "let somebody in again"),
        ):
            one = acts.add_parser(act, help=said)
            one.add_argument("police_number")
            one.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['act']}")(options)
        except Refusal as refused:
            said = ", ".join(f"{name}: {value}" for name, value in refused.facts().items())
            raise CommandError(f"{refused.code} ({said})" if said else refused.code) from refused

    def _list(self, options: dict[str, Any]) -> None:
        people = User.objects.select_related("unit").order_by("police_number")
        if options["unit"]:
            people = people.filter(unit__path__contains=[options["unit"]])
        for one in people:
            state = "" if one.is_active else "\tsuspended"
            self.stdout.write(
                f"{one.police_number}\t{one.name}\t{one.get_role_display()}\t{one.unit.name_zh}{state}"
            )

    def _units(self, options: dict[str, Any]) -> None:
        for one in Unit.objects.order_by("path"):
            self.stdout.write(f"{'  ' * (len(one.path) - 1)}{one.code} {one.name_zh}")

    def _enlist(self, options: dict[str, Any]) -> None:
        kept: Path | None = options["codes"]
        if not options["dry_run"] and kept is None:
            raise CommandError(
                "Say with --codes FILE where the codes go: they are shown once, and to nobody else."
            )
        if kept is not None and kept.exists():
            raise CommandError(f"{kept} is there already; name a new file.")
        table = operations.read_table(_bytes_of(options["file"]))
        lines = operations.enlist_table(table, by=None, dry_run=options["dry_run"], now=timezone.now())
        if kept is not None and not options["dry_run"]:
            _write_codes(kept, [one.code for one in lines if one.code])
        for one in lines:
            if one.outcome is Outcome.REJECTED:
                self.stderr.write(f"row {one.number}: {one.police_number} {one.name}: {one.why}")
        counts = {outcome: sum(one.outcome is outcome for one in lines) for outcome in Outcome}
        said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        self.stdout.write(f"{'Dry run: ' if options['dry_run'] else ''}{said}")

    def _code(self, options: dict[str, Any]) -> None:
        people = [_person(number) for number in options["police_number"]]
        for one in operations.make_password_codes(people, by=None, now=timezone.now()):
            self.stdout.write(
                f"{one.person.police_number}\t{one.person.name}\t{one.code}\t{one.expires_at:%Y-%m-%d}"
            )

    def _transfer(self, options: dict[str, Any]) -> None:
        person = _person(options["police_number"])
        unit = Unit.objects.filter(code=options["unit"] or person.unit_id).first()
        if unit is None:
            raise CommandError(f"there is no unit {options['unit']}")
        moved = operations.change_role(
            person.police_number,
            role=options["role"] or person.role,
            unit=unit,
            by=None,
            now=timezone.now(),
        )
        self.stdout.write(f"{moved.police_number} {moved.get_role_display()} {moved.unit.name_zh}")

    def _suspend(self, options: dict[str, Any]) -> None:
        operations.disable(options["police_number"], reason=options["reason"], by=None, now=timezone.now())

    def _reinstate(self, options: dict[str, Any]) -> None:
        operations.enable(options["police_number"], reason=options["reason"], by=None, now=timezone.now())


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} can't be read: {error.strerror}") from error


def _person(police_number: str) -> User:
    person = User.objects.select_related("unit").filter(police_number=police_number).first()
    if person is None:
        raise CommandError(f"nobody has the number {police_number}")
    return person


def _write_codes(file: Path, codes: list[FreshCode]) -> None:
    file.touch(mode=0o600, exist_ok=False)
    with file.open("w", encoding="utf-8-sig", newline="") as written:
        rows = csv.writer(written)
        rows.writerow(["警号", "姓名", "单位", "密码码", "有效至"])
        for one in codes:
            rows.writerow(
                [
                    one.person.police_number,
                    one.person.name,
                    one.person.unit.name_zh,
                    one.code,
                    f"{one.expires_at:%Y-%m-%d}",
                ]
            )
