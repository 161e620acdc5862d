"""Takes a road network in from GeoJSON (also .gz), a shapefile or a GeoPackage, and says which rows were rejected and why."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from field.targeting.road_import import Report, import_roads
from field.targeting.road_rows import Attributes, NotRoads, RoadFile

OPTIONS = {
    "source_id": "--id",
    "name": "--name-from",
    "name_en": "--name-en-from",
    "road_class": "--class-from",
    "oneway": "--oneway-from",
    "km_from": "--km-from",
    "speed_limit_kmh": "--limit-from",
}
SHOWN = 20


class Command(BaseCommand):
    help = "Take a road network in. The same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", required=True, help="what the network is called, e.g. 海口")
        parser.add_argument(
            "--licence", required=True, help="its licence and whom to name, e.g. 'ODbL, OpenStreetMap'"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and change nothing"
        )
        for what, option in OPTIONS.items():
            usual = ", ".join(getattr(Attributes(), what))
            parser.add_argument(
                option, dest=f"from_{what}", metavar="ATTRIBUTE", help=f"attribute of the file; else {usual}"
            )

    def handle(self, *args: Any, file: Path, name: str, licence: str, dry_run: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"there is no file {file}")

        def watch(roads: RoadFile) -> Any:
            quiet = options["verbosity"] == 0
            return tqdm(roads, total=roads.rows, desc=name, unit="row", file=self.stderr, disable=quiet)

        chosen = {what: (options[f"from_{what}"],) for what in OPTIONS if options[f"from_{what}"]}
        try:
            report = import_roads(
                file,
                name=name,
                licence=licence,
                attributes=Attributes(**chosen),
                actor="system",
                now=timezone.now(),
                dry_run=dry_run,
                watch=watch,
            )
        except NotRoads as reason:
            raise CommandError(f"{file}: {reason}") from reason
        self._tell(report, dry_run=dry_run)

    def _tell(self, report: Report, *, dry_run: bool) -> None:
        if report.already_read:
            self.stdout.write("This file was read before; nothing changed.")
            return
        for one in report.rejected[:SHOWN]:
            self.stdout.write(self.style.WARNING(f"  row {one.row}: rejected: {one.reason}"))
        if len(report.rejected) > SHOWN:
            self.stdout.write(f"  … and {len(report.rejected) - SHOWN} more, kept with the network")
        done = "would be " if dry_run else ""
        self.stdout.write(
            f"{report.rows} rows read, {report.length_km:.1f} km: {report.added} segments {done}added, "
            f"{report.changed} {done}changed, {report.removed} {done}removed, {report.unchanged} unchanged; "
            f"{len(report.rejected)} rows rejected."
        )
