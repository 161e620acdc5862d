"""What a plan of the city's thirty days is made of: conducts as they occur here, and the planned people's doings. Pure."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from deploy.demo.people import SQUADRONS, Person
from deploy.demo.photos import Order
from deploy.demo.places import Place
from deploy.demo.vehicles import Driver, Vehicle
from field.rules.offence import Measure
from field.rules.violation import Kind

URBAN = frozenset({"arterial", "secondary", "street", "lane"})
THROUGH = frozenset({"arterial", "secondary"})
FAST = frozenset({"urban_expressway"})
_SECTOR_OF = {code: sector for sector, (code, _, _) in enumerate(SQUADRONS)}


@dataclass(frozen=True, slots=True)
class Fare:
    """What the catalogue says of an offence: category, usual fine in yuan, points."""

    category: str
    fine: int | None
    points: int | None


@dataclass(frozen=True, slots=True)
class Conduct:
    """An offence as it occurs here: its code, how often, on which roads, and what is measured of it."""

    code: str
    weight: float
    roads: frozenset[str] = URBAN
    measured: Measure = Measure.NONE


CONDUCTS: Mapping[Kind, tuple[Conduct, ...]] = {
    Kind.NOTICE: (
        Conduct("1039", 70),
        Conduct("1116", 12),
        Conduct("1117", 10),
        Conduct("10394", 8),
    ),
    Kind.ON_THE_SPOT: (
        Conduct("1625", 20, THROUGH),
        Conduct("1117", 14, THROUGH),
        Conduct("1116", 12, THROUGH),
        Conduct("1301", 10),
        Conduct("1357", 10, THROUGH),
        Conduct("1356", 5, THROUGH),
        Conduct("1018", 6, THROUGH),
        Conduct("1019", 5, THROUGH),
        Conduct("6023", 6, THROUGH),
        Conduct("1371", 6),
        Conduct("6093", 6, FAST, Measure.SPEED),
    ),
    Kind.RECORD_ONLY: (Conduct("1039", 6), Conduct("1018", 2, THROUGH), Conduct("1117", 2, THROUGH)),
}
KINDS = ((Kind.NOTICE, 0.58), (Kind.ON_THE_SPOT, 0.32), (Kind.RECORD_ONLY, 0.10))
FATES = (
    ("confirmed", 0.93),
    ("returned", 0.008),
    ("amended", 0.03),
    ("proposed", 0.005),
    ("annulled", 0.02),
    ("kept", 0.007),
)
"""What becomes of a record that is older than a day. `kept`: its annulment was proposed and refused. Two more are given out by hand:
`waiting`, nobody has decided yet, and `checked`, a correction of it was set aside."""


@dataclass(frozen=True, slots=True)
class PlannedPhoto:
    """A picture to be taken: which shot, what is drawn, when."""

    shot: str
    order: Order
    taken_at: dt.datetime


@dataclass(frozen=True, slots=True)
class PlannedViolation:
    """One violation as its officer will write it down, and what becomes of it."""

    uid: uuid.UUID
    at: dt.datetime
    written_at: dt.datetime
    kind: Kind
    code: str
    fare: Fare
    vehicle: Vehicle
    place: Place
    accuracy_m: float
    clock_ms: int
    driver: Driver | None
    measured: str | None
    limit: str | None
    photos: tuple[PlannedPhoto, ...]
    fate: str
    word: str
    """Ground or reason of the fate, where it has one."""
    token: bytes
    photo_held_back: bool


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task for the officer of a window, and how far it gets."""

    uid: uuid.UUID
    given_at: dt.datetime
    place: Place
    title: str
    why: str
    kind: str
    urgency: str
    codes: tuple[str, ...]
    reaches: str
    """`given`, `signed`, `on_site`, `reported` or `approved`."""


@dataclass(slots=True)
class Window:
    """One person on one terminal for some hours."""

    person: Person
    terminal: int
    opens_at: dt.datetime
    closes_at: dt.datetime | None
    violations: list[PlannedViolation] = field(default_factory=list)
    task: PlannedTask | None = None

    @property
    def sector(self) -> int:
        """The slice of the city where the person's squadron works."""
        return _SECTOR_OF[self.person.unit]


@dataclass(frozen=True, slots=True)
class Plan:
    """Thirty days of the city, the windows in the order in which they open."""

    windows: tuple[Window, ...]
    vehicles: tuple[Vehicle, ...]

    @property
    def violations(self) -> list[PlannedViolation]:
        return [one for window in self.windows for one in window.violations]
