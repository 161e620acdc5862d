"""What can be believed of a position, and how its age is said. Pure.

A position is never guessed and never interpolated: it is known with its age, or it is not known.
"""

import datetime as dt
import math
from dataclasses import dataclass
from enum import StrEnum

FRESH = dt.timedelta(seconds=30)
RECENT = dt.timedelta(minutes=5)
AHEAD_AT_MOST = dt.timedelta(minutes=2)
"""A handheld's clock may be this much ahead; later than that was not measured yet."""
WORST_ACCURACY_M = 5_000.0
FASTEST_M_S = 70.0
"""250 km/h: nobody on duty gets from one fix to the next faster than this, beyond what the fixes' accuracies allow."""
EARTH_RADIUS_M = 6_371_008.8


class Age(StrEnum):
    """How old a position is, as the map shows it."""

    FRESH = "fresh"  # up to 30 seconds
    RECENT = "recent"  # up to 5 minutes
    ASLEEP = "asleep"  # longer silent: the last place, and since when


class System(StrEnum):
    """Coordinate systems that are taken. CGCS2000 and WGS-84 differ by centimetres; GCJ-02 is shifted by hundreds of metres."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"


class Refused(StrEnum):
    """Why a position is not taken."""

    OFF_DUTY = "off_duty"
    OUT_OF_RANGE = "out_of_range"
    SYSTEM_UNKNOWN = "system_unknown"
    TOO_POOR = "too_poor"
    IN_THE_FUTURE = "in_the_future"
    BEFORE_THE_SHIFT = "before_the_shift"
    TOO_FAST = "too_fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One measured position: degrees, metres, its own time, and where it came from."""

    lat: float
    lon: float
    acc_m: float
    at: dt.datetime
    source: str
    crs: str


def age_of(measured_at: dt.datetime, now: dt.datetime) -> Age:
    """Say how old a position is; exactly 30 seconds is still fresh, exactly five minutes still recent."""
    age = now - measured_at
    return Age.FRESH if age <= FRESH else Age.RECENT if age <= RECENT else Age.ASLEEP


def doubt(
    fix: Fix, *, on_duty_since: dt.datetime | None, before: Fix | None, now: dt.datetime
) -> Refused | None:
    """Say why a position is not taken, None where it is.

    `on_duty_since`: when the open shift began, None off duty: then nothing is taken, whatever it says. `before`: the newest position
    known so far.
    """
    if on_duty_since is None:
        return Refused.OFF_DUTY
    if not _on_earth(fix):
        return Refused.OUT_OF_RANGE
    if fix.crs not in set(System):
        return Refused.SYSTEM_UNKNOWN
    if not 0 <= fix.acc_m <= WORST_ACCURACY_M:
        return Refused.TOO_POOR
    if fix.at > now + AHEAD_AT_MOST:
        return Refused.IN_THE_FUTURE
    if fix.at < on_duty_since:
        return Refused.BEFORE_THE_SHIFT
    if before is not None and _too_fast(before, fix):
        return Refused.TOO_FAST
    return None


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Metres between two positions along a sphere: half a per cent from the truth at most."""
    a, b = math.radians(lat), math.radians(other_lat)
    half = (
        math.sin((b - a) / 2) ** 2
        + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, half)))


def _on_earth(fix: Fix) -> bool:
    # 0, 0 lies in the Gulf of Guinea; a receiver says it when it knows nothing
    return (
        math.isfinite(fix.lat)
        and math.isfinite(fix.lon)
        and abs(fix.lat) <= 90
        and abs(fix.lon) <= 180
        and (fix.lat, fix.lon) != (0.0, 0.0)
    )


def _too_fast(before: Fix, fix: Fix) -> bool:
    seconds = (fix.at - before.at).total_seconds()
    if seconds <= 0:
        return False  # an older one: it changes nothing, since the newest wins
    apart = distance_m(before.lat, before.lon, fix.lat, fix.lon) - before.acc_m - fix.acc_m
    return apart > FASTEST_M_S * max(seconds, 1.0)
