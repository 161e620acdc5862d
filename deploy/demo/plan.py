"""What happens in the city in thirty days, planned from a seed: who is on duty, what they record, and what becomes of it. Pure.

Nothing here touches the product: the plan says what people do, story.py lets them do it through the product's own operations.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from zoneinfo import ZoneInfo

from accounts.models import Role
from deploy.demo.junctions import Segment
from deploy.demo.people import SQUADRONS, Person
from deploy.demo.photos import Order
from deploy.demo.places import Places
from deploy.demo.planned import (
    CONDUCTS,
    FATES,
    KINDS,
    THROUGH,
    Fare,
    Plan,
    PlannedPhoto,
    PlannedTask,
    PlannedViolation,
    Window,
)
from deploy.demo.scenes import PAINTS, STREETS
from deploy.demo.vehicles import Vehicle, driver, vehicle
from field.rules.offence import Measure
from field.rules.shots import PARKING_GAP, group_of, wanted
from field.rules.violation import ANNUL_GROUNDS, RETURN_REASONS, Kind

CHINA = ZoneInfo("Asia/Shanghai")
DAYS = 30
TERMINALS = 30
ON_DUTY_NOW = 3
"""People of each squadron whose shift is running when the city is made."""
NOW_FOR = dt.timedelta(hours=4)
FRESH = dt.timedelta(days=1)
"""Of this last day every picture is the record's own; further back the views without a legible plate come from a stock."""


def make_plan(
    *,
    seed: int,
    people: Sequence[Person],
    roads: Sequence[Segment],
    fares: Mapping[str, Fare],
    violations: int,
    tasks: int,
    now: dt.datetime,
) -> Plan:
    """Plan so many violations and tasks over the thirty days before `now`. The same arguments give the same plan."""
    rng = Random(f"plan {seed}")
    windows = _windows(rng, people, now)
    places = Places(roads, rng)
    vehicles = tuple(
        {one.number: one for one in (vehicle(rng) for _ in range(max(20, violations * 4 // 5)))}.values()
    )
    shares = [_share(window, now) for window in windows]
    for window in rng.choices(windows, shares, k=violations):
        window.violations.append(_violation(rng, window, places, vehicles, fares, now))
    for window in windows:
        window.violations.sort(key=lambda one: one.written_at)
    _one_of_each(windows)
    _give_tasks(rng, windows, places, tasks, now)
    # a shift in which nothing was recorded tells nothing
    worked = [one for one in windows if one.violations or one.task or one.closes_at is None]
    return Plan(tuple(worked), vehicles)


def _windows(rng: Random, people: Sequence[Person], now: dt.datetime) -> list[Window]:
    windows = []
    for squadron, (code, _, _) in enumerate(SQUADRONS):
        mine = [one for one in people if one.unit == code and one.role in (Role.OFFICER, Role.AUXILIARY)]
        terminals = list(range(squadron, TERMINALS, len(SQUADRONS)))
        for back in range(DAYS, 0, -1):
            day = (now.astimezone(CHINA) - dt.timedelta(days=back)).date()
            for (hour, length), who in zip(((8, 8), (15, 7)), rng.sample(mine, 2), strict=True):
                opens = dt.datetime.combine(day, dt.time(hour, rng.randrange(40)), CHINA)
                if opens + dt.timedelta(hours=length) < now - NOW_FOR - dt.timedelta(hours=1):
                    terminal = terminals[0 if hour == 8 else 1]
                    windows.append(Window(who, terminal, opens, opens + dt.timedelta(hours=length)))
        for who, terminal in zip(rng.sample(mine, ON_DUTY_NOW), terminals[2:], strict=False):
            windows.append(
                Window(who, terminal, now - NOW_FOR + dt.timedelta(minutes=rng.randrange(30)), None)
            )
    return sorted(windows, key=lambda one: (one.opens_at, one.terminal))


def _share(window: Window, now: dt.datetime) -> float:
    if window.person.role == Role.AUXILIARY:
        return 0.5
    return 1.3 if window.closes_at is None or now - window.opens_at < FRESH else 1.0


def _violation(
    rng: Random,
    window: Window,
    places: Places,
    vehicles: Sequence[Vehicle],
    fares: Mapping[str, Fare],
    now: dt.datetime,
) -> PlannedViolation:
    auxiliary = window.person.role == Role.AUXILIARY
    kind = Kind.RECORD_ONLY if auxiliary else rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
    conduct = rng.choices(CONDUCTS[kind], [one.weight for one in CONDUCTS[kind]])[0]
    at = window.opens_at + rng.uniform(0.05, 0.62) * ((window.closes_at or now) - window.opens_at)
    at = at.replace(microsecond=0)
    parked = group_of(conduct.code, fares[conduct.code].category, kind).value == "parking"
    written_at = (
        at
        + (PARKING_GAP if parked else dt.timedelta(minutes=2))
        + dt.timedelta(seconds=rng.randrange(30, 90))
    )
    car = vehicles[int(len(vehicles) * rng.random() ** 1.6)]
    limit = 80 if conduct.measured == Measure.SPEED else None
    fresh = now - at < FRESH
    fate, word = _fate(rng, kind, window, now)
    return PlannedViolation(
        uid=_uuid7(written_at, rng),
        at=at,
        written_at=written_at,
        kind=kind,
        code=conduct.code,
        fare=fares[conduct.code],
        vehicle=car,
        place=places.pick(rng, conduct.roads, window.sector),
        accuracy_m=round(rng.uniform(34, 70) if rng.random() < 0.04 else rng.uniform(3, 16), 1),
        clock_ms=rng.choice((2_600, -4_100)) if rng.random() < 0.02 else rng.randrange(-400, 400),
        driver=driver(rng, day=at.date()) if kind == Kind.ON_THE_SPOT else None,
        measured=str(rng.randrange(88, 96)) if limit else None,
        limit=str(limit) if limit else None,
        photos=_photos(rng, kind, conduct.code, fares[conduct.code], car, at, written_at, fresh=fresh),
        fate=fate,
        word=word,
        token=rng.randbytes(16),
        photo_held_back=window.closes_at is None and rng.random() < 0.04,
    )


def _photos(
    rng: Random,
    kind: Kind,
    code: str,
    fare: Fare,
    car: Vehicle,
    at: dt.datetime,
    written_at: dt.datetime,
    *,
    fresh: bool,
) -> tuple[PlannedPhoto, ...]:
    # a stock picture shows a car of this paint: each paint has its street, so that a record's pictures agree
    street = rng.randrange(STREETS) if fresh else list(PAINTS).index(car.paint) % STREETS
    shots = [
        one.shot.value
        for one in wanted(kind, group_of(code, fare.category, kind))
        if one.required or (fresh and rng.random() < 0.7)
    ]
    until = written_at - dt.timedelta(seconds=20)
    if rng.random() < 0.1:
        until = at + dt.timedelta(seconds=130)  # too soon after the first: the reviewer is told
    step = (until - at) / max(1, len(shots) - 1)
    photos = []
    for index, shot in enumerate(shots):
        own = fresh or shot in ("plate", "other")
        take = rng.randrange(1_000_000)
        order = (
            Order(shot, car.number, car.plate_type, car.paint, street, take)
            if own
            else Order(shot, "", "02", car.paint, street, 0)
        )
        photos.append(PlannedPhoto(shot, order, at + step * index))
    return tuple(photos)


def _fate(rng: Random, kind: Kind, window: Window, now: dt.datetime) -> tuple[str, str]:
    if window.closes_at is None or now - window.opens_at < dt.timedelta(hours=20):
        return "waiting", ""
    fate = rng.choices([one for one, _ in FATES], [weight for _, weight in FATES])[0]
    if kind == Kind.ON_THE_SPOT and fate in ("returned", "amended"):
        fate = "confirmed"  # the paper was handed over: it can't be returned
    if fate in ("returned", "amended"):
        return fate, rng.choice(RETURN_REASONS[:6])
    if fate in ("proposed", "annulled", "kept"):
        return fate, rng.choice(ANNUL_GROUNDS[:8])
    return fate, ""


def _one_of_each(windows: Sequence[Window]) -> None:
    """Let parking notices have every fate at least once, as far as there are enough of them: the public page can then be tried in every state."""
    for fate, word in (
        ("checked", ""),
        ("annulled", ANNUL_GROUNDS[0]),
        ("returned", RETURN_REASONS[0]),
        ("waiting", ""),
    ):
        notices = [
            (one.at, window, place)
            for window in windows
            for place, one in enumerate(window.violations)
            if one.kind == Kind.NOTICE
        ]
        fates = [window.violations[place].fate for _, window, place in notices]
        if fate in fates or fates.count("confirmed") < 2:
            continue
        confirmed = (one for one, its in zip(notices, fates, strict=True) if its == "confirmed")
        _, window, place = max(confirmed, key=lambda one: one[0])
        window.violations[place] = replace(window.violations[place], fate=fate, word=word)


_TASKS = (
    ("{road}查酒驾", "上周同一时段这里查获酒驾", "key_control", "routine", ("1712",)),
    ("{road}违停整治", "近七天这一段违停最多", "violation_control", "routine", ("1039", "1116")),
    ("{road}闯红灯整治", "早晚高峰闯红灯集中", "violation_control", "urgent", ("1625",)),
    ("早高峰{road}疏堵", "七点半起这一段排队", "relief", "urgent", ()),
    ("{road}货车闯禁区", "夜间货车走禁行路", "key_control", "routine", ("1116",)),
    ("{road}斑马线礼让", "学校门前行人多", "violation_control", "routine", ("1357", "1356")),
    ("查找可疑车辆，{road}一带", "套牌嫌疑，注意核对车架号", "vehicle_check", "critical", ()),
)
STAGES = ("given", "signed", "on_site", "reported")


def _give_tasks(rng: Random, windows: list[Window], places: Places, count: int, now: dt.datetime) -> None:
    """Spread tasks over the windows of officers: those of ended shifts were approved, those of now stand at every stage."""
    able = [one for one in windows if one.person.role == Role.OFFICER]
    running = [one for one in able if one.closes_at is None]
    chosen = running[: count // 4]
    ended = [one for one in able if one.closes_at is not None]
    chosen += rng.sample(ended, min(len(ended), count - len(chosen)))
    for index, window in enumerate(chosen):
        place = places.pick(rng, THROUGH, window.sector)
        title, why, kind, urgency, codes = rng.choice(_TASKS)
        given_at = window.opens_at + dt.timedelta(minutes=rng.randrange(40, 60))
        window.task = PlannedTask(
            uid=_uuid7(given_at, rng),
            given_at=given_at,
            place=place,
            title=title.format(road=place.road),
            why=why,
            kind=kind,
            urgency=urgency,
            codes=codes,
            reaches=STAGES[index % len(STAGES)] if window.closes_at is None else "approved",
        )


def _uuid7(moment: dt.datetime, rng: Random) -> uuid.UUID:
    """A UUIDv7 (RFC 9562) of a moment, the rest of it from the seed."""
    milliseconds = int(moment.timestamp() * 1000)
    value = milliseconds << 80 | 0x7 << 76 | rng.getrandbits(12) << 64 | 0b10 << 62 | rng.getrandbits(62)
    return uuid.UUID(int=value)
