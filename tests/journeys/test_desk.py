"""The desk's own way, at 1366 by 768: a leader decides by keyboard alone, four eyes annul, of two desks on one record one is told that it
came second, and a task that was made on the map is seen to arrive."""

import base64
import datetime as dt
import io
import re
import secrets
import time
from hashlib import sha256

import pytest
import requests
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.operations import fingerprint
from deploy.demo.photos import Order, draw
from tests.cast import Handheld, OverHttp, photo, place
from tests.field.measures.scene import measure
from tests.journeys import looking
from tests.journeys.chromium import Chromium
from tests.journeys.conftest import SPOT, Person, Town
from tests.journeys.looking import Eye

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
UNIT, BRIGADE = "城南一中队", "城南大队"
TAKEN, SOUND, BLURRED, VOID, LATE, OWN = (f"浙M7D20{n}" for n in range(6))
SHOTS = ("far", "near", "plate")
THUMBS_ARE_DRAWN = "() => [...document.querySelectorAll('.thumbs img')].every(one => one.naturalWidth > 0)"


def test_a_leader_reviews_by_keyboard_and_gives_a_task_on_the_map(town: Town, desk_browser: Chromium) -> None:
    eye = Eye(looking.DESK)
    officer, leader = town.one("officer", UNIT), town.one("leader", UNIT)
    handheld = on_the_road(town, officer)
    secret = secrets.token_bytes(16)
    taken = parking_notice(handheld, TAKEN, token_sha256=sha256(secret).hexdigest())
    sound, blurred, void, late = (parking_notice(handheld, plate) for plate in (SOUND, BLURRED, VOID, LATE))
    own = parking_notice(on_the_road(town, leader), OWN)
    other_desk = town.desk(town.one("leader", BRIGADE))
    page = desk_browser.page(f"{town.address}/desk/")

    sign_in(page, leader)
    page.goto(f"{town.address}/desk/#/review")
    open_by_key(page, taken, TAKEN)
    page.wait_for_function(THUMBS_ARE_DRAWN)
    eye.look(page, "21-review", sizes=("100", "130"))
    page.get_by_role("button", name="看原图").click()
    page.get_by_text("与记录一致").wait_for()
    eye.look(page, "21f-original")
    page.keyboard.press("l")
    eye.look(page, "21c-article")
    page.keyboard.press("Escape")
    slips = [f"{town.address}/t/{base64.urlsafe_b64encode(secret).decode().rstrip('=')}"]
    slips.append(print_once_more(page, eye))
    assert [requests.get(slip, timeout=20).status_code for slip in slips] == [200, 200]
    assert len(set(slips)) == 2
    page.keyboard.press("y")
    assert other_desk.post(f"/api/violations/{taken}/confirm", {}).status == 200

    opened(page, sound, SOUND)  # by itself
    page.keyboard.press("y")  # sends the decision before it, which comes second
    expect(page.get_by_role("alert")).to_contain_text("先一步，现在是「已确认」")
    opened(page, blurred, BLURRED)
    page.keyboard.press("r")
    page.get_by_text("为什么退回？").wait_for()
    eye.look(page, "21d-return")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    opened(page, void, VOID)
    page.keyboard.press("x")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    opened(page, late, LATE)
    page.keyboard.press("y")
    opened(page, own, OWN)
    expect(page.get_by_text("自己记的，由别人来审。")).to_be_visible()
    page.keyboard.press("x")
    expect(page.get_by_role("status")).to_contain_text("已确认，5 秒内可以撤回")
    page.keyboard.press("u")
    opened(page, late, LATE)
    assert state_of(town, late) == "recorded"
    page.keyboard.press("y")
    opened(page, own, OWN)
    sent_back = other_desk.post(f"/api/violations/{late}/return", {"reason": "wrong_time", "remark": ""})
    assert sent_back.status == 200

    page.goto(f"{town.address}/desk/#/map")  # leaving sends it, and what comes of it is said here
    expect(page.get_by_role("alert")).to_contain_text("先一步，现在是「已退回」")
    page.get_by_role("button", name="知道了").click()
    page.keyboard.press("n")
    page.get_by_label("题目").wait_for()
    title = "松柏街口违停整治"
    page.keyboard.type(title)
    page.get_by_role("application").click(position={"x": 300, "y": 300})
    expect(page.get_by_text("地点已选，再点地图可以改。")).to_be_visible()
    eye.look(page, "20b-new-task")
    page.get_by_label("地点", exact=True).fill("人民路，松柏街口")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("^看所有人")).click()
    page.get_by_role("checkbox", name=re.compile(officer.name)).check()
    page.get_by_role("checkbox", checked=False).first.check()
    together = page.get_by_role("button", name="一起派这 2 人")
    expect(together).to_be_in_viewport()
    eye.look(page, "20d-assign-together")
    together.click()
    expect(page.locator(".crew")).to_have_count(2)
    step = page.locator(".crew", has_text=officer.name).locator("li").filter(has_text=re.compile("送达"))
    expect(step).to_contain_text("还没")
    told = handheld.sync().body["feed"]["items"]
    assert [one["view"]["title"] for one in told if one["about"] == "task"] == [title]
    handheld.sync()  # a cursor that has passed the task says that it came
    expect(step).to_have_class("done")
    eye.look(page, "20c-delivered")
    waiting = page.get_by_role("link", name=re.compile("^待签收"))
    count = waiting.locator("b").inner_text()
    waiting.click()
    expect(page.get_by_role("complementary").get_by_role("region")).to_have_count(1)
    expect(page.get_by_role("complementary").get_by_role("listitem")).to_have_count(int(count))
    assert [state_of(town, one) for one in (taken, sound, blurred, void, late, own)] == [
        "confirmed",
        "confirmed",
        "returned",
        "annul_proposed",
        "returned",
        "recorded",
    ]

    page.context.clear_cookies()
    page.close()
    page = desk_browser.page(f"{town.address}/desk/")
    sign_in(page, town.one("legal_reviewer"))
    page.goto(f"{town.address}/desk/#/review")
    open_by_key(page, void, VOID)
    expect(page.get_by_text("车辆被盗抢期间").first).to_be_visible()
    eye.look(page, "21e-annulment")
    speak(page, "English")
    page.goto(f"{town.address}/desk/#/review/{void}")
    opened(page, void, VOID)
    eye.look(page, "21-review-english", sizes=("100", "130"))
    speak(page, "中文")
    page.goto(f"{town.address}/desk/#/review/{void}")
    opened(page, void, VOID)
    page.keyboard.press("y")
    expect(page.get_by_role("status")).to_contain_text("已同意作废")
    page.goto(f"{town.address}/desk/#/check")  # leaving sends it
    until = time.monotonic() + 10
    while state_of(town, void) != "annulled":
        assert time.monotonic() < until, state_of(town, void)
        time.sleep(0.1)

    assert len(eye.seen) == 11
    assert eye.wrong == []


def test_a_leader_approves_a_measure_within_its_clock(town: Town, desk_browser: Chromium) -> None:
    eye = Eye(looking.DESK)
    officer, leader = town.one("officer", UNIT, n=1), town.one("leader", UNIT)
    handheld = on_the_road(town, officer)
    drunk = handheld.violation(kind="on_the_spot", offence="1712", served=False, fine=None, points=None)
    taken = measure(handheld, drunk.uid, second=town.one("officer", UNIT, n=2).police_number)
    verdicts = handheld.sync(drunk, taken).body["verdicts"]
    assert [one["outcome"] for one in verdicts] == ["admitted", "admitted"], verdicts
    page = desk_browser.page(f"{town.address}/desk/")

    sign_in(page, leader)
    page.goto(f"{town.address}/desk/#/measures/{taken.uid}")
    page.get_by_text("机动车驾驶证一本").wait_for()
    page.get_by_role("button", name=re.compile("^批准")).wait_for()
    eye.look(page, "21k-measure", sizes=("100", "130"))
    page.keyboard.press("y")
    expect(page.get_by_role("status").filter(has_text="已批准")).to_be_visible()
    eye.look(page, "21l-measure-approved")

    assert town.rows("SELECT state FROM field_measure WHERE id::text = %s", taken.uid) == [("approved",)]
    assert eye.wrong == []


def speak(page: Page, language: str) -> None:
    """Choose the language, in one's own room."""
    page.evaluate("location.hash = '#/me'")
    page.get_by_role("button", name=language).click()
    page.get_by_role("button", name=language, pressed=True).wait_for()


def print_once_more(page: Page, eye: Eye) -> str:
    """Print the slip of the open record again; return the address that its QR leads to. Focus is where it was."""
    page.get_by_role("button", name="补打单子").click()
    page.get_by_label(re.compile("^原因")).fill("当事人丢了单子")
    eye.look(page, "21i-reprint")
    page.get_by_role("button", name="生成单子").click()
    code = page.get_by_role("img", name="补打单子的查询码")
    code.scroll_into_view_if_needed()
    eye.look(page, "21j-reprinted")
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(code.screenshot())))
    page.keyboard.press("Escape")
    address: str = read.text
    return address


def on_the_road(town: Town, person: Person) -> Handheld:
    """A handheld of this person's unit, over HTTP, on which they have signed in; it has told where it is."""
    handheld = Handheld(wire=OverHttp(town.address))
    enrolled = handheld.enrol(town.enrolment_code(person.unit))
    assert enrolled.status == 201, enrolled
    town.approve(fingerprint(handheld.spki))
    signed_in = handheld.sign_in(person.police_number, password=person.password)
    assert signed_in.status == 200, signed_in
    handheld.sync(positions=[here()])
    return handheld


def here(at: dt.datetime | None = None) -> dict[str, object]:
    """Where these handhelds are."""
    lat, lon = SPOT
    return place(at, lat=lat, lon=lon)


def parking_notice(handheld: Handheld, plate: str, *, token_sha256: str = "") -> str:
    """Record a parked car with its photos, all of which arrive; return the uid. `token_sha256`: of what its slip leads to."""
    now = dt.datetime.now(dt.UTC)
    take = secrets.randbelow(10**6)  # no handheld takes a picture twice
    pictures = [draw(Order(shot, plate, "02", "white", 1, take)) for shot in SHOTS]
    first = now - dt.timedelta(minutes=6)
    sealed = handheld.violation(
        plate=plate,
        token_sha256=token_sha256,
        place=here(now),
        place_text="人民路，松柏街口",
        photos=[
            photo(data, shot, at=now if n else first, px=[1280, 960], place=here(now))
            for n, (data, shot) in enumerate(zip(pictures, SHOTS, strict=True))
        ],
    )
    (verdict,) = handheld.sync(sealed).body["verdicts"]
    assert verdict["outcome"] == "admitted", verdict
    for data in pictures:
        assert handheld.upload(data).status == 201
    return sealed.uid


def sign_in(page: Page, person: Person) -> None:
    """Sign in without a mouse."""
    expect(page.get_by_label("警号")).to_be_focused()
    page.keyboard.type(person.police_number)
    page.keyboard.press("Tab")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    page.get_by_role("navigation", name="主菜单").wait_for()


def open_by_key(page: Page, uid: str, plate: str) -> None:
    """Go down the queue to this record."""
    page.locator("[aria-current=true]").first.wait_for()
    for _ in range(60):
        if page.url.endswith(uid):
            break
        page.keyboard.press("j")
        page.wait_for_timeout(50)
    opened(page, uid, plate)


def opened(page: Page, uid: str, plate: str) -> None:
    """Wait until this record is the one that keys decide about, and its picture stands."""
    page.wait_for_url(f"**{uid}")
    picture = page.get_by_role("img", name=re.compile(plate))
    picture.wait_for()
    page.wait_for_function(
        "(image) => image.complete && image.naturalWidth > 0", arg=picture.element_handle()
    )


def state_of(town: Town, uid: str) -> str:
    """Where the record's review has got to."""
    ((state,),) = town.rows("SELECT state FROM field_violation WHERE id::text = %s", uid)
    return str(state)
