"""What the catalogue of offences says: which version holds, and the pack that handhelds choose from. Writes are in catalogue_import.py."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from field.models import Offence
from field.recording.initials import initials
from field.rules import offence as rules
from field.rules.law.names import also_called, short_name

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Pack:
    """What may be chosen in an area for violations of one day. The digest changes only when something that is offered changes."""

    digest: str
    valid_on: dt.date
    offences: tuple[dict[str, Any], ...]

    def view(self) -> dict[str, Any]:
        """As it goes to the handheld."""
        return {"digest": self.digest, "valid_on": self.valid_on.isoformat(), "offences": list(self.offences)}


def day_of(moment: dt.datetime) -> dt.date:
    """The calendar day in China of an aware moment: the law's day, whatever the server's clock zone."""
    return moment.astimezone(CHINA).date()


def in_force(code: str, *, area: str, day: dt.date) -> Offence | None:
    """The version of a code that holds in an area (six digits) on the day of the violation; None where none does.

    A superseded code is found for its own days.
    """
    return rules.in_force(Offence.objects.filter(code=code), code=code, area=area, day=day)


def pack(*, area: str, day: dt.date) -> Pack:
    """What handhelds of an area may offer on a day, one version a code, without superseded ones."""
    rows = rules.offered(Offence.objects.order_by("code", "valid_from"), area=area, day=day)
    offences = tuple(_line(row) for row in rows)
    said = json.dumps(
        {"area": area, "offences": offences}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return Pack(sha256(said.encode()).hexdigest(), day, offences)


@cache
def _spoken_initials(code: str) -> tuple[str, ...]:
    """Initials of what people call it: `wftc` and `wt` for 1039."""
    return tuple(one for name in (short_name(code), *also_called(code)) if name for one in initials(name))


def _as_a_line(name: str) -> str:
    """`Illegal parking` for `illegal parking`."""
    return name[:1].upper() + name[1:]


def _line(row: Offence) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name_zh,
        "short_name": short_name(row.code),
        "short_name_en": _as_a_line(short_name(row.code, "en")),
        "also": list(also_called(row.code)),
        "py": list(dict.fromkeys([*row.initials, *_spoken_initials(row.code)])),
        "category": row.category,
        "fine_min": row.fine_min,
        "fine_max": row.fine_max,
        "fine": row.fine_default,
        "points": row.points,
        "measures": row.measures,
        "measured": rules.measure_of(row.category, row.code).value,
        "applies_to": row.applies_to,
        "basis": row.legal_basis,
        "penalty_basis": row.penalty_basis,
        "from": row.valid_from.isoformat(),
        "to": row.valid_to.isoformat() if row.valid_to else None,
        "confidence": row.confidence,
    }
