"""Taking a road network in. The same file again changes nothing; another file under the same name keeps each segment that is still there."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from django.contrib.gis.geos import LineString
from django.db import transaction

from evidence import ledger
from field.models import Road, RoadNetwork
from field.targeting.geodesy import Coordinate
from field.targeting.road_rows import Attributes, Rejected, RoadFile, RoadRow, Row, Water, open_roads

AT_ONCE = 2000
KEPT_REASONS = 1000
_COLUMNS = ("name", "name_en", "road_class", "oneway", "km_from", "speed_limit_kmh", "length_m", "line")


@dataclass
class Report:
    """What an import did, or would do. Rows are of the file, segments are of the table: a multi-line is several."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    length_km: float = 0.0
    rejected: list[Rejected] = field(default_factory=list)
    water: list[tuple[Coordinate, ...]] = field(default_factory=list)
    already_read: bool = False


def _watch_nothing(roads: RoadFile) -> Iterable[Row]:
    return roads


@transaction.atomic
def import_roads(
    path: Path,
    *,
    name: str,
    licence: str,
    actor: str,
    now: dt.datetime,
    attributes: Attributes | None = None,
    dry_run: bool = False,
    watch: Callable[[RoadFile], Iterable[Row]] = _watch_nothing,
) -> Report:
    """Read a file of lines into the network of this name, all of it or nothing; rejected rows don't stop the rest.

    A segment keeps its id as long as its id in the source does. `watch` may show progress over the rows.

    :raises NotRoads: the file can't be read as a network
    """
    attributes = attributes or Attributes()
    digest = _digest(path, attributes)
    network = RoadNetwork.objects.select_for_update().filter(name=name).first()
    if network is not None and network.sha256 == digest:
        return Report(already_read=True)
    roads = open_roads(path, attributes)
    network = network or RoadNetwork(name=name)
    network.sha256, network.licence, network.imported_at, network.rows = digest, licence, now, roads.rows
    network.save()
    report = _write(network, watch(roads))
    network.rejected = [{"row": one.row, "reason": one.reason} for one in report.rejected[:KEPT_REASONS]]
    network.water = report.water
    network.save(update_fields=["rejected", "water"])
    ledger.append(
        kind="roads.imported",
        subject=name,
        actor=actor,
        at=now,
        body={
            "sha256": digest,
            "licence": licence,
            "rows": report.rows,
            "added": report.added,
            "changed": report.changed,
            "removed": report.removed,
            "rejected": len(report.rejected),
        },
    )
    if dry_run:
        transaction.set_rollback(True)
    return report


def _write(network: RoadNetwork, rows: Iterable[Row]) -> Report:
    report = Report()
    standing = {road.source_id: road for road in network.roads.all()}
    new: list[Road] = []
    changed: list[Road] = []
    for row in rows:
        report.rows += 1
        if isinstance(row, Rejected):
            report.rejected.append(row)
            continue
        if isinstance(row, Water):
            report.water += row.shores
            continue
        for segment in row:
            report.length_km += segment.length_m / 1000
            fresh = _road(network, segment)
            known = standing.pop(segment.source_id, None)
            if known is None:
                new.append(fresh)
            elif all(getattr(known, column) == getattr(fresh, column) for column in _COLUMNS):
                report.unchanged += 1
            else:
                fresh.pk = known.pk
                changed.append(fresh)
            if len(new) >= AT_ONCE:
                report.added += len(Road.objects.bulk_create(new))
                new = []
    report.added += len(Road.objects.bulk_create(new, batch_size=AT_ONCE))
    report.changed = Road.objects.bulk_update(changed, _COLUMNS, batch_size=AT_ONCE) if changed else 0
    Road.objects.filter(pk__in=[road.pk for road in standing.values()]).delete()
    report.removed = len(standing)
    return report


def _road(network: RoadNetwork, segment: RoadRow) -> Road:
    return Road(
        network=network,
        source_id=segment.source_id,
        name=segment.name,
        name_en=segment.name_en,
        road_class=segment.road_class,
        oneway=segment.oneway,
        km_from=segment.km_from,
        speed_limit_kmh=segment.speed_limit_kmh,
        length_m=segment.length_m,
        line=LineString(segment.line, srid=4326),
    )


def _digest(path: Path, attributes: Attributes) -> str:
    """SHA-256 of the file, told apart by how its attributes were read: another reading is another import."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256")
    if attributes != Attributes():
        digest.update(repr(attributes).encode())
    return digest.hexdigest()
