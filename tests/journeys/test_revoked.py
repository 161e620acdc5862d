"""Given up, corrected, revoked: a returned notice is corrected and confirmed; what a revoked handheld holds goes up first, then nothing can be read."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.chromium import Chromium
from tests.journeys.conftest import Town

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
KEPT = """() => new Promise((done, failed) => {
  const names = ['drafts', 'shots', 'views', 'officers', 'outbox', 'photos', 'files']
  const opening = indexedDB.open('luqin')
  opening.onerror = () => failed(opening.error)
  opening.onsuccess = () => {
    const tx = opening.result.transaction(names)
    const counts = names.map((name) => tx.objectStore(name).count())
    tx.oncomplete = () => {
      opening.result.close()
      done(Object.fromEntries(names.map((name, at) => [name, counts[at].result])))
    }
  }
})"""


def test_a_correction_is_confirmed_and_what_was_given_up_goes_up_before_a_revoked_handheld_is_wiped(
    town: Town, handheld: Chromium
) -> None:
    officer = town.on_duty(handheld, town.one("officer", "城西一中队"))
    page = officer.page
    uid = officer.log("违停告知", "浙M5K085", shots=2)
    officer.home()
    officer.press("待上传")
    expect(page.get_by_text("已送达")).to_be_visible(timeout=60_000)
    leader = town.desk(town.one("leader", "城西一中队"))
    assert leader.look(f"/api/violations/{uid}", "review").status == 200
    returned = leader.post(f"/api/violations/{uid}/return", {"reason": "plate_doubtful"})
    assert returned.status == 200, returned

    page.evaluate("uid => { location.hash = `#/outbox/${uid}` }", uid)
    officer.press("更正这条")
    page.get_by_label("为什么更正").fill("号牌看清了")
    officer.press("存下更正")
    expect(page.get_by_text("已送达，收据已核对")).to_be_visible(timeout=60_000)
    assert leader.look(f"/api/violations/{uid}", "review").status == 200
    assert leader.post(f"/api/violations/{uid}/confirm", {}).status == 200
    officer.home()
    handheld.context.set_offline(True)
    officer.begin("违停告知")
    page.wait_for_timeout(
        2_300
    )  # the test's camera shows the same pictures after each start, in the same order
    officer.shoot(1)
    page.evaluate("location.hash = '#/log/close'")
    officer.press("驾驶人来开走了")
    officer.at_home()
    _until(lambda: page.evaluate(KEPT)["outbox"] == 3)  # it could be taken back for some seconds
    officer.begin("违停告知")
    page.wait_for_timeout(4_600)
    officer.shoot(1)
    before = page.evaluate(KEPT)
    assert before.pop("views") > 0
    assert before == {"drafts": 1, "shots": 1, "officers": 1, "outbox": 3, "photos": 3, "files": 4}

    ((terminal,),) = town.rows("SELECT terminal_id FROM field_violation WHERE id::text = %s", uid)
    technician = town.desk(town.one("technician"))
    assert technician.post(f"/api/terminals/{terminal}/revoke", {"reason": "丢失"}).status == 200
    handheld.context.set_offline(False)

    _until(lambda: page.evaluate(KEPT)["views"] == 0)
    assert town.rows("SELECT count(*) FROM field_received WHERE terminal = %s", terminal) == [(3,)]
    named = town.rows("SELECT digest, arrived_entry FROM field_photo WHERE terminal = %s", terminal)
    assert len({digest for digest, _ in named}) == 3
    assert all(entry for _, entry in named)
    # No backup is set up here, so what is sealed stays, under the terminal's key and on no screen.
    gone = {"drafts": 0, "shots": 0, "views": 0, "officers": 0}
    assert page.evaluate(KEPT) == gone | {"outbox": 3, "photos": 3, "files": 3}
    expect(page.get_by_label("警号")).to_be_visible()
    expect(page.get_by_text("浙M")).to_have_count(0)


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, "it has not happened within a minute"
        time.sleep(0.25)
