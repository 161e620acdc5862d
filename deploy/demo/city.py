"""Making the demonstration city once, from nothing: roads, offences, people, handhelds, thirty days of work."""

import base64
import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import transaction

from accounts.models import Role, Terminal
from deploy.demo import people as people_
from deploy.demo.junctions import Segment, Spot
from deploy.demo.photos import Order, draw_all
from deploy.demo.plan import TERMINALS, make_plan
from deploy.demo.planned import Fare, Plan, PlannedViolation
from deploy.demo.processes import FEW, happen, settle_later
from deploy.demo.records import Picture
from deploy.demo.roads import LIMITS, city_roads, city_water, degrees
from deploy.demo.story import Story
from deploy.demo.terminals import keep_keys, make_handhelds
from deploy.models import Demonstration
from evidence.storage import Stored, photo_store, remember
from field.lookup import queries as lookup
from field.lookup.imports import import_payments, import_vehicles
from field.recording import catalogue
from field.recording.catalogue_import import Report, import_offences
from field.rules.violation import Kind
from field.rules.visibility import Standing
from field.targeting.road_import import import_roads

CATALOGUE = Path(__file__).resolve().parents[1] / "catalogue"
TABLES = (("violation_codes.csv", ""), ("jianglan.csv", settings.AREA))
"""Tables of offences that come with the product, and where each holds."""
NETWORK = "江澜"
MOST_LOOKS = 600
"""So many records are looked at to find a slip of each state."""
BEGAN = dt.timedelta(days=31)
"""So long ago the units were made and the handhelds enrolled."""
Bar = Callable[[str, int], Callable[[int], object]]
"""Opens a progress bar of a name and a length; what it returns moves it on."""


class NotADemonstration(Exception):
    """The city is made in a demonstration or a test, never beside real work."""


class AlreadyMade(Exception):
    """There is a city in this database."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, in numbers, and where the accounts stand."""

    segments: int
    road_km: float
    people: int
    terminals: int
    violations: int
    tasks: int
    photos: int
    accounts: Path


def make_city(*, seed: int, violations: int, tasks: int, now: dt.datetime, bar: Bar) -> Made:
    """Make the city. All data go through the product's operations; passphrases and keys lie under the data folder, mode 600.

    :raises NotADemonstration: the mode is production
    :raises AlreadyMade: it was made, or begun, in this database before
    """
    if settings.PRODUCTION:
        raise NotADemonstration
    _claim(now)
    settle_later()
    began = now - BEGAN
    folder = Path(settings.DATA) / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    roads = city_roads(seed)
    road_km = _import_roads(roads, city_water(seed), folder, now=began)
    _import_offences(now=began)
    people = people_.cast(seed)
    pack = catalogue.pack(area=settings.AREA, day=catalogue.day_of(now))
    fares = {one["code"]: Fare(one["category"], one["fine"], one["points"]) for one in pack.offences}
    plan = make_plan(
        seed=seed, people=people, roads=roads, fares=fares, violations=violations, tasks=tasks, now=now
    )
    pictures = _draw(plan, bar, began)
    units = people_.make_units(began)
    moved = bar("people", len(people))
    users, passphrases = people_.enlist_all(people, units, now=began, step=lambda: moved(1))
    technician = next(users[one.number] for one in people if one.role == Role.TECHNICIAN)
    handhelds = make_handhelds(
        TERMINALS, [units[code] for code, _, _ in people_.SQUADRONS], technician=technician, now=began
    )
    story = Story(
        users=users,
        people={one.number: one for one in people},
        handhelds=handhelds,
        terminals={one.id: one for one in Terminal.objects.select_related("unit")},
        pictures=pictures,
        pack=pack.digest,
        area=settings.AREA,
        now=now,
        step=bar("violations and tasks", violations + tasks),
    )
    happen(story, plan, together=violations < FEW)
    keep_keys(folder / "terminals.json", handhelds)
    _vehicles_and_payments(plan, story, folder, seed=seed, now=now)
    accounts = Path(settings.DATA) / "demo-accounts.txt"
    people_.write_accounts(accounts, people, passphrases, _for_citizens(plan, story, now))
    return Made(
        segments=len(roads),
        road_km=road_km,
        people=len(people),
        terminals=len(handhelds),
        violations=len(plan.violations),
        tasks=sum(window.task is not None for window in plan.windows),
        photos=len(pictures),
        accounts=accounts,
    )


@transaction.atomic
def _claim(now: dt.datetime) -> None:
    """Mark the database as a demonstration before the first invented person stands in it."""
    _, new = Demonstration.objects.get_or_create(id=1, defaults={"made_at": now})
    if not new:
        raise AlreadyMade


def _import_roads(roads: list[Segment], water: list[list[Spot]], folder: Path, *, now: dt.datetime) -> float:
    """Write the network as GeoJSON and take it in through the same door as any other; return its length in km."""
    path = folder / "roads.geojson"
    features = [
        {
            "type": "Feature",
            "properties": {
                "id": f"jl{number}",
                "name": one.name,
                "name_en": one.name_en,
                "class": one.road_class,
                "oneway": one.oneway,
                "km_from": one.km_from,
                "maxspeed": LIMITS[one.road_class],
            },
            "geometry": {"type": "LineString", "coordinates": [degrees(spot) for spot in one.line]},
        }
        for number, one in enumerate(roads, 1)
    ] + [
        {
            "type": "Feature",
            "properties": {"id": f"jlw{number}", "class": "water"},
            "geometry": {"type": "Polygon", "coordinates": [[degrees(spot) for spot in shore]]},
        }
        for number, shore in enumerate(water, 1)
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding="utf-8"
    )
    report = import_roads(
        path, name=NETWORK, licence="invented with the demonstration", actor="system", now=now
    )
    return report.length_km


def _import_offences(*, now: dt.datetime) -> None:
    for name, area in TABLES:
        import_offences(CATALOGUE / name, area=area, default_from=None, actor="system", now=now)


def renew_catalogue(now: dt.datetime) -> list[Report]:
    """Take the tables of offences as they come with the product now into a city that was made with older ones; one report a table.

    What a record used stays as it was and ends today; what the tables say since holds from tomorrow. The same tables again change nothing.

    :raises NotADemonstration: there is no city in this database, or the mode is production: a place has tables of its own
    """
    if settings.PRODUCTION or not Demonstration.objects.exists():
        raise NotADemonstration
    tomorrow = catalogue.day_of(now) + dt.timedelta(days=1)
    return [
        import_offences(
            CATALOGUE / name,
            area=area,
            default_from=None,
            actor="system",
            now=now,
            corrected_from=tomorrow,
        )
        for name, area in TABLES
    ]


def _draw(plan: Plan, bar: Bar, now: dt.datetime) -> dict[Order, Picture]:
    orders = list(dict.fromkeys(photo.order for one in plan.violations for photo in one.photos))
    moved = bar("photos", len(orders))
    drawn = zip(orders, draw_all(orders), strict=True)
    pictures: dict[Order, Picture] = {}
    with ThreadPoolExecutor(4) as threads:
        # a few at a time: flushing waits for the disk, and thousands of pictures need not stand in memory
        while some := list(islice(drawn, 64)):
            for (order, _), stored in zip(some, threads.map(_put, [jpeg for _, jpeg in some]), strict=True):
                remember(stored, now=now)
                pictures[order] = Picture(stored.digest, stored.size)
                moved(1)
    return pictures


def _put(jpeg: bytes) -> Stored:
    """Into the store under its digest, flushed, as an upload that is whole."""
    return photo_store().put_once(sha256(jpeg).hexdigest(), io.BytesIO(jpeg))


def _vehicles_and_payments(plan: Plan, story: Story, folder: Path, *, seed: int, now: dt.datetime) -> None:
    """The register's export and the bank's file, as such files come, through their own imports."""
    vehicles, payments = folder / "vehicles.csv", folder / "payments.csv"
    with vehicles.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("plate", "plate_type", "engine_number"))
        writer.writerows((one.number, one.plate_type, one.engine) for one in plan.vehicles)
    with payments.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("document_number", "paid_on", "amount"))
        for one, paid_on in _paid(plan, seed=seed, now=now):
            writer.writerow((story.documents[one.uid], paid_on.isoformat(), one.fare.fine))
    import_vehicles(vehicles, actor="system", now=now)
    import_payments(payments, actor="system", now=now)


def _paid(plan: Plan, *, seed: int, now: dt.datetime) -> Iterator[tuple[PlannedViolation, dt.date]]:
    """Who has paid, and when: seven in ten. Of the decisions the oldest was, and the newest was not, so that there is one of each."""
    rng = Random(f"payments {seed}")
    decisions = [
        one
        for one in sorted(plan.violations, key=lambda one: one.at)
        if one.kind == Kind.ON_THE_SPOT and one.fate == "confirmed" and one.fare.fine
    ]
    for one in plan.violations:
        paid_on = catalogue.day_of(one.at + dt.timedelta(days=rng.randrange(2, 15)))
        owed = one.fate in ("confirmed", "amended") and one.kind != Kind.RECORD_ONLY and one.fare.fine
        pays = rng.random() < 0.7
        if len(decisions) > 1 and one in (decisions[0], decisions[-1]):
            pays, paid_on = one is decisions[0], catalogue.day_of(one.at + dt.timedelta(days=1))
        if owed and pays and paid_on < catalogue.day_of(now):
            yield one, paid_on


def _for_citizens(plan: Plan, story: Story, now: dt.datetime) -> list[str]:
    """A slip for each state that a citizen can meet, the newest of each; what is in force comes first."""
    shown: dict[Standing, PlannedViolation] = {}
    papers = [one for one in plan.violations if one.kind != Kind.RECORD_ONLY]
    for one in sorted(papers, key=lambda one: one.at, reverse=True)[:MOST_LOOKS]:
        shown.setdefault(lookup.found(one.uid, now=now).view.standing, one)
        if len(shown) == len(Standing):
            break
    return [
        "",
        "# for the public page: slip's address | document number and last four of the licence | plate, type, engine's last six | state",
        *(_slip(shown[standing], story) + f"\t{standing}" for standing in Standing if standing in shown),
    ]


def _slip(one: PlannedViolation, story: Story) -> str:
    token = base64.urlsafe_b64encode(one.token).decode().rstrip("=")
    licence = one.driver.licence[-4:] if one.driver else "-"
    car = one.vehicle
    return (
        f"/t/{token}\t{story.documents[one.uid]} {licence}\t{car.number} {car.plate_type} {car.engine[-6:]}"
    )
