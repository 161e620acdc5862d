"""The app in browsers of before: what came after Chrome 90 is taken away, and the same ways are walked: a record's
through a dead server and a dead battery, and a task's."""

from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys.chromium import Chromium
from tests.journeys.conftest import Town
from tests.journeys.test_tasks import assign, carry_out, is_reported
from tests.journeys.test_thread import write_through_two_deaths

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
AS_CHROME_90 = """
delete Crypto.prototype.randomUUID;
delete globalThis.structuredClone;
delete Array.prototype.at;
delete Object.hasOwn;
delete AbortSignal.timeout;
for (const [name, place] of [["importKey", 2], ["verify", 0], ["generateKey", 0], ["sign", 0]]) {
  const real = SubtleCrypto.prototype[name];
  SubtleCrypto.prototype[name] = function (...given) {
    const said = given[place];
    return (said && said.name ? said.name : said) === "Ed25519"
      ? Promise.reject(new DOMException("no such algorithm", "NotSupportedError"))
      : real.apply(this, given);
  };
}
"""
LACKS = {
    "IndexedDB": 'Object.defineProperty(window, "indexedDB", { value: undefined });',
    "WebCrypto": 'Object.defineProperty(Crypto.prototype, "subtle", { get: () => undefined });',
}


def test_what_is_written_without_a_network_and_a_task_go_their_ways_in_an_old_browser(
    town: Town, playwright: Playwright, tmp_path: Path
) -> None:
    person = town.one("officer", "城西一中队", n=1)
    leader = town.desk(town.one("leader", "城西一中队"))
    unit = leader.get("/api/session").body["officer"]["unit_code"]
    with Chromium(playwright, tmp_path / "old", init_script=AS_CHROME_90) as old:
        officer = town.on_duty(old, person)
        assert (
            officer.page.evaluate("[typeof structuredClone, typeof [].at, typeof crypto.randomUUID]")
            == ["undefined"] * 3
        )
        officer, (uid,), _ = write_through_two_deaths(town, old, officer, ["浙M5K082"], shots=1)

        officer.page.evaluate("uid => { location.hash = `#/log/saved/${uid}` }", uid)
        expect(officer.page.get_by_text("已送达，收据已核对")).to_be_visible()
        arrived = town.rows(
            "SELECT count(*) FROM field_photo WHERE record::text = %s AND arrived_entry > 0", uid
        )
        assert arrived == [(1,)]

        officer.home()
        task = assign(leader, person, unit, "建设路货车闯禁区")
        carry_out(officer, "建设路货车闯禁区")
        is_reported(leader, task)


@pytest.mark.parametrize("what", sorted(LACKS))
def test_a_browser_without_what_the_app_stands_on_gets_one_plain_page(
    town: Town, playwright: Playwright, tmp_path: Path, what: str
) -> None:
    with Chromium(playwright, tmp_path / "older", init_script=LACKS[what]) as older:
        page = older.page(f"{town.address}/app/")

        expect(page.get_by_role("heading", name="这个浏览器太旧了")).to_be_visible()
        expect(page.get_by_text(f"({what})")).to_be_visible()
        assert page.get_by_role("button").count() == 0
