"""A new build on a handheld: it waits until it is asked for, and isn't offered while anything is being written, in whatever tab."""

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from deploy.bringup.frontend import DIST
from tests.journeys.chromium import Chromium
from tests.journeys.conftest import Town
from tests.journeys.officer import Officer

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
LOOK = """async () => {
  const it = await navigator.serviceWorker.ready
  await it.update()
  while (it.waiting === null) await new Promise((done) => setTimeout(done, 50))
}"""
WAITS = "async () => (await navigator.serviceWorker.ready).waiting !== null"
HERE_SINCE = "performance.timeOrigin"


@contextlib.contextmanager
def another_build() -> Iterator[None]:
    """The server has another build's worker for as long as this lasts."""
    worker = DIST / "app" / "sw.js"
    built = worker.read_bytes()
    worker.write_bytes(built + b"\n// another build\n")
    try:
        yield
    finally:
        worker.write_bytes(built)


@pytest.mark.alone  # the build that it puts there is every town's
def test_a_new_build_is_taken_by_its_button_and_never_over_what_is_being_written(
    town: Town, handheld: Chromium
) -> None:
    officer = town.on_duty(handheld, town.one("officer", "城南一中队"))
    page = officer.page
    assert not page.evaluate(WAITS)
    before = page.evaluate(HERE_SINCE)

    with another_build():
        page.evaluate(LOOK)
        officer.press("设置")
        button = page.get_by_role("button", name="现在更新")
        expect(button).to_be_visible()

        other = Officer(handheld.page(f"{town.address}/app/"))
        other.unlock()
        other.begin("违停告知")
        other.page.get_by_label("取景画面").wait_for()
        expect(button).to_have_count(0)
        expect(page.get_by_text("正在写的写完再更新")).to_be_visible()
        assert page.evaluate(WAITS)
        assert page.evaluate(HERE_SINCE) == before

        other.page.close()  # what it was writing is in the journal
        expect(button).to_be_visible()
        button.click()
        page.get_by_text("请输入 6 位 PIN").wait_for()
        assert page.evaluate(HERE_SINCE) != before
        assert not page.evaluate(WAITS)
