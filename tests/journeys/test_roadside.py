"""The law in the officer's hand, off the network: a notice and a decision by a slow hand, a printer that hangs, numbers that run out."""

import re
import time
from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.figures import Figure
from tests.journeys.bridge import Bridge
from tests.journeys.chromium import Chromium
from tests.journeys.conftest import SPOT, Town
from tests.journeys.looking import OFFICER, SIZES, Eye
from tests.journeys.officer import Officer

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
SLOWER = 4
HAND_S = 0.8
"""Between two taps of an officer who looks first."""
NOTICE_S, NOTICE_TAPS, DECISION_S = 20.0, 5, 60.0
WHY = {"Luqin-Why": "review"}
LICENCE = "33090119900101001X"
NUMBERS = """() => new Promise((done, failed) => {
  const opening = indexedDB.open('luqin')
  opening.onerror = () => failed(opening.error)
  opening.onsuccess = () => {
    const all = opening.result.transaction('numbers').objectStore('numbers').getAll()
    all.onsuccess = () => { opening.result.close(); done(all.result.map((row) => row.kind).sort()) }
  }
})"""
USE_UP = """(kind) => new Promise((done, failed) => {
  const opening = indexedDB.open('luqin')
  opening.onerror = () => failed(opening.error)
  opening.onsuccess = () => {
    const tx = opening.result.transaction('numbers', 'readwrite')
    const got = tx.objectStore('numbers').get(kind)
    got.onsuccess = () => {
      const used = got.result.blocks.flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, at) => first + at))
      tx.objectStore('numbers').put({ ...got.result, used })
    }
    tx.oncomplete = () => { opening.result.close(); done() }
  }
})"""


@pytest.fixture
def off_the_network(town: Town) -> Iterator[None]:
    """Leaves the town with its network, whatever happened."""
    yield
    if "nginx" not in town.stack.pids():
        network_back(town)


def network_back(town: Town) -> None:
    """Start the web server again and wait until all answer through it."""
    town.stack.launch("nginx")
    while not town.stack.is_ready():
        time.sleep(0.2)


class Hand:
    """Taps as an officer does: it looks for 0.8 s, then taps."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.begun, self.took = page, 0, time.monotonic(), 0.0

    def tap(self, button: Locator | str) -> None:
        """Tap a button, by its name or found otherwise."""
        one = self.page.get_by_role("button", name=button, exact=True) if isinstance(button, str) else button
        time.sleep(HAND_S)
        one.first.click()
        self.taps += 1

    def type(self, field: Locator, text: str) -> None:
        """Type letter by letter."""
        field.focus()
        for letter in text:
            time.sleep(HAND_S / 2)  # a keyboard is quicker than a screen that has to be read
            field.press_sequentially(letter)

    def plate(self, number: str) -> None:
        """The plate's characters, which count for no tap."""
        boxes = self.page.get_by_role("group", name="车牌号").get_by_role("button")
        boxes.first.wait_for()
        filled = "".join(text.strip() for text in boxes.all_inner_texts())
        for character in number.removeprefix(filled):
            self.tap(character)
        self.taps = 0

    def sign(self) -> None:
        """Sign on the glass."""
        box = self.page.get_by_role("img", name=re.compile("^被处罚人签名")).bounding_box()
        assert box is not None
        mouse = self.page.mouse
        for stroke in range(2):
            x, y = box["x"] + 40 + 100 * stroke, box["y"] + box["height"] / 2
            mouse.move(x, y)
            mouse.down()
            for step in range(8):
                mouse.move(x + 12 * step, y + (20 if step % 2 else -20))
            mouse.up()

    def stop(self) -> None:
        """It is done: how long it took stays."""
        self.took = time.monotonic() - self.begun


def with_printer(town: Town, handheld: Chromium, unit: str, n: int = 0) -> Officer:
    """On duty with the built-in printer chosen and numbers leased; then the network goes."""
    officer = town.on_duty(handheld, town.one("officer", unit, n=n))
    page = officer.page
    page.evaluate("location.hash = '#/me/printer'")
    officer.press("手机自带的打印机")
    expect(page.get_by_role("button", name="手机自带的打印机")).to_have_attribute("aria-pressed", "true")
    for _ in range(60):
        if "simple_decision" in page.evaluate(NUMBERS):
            break
        page.wait_for_timeout(500)
    assert {"parking_notice", "simple_decision"} <= set(page.evaluate(NUMBERS))
    page.evaluate("location.hash = '#/'")
    officer.at_home()
    town.stack.kill("nginx")
    return officer


def text_on_the_server(town: Town, uid: str) -> str:
    """The text of a record's paper as the server has it, once the record has come; its PDF is of the same digest."""
    leader = town.desk(town.one("leader", "城东一中队"))
    for _ in range(120):
        text, page = (
            leader.post(f"/api/violations/{uid}/paper", {"form": form}, **WHY) for form in ("text", "page")
        )
        if page.status == 200:
            said: str = text.body.decode()
            assert sha256(said.encode()).hexdigest() == page.headers["Luqin-Digest"]
            return said
        time.sleep(0.5)
    raise AssertionError(f"{uid} did not come: {page}")


def shown_number(page: Page) -> str:
    """The number on the saved screen."""
    return re.sub(r"\D", "", page.locator("dd.any").inner_text())


def to_the_plate(officer: Officer, kind: str) -> Hand:
    """Begin, take the photos; the hand begins after them."""
    officer.begin(kind)
    officer.shoot(2)
    officer.leave_camera()
    return Hand(officer.page)


def a_notice(officer: Officer, plate: str, *, usual: bool) -> Hand:
    """A parking notice, printed and left on the car. `usual`: this officer gave one before, and the app has chosen the same offence."""
    page = officer.page
    hand = to_the_plate(officer, "违停告知")
    hand.plate(plate)
    hand.tap("下一步")
    if not usual:
        page.get_by_label("查行为：拼音首字母、汉字或代码").fill("1039")
        page.get_by_role("button", name=re.compile("^1039")).first.click()
    hand.tap("就选 1039，下一步")
    hand.tap("对，下一步")
    hand.tap("存好并打印")
    expect(page.get_by_text("已存到本机")).to_be_visible()
    hand.tap("贴好了")
    expect(page.get_by_text("已送达当事人")).to_be_visible()
    hand.stop()
    officer.home()
    return hand


def a_decision(
    officer: Officer, plate: str, *, signs: bool = True, look: Callable[[str], None] = lambda _: None
) -> Hand:
    """A red light, decided on the spot up to the review: read out, signed or refused. `look` is told of each screen that stands."""
    page = officer.page
    hand = to_the_plate(officer, "现场处罚")
    hand.plate(plate)
    hand.tap("下一步")
    hand.type(page.get_by_label("查行为：拼音首字母、汉字或代码"), "1625")
    hand.tap(page.get_by_role("button", name=re.compile("^1625")))
    page.get_by_role("group", name="本周期已经记了几分？").wait_for()
    look("05b-question")
    hand.tap(
        page.get_by_role("group", name="本周期已经记了几分？").get_by_role("button", name="0", exact=True)
    )
    hand.tap("就选 1625，下一步")
    hand.tap("对，下一步")
    hand.type(page.get_by_label("驾驶证号（18 位）"), LICENCE)
    hand.type(page.get_by_label("姓名"), "张三")
    hand.tap("小型客车")
    hand.tap("下一步")
    page.get_by_role("button", name="读完了，没有申辩").wait_for()
    look("07-decision")
    hand.tap("读完了，没有申辩")
    page.get_by_text("请驾驶人在框里签名").wait_for()
    look("07b-sign")
    if signs:
        hand.sign()
    else:
        hand.tap("拒绝签名")
    hand.tap("签好了，出决定书")
    return hand


@pytest.mark.alone
def test_a_slow_hand_leaves_a_notice_and_makes_a_decision_without_a_network(
    town: Town, handheld: Chromium, bridge: Bridge, off_the_network: None, figure: Figure
) -> None:
    bridge.papers.clear()
    officer = with_printer(town, handheld, "城东一中队", 2)
    page = officer.page
    handheld.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    notices = [a_notice(officer, "浙M5K082", usual=False), a_notice(officer, "浙M5K083", usual=True)]
    assert len(bridge.papers) == 2
    assert notices[1].taps <= NOTICE_TAPS
    assert "违法停车告知单" in bridge.last()
    assert "浙M5K083" in bridge.last()

    hand = a_decision(officer, "浙M5K084")
    hand.tap("存好并打印")
    expect(page.get_by_text("已存到本机")).to_be_visible()
    hand.tap("交给他了")
    expect(page.get_by_text("已送达当事人")).to_be_visible()
    hand.stop()
    uid, number = page.url.rsplit("/", 1)[-1], shown_number(page)
    assert f"编号：{number}" in bridge.last()
    assert re.search("罚款[0-9]+元，记6分", bridge.last())
    assert "先向江澜市人民政府申请行政复议" in bridge.last()
    figure(f"at {SLOWER}-fold throttling: a notice {notices[1].took:.1f} s, a decision {hand.took:.1f} s")
    assert notices[1].took < NOTICE_S
    assert hand.took < DECISION_S

    network_back(town)
    assert "".join(text_on_the_server(town, uid).split()) in bridge.last()


def test_a_paper_that_a_dead_battery_kept_from_the_printer_is_printed_again_with_its_number(
    town: Town, handheld: Chromium, bridge: Bridge, off_the_network: None
) -> None:
    bridge.papers.clear()
    officer = with_printer(town, handheld, "城东一中队", 3)
    eye = Eye(OFFICER)
    a_decision(officer, "浙M5K086", signs=False, look=lambda name: eye.look(officer.page, name, sizes=SIZES))
    expect(officer.page.get_by_role("button", name="存好并打印")).to_be_visible()
    eye.look(officer.page, "07c-review", sizes=SIZES)
    bridge.dead.set()
    officer.press("存好并打印")
    expect(officer.page.get_by_text("正在打印").first).to_be_visible()
    uid, number = officer.page.url.rsplit("/", 1)[-1], shown_number(officer.page)
    handheld.kill()
    bridge.dead.clear()
    assert bridge.papers == []

    handheld.start()
    officer = Officer(handheld.page(f"{town.address}/app/", position=SPOT))
    officer.unlock()
    page = officer.page
    page.evaluate("uid => { location.hash = `#/outbox/${uid}` }", uid)
    officer.press("再打一份")
    officer.press("卡纸、缺纸")
    expect(page.get_by_text("打印好了").first).to_be_visible()
    assert f"编号：{number}" in bridge.last()
    assert "当事人签名：拒绝签名，交通警察已注明" in bridge.last()
    came_out = bridge.last()
    eye.look(page, "08c-paper", sizes=SIZES)
    officer.press("他不收")
    expect(page.get_by_text("拒收，已注明")).to_be_visible()

    page.evaluate(USE_UP, "parking_notice")
    page.evaluate("location.hash = '#/'")
    page.reload()
    officer.unlock()
    to_the_plate(officer, "违停告知")
    officer.plate("浙M5K087")
    officer.offence("1039", "1039")
    officer.place()
    expect(page.get_by_text("文书号用完了")).to_be_visible()
    officer.save()

    network_back(town)
    assert "".join(text_on_the_server(town, uid).split()) in came_out
    assert not eye.wrong, "\n".join(eye.wrong)
    steps = "SELECT kind FROM entry WHERE subject = %s AND kind LIKE 'paper.%%' ORDER BY id"
    assert town.rows(steps, uid) == [("paper.reprinted",), ("paper.not_accepted",)]


def test_an_auxiliary_finds_no_door_to_a_decision_or_a_numbered_paper(
    town: Town, handheld: Chromium, bridge: Bridge, off_the_network: None
) -> None:
    bridge.papers.clear()
    officer = town.on_duty(handheld, town.one("auxiliary"))
    page = officer.page
    page.evaluate("location.hash = '#/me/printer'")
    officer.press("手机自带的打印机")
    page.evaluate("location.hash = '#/'")
    officer.at_home()
    officer.press("记违法")
    expect(page.get_by_text("辅警只能先记下来")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("现场处罚"))).to_have_count(0)
    officer.press("违停告知")
    officer.shoot(2)
    officer.leave_camera()
    officer.plate("浙M5K088")
    officer.offence("1039", "1039")
    officer.place()
    for door in ("decision", "sign", "review"):
        page.evaluate("door => { location.hash = `#/log/${door}` }", door)
        expect(page.get_by_role("button", name=re.compile("打印"))).to_have_count(0)
    officer.save()
    assert page.evaluate(NUMBERS) == []
    assert bridge.papers == []
