"""Who works in the city: the tree of units and invented people, enlisted through operations, with passphrases in a file of their own."""

import datetime as dt
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from accounts import operations
from accounts.models import Role, Unit, User
from deploy.demo import names

DETACHMENT = ("330900000000", "江澜支队", "Jianglan Detachment")
BRIGADES = (
    ("330900010000", "城东大队", "East Brigade"),
    ("330900020000", "城西大队", "West Brigade"),
    ("330900030000", "城南大队", "South Brigade"),
)
SQUADRONS = tuple(
    (f"{code[:8]}0{n}00", f"{name[:2]}{word}中队", f"{english.split()[0]} {word_en} Squadron")
    for code, name, english in BRIGADES
    for n, word, word_en in ((1, "一", "First"), (2, "二", "Second"))
)
OFFICERS = 40
AUXILIARIES = 8
_WORDS = (
    "lantern river harbour maple copper ribbon window garden pepper saddle marble velvet timber candle bridge meadow "
    "falcon barrel ginger hammer island jacket kettle ladder magnet needle orchid pocket quarry rocket silver tunnel "
    "umbrella valley walnut yellow zipper anchor basket cotton dragon engine feather glacier hazel indigo jasmine "
    "kernel lemon mirror nutmeg oyster puzzle quiver raven sesame thimble violin willow almond button cedar"
)


@dataclass(frozen=True, slots=True)
class Person:
    """One of the invented people: number, name, role, and the code of the unit."""

    number: str
    name: str
    role: Role
    unit: str


def cast(seed: int) -> list[Person]:
    """Everybody, in the order of the file: desks first, then leaders, officers and auxiliaries by squadron."""
    rng = Random(f"people {seed}")
    called = iter(names.people(rng, 5 + len(BRIGADES) + len(SQUADRONS) + OFFICERS + AUXILIARIES))
    top = DETACHMENT[0]
    people = [
        Person("034101", next(called), Role.TECHNICIAN, top),
        Person("034102", next(called), Role.LEGAL_REVIEWER, top),
        Person("034103", next(called), Role.DUTY_DESK, top),
        Person("034104", next(called), Role.AUDITOR, top),
        Person("034105", next(called), Role.LEADER, top),
    ]
    people += [Person(f"0342{n:02d}", next(called), Role.LEADER, one[0]) for n, one in enumerate(BRIGADES, 1)]
    people += [
        Person(f"0343{n:02d}", next(called), Role.LEADER, one[0]) for n, one in enumerate(SQUADRONS, 1)
    ]
    for n in range(OFFICERS):
        people.append(
            Person(f"0345{n + 1:02d}", next(called), Role.OFFICER, SQUADRONS[n % len(SQUADRONS)][0])
        )
    for n in range(AUXILIARIES):
        people.append(Person(f"F{n + 1:05d}", next(called), Role.AUXILIARY, SQUADRONS[n % len(SQUADRONS)][0]))
    return people


def make_units(now: dt.datetime) -> dict[str, Unit]:
    """Make the tree; return the units by code."""
    top = operations.make_unit(
        code=DETACHMENT[0],
        name_zh=DETACHMENT[1],
        name_en=DETACHMENT[2],
        level=Unit.Level.DETACHMENT,
        parent=None,
        by=None,
        now=now,
    )
    units = {top.code: top}
    for code, name_zh, name_en in BRIGADES:
        units[code] = operations.make_unit(
            code=code,
            name_zh=name_zh,
            name_en=name_en,
            level=Unit.Level.BRIGADE,
            parent=top,
            by=None,
            now=now,
        )
    for code, name_zh, name_en in SQUADRONS:
        units[code] = operations.make_unit(
            code=code,
            name_zh=name_zh,
            name_en=name_en,
            level=Unit.Level.SQUADRON,
            parent=units[f"{code[:8]}0000"],
            by=None,
            now=now,
        )
    return units


def enlist_all(
    people: Sequence[Person], units: dict[str, Unit], *, now: dt.datetime, step: Callable[[], object]
) -> tuple[dict[str, User], dict[str, str]]:
    """Enlist everybody with a fresh passphrase; return the users and the passphrases by police number. `step` is called after each."""
    users, passphrases = {}, {}
    for person in people:
        passphrases[person.number] = passphrase()
        users[person.number] = operations.enlist(
            police_number=person.number,
            name=person.name,
            role=person.role,
            unit=units[person.unit],
            password=passphrases[person.number],
            by=None,
            now=now,
        )
        step()
    return users, passphrases


def passphrase() -> str:
    """Four random words: long enough for the rule, and possible to type on a handheld."""
    return " ".join(secrets.choice(_WORDS.split()) for _ in range(4))


def write_accounts(
    path: Path, people: Sequence[Person], passphrases: dict[str, str], further: Sequence[str]
) -> None:
    """Write the people's numbers and passphrases, and further lines, into a file that only its owner can read."""
    squadrons = {code: name for code, name, _ in (DETACHMENT, *BRIGADES, *SQUADRONS)}
    lines = ["# police number\trole\tname\tunit\tpassphrase   (invented people of the demonstration)"]
    lines += [
        "\t".join((one.number, one.role.value, one.name, squadrons[one.unit], passphrases[one.number]))
        for one in people
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, *further]) + "\n")
