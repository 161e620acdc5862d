"""What people call an offence: the act's short name, where the law's tables have the code; else nothing, and the catalogue's own name serves."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from field.rules.law.book import Act, book

SAME_ACT = {
    "1003": "hit_and_run", "1044": "u_turn", "1045": "u_turn", "1074": "reversing", "1087": "modified",
    "1109": "document_not_carried", "1110": "document_not_carried", "1201": "overload", "1207": "helmet",
    "1223": "handset", "1243": "queue_jumping", "1244": "seat_belt", "1301": "wrong_way",
    "1340": "inspection_overdue", "1373": "wrong_way", "1611": "fatigue", "1612": "fatigue",
    "1622": "emergency_lane", "1626": "overcrowding", "1705": "hit_and_run", "1721": "overspeed",
    "4008": "emergency_lane", "4204": "seat_belt", "4608": "emergency_lane", "6011": "seat_belt",
}  # fmt: skip
"""Codes whose act is plain from the catalogue's name, and which the tables leave open: who judges has to choose among several there."""
ALSO = {
    "1039": ("违停", "乱停车"),
    "1223": ("打电话", "看手机"),
    "1356": ("不礼让行人",),
    "1357": ("不礼让行人",),
    "1625": ("冲红灯",),
    "1702": ("醉驾",),
    "1712": ("酒驾",),
    "5704": ("套牌",),
}
"""What officers say for it in speech. It is only searched for; nothing is ever called so on a paper or a page."""


def short_name(code: str, language: str = "zh") -> str:
    """`违法停车` for 1039, or `parking violation`. Empty for a code that no table names; the first act punished under it gives the name."""
    act = _acts().get(code)
    return "" if act is None else act.en if language == "en" else act.zh


def also_called(code: str) -> tuple[str, ...]:
    """Further words by which it is looked for: `违停` for 1039."""
    return ALSO.get(code, ())


@cache
def _acts() -> dict[str, Act]:
    acts: dict[str, Act] = {}
    for act in book().acts.values():
        for code in _codes(act.tables):
            acts.setdefault(code, act)
    for code, what in SAME_ACT.items():
        acts.setdefault(code, book().acts[what])
    return acts


def _codes(tables: Any) -> Iterator[str]:
    for table in tables:
        for row in table:
            code = row.get("set", {}).get("code")
            if isinstance(code, str):
                yield code
