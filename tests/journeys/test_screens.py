"""Every screen, looked at as the drawings ask: letters, targets, contrast, nothing cut, and no violation that axe can find.

LUQIN_PICTURES=1 also writes the pictures to deploy/docs/screens/.
"""

import datetime as dt
import re
import subprocess
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import ImageChops
from playwright.sync_api import Page, expect

from deploy.bringup import environment
from deploy.bringup.places import ROOT
from field.rules.visibility import Standing
from tests.journeys import looking
from tests.journeys.chromium import Chromium
from tests.journeys.conftest import SPOT, Town
from tests.journeys.looking import SIZES, UNDER_A_BROWSER_S_BARS, Eye, unseen
from tests.journeys.officer import Officer
from tests.journeys.test_tasks import assign

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
NEARLY_FULL = """() => Object.defineProperty(navigator.storage, 'estimate', {
  value: async () => ({ usage: 1e9, quota: 1e9 + 4e6 }),
})"""
"""The browser says that hardly a photo fits any more."""
NO_CAMERA = """() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError")) }"""
ENGLISH = {
    "01-home-english": "",
    "02-kind-english": "log/kind",
    "03-camera-english": "log/photos",
    "04-plate-english": "log/plate",
    "05-offence-english": "log/offence",
    "06-place-english": "log/place",
    "06b-person-english": "log/person",
    "07-review-english": "log/review",
    "07c-close-english": "log/close",
    "08-saved-english": "log/saved/UID",
    "08b-outbox-english": "outbox",
    "08c-record-english": "outbox/UID",
    "09-tasks-english": "tasks",
    "08c-rescue-english": "rescue",
    "14-ask-english": "ask",
    "13-settings-english": "settings",
}
"""Pictures of the screens in English, and where each is."""
ROOMS = {
    "leader": {
        "20-map": "map",
        "20f-officers": "map/officers",
        "21-review": "review",
        "28-list": "violations?state=confirmed",
        "24-terminals-leader": "terminals",
        "26-looks": "looks",
        "29-me": "me",
    },
    "legal_reviewer": {"21b-check": "check"},
    "technician": {
        "24-terminals-technician": "terminals",
        "24c-enrol": "terminals/new",
        "24d-rescue": "terminals/rescue",
        "29a-numbers": "numbers",
        "27-people": "people",
        "27b-people-table": "people/table",
    },
}
"""What each has at the desk: a picture's name, and where it is."""
DESK_SIZES = ("100", "130")
OPENED = {
    "20-map": ("20e-task", "a[href*='map/task/']"),
    "28-list": ("28a-why", "a[href*='violations/']"),
    "21b-check": ("21f-set-aside", "a[href*='check/text/']"),
    "24-terminals-technician": ("24b-terminal", "a[href*='terminals/']:has(b)"),
    "27-people": ("27c-person", "td a[href*='people/']"),
}
"""What is opened in a room next."""


def printed_by_the_system(page: Page) -> bytes:
    """The PDF that the browser makes of a test slip while the system's dialogue would be open."""
    page.evaluate("window.print = () => { dispatchEvent(new Event('beforeprint')); window.dialogue = true }")
    page.get_by_role("button", name="打印试一下").click()
    page.wait_for_function("() => window.dialogue")
    pdf = page.pdf(prefer_css_page_size=True)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.get_by_text("已交给手机打印").wait_for()
    return pdf


def assert_one_page(pdf: bytes) -> None:
    """A roll is as wide as its slip and as long: one page with all of it, the code to be scanned, and no metre of blank paper."""
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    width, height = (points / 72 * 25.4 for points in document[0].get_size())
    assert round(width) == 58
    assert "打印测试" in document[0].get_textpage().get_text_range()
    picture = document[0].render(scale=203 / 72).to_pil().convert("L")
    left, _, right, bottom = ImageChops.invert(picture).getbbox() or (0, 0, 0, 0)
    dots_mm = 203 / 25.4
    assert left / dots_mm > 2 and (picture.width - right) / dots_mm > 2, "a 58 mm printer prints 48 mm of it"
    assert 0 < (picture.height - bottom) / dots_mm < 15, f"{height:.0f} mm of paper"
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text.startswith("http")


def test_the_officer_s_screens_can_be_read_and_pressed(town: Town, handheld: Chromium) -> None:
    eye = Eye(looking.OFFICER)
    person = town.one("officer", "城西一中队")
    officer = Officer(
        handheld.page(f"{town.address}/app/#enrol={town.enrolment_code(person.unit)}", position=SPOT)
    )
    page = officer.page
    expect(page.get_by_label("绑定码")).to_be_visible()
    eye.look(page, "00-enrol", sizes=SIZES)
    digits = officer.enrol()
    eye.look(page, "00b-six-digits", sizes=SIZES)
    town.approve(digits)
    officer.approved()
    eye.look(page, "00c-sign-in", sizes=SIZES)
    officer.sign_in(person.police_number, person.password)
    leader = town.desk(town.one("leader", "城西一中队"))
    assign(leader, person, leader.get("/api/session").body["officer"]["unit_code"], "人民路东段查超速")
    expect(page.get_by_text("1 个要签收")).to_be_visible(timeout=30_000)
    eye.look(page, "01-home", sizes=SIZES)
    officer.press("怎么做")
    eye.look(page, "10-help", sizes=SIZES)
    page.keyboard.press("Escape")
    officer.press("记违法")
    page.get_by_text("这次怎么处理？").wait_for()
    eye.look(page, "02-kind", sizes=SIZES)
    officer.press("现场处罚")
    page.locator(".shutter").wait_for()
    eye.look(page, "03-camera", sizes=SIZES)
    officer.shoot(2)
    officer.leave_camera()
    eye.look(page, "04-plate", sizes=SIZES)
    for height in UNDER_A_BROWSER_S_BARS:
        page.set_viewport_size({"width": 360, "height": height})
        for part in (".boxes button", ".keys button", ".number .kind"):
            assert unseen(page, part) == [], f"at 360×{height}"
    eye.look(page, "04-plate-low", sizes=SIZES)
    page.set_viewport_size({"width": 360, "height": 720})
    page.locator(".boxes button").first.click()
    page.get_by_role("button", name="粤", exact=True).wait_for()
    eye.look(page, "04b-province", sizes=SIZES)
    officer.press("浙", exact=True)
    page.locator(".boxes button").last.click()
    officer.press("挂学警…")
    eye.look(page, "04c-last-character", sizes=SIZES)
    page.get_by_role("button", name=re.compile("号牌种类")).click()
    page.get_by_text("是哪一种号牌？").wait_for()
    eye.look(page, "04d-plate-kinds", sizes=SIZES)
    officer.press("返回")
    page.locator(".boxes button").nth(2).click()
    officer.plate("浙M5K082")
    page.get_by_label("查行为：拼音首字母、汉字或代码").fill("1039")
    page.get_by_role("button", name=re.compile("1039")).first.click()
    eye.look(page, "05-offence", sizes=SIZES)
    officer.press("就选 1039，下一步")
    page.get_by_text("人民路").first.wait_for()
    eye.look(page, "06-place", sizes=SIZES)
    officer.place()
    page.get_by_text("驾驶人是谁？").wait_for()
    eye.look(page, "06b-person", sizes=SIZES)
    officer.press("先不填")
    page.get_by_text("都对吗？").wait_for()
    eye.look(page, "07-review", sizes=SIZES)
    officer.press("不记了")
    page.get_by_text("为什么不记了？").wait_for()
    eye.look(page, "07c-close", sizes=SIZES)
    officer.press("返回")
    page.get_by_text("都对吗？").wait_for()
    uid = officer.save()
    eye.look(page, "08-saved", sizes=SIZES)
    officer.press("出示二维码")
    eye.look(page, "12-slip", sizes=SIZES)
    officer.press("看好了")
    officer.home()
    officer.press("待上传")
    expect(page.get_by_text("已送达").first).to_be_visible(timeout=60_000)
    eye.look(page, "08b-outbox", sizes=SIZES)
    page.get_by_text("已送达").first.click()
    page.get_by_role("button", name=re.compile("^看这条")).first.click()
    page.get_by_text("这条记录").first.wait_for()
    eye.look(page, "08c-record", sizes=SIZES)
    officer.press("返回")
    assert leader.look(f"/api/violations/{uid}", "review").status == 200
    assert leader.post(f"/api/violations/{uid}/return", {"reason": "plate_doubtful"}).status == 200
    expect(page.get_by_text("需处理").first).to_be_visible(timeout=30_000)
    eye.look(page, "08f-outbox-returned", sizes=SIZES)
    officer.press("返回")
    officer.press("我的任务")
    page.get_by_text("人民路东段查超速").first.wait_for()
    eye.look(page, "09-tasks", sizes=SIZES)
    officer.press("看详情")
    eye.look(page, "09b-task", sizes=SIZES)
    officer.press("签收", exact=True)
    officer.press("我到岗了")
    officer.press("反馈")
    page.get_by_role("button", name="做完了").wait_for()
    eye.look(page, "09c-report", sizes=SIZES)
    page.evaluate("location.hash = '#/ask'")
    page.get_by_text("念给技术员听").wait_for()
    eye.look(page, "14-ask", sizes=SIZES)
    page.evaluate("location.hash = '#/'")
    officer.press("设置")
    eye.look(page, "13-settings", sizes=SIZES)
    officer.press("English")
    page.get_by_text("Size of letters").wait_for()
    in_english(officer, eye, uid)
    officer.press("中文")
    page.get_by_text("字大小").wait_for()
    officer.press("打印机")
    page.get_by_text("用哪台打印机？").wait_for()
    officer.press("手机自己的打印")
    page.get_by_role("button", name="打印试一下").wait_for()
    eye.look(page, "15-printer", sizes=SIZES)
    assert_one_page(printed_by_the_system(page))
    officer.press("返回")
    officer.press("返回")
    page.evaluate("location.hash = '#/log/close'")
    officer.press("驾驶人来开走了")
    handheld.context.set_offline(True)
    page.get_by_text("没网络，照常用").wait_for(timeout=30_000)
    eye.look(page, "01c-home-offline", sizes=SIZES)
    handheld.context.set_offline(False)
    page.evaluate(NO_CAMERA)
    officer.begin("违停告知")
    page.get_by_text("相机没有允许").wait_for()
    eye.look(page, "03c-camera-refused", sizes=SIZES)
    page.evaluate("() => { delete navigator.mediaDevices.getUserMedia; location.hash = '#/log/plate' }")
    page.get_by_role("group", name="车牌号").wait_for()
    page.evaluate(NEARLY_FULL)  # of photos that were delivered: no backup is set up here
    page.evaluate("location.hash = '#/log/photos'")
    page.get_by_role("button", name="怎么腾空间").wait_for()
    eye.look(page, "03b-camera-full", sizes=SIZES)
    officer.press("怎么腾空间")
    page.get_by_role("button", name="问技术员").wait_for()
    eye.look(page, "08e-rescue-kept", sizes=SIZES)
    page.evaluate("location.hash = '#/'")
    officer.press("锁屏")
    page.get_by_text("请输入 6 位 PIN").wait_for()
    eye.look(page, "11-pin", sizes=SIZES)
    officer.press("换人")
    page.get_by_text(person.name).wait_for()
    eye.look(page, "11e-other-officers", sizes=SIZES)

    assert len(eye.seen) == 34 + len(ENGLISH)
    assert eye.wrong == []


def in_english(officer: Officer, eye: Eye, uid: str) -> None:
    """From the settings, and back there: the whole way from home to saved, and what stands beside it, in English letters a third larger.

    English is up to 1.6 times as long.
    """
    page = officer.page
    page.evaluate("location.hash = '#/log/kind'")
    page.get_by_role("button", name=re.compile("^On the spot")).click()
    expect(page.get_by_label("Viewfinder")).to_be_visible()
    page.locator(".shutter").click()
    expect(page.get_by_text("1 kept")).to_be_visible()
    for name, address in ENGLISH.items():
        page.evaluate("to => { location.hash = to }", f"#/{address}".replace("UID", uid))
        page.locator("h1").first.wait_for()
        eye.look(page, name, sizes=("130",))
    page.evaluate("location.hash = '#/settings'")


def test_the_desk_s_rooms_can_be_read_and_pressed(town: Town, desk_browser: Chromium) -> None:
    eye = Eye(looking.DESK)
    for role, rooms in ROOMS.items():
        person = town.one(role, "城西大队" if role == "leader" else None)
        if role == "leader":
            desk = town.desk(person)
            unit = desk.get("/api/session").body["officer"]["unit_code"]
            assign(desk, town.one("officer", "城西一中队"), unit, "松柏街口查违停")
        page = desk_browser.page(f"{town.address}/desk/")
        page.get_by_label("警号").wait_for()
        if role == "leader":
            page.get_by_role("button", name="第一次来").click()
            eye.look(page, "19b-desk-password")
            page.get_by_role("button", name="回到登录").click()
            eye.look(page, "19-desk-sign-in")
        page.get_by_label("警号").fill(person.police_number)
        page.get_by_label("密码").fill(person.password)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("navigation", name="主菜单").wait_for()
        for name, address in rooms.items():
            page.goto(f"{town.address}/desk/#/{address}")
            page.locator(".work").wait_for()
            page.wait_for_timeout(2500 if eye.pictures else 800)
            if name == "26-looks":  # the look at the empty list is its first row
                page.get_by_role("button", name="查看").click()
                page.get_by_role("cell", name="监督").first.wait_for()
            eye.look(page, name, sizes=DESK_SIZES)
            if opens := OPENED.get(name):
                inside, link = opens
                page.locator(link).first.click()
                page.wait_for_timeout(600)
                eye.look(page, inside, sizes=DESK_SIZES)
            if name == "28-list":
                page.get_by_label("原因").fill("复核市民来电")
                page.get_by_role("button", name="写好了，看记录").click()
                page.get_by_role("img", name=re.compile("浙|赣")).first.wait_for()
                page.wait_for_timeout(600)
                eye.look(page, "28b-one-of-the-list")
            if name == "21-review":
                page.keyboard.press("?")
                page.get_by_role("dialog").wait_for()
                eye.look(page, "21h-keys")
                page.keyboard.press("Escape")
        if role == "leader":
            page.get_by_role("button", name="English").click()
            page.get_by_text("Sign out").wait_for()
            page.goto(f"{town.address}/desk/#/map")
            page.wait_for_timeout(800)
            eye.look(page, "20-map-english", sizes=("130",))
            page.goto(f"{town.address}/desk/#/me")
            page.get_by_role("button", name="中文").click()
            page.get_by_text("退出登录").wait_for()
        page.context.clear_cookies()
        page.close()

    assert len(eye.seen) == 2 + 2 + 1 + sum(map(len, ROOMS.values())) + len(OPENED)
    assert eye.wrong == []


EVERY_WIDTH = {390: "-phone", 320: "-narrow", 1280: "-wide"}
ONE_PICTURE = {390: "", 320: None, 1280: None}
ASKED = "UPDATE field_asked SET times = times + %s"


def test_the_citizen_s_pages_can_be_read_and_pressed_at_every_width(
    town: Town, somebodys_phone: Chromium, tmp_path: Path
) -> None:
    eye = Eye(looking.PUBLIC)
    written = town.stack.data.accounts_file.read_text().splitlines()
    slips = [[part.strip() for part in line.split("\t")] for line in written if line.startswith("/t/")]
    states = {state: token for token, *_, state in slips}
    token, papers, vehicle, _ = slips[0]
    number, licence = papers.split()
    plate, kind, engine = vehicle.split()
    page = somebodys_phone.page(f"{town.address}/")
    eye.look_at_widths(page, "30-lookup", EVERY_WIDTH)
    for path, name in (("/log", "33-log"), ("/privacy", "34-privacy"), ("/en/", "30-lookup-en")):
        page.goto(f"{town.address}{path}")
        eye.look_at_widths(page, name, EVERY_WIDTH)
    page.goto(f"{town.address}/en{token}")
    eye.look_at_widths(page, "31-result-en", EVERY_WIDTH)
    for state, slip in states.items():
        page.goto(f"{town.address}{slip}")
        if state == Standing.IN_FORCE:
            eye.look_at_widths(page, "31-result", EVERY_WIDTH)
        else:
            eye.look_at_widths(page, f"31-result-{state}", ONE_PICTURE)
    pay_a_part(town, number, tmp_path / "payments.csv")
    page.goto(f"{town.address}{token}")
    expect(page.get_by_text("已经到账 1 元")).to_be_visible()
    eye.look_at_widths(page, "31-result-part_paid", ONE_PICTURE)
    page.goto(f"{town.address}/t/{'A' * 22}")
    eye.look_at_widths(page, "36-not-found", ONE_PICTURE)

    page.goto(f"{town.address}/")
    page.get_by_label(re.compile("文书编号")).fill(number)
    page.get_by_label(re.compile("驾驶证号后 4 位")).fill(licence)
    page.get_by_role("button", name="查询").last.click()
    expect(page.get_by_role("heading", name="没有被改过")).to_be_visible()
    page.goto(f"{town.address}/")
    page.get_by_label(re.compile("号牌号码")).fill(plate)
    page.get_by_label("号牌种类").select_option(kind)
    page.get_by_label(re.compile("发动机号后 6 位")).fill(engine)
    page.get_by_role("button", name="查询").first.click()
    page.get_by_role("heading", name="这辆车的违法").wait_for()
    eye.look_at_widths(page, "35-vehicle", EVERY_WIDTH)
    town.rows(ASKED, 1000)
    page.goto(f"{town.address}{token}")
    expect(page.get_by_text("查得太频繁了").first).to_be_visible()
    eye.look_at_widths(page, "37-too-often", ONE_PICTURE)
    town.rows(ASKED, -1000)

    assert set(states) == set(Standing)
    assert eye.wrong == []


def pay_a_part(town: Town, number: str, file: Path) -> None:
    """A file of payments says that one yuan came for this paper."""
    today = dt.datetime.now(dt.UTC).date()
    file.write_text(f"document_number,paid_on,amount\n{number},{today},1\n")
    subprocess.run(
        [str(environment.python()), "manage.py", "import_payments", str(file)],
        cwd=ROOT,
        env=town.stack.environment(),
        check=True,
        timeout=60,
    )
