"""The people of the tests, their handhelds and their desks. Everybody is made through operations; handhelds and desks are handed on from here.

Wen is an officer, Mei her colleague, Li their leader, Fu an auxiliary with them; Zhao leads another unit, where Hao is an officer; Qiu is
the technician, Fan the legal reviewer, Du sits at the duty desk, Ji is the auditor.
"""

import datetime as dt
from dataclasses import dataclass

import pytest

from accounts import operations
from accounts.models import Role, Unit, User
from tests.browsers import PASSWORD, Answered, Browser, Desk, InProcess, OverHttp, Wire
from tests.handheld import Handheld, Sealed, photo, place, uuid7

__all__ = [
    "PASSWORD",
    "Answered",
    "Browser",
    "Cast",
    "Desk",
    "Handheld",
    "InProcess",
    "OverHttp",
    "Sealed",
    "Wire",
    "assemble",
    "cast",
    "photo",
    "place",
    "uuid7",
]


@dataclass(frozen=True)
class Cast:
    """Everybody, and the tree of units they belong to."""

    detachment: Unit
    east: Unit
    east_first: Unit
    east_second: Unit
    west: Unit
    west_first: Unit
    wen: User
    mei: User
    fu: User
    li: User
    zhao: User
    hao: User
    qiu: User
    fan: User
    du: User
    ji: User

    @property
    def people(self) -> tuple[User, ...]:
        """All of them."""
        return (
            self.wen,
            self.mei,
            self.fu,
            self.li,
            self.zhao,
            self.hao,
            self.qiu,
            self.fan,
            self.du,
            self.ji,
        )

    @property
    def units(self) -> tuple[Unit, ...]:
        """All of them, from the top."""
        return (self.detachment, self.east, self.east_first, self.east_second, self.west, self.west_first)


def assemble(now: dt.datetime | None = None) -> Cast:
    """Make the units and the people, through operations."""
    now = now or dt.datetime.now(dt.UTC)

    def unit(code: str, zh: str, en: str, level: str, parent: Unit | None) -> Unit:
        return operations.make_unit(
            code=code, name_zh=zh, name_en=en, level=level, parent=parent, by=None, now=now
        )

    def person(number: str, name: str, role: Role, home: Unit) -> User:
        return operations.enlist(
            police_number=number, name=name, role=role, unit=home, password=PASSWORD, by=None, now=now
        )

    level = Unit.Level
    detachment = unit("330900000000", "江澜支队", "Jianglan Detachment", level.DETACHMENT, None)
    east = unit("330900010000", "城东大队", "East Brigade", level.BRIGADE, detachment)
    east_first = unit("330900010100", "城东一中队", "East Squadron 1", level.SQUADRON, east)
    east_second = unit("330900010200", "城东二中队", "East Squadron 2", level.SQUADRON, east)
    west = unit("330900020000", "城西大队", "West Brigade", level.BRIGADE, detachment)
    west_first = unit("330900020100", "城西一中队", "West Squadron 1", level.SQUADRON, west)
    return Cast(
        detachment=detachment,
        east=east,
        east_first=east_first,
        east_second=east_second,
        west=west,
        west_first=west_first,
        wen=person("034512", "文静", Role.OFFICER, east_first),
        mei=person("034513", "梅芳", Role.OFFICER, east_first),
        fu=person("F00231", "傅强", Role.AUXILIARY, east_first),
        li=person("031007", "李正", Role.LEADER, east_first),
        zhao=person("032001", "赵勇", Role.LEADER, west_first),
        hao=person("035101", "郝亮", Role.OFFICER, west_first),
        qiu=person("030901", "邱敏", Role.TECHNICIAN, detachment),
        fan=person("030501", "范律", Role.LEGAL_REVIEWER, detachment),
        du=person("030110", "杜值", Role.DUTY_DESK, detachment),
        ji=person("030001", "纪明", Role.AUDITOR, detachment),
    )


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, fresh for one test."""
    return assemble()
