"""The whole product for journeys: every part as a process behind the one origin, a small demonstration city, browsers that can be killed."""

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from deploy.bringup.places import DataFolder
from deploy.bringup.stack import Stack
from tests.cast import Desk, OverHttp
from tests.journeys.bridge import Bridge
from tests.journeys.chromium import Chromium, free_port
from tests.journeys.drawings import lay_beside
from tests.journeys.officer import Officer

expect.set_options(timeout=20_000)
CITY = ("--violations", "12", "--tasks", "4")
SPOT = (29.1012, 119.0507)
"""Latitude and longitude of a place on 人民路 in the demonstration city."""


@dataclass(frozen=True)
class Person:
    """Somebody of the demonstration, from the list that make_city wrote."""

    police_number: str
    role: str
    name: str
    unit: str
    password: str


@dataclass(frozen=True)
class Town:
    """A running product and its people."""

    stack: Stack
    people: tuple[Person, ...]

    @property
    def address(self) -> str:
        """The one origin."""
        return self.stack.address

    def one(self, role: str, unit: str | None = None, *, n: int = 0) -> Person:
        """The n-th person of this role, in this unit."""
        return [p for p in self.people if p.role == role and unit in (None, p.unit)][n]

    def desk(self, person: Person) -> Desk:
        """A desk at which this person has signed in, over HTTP."""
        desk = Desk(OverHttp(self.address))
        answered = desk.sign_in(person.police_number, password=person.password)
        assert answered.status == 200, answered
        return desk

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Read from the database as its administrator."""
        with psycopg.connect(
            self.stack.database.url.replace("postgis://", "postgresql://"), autocommit=True
        ) as db:
            cursor = db.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def enrolment_code(self, unit: str) -> str:
        """What the technician reads out for a handheld of this unit."""
        technician = self.desk(self.one("technician"))
        (code,) = {
            t["unit_code"]
            for t in technician.get("/api/terminals").body["terminals"]
            if t["unit_name"] == unit
        }
        made = technician.post("/api/terminals/codes", {"unit": code})
        assert made.status == 201, made
        text: str = made.body["code"]
        return text

    def approve(self, fingerprint: str) -> None:
        """The technician compares the six digits and approves."""
        technician = self.desk(self.one("technician"))
        (waiting,) = [
            t
            for t in technician.get("/api/terminals").body["terminals"]
            if t["fingerprint"] == fingerprint and t["state"] == "pending"
        ]
        done = technician.post(f"/api/terminals/{waiting['terminal']}/approve", {"fingerprint": fingerprint})
        assert done.status == 200, done

    def on_duty(self, chromium: Chromium, person: Person) -> Officer:
        """A handheld that was enrolled in this browser, with this person signed in on it; stands at home."""
        officer = Officer(
            chromium.page(f"{self.address}/app/#enrol={self.enrolment_code(person.unit)}", position=SPOT)
        )
        self.approve(officer.enrol())
        officer.approved()
        with officer.page.expect_response(re.compile("/api/roads/pack"), timeout=60_000):
            officer.sign_in(person.police_number, person.password)
        officer.page.wait_for_timeout(1000)  # the roads are put away; nothing on a screen says when
        expect(officer.page.get_by_text("手机正常，可以执勤")).to_be_visible(timeout=60_000)
        return officer


@pytest.fixture(scope="session")
def bridge() -> Iterator[Bridge]:
    """The printer that is built into the handhelds of this town; each journey that prints takes its papers away first."""
    bridge = Bridge(free_port())
    os.environ["LUQIN_PRINT_BRIDGE"] = bridge.address  # the web server's policy lets the app reach it
    yield bridge
    bridge.close()


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, bridge: Bridge) -> Iterator[Town]:
    """Everything up, once for all journeys of a process. LUQIN_TOWN names a folder that keeps the city from run to run."""
    kept = os.environ.get("LUQIN_TOWN")
    own = os.environ.get("PYTEST_XDIST_WORKER", "")
    data = DataFolder(Path(kept) / own if kept else tmp_path_factory.mktemp("town"))
    extra = {"LUQIN_PRINT_BRIDGE": bridge.address}
    with Stack(data, web_port=free_port(), durable=False, extra=extra) as stack:
        stack.prepare(CITY)
        stack.serve()
        lines = [
            line
            for line in data.accounts_file.read_text().splitlines()
            if line.count("\t") == 4 and line[0] != "#"
        ]
        yield Town(
            stack,
            tuple(
                Person(n, r, name, unit, word) for n, r, name, unit, word in csv.reader(lines, delimiter="\t")
            ),
        )


@pytest.fixture(scope="session", autouse=True)
def pictures() -> Iterator[None]:
    """LUQIN_PICTURES=1: what was pictured lies beside its drawing at the end."""
    yield
    if os.environ.get("LUQIN_PICTURES") == "1":
        lay_beside()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver; the browser is Debian's."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def handheld(playwright: Playwright, tmp_path: Path) -> Iterator[Chromium]:
    """A fresh handheld's browser."""
    with Chromium(playwright, tmp_path / "handheld") as chromium:
        yield chromium


@pytest.fixture
def somebodys_phone(playwright: Playwright, tmp_path: Path) -> Iterator[Chromium]:
    """A citizen's phone."""
    with Chromium(playwright, tmp_path / "phone", width=390, height=844, flags=()) as chromium:
        yield chromium


@pytest.fixture
def desk_browser(playwright: Playwright, tmp_path: Path) -> Iterator[Chromium]:
    """A desk's browser."""
    with Chromium(playwright, tmp_path / "desk", width=1366, height=768, flags=()) as chromium:
        yield chromium
