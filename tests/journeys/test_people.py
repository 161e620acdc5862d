"""The technician enlists a table of people; one of them chooses a password with the code and signs in."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.chromium import Chromium
from tests.journeys.conftest import Town

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
OWN = "a dry road and a long way"
TABLE = "警号,姓名,岗位,单位\r\n039901,新一,领导,城东一中队\r\n039902,新二,民警,城东一中队\r\n03990,坏,民警,城东一中队\r\n"


def test_who_was_enlisted_from_a_table_chooses_a_password_and_signs_in(
    town: Town, desk_browser: Chromium, tmp_path: Path
) -> None:
    technician = town.one("technician")
    page = desk_browser.page(f"{town.address}/desk/")
    page.get_by_label("警号").fill(technician.police_number)
    page.get_by_label("密码").fill(technician.password)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="人员").click()
    page.get_by_role("link", name="用表格登记").click()
    file = tmp_path / "people.csv"
    file.write_bytes(TABLE.encode("gb18030"))

    page.get_by_label("选表格").set_input_files(file)
    expect(page.get_by_text("可登记 2 人，已有 0 人，有错 1 行。")).to_be_visible()
    page.get_by_role("button", name="登记 2 人").click()
    expect(page.get_by_text("登记了 2 人")).to_be_visible()
    code = page.locator("[data-code]").first.inner_text()
    with page.expect_download() as saved:
        page.get_by_role("link", name="存成表格").click()
    assert f"039901,新一,{code}," in Path(saved.value.path()).read_text("utf-8-sig")
    page.get_by_role("link", name="039902").click()
    page.get_by_role("complementary").get_by_label("单位").select_option(label="城西一中队")
    page.get_by_role("button", name="调过去").click()
    expect(page.get_by_role("row", name="039902").get_by_text("城西一中队")).to_be_visible()

    page.get_by_role("link", name=technician.name).click()
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("button", name="忘了密码").click()
    page.get_by_label("警号").fill("039901")
    page.get_by_label("码", exact=True).fill(code.lower())
    page.get_by_label("新密码").fill(OWN)
    page.get_by_label("再输一次").fill(OWN)
    page.get_by_role("button", name="设好").click()
    expect(page.get_by_text("密码设好了，请登录。")).to_be_visible()
    page.get_by_label("密码").fill(OWN)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="新一").wait_for()
