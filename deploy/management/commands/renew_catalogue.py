"""Takes the tables of offences that came with a newer product into the demonstration city; deploy/up runs it when they have changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deploy.demo.city import NotADemonstration, renew_catalogue


class Command(BaseCommand):
    help = (
        "Take the product's own tables of offences into the demonstration city again. Refuses in production."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reports = renew_catalogue(timezone.now())
        except NotADemonstration as reason:
            raise CommandError(
                "there is no demonstration city here; a place takes its own table with import_offences"
            ) from reason
        for report in reports:
            for line, code, why in report.refused:
                self.stdout.write(f"  line {line}, {code}: stays as it is: {why}")
            self.stdout.write(
                f"{report.read} rows read: {report.added} versions added, {report.ended} ended, {report.corrected} corrected"
                + (" (read before)" if report.already_read else "")
            )
