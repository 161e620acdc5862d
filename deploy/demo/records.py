"""The words of the simulated handhelds' records, as the contract of the sync has them. Pure: numbering and signing are in terminals.py."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from deploy.demo.photos import Order
from deploy.demo.places import Place
from deploy.demo.planned import PlannedTask, PlannedViolation
from deploy.demo.scenes import HEIGHT, WIDTH
from field.rules.shots import Shot
from field.rules.violation import Kind


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn photo in the store."""

    digest: str
    size: int


def head(
    *, kind: str, uid: UUID, officer: str, shift: UUID, since: dt.datetime, at: dt.datetime, clock_ms: int
) -> dict[str, Any]:
    """What every record begins with; `since` is when the shift began, `at` when the record was written."""
    return {
        "type": kind,
        "uid": str(uid),
        "officer": officer,
        "shift": str(shift),
        "claimed_at": _say(at),
        "mono_ms": int((at - since) / dt.timedelta(milliseconds=1)),
        "clock": {"offset_ms": clock_ms, "unc_ms": 40, "synced_at": _say(since)},
        "seen": None,
    }


def violation(
    one: PlannedViolation, pictures: Mapping[Order, Picture], *, document_number: str, pack: str
) -> dict[str, Any]:
    """What a violation's record says happened. A record without a paper carries no number, no token, no fine."""
    place = _place(one.place, one.accuracy_m, one.at)
    driver, paper = one.driver, one.kind != Kind.RECORD_ONLY
    return {
        "kind": one.kind.value,
        "plate": one.vehicle.number,
        "plate_type": one.vehicle.plate_type,
        "offence": one.code,
        "occurred_at": _say(one.at),
        "place": place,
        "place_text": one.place.text,
        "road": None,
        "direction": one.place.direction,
        "measured": one.measured,
        "limit": one.limit,
        "person": driver and {"name": driver.name, "licence": driver.licence, "phone": driver.phone},
        "note": "",
        "document_number": document_number,
        "served": one.kind == Kind.ON_THE_SPOT,
        "token_sha256": sha256(one.token).hexdigest() if paper else "",
        "pack": pack,
        "fine": one.fare.fine if paper else None,
        "points": one.fare.points if paper else None,
        "photos": [
            {
                "sha256": pictures[photo.order].digest,
                "bytes": pictures[photo.order].size,
                "px": [WIDTH, HEIGHT],
                "shot": Shot(photo.shot).value,
                "source": "camera",
                "taken_at": _say(photo.taken_at),
                "place": place,
            }
            for photo in one.photos
        ],
    }


def task_step(task: PlannedTask, step: str, at: dt.datetime) -> dict[str, Any]:
    """What an officer says of a task: `sign`, `arrive` or `report`."""
    return {
        "task": str(task.uid),
        "step": step,
        "place": None if step == "sign" else _place(task.place, 9.0, at),
        "feedback": {"result": "done", "note": "已按要求巡查，秩序正常"} if step == "report" else {},
        "photos": [],
    }


def _place(place: Place, accuracy_m: float, at: dt.datetime) -> dict[str, Any]:
    return {
        "lat": place.lat,
        "lon": place.lon,
        "acc_m": accuracy_m,
        "source": "gps",
        "at": _say(at),
        "crs": "wgs84",
    }


def _say(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
