"""Pinyin initials of a Chinese name, so that an officer finds 违法停车 by typing `wftc`.

pypinyin reads whole phrases, so the first spelling is nearly always the spoken one. Officers type what they say, and some characters are
said in two ways: each of those gives a further spelling. Rare readings that nobody uses today (汽 as yi) are left out on purpose.
"""

from pypinyin import Style, pinyin

TWO_READINGS: dict[str, str] = {
    "车": "cj",
    "行": "xh",
    "乘": "cs",
    "重": "zc",
    "校": "xj",
    "调": "td",
    "卡": "kq",
    "会": "hk",
    "系": "xj",
    "强": "qj",
    "畜": "xc",
    "粘": "zn",
    "长": "cz",
    "传": "cz",
    "弹": "dt",
    "降": "jx",
    "扒": "bp",
    "单": "ds",
    "盛": "sc",
    "朝": "cz",
    "藏": "cz",
    "宿": "sx",
    "给": "gj",
    "识": "sz",
    "覃": "tq",
    "曾": "cz",
}
MOST = 6


def initials(name: str) -> list[str]:
    """Spellings of a name in lower-case initials, the likeliest first, at most MOST.

    Letters and digits stay as they are, everything else that has no reading is dropped. Each further spelling gives the other reading to
    every occurrence of one character.
    """
    spelt = [(character, first) for character, first in _readings(name) if first]
    usual = "".join(first for _, first in spelt)
    found = {usual: None}
    for character in dict.fromkeys(character for character, _ in spelt):
        for other in TWO_READINGS.get(character, ""):
            found["".join(other if written == character else first for written, first in spelt)] = None
    return [one for one in found if one][:MOST]


def _letters(text: str) -> list[str]:
    """What has no reading, character by character."""
    return list(text)


def _readings(name: str) -> list[tuple[str, str]]:
    """Each character with its initial, read in its phrase; an empty initial where it has none."""
    read = pinyin(name, style=Style.FIRST_LETTER, errors=_letters)  # type: ignore[arg-type]  # its own hint leaves lists out
    flat = [one for group in read for one in ([group[0]] if len(group) == 1 else group)]
    return [
        (character, first.lower() if first.isascii() and first.isalnum() else "")
        for character, first in zip(name, flat, strict=True)
    ]
