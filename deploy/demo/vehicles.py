"""Invented vehicles and drivers: plates that can exist, identity numbers whose check digit is right. Pure."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from deploy.demo import names
from deploy.demo.scenes import PAINTS
from field.rules import identity
from field.rules.plate import LETTERS

HOME = "浙M"
_FOREIGN = ("浙A", "浙B", "浙G", "沪A", "沪C", "苏E", "皖J", "赣E", "闽H")
_ORDINARY = LETTERS + "0123456789" * 4


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle: number, plate type, paint and the last characters of its engine number."""

    number: str
    plate_type: str
    paint: str
    engine: str


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver as an officer writes them down."""

    name: str
    licence: str
    phone: str


def vehicle(rng: Random) -> Vehicle:
    """One vehicle, most of them ordinary cars of the place itself."""
    region = HOME if rng.random() < 0.86 else rng.choice(_FOREIGN)
    kind = rng.random()
    if kind < 0.78:
        number, plate_type = region + "".join(rng.choice(_ORDINARY) for _ in range(5)), "02"
    elif kind < 0.92:
        number = f"{region}{rng.choice('DDDAF')}{rng.choice(_ORDINARY)}{rng.randrange(10_000):04d}"
        plate_type = "52"
    elif kind < 0.96:
        number, plate_type = region + "".join(rng.choice("0123456789") for _ in range(5)), "01"
    elif kind < 0.98:
        number, plate_type = (
            f"{region}{rng.randrange(100):02d}{rng.choice(LETTERS)}{rng.randrange(10)}挂",
            "15",
        )
    else:
        number, plate_type = f"{region}{rng.randrange(10_000):04d}学", "16"
    engine = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(8))
    return Vehicle(number, plate_type, rng.choice(list(PAINTS)), engine)


def driver(rng: Random, *, day: dt.date) -> Driver:
    """An invented adult; the area of the identity number is one that no city has."""
    born = day - dt.timedelta(days=rng.randrange(20 * 365, 66 * 365))
    seventeen = f"3309{rng.randrange(1, 9):02d}{born:%Y%m%d}{rng.randrange(1000):03d}"
    return Driver(
        name=names.people(rng, 1)[0],
        licence=seventeen + identity.check_character(seventeen),
        phone=f"1{rng.choice('358')}9{rng.randrange(100_000_000):08d}",
    )
