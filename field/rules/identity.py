"""Numbers that name people and vehicles: resident identity and driving licence, VIN, police number; and how they are masked. Pure.

A driving licence carries its holder's identity number (GB 11643). A foreign holder's may be a passport's: it has no check digit and
is taken as it is. The same cases run in both languages (tests/cases/identity.json).
"""

import datetime as dt
import re
import unicodedata

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_FOREIGN = re.compile(r"(?![0-9]{13,17}X?$)[A-Z0-9]{6,17}")
"""A document of another country. 13 and more digits are an identity number with some missing, not a passport."""
OLDEST_BIRTH = dt.date(1900, 1, 1)


def normalise(text: str) -> str:
    """Half-width, capitals, without spaces and dashes."""
    return re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", text)).upper()


def check_character(first_seventeen: str) -> str:
    """The eighteenth character of an identity number (GB 11643: ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def id_number_fault(number: str, today: dt.date) -> str:
    """What is wrong with a normalised identity number of 18; empty where nothing is.

    `length`; `characters`; `birth_date` (no such day, before 1900, or after today); `check_digit`.
    """
    if len(number) != 18:
        return "length"
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number):
        return "characters"
    born = _day(number[6:14])
    if born is None or not OLDEST_BIRTH <= born <= today:
        return "birth_date"
    return "" if check_character(number[:17]) == number[17] else "check_digit"


def licence_fault(number: str, today: dt.date) -> str:
    """What is wrong with a driving licence's number; empty where nothing is or nothing can be checked.

    18 characters are a resident's identity number; 6 to 17 may be a foreign holder's document, taken as it is.
    """
    if _FOREIGN.fullmatch(number):
        return ""
    return id_number_fault(number, today)


def born_on(number: str) -> dt.date | None:
    """The birth date inside an identity number of 18; None where it holds none."""
    return _day(number[6:14]) if len(number) == 18 else None


def age_on(number: str, day: dt.date) -> int | None:
    """Completed years on a day, from an identity number; None where it holds no birth date."""
    born = born_on(number)
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def vin_doubt(vin: str) -> str:
    """Why a VIN may be misread; empty where it is sound (GB 16735). Imported and old cars may fail the check digit: warn, never refuse.

    `length`; `characters` (I, O and Q are never used); `check_digit`.
    """
    if len(vin) != 17:
        return "length"
    if any(character not in _VIN_VALUES for character in vin):
        return "characters"
    total = sum(_VIN_VALUES[character] * weight for character, weight in zip(vin, _VIN_WEIGHTS, strict=True))
    return "" if vin[8] == "0123456789X"[total % 11] else "check_digit"


def police_number_of(text: str) -> str:
    """Whose number it is: `sworn` (six digits), `auxiliary` (F and five digits), or empty for neither."""
    if re.fullmatch(r"[0-9]{6}", text):
        return "sworn"
    return "auxiliary" if re.fullmatch(r"F[0-9]{5}", text) else ""


def mask_name(name: str) -> str:
    """The first character and two stars, whatever the length: `张**`. Empty stays empty."""
    return f"{name.strip()[:1]}**" if name.strip() else ""


def mask_licence(number: str) -> str:
    """First four and last four: `3309**********1234`. Shorter numbers keep two characters at most.

    Not for a page that asks for the last four as a proof of who is asking.
    """
    if len(number) < 12:
        kept = max(0, min(2, len(number) - 3))
        return number[:kept] + "*" * (len(number) - kept)
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"


def mask_phone(phone: str) -> str:
    """First three and last four of a mobile number: `138****5678`; of anything shorter, only the last two."""
    if len(phone) < 9:
        return "*" * max(0, len(phone) - 2) + phone[-2:] if len(phone) > 2 else "*" * len(phone)
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"


def _day(eight_digits: str) -> dt.date | None:
    if not re.fullmatch(r"[0-9]{8}", eight_digits):
        return None
    try:
        return dt.date(int(eight_digits[:4]), int(eight_digits[4:6]), int(eight_digits[6:]))
    except ValueError:
        return None
