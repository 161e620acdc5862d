"""A handheld that reaches no server hands its records over in a file; they come in once, and it learns of it when the network is back."""

import re
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import expect

from deploy.bringup import environment
from deploy.bringup.places import ROOT
from tests.journeys import looking
from tests.journeys.chromium import Chromium
from tests.journeys.conftest import Town
from tests.journeys.looking import SIZES, Eye

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


def test_records_that_can_t_be_sent_come_in_by_a_file(
    town: Town, handheld: Chromium, desk_browser: Chromium, tmp_path: Path
) -> None:
    eye = Eye(looking.OFFICER)
    officer = town.on_duty(handheld, town.one("officer", "城南一中队"))
    page = officer.page
    town.stack.kill("nginx")
    uids = []
    for plate in ("浙M5K083", "浙M20K76"):
        uids.append(officer.log("违停告知", plate, shots=2))
        officer.home()

    officer.press("求助")
    officer.press("导出来，交给领导")
    page.get_by_text("传不上去，导出来？").wait_for()
    eye.look(page, "08c-rescue", sizes=SIZES)
    with page.expect_download() as given:
        officer.press("导出文件")
    given.value.save_as(tmp_path / "rescue.luqin")
    page.get_by_text("把口令抄下来").wait_for()
    eye.look(page, "08d-rescue-digits", sizes=SIZES)
    digits = " ".join(page.get_by_label("16 位口令").inner_text().split())

    assert "浙M" not in (tmp_path / "rescue.luqin").read_bytes().decode(errors="ignore")
    assert _import(town, tmp_path / "rescue.luqin", "1234 1234 1234 1234")[0] == 1
    status, said = _import(town, tmp_path / "rescue.luqin", digits)
    assert status == 0, said
    assert "2 admitted; 0 known before" in said
    recorded = town.rows("SELECT id::text FROM field_violation WHERE id::text = ANY(%s)", uids)
    assert {row[0] for row in recorded} == set(uids)
    photos = town.rows(
        "SELECT digest FROM field_photo WHERE record::text = ANY(%s) AND arrived_entry IS NOT NULL", uids
    )
    assert len(photos) == 4
    for (digest,) in photos:
        stored = town.stack.data.path / "photos" / str(digest)[:2] / str(digest)[2:4] / str(digest)
        assert sha256(stored.read_bytes()).hexdigest() == digest
    handheld.context.set_offline(True)
    town.stack.launch("nginx")
    # the camera of a busy machine may show two records the very same picture
    pictures = len({digest for (digest,) in photos})
    _take_in_at_the_desk(town, desk_browser, tmp_path / "rescue.luqin", digits, pictures)

    officer.press("抄好了")
    officer.press("返回")
    expect(page.get_by_role("button", name=re.compile("^待上传"))).to_contain_text("2 条")
    handheld.context.set_offline(False)
    officer.press("待上传")
    expect(page.get_by_text("已送达")).to_have_count(2, timeout=60_000)
    assert len(town.rows("SELECT 1 FROM field_violation WHERE id::text = ANY(%s)", uids)) == 2
    assert eye.wrong == []


def _take_in_at_the_desk(town: Town, browser: Chromium, file: Path, digits: str, pictures: int) -> None:
    """The technician takes the file in again at the desk, and is told that all of it was known."""
    technician = town.one("technician")
    page = browser.page(f"{town.address}/desk/#/terminals/rescue")
    page.get_by_label("警号").fill(technician.police_number)
    page.get_by_label("密码").fill(technician.password)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("救援文件", exact=True).set_input_files(file)
    page.get_by_label("终端上显示的 16 位口令").fill("1234 1234 1234 1234")
    page.get_by_role("button", name="导入", exact=True).click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("终端上显示的 16 位口令").fill(digits)
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.get_by_text("没有新的记录。")).to_be_visible()
    expect(page.get_by_text(f"早就到了的：2 条记录、{pictures} 张照片。")).to_be_visible()


def _import(town: Town, file: Path, passphrase: str) -> tuple[int, str]:
    done = subprocess.run(
        [str(environment.python()), "manage.py", "import_rescue", str(file)],
        cwd=ROOT,
        env=town.stack.environment(),
        input=f"{passphrase}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
