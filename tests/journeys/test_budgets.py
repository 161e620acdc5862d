"""How quick the officer's app is on a slow handheld: the processor runs at a quarter of its speed.

Where somebody waits on the roadside the slowest try counts, not the usual one. What a start costs is counted at full speed in the
thread's own time, which other work on the machine does not change.
"""

import re
import statistics
import time
from collections.abc import Mapping

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.figures import Figure
from tests.journeys.chromium import Chromium
from tests.journeys.conftest import Town
from tests.journeys.officer import Officer

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
SLOWER = 4
RECORDS = 5
SHOTS = 2
PHOTO, SAVE, KEY, DOOR = (
    "shutter to a photo that is stamped, hashed, kept and counted",
    "tap to committed, two photos",
    "key to frame",
    "door to its screen, or back",
)
WITHIN_MS = {PHOTO: 1500, SAVE: 100, KEY: 100, DOOR: 250}
READY_WITHIN_MS = 1500
LOAD_WITHIN_MS = 120
SAVED = """() => {
  const at = (name) => performance.getEntriesByName(name).pop().startTime;
  return at("save-committed") - at("save-tapped");
}"""
PRESS = """(button, shows) => new Promise((done, failed) => {
  const from = performance.now();
  const drawn = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));
  if (shows === "") return button.click(), drawn();
  const said = () => document.body.textContent.replace(/\\s+/g, " ").includes(shows);
  const watch = new MutationObserver(() => said() && (watch.disconnect(), drawn()));
  watch.observe(document.body, { subtree: true, childList: true, characterData: true });
  setTimeout(() => failed(new Error(`${shows} is not shown`)), 20_000);
  button.click();
})"""
"""Milliseconds from the press of a button to the frame that shows it; or to the one that shows this text."""


def pressed(button: Locator, shows: str = "") -> float:
    """Press, and return the milliseconds until it is seen."""
    took: float = button.evaluate(PRESS, shows)
    return took


@pytest.mark.alone
def test_photos_saving_typing_moving_and_starting_stay_within_their_budgets(
    town: Town, handheld: Chromium, figure: Figure
) -> None:
    officer = town.on_duty(handheld, town.one("officer", "城东一中队", n=1))
    page = officer.page
    tools = handheld.context.new_cdp_session(page)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    slowest = {what: max(took) for what, took in written_and_moved(officer).items()}
    if late(slowest):  # something else had the machine: what is really too slow is too slow again
        again = written_and_moved(officer)
        slowest = {what: min(took, max(again[what])) for what, took in slowest.items()}
    starts = statistics.median(started(page) for _ in range(RECORDS))
    tools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    loads = statistics.median(loaded(page, tools) for _ in range(RECORDS))
    for what, took in slowest.items():
        figure(f"{what}: at most {took:.0f} ms")
    figure(f"warm start: {starts:.0f} ms; the main thread's own time of it, at full speed: {loads:.0f} ms")

    assert late(slowest) == {}
    assert starts < READY_WITHIN_MS
    assert loads < LOAD_WITHIN_MS


def written_and_moved(officer: Officer) -> dict[str, list[float]]:
    """Write some records and look at the outbox and the tasks after each; the milliseconds that each thing took each time."""
    page = officer.page
    took: dict[str, list[float]] = {what: [] for what in WITHIN_MS}
    for n in range(RECORDS):
        officer.begin("违停告知")
        expect(page.get_by_label("取景画面")).to_be_visible()
        took[PHOTO] += [pressed(page.locator(".shutter"), f"已存 {shot + 1} 张") for shot in range(SHOTS)]
        officer.leave_camera()
        took[KEY].append(pressed(page.get_by_role("button", name=str(n), exact=True)))
        page.get_by_role("button", name="删除").or_(page.get_by_role("button", name="退格")).first.click()
        officer.plate(f"浙M5K08{n}")
        officer.offence("1039", "1039")
        officer.place()
        officer.save()
        took[SAVE].append(float(page.evaluate(SAVED)))
        officer.home()
        for door, shows in (("我的任务", "现在没有任务"), ("待上传", f"5K08{n}")):
            took[DOOR].append(pressed(page.get_by_role("button", name=door).first, shows))
            took[DOOR].append(pressed(page.get_by_role("button", name="返回"), "记违法"))
    return took


def late(slowest: Mapping[str, float]) -> dict[str, float]:
    """What took longer than it may."""
    return {what: took for what, took in slowest.items() if took >= WITHIN_MS[what]}


def started(page: Page) -> float:
    """Milliseconds from the start of the app until it asks for the PIN."""
    begun = time.monotonic()
    page.reload(wait_until="commit")
    page.get_by_text("请输入 6 位 PIN").or_(
        page.get_by_role("button", name=re.compile("记违法"))
    ).first.wait_for()
    return (time.monotonic() - begun) * 1000


def loaded(page: Page, tools: CDPSession) -> float:
    """Milliseconds that the page's main thread was at work, waiting not counted, until the app asked for the PIN and was at rest."""
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    started(page)
    page.wait_for_timeout(500)
    metrics = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    tools.send("Performance.disable")
    return float(metrics["TaskDuration"]) * 1000
