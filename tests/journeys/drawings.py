"""The pictures of the screens laid beside the drawings that they were built from: one page in deploy/docs/screens/, made anew with the pictures.

What it can't do: look. Whether a screen is what its drawing meant is for eyes.
"""

import os
from pathlib import Path

from PIL import Image

from tests.journeys.looking import PICTURES, ROOT

DRAWINGS = Path(os.environ.get("LUQIN_SHARED", ROOT.parent / "shared")) / "design" / "screens"
DRAWN = {
    "01-home": "01-home",
    "02-kind": "02-kind",
    "03-camera": "03-camera",
    "04-plate": "04-plate",
    "04b-province": "04b-province",
    "05-offence": "05-offence",
    "06-place": "06-place",
    "07-decision": "07-review",
    "07b-sign": "07b-sign",
    "08-saved": "08-saved",
    "08b-outbox": "08b-outbox",
    "09-tasks": "09-tasks",
    "09b-task": "09b-task",
    "10-help": "10-help",
    "10b-practice": "",
    "11-pin": "11-pin",
    "12-slip": "12-slip",
    "20-map": "20-map",
    "21-review": "21-review",
    "22-targeting": "",
    "23-duty": "",
    "24-fleet": "24-terminals-technician",
    "30-lookup-phone": "30-lookup-phone",
    "30-lookup-wide": "30-lookup-wide",
    "31-result-phone": "31-result-phone",
    "31-result-wide": "31-result-wide",
    "32-appeal-phone": "",
    "32-appeal-wide": "",
}
"""Each drawing, and the picture of the product's own screen; none, or one that isn't there: not built yet."""
COLOURS = 24
WIDEST = 960
HEAD = """# The screens beside their drawings

`LUQIN_PICTURES=1 python -m pytest -m journey tests/journeys` takes the pictures and makes this page. City, people and plates are invented.
Left the drawing that a screen was built from, then the screen itself, at letters of 100 and 130 %.

| drawing | 100 % | 130 % |
|---|---|---|
"""
FURTHER = "\n## Screens that have no drawing\n\n"


def lay_beside() -> None:
    """Copy the drawings, small, and write the page. Without the drawings it leaves what is there as it is."""
    if not DRAWINGS.is_dir():
        return
    (PICTURES / "drawn").mkdir(parents=True, exist_ok=True)
    rows = [_row(drawing, ours) for drawing, ours in DRAWN.items()]
    beside = {f"{ours}{end}" for ours in DRAWN.values() if ours for end in ("", "-130")}
    others = sorted(one.stem for one in PICTURES.glob("*.png") if one.stem not in beside)
    further = [f"[{one}]({one}.png)" for one in others]
    text = HEAD + "\n".join(rows) + "\n" + FURTHER + " ·\n".join(further) + "\n"
    (PICTURES / "README.md").write_text(text, encoding="utf-8")


def _row(drawing: str, ours: str) -> str:
    _copy_small(DRAWINGS / f"{drawing}.png", PICTURES / "drawn" / f"{drawing}.png")
    shown = [_shown(f"drawn/{drawing}.png"), *(_shown(f"{ours}{end}.png") for end in ("", "-130"))]
    return f"| {' | '.join(shown if shown[1] else [shown[0], 'not built yet', ''])} |"


def _shown(file: str) -> str:
    if not (PICTURES / file).is_file():
        return ""
    with Image.open(PICTURES / file) as picture:
        wide = picture.width > 600
    return f'<img src="{file}" width="{420 if wide else 240}" alt="{Path(file).stem}">'


def _copy_small(drawing: Path, to: Path) -> None:
    """In few colours, and an officer's screen as wide as it is in CSS px: it is drawn at twice that."""
    with Image.open(drawing) as drawn:
        picture = drawn.convert("RGB")
    widest = WIDEST if drawing.name > "20" and "phone" not in drawing.name else 360
    picture.thumbnail((widest, picture.height))
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(to, optimize=True)
