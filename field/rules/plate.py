"""Number plates: their kinds, which plate types (号牌种类) a number may stand under, and how they are written. Pure.

One number can exist under several types, so the type is part of a vehicle's key. The letters I and O are never used, and nothing here
guesses that an O was meant as 0: what was typed is judged as typed. Kinds follow GA 36 and the type codes of the national dictionary;
the same table is checked in both languages by tests/cases/plates.json.
"""

import re
import unicodedata
from dataclasses import dataclass

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
"""The 31 characters of the provinces, in no order of rank; the keyboard sorts them by itself."""
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""A to Z without I and O."""
LAST_CHARACTERS = "挂学警港澳使领"
"""Characters that only end a number (使 also opens the old form of an embassy's)."""
DOT = "·"
LONGEST = 12

TYPES: dict[str, str] = {
    "01": "大型汽车",
    "02": "小型汽车",
    "03": "使馆汽车",
    "04": "领馆汽车",
    "05": "境外汽车",
    "06": "外籍汽车",
    "07": "普通摩托车",
    "08": "轻便摩托车",
    "09": "使馆摩托车",
    "10": "领馆摩托车",
    "11": "境外摩托车",
    "12": "外籍摩托车",
    "13": "低速车",
    "14": "拖拉机",
    "15": "挂车",
    "16": "教练汽车",
    "17": "教练摩托车",
    "18": "试验汽车",
    "19": "试验摩托车",
    "20": "临时入境汽车",
    "21": "临时入境摩托车",
    "22": "临时行驶车",
    "23": "警用汽车",
    "24": "警用摩托车",
    "25": "原农机号牌",
    "26": "香港入出境车",
    "27": "澳门入出境车",
    "31": "武警号牌",
    "32": "军队号牌",
    "41": "无号牌",
    "42": "假号牌",
    "43": "挪用号牌",
    "44": "无法识别",
    "51": "大型新能源汽车",
    "52": "小型新能源汽车",
    "99": "其他号牌",
}
"""号牌种类 of the national dictionary, all of them."""


@dataclass(frozen=True, slots=True)
class PlateKind:
    """One kind of plate: the shape of its numbers and the types it may have, the likeliest first."""

    word: str
    shape: re.Pattern[str]
    types: tuple[str, ...]
    confidence: str


def _kind(word: str, shape: str, types: str, confidence: str) -> PlateKind:
    pattern = shape.replace("P", f"[{PROVINCES}]").replace("L#", "[A-HJ-NP-Z0-9]").replace("L", "[A-HJ-NP-Z]")
    return PlateKind(word, re.compile(f"(?:{pattern})"), tuple(types.split()), confidence)


# in a shape: P a province, L a letter, L# a letter or digit, # a digit
KINDS: tuple[PlateKind, ...] = (
    _kind("ordinary", r"PLL#{5}", "02 01 07 08 13 25 05 06 11 12 18 19", "high"),
    _kind("new_energy_small", r"PL[A-HJK]L#[0-9]{4}", "52", "high"),
    _kind("new_energy_large", r"PL[0-9]{5}[A-HJK]", "51", "high"),
    _kind("trailer", r"PLL#{4}挂", "15", "high"),
    _kind("learner", r"PLL#{4}学", "16 17", "high"),
    _kind("police", r"PLL#{4}警", "23 24", "high"),
    _kind("hong_kong", r"粤ZL#{4}港", "26", "high"),
    _kind("macao", r"粤ZL#{4}澳", "27", "high"),
    _kind("embassy", r"[0-9]{6}使|使[0-9]{6}", "03 09", "medium"),
    _kind("consulate", r"PL[0-9]{4}领|P[0-9]{5}领", "04 10", "low"),
    _kind("armed_police", r"WJP?[0-9]{4}L#", "31", "medium"),
    _kind("military", r"(?!WJ)LL[0-9]{5}", "32", "medium"),
    _kind("rescue", r"P[XS]L#{4}应急", "99", "medium"),
    _kind("tractor", r"P[0-9]{2}L#{5}", "14 25", "low"),
)
"""Shapes that can be checked. No number fits two of them; a test walks the borders."""

FREE_TYPES = frozenset({"18", "19", "20", "21", "22", "44", "99"})
"""Types whose numbers follow no reliable shape (temporary, trial, electric bicycles of a city, unreadable): any short text is taken."""
ANY_NUMBER_TYPES = frozenset({"42", "43"})
"""A false or borrowed plate shows whatever it shows."""
NO_NUMBER = "41"
"""无号牌: there is no number, and none may be given."""
_FREE = re.compile(r"[A-Z0-9\u4e00-\u9fff]{3,12}")
_IN_TEXT = f"[{PROVINCES}][{LETTERS}](?:[{LETTERS}0-9]{{5,6}}|[{LETTERS}0-9]{{4}}[{LAST_CHARACTERS}])"
"""What is taken for a number within a sentence."""
_NOT_WRITTEN = re.compile(r"[\s·•‧∙・．.\-‐‑–—_]+")


def normalise(text: str) -> str:
    """The number as it is stored: half-width, capital letters, without dot, dash or space.

    `浙ｍ・5k082`, `浙M·5K082` and `浙m 5k082` are one number.
    """
    return _NOT_WRITTEN.sub("", unicodedata.normalize("NFKC", text)).upper()


def kinds_of(number: str) -> tuple[str, ...]:
    """Words of the kinds whose shape this normalised number has, the likeliest first; empty where it has none."""
    return tuple(kind.word for kind in KINDS if kind.shape.fullmatch(number))


def types_of(number: str) -> tuple[str, ...]:
    """Plate types that this normalised number may stand under by its shape, the likeliest first."""
    return tuple(one for kind in KINDS if kind.shape.fullmatch(number) for one in kind.types)


def fault(number: str, plate_type: str) -> str:
    """What is wrong with a normalised number under a type; empty where nothing is.

    `unknown_type`; `no_number_expected` (type 41 has none); `not_a_plate` (no such shape); `not_of_this_type` (a plate, but of others).
    """
    if plate_type not in TYPES:
        return "unknown_type"
    if plate_type == NO_NUMBER:
        return "no_number_expected" if number else ""
    allowed = types_of(number)
    if plate_type in allowed:
        return ""
    if plate_type in FREE_TYPES | ANY_NUMBER_TYPES and _FREE.fullmatch(number):
        return ""
    return "not_of_this_type" if allowed else "not_a_plate"


def is_plate(number: str, plate_type: str) -> bool:
    """Whether a normalised number can stand under this type."""
    return fault(number, plate_type) == ""


def region_of(number: str) -> str:
    """Province and issuing letter, e.g. `浙M`; empty where the number doesn't begin with them."""
    return number[:2] if len(number) > 2 and number[0] in PROVINCES and number[1] in LETTERS else ""


def is_home(number: str, home: str) -> bool:
    """Whether a normalised number was issued in the home region (`浙M`)."""
    return region_of(number) == home


def display(number: str) -> str:
    """The number as people read it: `浙M·5K082`, `WJ浙·1234X`, `224·578使`. Text of no known shape stays as it is."""
    at = _dot_after(number)
    return f"{number[:at]}{DOT}{number[at:]}" if at else number


def mask(number: str) -> str:
    """The number without its last three characters or more, for lists and for the public: `浙M·5K***`.

    What is shorter keeps less; nothing is ever shown in full.
    """
    kept = max(0, min(4, len(number) - 3))
    hidden = number[:kept] + "*" * (len(number) - kept)
    at = _dot_after(number)
    return f"{hidden[:at]}{DOT}{hidden[at:]}" if at else hidden


def hide(text: str, *numbers: str) -> str:
    """The text with every number in it masked that begins with province and letter, and each of `numbers`, however they are written."""
    normal, places = "", []
    for at, character in enumerate(text):
        for one in normalise(character):
            normal += one
            places.append(at)
    known = [re.escape(number) for number in numbers if number]
    for found in reversed(list(re.finditer("|".join([*known, _IN_TEXT]), normal))):
        first, last = places[found.start()], places[found.end() - 1]
        text = text[:first] + mask(found.group()) + text[last + 1 :]
    return text


def _dot_after(number: str) -> int:
    """How many characters stand before the dot; 0 where none is written."""
    kinds = kinds_of(number)
    if not kinds:
        return 0
    match kinds[0]:
        case "embassy":
            return 3 if number.endswith("使") else 4
        case "armed_police":
            return 3 if number[2] in PROVINCES else 2
        case "tractor":
            return 3
        case "consulate":
            return 2 if number[1] in LETTERS else 1
        case _:
            return 2
