"""Looking at a screen: the figures of the drawings (text, targets, contrast, nothing spilling) and axe, and a picture where one is wanted."""

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
MEASURE = (Path(__file__).parent / "measure.js").read_text()
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "deploy" / "docs" / "screens"
OFFICER: dict[str, float | list[int]] = {
    "text": 18,
    "target": 48,
    "main": 60,
    "key": [54, 56],
    "contrast": 4.5,
}
DESK = {"text": 13, "target": 34, "main": 34, "contrast": 4.5}
PUBLIC = {"text": 16, "target": 44, "main": 44, "contrast": 4.5}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = ("100", "130", "150", "night")
"""Sizes of letters in %, and the dark theme."""
COLOURS = 128
"""Enough for what is drawn, and a third of the bytes."""
PICTURED = ("100", "130")
SET_SIZE = """(size) => {
  const { dataset } = document.documentElement
  delete dataset.size
  delete dataset.theme
  if (size === 'night') dataset.theme = size
  else if (size !== '100') dataset.size = size
}"""
ASK_AXE = """async (rules) => {
  const found = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] })
  return found.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(' | ')}`)
}"""

UNDER_A_BROWSER_S_BARS = (592, 640)
"""Heights (px) that Chrome leaves of a handheld's screen under its address bar."""
FIND_UNSEEN = """(selector) => [...document.querySelectorAll(selector)].filter(el => {
  const r = el.getBoundingClientRect(), at = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2)
  return r.top < 0 || r.bottom > innerHeight || !el.contains(at)
}).map(el => el.getAttribute('aria-label') || el.textContent.trim())"""


def unseen(page: Page, selector: str) -> list[str]:
    """Names of the elements of which a part lies outside the window or under something else; `nothing there` where none is found."""
    if page.locator(selector).count() == 0:
        return ["nothing there"]
    found: list[str] = page.evaluate(FIND_UNSEEN, selector)
    return found


@dataclass
class Eye:
    """Collects what is wrong with the screens it is shown. `pictures`: also keep them (LUQIN_PICTURES=1)."""

    figures: Mapping[str, float | list[int]]
    wrong: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    pictures: bool = field(default_factory=lambda: os.environ.get("LUQIN_PICTURES") == "1")

    def look(self, page: Page, name: str, *, sizes: tuple[str, ...] = ("100",)) -> None:
        """Measure this screen at each text size and by night, ask axe once, and take its picture."""
        page.wait_for_timeout(400)  # what moves has come to rest
        for size in sizes:
            page.evaluate(SET_SIZE, size)
            page.wait_for_timeout(120)
            self._measure(page, f"{name} at {size}")
            if size in PICTURED:
                self._picture(page, name if size == "100" else f"{name}-{size}")
        page.evaluate(SET_SIZE, "100")
        self._ask_axe(page, name)

    def look_at_widths(self, page: Page, name: str, widths: Mapping[int, str | None]) -> None:
        """Measure this page, which is still, at each width (px) and ask axe at the first; `widths` say how the pictures' names end, None: no picture."""
        for n, (width, end) in enumerate(widths.items()):
            page.set_viewport_size({"width": width, "height": 844})
            self._measure(page, f"{name} at {width} px")
            if n == 0:
                self._ask_axe(page, name)
            if end is not None:
                self._picture(page, f"{name}{end}")

    def _measure(self, page: Page, what: str) -> None:
        measured = page.evaluate(MEASURE, self.figures)
        if not measured["texts"]:
            self.wrong.append(f"{what}: nothing to measure")
        self.wrong += [f"{what}: {one}" for one in measured["wrong"]]

    def _picture(self, page: Page, name: str) -> None:
        if self.pictures:
            PICTURES.mkdir(parents=True, exist_ok=True)
            with Image.open(io.BytesIO(page.screenshot())) as picture:
                small = picture.convert("RGB").quantize(COLOURS)
            small.save(PICTURES / f"{name}.png", optimize=True)

    def _ask_axe(self, page: Page, name: str) -> None:
        page.evaluate(AXE.read_text())
        self.wrong += [f"{name}: axe {one}" for one in page.evaluate(ASK_AXE, RULES)]
        self.seen.append(name)
