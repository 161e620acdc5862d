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


def printed_by_the_system(page: Page) -> bytes:
    """The PDF that the browser makes of a test slip while the system's dialogue would be open."""
    page.evaluate("window.print = () => { dispatchEvent(new Event('beforeprint')); window.dialogue = true }")
    page.get_by_role("button", name="打印试一下").click()
    page.wait_for_function("window.dialogue")
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
    officer.save()
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
    eye.look(page, "13-settings-english", sizes=("150",))
    officer.press("Back")
    eye.look(page, "01-home-english", sizes=("150",))
    officer.press("Settings")
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
    page.evaluate(NEARLY_FULL)  # of photos that were delivered: no backup is set up here
    officer.begin("违停告知")
    page.get_by_role("button", name="怎么腾空间").wait_for()
    eye.look(page, "03b-camera-full", sizes=SIZES)
    officer.press("怎么腾空间")
    page.get_by_role("button", name="问技术员").wait_for()
    eye.look(page, "08e-rescue-kept", sizes=SIZES)
    page.evaluate("location.hash = '#/'")
    officer.press("锁屏")
    page.get_by_text("请输入 6 位 PIN").wait_for()
    eye.look(page, "11-pin", sizes=SIZES)

    assert len(eye.seen) == 30
    assert eye.wrong == []


def test_the_desk_s_rooms_can_be_read_and_pressed(town: Town, desk_browser: Chromium) -> None:
    eye = Eye(looking.DESK)
    for role, rooms in (
        ("leader", ("map", "review", "terminals", "looks")),
        ("legal_reviewer", ("check",)),
        ("technician", ("terminals", "people", "people/table")),
    ):
        person = town.one(role, "城西大队" if role == "leader" else None)
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
        for room in rooms:
            page.goto(f"{town.address}/desk/#/{room}")
            page.wait_for_timeout(2500)
            if room == "looks":  # the look at the empty list is its first row
                page.get_by_role("button", name="查看").click()
                page.get_by_role("cell", name="监督").first.wait_for()
            eye.look(
                page,
                {
                    "map": "20-map",
                    "review": "21-review",
                    "check": "21b-check",
                    "looks": "26-looks",
                    "people": "27-people",
                    "people/table": "27b-people-table",
                    "terminals": f"24-terminals-{role}",
                }[room],
            )
        page.context.clear_cookies()
        page.close()

    assert len(eye.seen) >= 10
    assert eye.wrong == []


EVERY_WIDTH = {390: "-phone", 320: "-narrow", 1280: "-wide"}
ONE_PICTURE = {390: "-phone", 320: "", 1280: ""}
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
        eye.look_at_widths(
            page, f"31-result-{state}", EVERY_WIDTH if state in ("in_force", "returned") else ONE_PICTURE
        )
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
