"""A password that was reset and a PIN that was forgotten, in a browser: nothing is lost, and it is said what waits for the old PIN."""

import re
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from deploy.bringup import environment
from deploy.bringup.places import ROOT
from tests.journeys import looking
from tests.journeys.chromium import Chromium
from tests.journeys.conftest import Person, Town
from tests.journeys.looking import SIZES, Eye
from tests.journeys.officer import PIN

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
ANOTHER_PASSWORD = "nine wet umbrellas at noon"
ANOTHER_PIN = "314159"
RESET = """
import datetime as dt
from accounts.models import User
from accounts.operations import set_password
somebody = User.objects.get(police_number="{number}")
set_password("{number}", password="{password}", by=somebody, now=dt.datetime.now(dt.UTC))
"""


@pytest.fixture
def person(town: Town) -> Iterator[Person]:
    """An officer, whose password is the old one again for whoever comes after."""
    somebody = town.one("officer", "城东二中队")
    yield somebody
    _reset_password(town, somebody, somebody.password)


def test_the_draft_under_a_forgotten_pin_comes_back_when_it_comes_to_mind(
    town: Town, handheld: Chromium, person: Person
) -> None:
    eye = Eye(looking.OFFICER)
    officer = town.on_duty(handheld, person)
    page = officer.page
    officer.begin("违停告知")
    officer.shoot(1)
    page.reload()

    officer.press("忘了 PIN")
    officer.press("第一次来，或忘了密码")
    page.get_by_text("用技术员发的码设密码").wait_for()
    eye.look(page, "00d-password", sizes=SIZES)
    page.get_by_label("码", exact=True).fill(_code(town, person).lower())
    page.get_by_label("新密码").fill(ANOTHER_PASSWORD)
    page.get_by_label("再输一次").fill(f"{ANOTHER_PASSWORD}?")
    officer.press("设好，登录")
    expect(page.get_by_text("两次输的不一样")).to_be_visible()
    page.get_by_label("再输一次").fill(ANOTHER_PASSWORD)
    officer.press("设好，登录")
    page.get_by_text("请输入原来的 PIN").wait_for()
    eye.look(page, "11b-old-pin", sizes=SIZES)
    officer.press("想不起来，设新的")
    expect(page.get_by_text("1 条没写完的由旧 PIN 锁着")).to_be_visible()
    eye.look(page, "11c-new-pin", sizes=SIZES)
    officer.type_pin(ANOTHER_PIN)
    page.get_by_text("再输一遍").wait_for()
    officer.type_pin(ANOTHER_PIN)

    page.get_by_text("1 条没写完的，旧 PIN 锁着").wait_for()
    eye.look(page, "01b-home-locked", sizes=SIZES)
    officer.press("去打开")
    eye.look(page, "11d-former", sizes=SIZES)
    page.get_by_label("以前的 PIN 或密码").fill("000000")
    officer.press("打开", exact=True)
    page.get_by_text("这个打不开").wait_for()
    page.get_by_label("以前的 PIN 或密码").fill(PIN)
    officer.press("打开", exact=True)
    page.get_by_text("没有打不开的了").wait_for()
    officer.press("返回")
    page.get_by_role("button", name=re.compile("接着记")).click()
    expect(page.get_by_text("已存 1 张")).to_be_visible()

    assert eye.wrong == []


def _code(town: Town, person: Person) -> str:
    """What the technician reads out to somebody who forgot their password."""
    made = town.desk(town.one("technician")).post("/api/people/codes", {"people": [person.police_number]})
    assert made.status == 201, made
    code: str = made.body["codes"][0]["code"]
    return code


def _reset_password(town: Town, person: Person, password: str) -> None:
    code = RESET.format(number=person.police_number, password=password)
    subprocess.run(
        [str(environment.python()), "manage.py", "shell", "-v", "0", "-c", code],
        cwd=ROOT,
        env=town.stack.environment(),
        check=True,
        timeout=60,
    )
