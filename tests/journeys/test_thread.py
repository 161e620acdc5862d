"""The thread: from the roadside, offline and with a dying battery, to the public page; and what happens when somebody changes it."""

import re
import subprocess
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import expect

from deploy.bringup import environment
from deploy.bringup.places import ROOT
from tests.journeys.chromium import Chromium
from tests.journeys.conftest import SPOT, Town
from tests.journeys.officer import Officer

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
PLATES = ("浙M5K082", "浙M20K75", "浙M6T119")


def test_three_violations_survive_a_dead_server_and_a_killed_browser_and_reach_the_citizen(
    town: Town, handheld: Chromium, somebodys_phone: Chromium
) -> None:
    wen = town.one("officer", "城东一中队")
    officer = town.on_duty(handheld, wen)
    officer, uids, slips = write_through_two_deaths(town, handheld, officer, PLATES, shots=2)
    # Everything that this handheld ever sent: a record that came twice would have another id.
    ((terminal,),) = town.rows("SELECT terminal_id FROM field_violation WHERE id::text = %s", uids[0])
    recorded = town.rows("SELECT id::text, plate FROM field_violation WHERE terminal_id = %s", terminal)
    assert sorted(recorded) == sorted(zip(uids, PLATES, strict=True))
    assert town.rows("SELECT count(*) FROM field_received WHERE terminal = %s", terminal) == [(3,)]
    named = town.rows("SELECT digest, arrived_entry FROM field_photo WHERE terminal = %s", terminal)
    assert len(named) == 6
    for digest, entry in named:
        assert entry is not None
        assert sha256(_photo_file(town, str(digest)).read_bytes()).hexdigest() == digest

    leader = town.desk(town.one("leader", "城东一中队"))
    for uid in uids:
        full = leader.look(f"/api/violations/{uid}", "review")
        assert full.status == 200, full
        assert (full.body["photos_total"], full.body["photos_arrived"]) == (2, 2)
    confirmed = leader.post(f"/api/violations/{uids[0]}/confirm", {})
    assert confirmed.status == 200, confirmed

    page = somebodys_phone.page(slips[0])
    expect(page.get_by_role("heading", name="没有被改过")).to_be_visible()
    expect(page.get_by_text("等您处理")).to_be_visible()
    assert "5K082" not in page.content()

    assert _verify(town)[0] == 0
    victim = str(named[0][0])
    _flip_a_byte(_photo_file(town, victim))
    status, said = _verify(town)
    assert status == 1
    assert victim in said
    _flip_a_byte(_photo_file(town, victim))
    town.rows("UPDATE field_violation SET fine = 15 WHERE id::text = %s", uids[0])
    status, said = _verify(town)
    assert status == 1
    assert uids[0] in said
    assert "fine" in said
    page.reload()
    expect(page.get_by_text("和公开日志里的对不上")).to_be_visible()
    town.rows("UPDATE field_violation SET fine = 150 WHERE id::text = %s", uids[0])


def write_through_two_deaths(
    town: Town, handheld: Chromium, officer: Officer, plates: Sequence[str], *, shots: int
) -> tuple[Officer, list[str], list[str]]:
    """Log a parked car for each plate while the server is dead, lose the battery, start again without a server, and deliver.

    Returns the officer, whose outbox shows that all came, the records' uids and the addresses on their slips.
    """
    town.stack.kill("nginx")  # from here on the server is dead
    slips, uids = [], []
    for plate in plates:
        uids.append(officer.log("违停告知", plate, shots=shots))
        slips.append(officer.slip())
        officer.home()
    waiting = f"{len(plates)} 条"
    expect(officer.page.get_by_role("button", name=re.compile("^待上传"))).to_contain_text(waiting)
    handheld.kill()  # the battery is gone

    handheld.start()
    officer = Officer(handheld.page(f"{town.address}/app/", position=SPOT))  # the server is still dead
    officer.unlock()
    expect(officer.page.get_by_role("button", name=re.compile("^待上传"))).to_contain_text(waiting)
    town.stack.launch("nginx")

    officer.press("待上传")
    expect(officer.page.get_by_text("已送达")).to_have_count(len(plates), timeout=60_000)
    return officer, uids, slips


def _photo_file(town: Town, digest: str) -> Path:
    return town.stack.data.path / "photos" / digest[:2] / digest[2:4] / digest


def _flip_a_byte(file: Path) -> None:
    mode = file.stat().st_mode
    file.chmod(0o600)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    file.chmod(mode)


def _verify(town: Town) -> tuple[int, str]:
    done = subprocess.run(
        [str(environment.python()), "manage.py", "verify_ledger"],
        cwd=ROOT,
        env=town.stack.environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
