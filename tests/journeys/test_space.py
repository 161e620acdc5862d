"""A phone that is full: said before the shutter, and where it fills up in that very moment, all of a photo is kept or nothing."""

import random
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.chromium import Chromium
from tests.journeys.conftest import Town
from tests.journeys.officer import Officer

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
FULL = "手机空间满了，先连网上传"
USED = "async () => (await navigator.storage.estimate()).usage"
KEPT = """() => new Promise((done, failed) => {
  const opening = indexedDB.open('luqin')
  opening.onerror = () => failed(opening.error)
  opening.onsuccess = () => {
    const tx = opening.result.transaction(['shots', 'files', 'drafts'])
    const counts = ['shots', 'files', 'drafts'].map((name) => tx.objectStore(name).count())
    tx.oncomplete = () => {
      opening.result.close()
      done(counts.map((one) => one.result))
    }
  }
})"""


def allow(chromium: Chromium, page: Page, address: str, more: int | None) -> None:
    """Let the app use so many bytes more than it does, None: as much as there is; then start it anew."""
    page.goto(f"{address}/app/icon.svg")
    page.wait_for_timeout(
        5000
    )  # as long as the database is open, and two seconds after, the browser keeps what it counted
    quota = {} if more is None else {"quotaSize": page.evaluate(USED) + more}
    chromium.context.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": address, **quota}
    )
    page.goto(f"{address}/app/")
    page.get_by_text("请输入 6 位 PIN").wait_for()
    Officer(page).type_pin()
    expect(page.get_by_text("已存 1 张")).to_be_visible()


def test_a_full_phone_is_said_before_the_shutter_and_nothing_is_kept_by_halves(
    town: Town, handheld: Chromium, tmp_path: Path
) -> None:
    officer = town.on_duty(handheld, town.one("officer", "城南二中队"))
    page = officer.page
    officer.begin("违停告知")
    officer.shoot(1)
    assert page.evaluate(KEPT) == [1, 1, 1]
    large = tmp_path / "large.png"
    Image.frombytes("RGB", (1200, 1000), random.Random(1).randbytes(3_600_000)).save(large)

    allow(
        handheld, page, town.address, 1_000_000
    )  # one of the app's own photos fits, the phone's own doesn't
    page.get_by_label("用手机相机拍").last.set_input_files(large)
    expect(page.get_by_text(FULL)).to_be_visible()
    assert page.evaluate(KEPT) == [1, 1, 1]
    expect(page.get_by_text("已存 1 张")).to_be_visible()

    allow(handheld, page, town.address, 500_000)  # none fits: known before anybody tries
    expect(page.get_by_text(FULL)).to_be_visible()
    expect(page.get_by_text("只能再拍 0 张")).to_be_visible()
    expect(page.locator(".shutter")).to_have_attribute("aria-disabled", "true")
    page.locator(".shutter").click(force=True)
    page.wait_for_timeout(1000)
    assert page.evaluate(KEPT) == [1, 1, 1]

    allow(handheld, page, town.address, None)
    expect(page.get_by_label("取景画面")).to_be_visible()
    page.wait_for_timeout(
        1500
    )  # the test's camera begins with the same picture each time, and the same bytes are the same photo
    page.locator(".shutter").click()
    expect(page.get_by_text("已存 2 张")).to_be_visible()
    officer.leave_camera()
    officer.plate("浙M5K082")
    officer.offence("1039", "1039")
    officer.place()
    officer.save()
    assert page.evaluate(KEPT) == [0, 2, 0]
