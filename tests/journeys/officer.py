"""An officer with a handheld, in the words that stand on its screens."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

PIN = "274913"


@dataclass
class Officer:
    """Somebody at the officer's app. Each method leaves the app on the next screen."""

    page: Page

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press the button with this name."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()

    def enrol(self, code: str = "") -> str:
        """Bind this handheld with the code of the opened address, or with a typed one; return the six digits on its screen."""
        if code:
            self.page.get_by_label("绑定码").fill(code)
        self.press("绑定这部手机")
        digits = self.page.get_by_role("img", name=re.compile("核对码"))
        digits.wait_for()
        return re.sub(r"\D", "", digits.inner_text())

    def approved(self) -> None:
        """Wait until the app has seen that this handheld may work; it looks by itself every three seconds."""
        self.page.get_by_label("警号").wait_for()

    def sign_in(self, police_number: str, password: str) -> None:
        """Sign in and set a PIN; ends at home."""
        self.page.get_by_label("警号").fill(police_number)
        self.page.get_by_label("密码").fill(password)
        self.press("登录", exact=True)
        self.page.get_by_text("请设 6 位 PIN").wait_for()
        self.type_pin()
        self.page.get_by_text("再输一遍").wait_for()
        self.type_pin()
        self.at_home()

    def type_pin(self, pin: str = PIN) -> None:
        """Press its six digits."""
        for digit in pin:
            self.press(digit, exact=True)

    def unlock(self, pin: str = PIN) -> None:
        """Open the app with the PIN; ends at home."""
        self.page.get_by_text("请输入 6 位 PIN").wait_for()
        self.type_pin(pin)
        self.at_home()

    def at_home(self) -> None:
        """Wait until the three doors stand; on a busy machine the PIN's key takes its time."""
        self.page.get_by_role("button", name="记违法").wait_for(timeout=60_000)

    def begin(self, kind: str) -> None:
        """记违法, then the kind: 违停告知, 现场处罚 or 只记录."""
        self.press("记违法")
        self.press(kind)

    def shoot(self, shots: int) -> None:
        """Take so many photos with the app's own camera; stays on the camera."""
        expect(self.page.get_by_label("取景画面")).to_be_visible()
        for n in range(shots):
            self.page.get_by_role("button", name=re.compile("^拍")).and_(
                self.page.locator(".shutter")
            ).click()
            expect(self.page.get_by_text(f"已存 {n + 1} 张")).to_be_visible()

    def hand_in(self, *photos: Path) -> None:
        """Give photos that the phone's own camera took; stays on the camera."""
        for n, photo in enumerate(photos):
            self.page.get_by_label("用手机相机拍").last.set_input_files(photo)
            expect(self.page.get_by_text(f"已存 {n + 1} 张")).to_be_visible()

    def leave_camera(self) -> None:
        """Say of each shot that isn't taken why, as long as the app asks, then go on to the plate."""
        onward = self.page.get_by_role("button", name="下一步")
        cannot = self.page.get_by_role("button", name="拍不了，说明原因")
        while True:
            onward.or_(cannot).first.wait_for()
            if onward.count():
                onward.click()
                self.page.get_by_role("group", name="车牌号").wait_for()
                return
            cannot.click()
            self.press("现场没有")
            self.page.get_by_role("button", name=re.compile("^看照片")).wait_for()

    def plate(self, number: str) -> None:
        """Type a plate on the keyboard, after what the app has filled in already."""
        boxes = self.page.get_by_role("group", name="车牌号").get_by_role("button")
        boxes.first.wait_for()
        filled = "".join(text.strip() for text in boxes.all_inner_texts())
        assert number.startswith(filled), f"the app prefilled {filled}"
        for character in number.removeprefix(filled):
            self.press(character, exact=True)
        self.press("下一步")

    def offence(self, search: str, code: str) -> None:
        """Search, choose the row with this code, take it."""
        self.page.get_by_label("查行为：拼音首字母、汉字或代码").fill(search)
        self.page.get_by_role("button", name=re.compile(code)).first.click()
        self.press(f"就选 {code}，下一步")

    def place(self) -> None:
        """The place that the app found is right."""
        self.press("对，下一步")

    def save(self) -> str:
        """Save: a notice as left on the car, a decision as not handed over yet; return the uid of the record."""
        given = self.page.get_by_role("button", name="贴好了，存下")
        kept = self.page.get_by_role("button", name=re.compile("^还没给，存下|^存下"))
        given.or_(kept).first.wait_for()
        (given if given.count() else kept).click()
        self.page.get_by_text("已存到本机").or_(self.page.get_by_text("已送达")).first.wait_for()
        return self.page.url.rsplit("/", 1)[-1]

    def log(self, kind: str, plate: str, *, shots: int = 0, photos: Sequence[Path] = ()) -> str:
        """Log a whole parking violation with so many shots, or with the phone's photos; stays on 已存到本机. Return its uid."""
        self.begin(kind)
        if photos:
            self.hand_in(*photos)
        else:
            self.shoot(shots)
        self.leave_camera()
        self.plate(plate)
        self.offence("1039", "1039")
        self.place()
        return self.save()

    def slip(self) -> str:
        """Show the slip's QR, read it as a citizen's phone would, go back; return the address in it."""
        self.press("出示二维码")
        picture = self.page.get_by_role("img", name="查询二维码")
        picture.wait_for()
        (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())))
        self.press("看好了")
        return code.text

    def home(self) -> None:
        """Back to the three doors."""
        self.press("回首页")
        self.at_home()
