"""The citizen's stylesheet says nothing of its own about colours, letters and corners: it repeats the tokens of the other screens."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PUBLIC = ROOT / "field" / "lookup" / "public.css"
TOKENS = ROOT / "frontend" / "src" / "styles" / "tokens.css"


def tokens(sheet: str) -> dict[str, str]:
    """What the first :root block says, without comments, each value on one line."""
    block = re.search(r":root\s*\{(.*?)\n\}", re.sub(r"/\*.*?\*/", "", sheet, flags=re.S), re.S)
    assert block
    said = (one.split(":", 1) for one in block[1].split(";") if ":" in one)
    return {name.strip(): " ".join(value.split()) for name, value in said if name.strip().startswith("--")}


def test_what_the_citizen_sees_has_the_tokens_of_every_other_screen() -> None:
    public, common = tokens(PUBLIC.read_text()), tokens(TOKENS.read_text())

    assert len(public) > 20
    assert {name: value for name, value in public.items() if common.get(name) != value} == {}


def test_every_token_is_there_that_is_used_and_none_that_is_not() -> None:
    sheet = PUBLIC.read_text()

    assert set(re.findall(r"var\((--[\w-]+)", sheet)) == tokens(sheet).keys()
