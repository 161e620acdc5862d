"""A doubt is raised for each thing a reviewer must see first, and for nothing else."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from field.rules import record_text as records
from field.rules.checks import Around, Doubt, Law, doubts
from field.rules.offence import FineRange
from field.rules.record import ViolationRecord

TEXT = json.loads((Path(__file__).parent.parent / "cases" / "records.json").read_text())["cases"][0]["text"]
CHINA = dt.timezone(dt.timedelta(hours=8))
MADE = dt.datetime(2026, 11, 23, 14, 28, 41, tzinfo=CHINA)
AROUND = Around(
    arrived_at=MADE + dt.timedelta(minutes=1),
    shift_opened_at=MADE - dt.timedelta(hours=3),
    shift_ends_at=MADE + dt.timedelta(hours=5),
    seen_at=MADE - dt.timedelta(minutes=2),
    seen_is_ours=True,
    law=Law(category="停车", superseded=False, fine=FineRange(20, 200)),
)


def sound(**changed: Any) -> str:
    """A record about which there is no doubt, but for what is changed."""
    said = json.loads(TEXT)
    first = "2026-11-23T14:21:00.000+08:00"
    for number, photo in enumerate(said["photos"]):
        photo |= {"source": "camera", "taken_at": first if number == 0 else photo["taken_at"]}
    return json.dumps(said | changed)


def raised(text: str, around: Around = AROUND) -> list[Doubt]:
    record = records.read(text)
    assert isinstance(record, ViolationRecord)
    return doubts(record.head, record.said, around)


def test_a_sound_record_raises_none() -> None:
    assert raised(sound()) == []


def clock(offset_ms: int | None) -> dict[str, Any]:
    return {
        "clock": {"offset_ms": offset_ms, "unc_ms": 40 if offset_ms is not None else None, "synced_at": None}
    }


def place(acc_m: float) -> dict[str, Any]:
    return {"place": json.loads(TEXT)["place"] | {"acc_m": acc_m}}


@pytest.mark.parametrize(
    ("changed", "doubt"),
    [
        (clock(1000), None),
        (clock(-1000), None),
        (clock(1001), Doubt.CLOCK),
        (clock(-1001), Doubt.CLOCK),
        (clock(None), Doubt.CLOCK_UNKNOWN),
        (place(30), None),
        (place(30.1), Doubt.PLACE_POOR),
        ({"place": None}, Doubt.PLACE_MISSING),
        ({"occurred_at": "2026-11-23T14:28:50.000+08:00"}, Doubt.OCCURRED_LATER),
        ({"occurred_at": "2026-11-22T14:28:00.000+08:00"}, Doubt.WRITTEN_LATE),
        ({"plate": "浙MIO000"}, Doubt.PLATE_ODD),
        ({"plate": ""}, None),
        ({"fine": 200}, None),
        ({"fine": 201}, Doubt.FINE_OUTSIDE),
        ({"fine": None}, None),
    ],
)
def test_each_value_has_its_edge(changed: dict[str, Any], doubt: Doubt | None) -> None:
    assert raised(sound(**changed)) == ([doubt] if doubt else [])


@pytest.mark.parametrize(
    ("around", "doubt"),
    [
        ({"seen_at": MADE + dt.timedelta(seconds=2)}, None),
        ({"seen_at": MADE + dt.timedelta(seconds=4)}, Doubt.BACK_DATED),
        ({"arrived_at": MADE - dt.timedelta(seconds=1)}, None),
        ({"arrived_at": MADE - dt.timedelta(seconds=4)}, Doubt.POST_DATED),
        ({"seen_at": None, "seen_is_ours": False}, Doubt.SEEN_UNKNOWN),
        ({"shift_ends_at": MADE - dt.timedelta(minutes=1)}, Doubt.OUTSIDE_SHIFT),
        ({"law": None}, Doubt.UNKNOWN_CODE),
        ({"law": Law(category="停车", superseded=True, fine=FineRange(20, 200))}, Doubt.SUPERSEDED_CODE),
    ],
)
def test_what_the_server_knows_raises_its_own(around: dict[str, Any], doubt: Doubt | None) -> None:
    found = raised(sound(), replace(AROUND, **around))

    assert [one for one in found if one not in (Doubt.PHOTOS_FEW, Doubt.PHOTO_GAP)] == (
        [doubt] if doubt else []
    )


DECIDED = {"kind": "on_the_spot", "served": True}
GRAVE = Law(
    category="驾驶资格",
    superseded=False,
    fine=FineRange(20, 2000),
    measures=("扣留机动车", "可并处15日以下拘留"),
)


@pytest.mark.parametrize(
    ("said", "law", "is_doubted"),
    [
        ({**DECIDED, "fine": 200}, AROUND.law, False),
        ({**DECIDED, "fine": 201}, replace(GRAVE, measures=()), True),
        ({**DECIDED, "fine": 200}, replace(GRAVE, measures=("扣留机动车",)), False),
        ({**DECIDED, "fine": 200}, GRAVE, True),
        ({**DECIDED, "served": False, "fine": 200}, GRAVE, False),
        ({"kind": "notice", "served": True, "fine": 200}, GRAVE, False),
    ],
)
def test_what_needs_the_general_procedure_is_doubted_as_a_decision_on_the_spot(
    said: dict[str, Any], law: Law, is_doubted: bool
) -> None:
    assert (Doubt.GENERAL_PROCEDURE in raised(sound(**said), replace(AROUND, law=law))) is is_doubted


@pytest.mark.parametrize(
    ("category", "measured", "limit", "is_doubted"),
    [
        ("超速", "60", "120", True),
        ("超速", "60", "60", True),
        ("超速", "60.1", "60", False),
        ("酒驾", "19.9", "20", True),
        ("酒驾", "20", "20", False),
        ("停车", None, None, False),
    ],
)
def test_what_does_not_go_beyond_the_limit_is_doubted(
    category: str, measured: str | None, limit: str | None, is_doubted: bool
) -> None:
    around = replace(AROUND, law=Law(category=category, superseded=False, fine=FineRange(20, 200)))

    found = raised(sound(measured=measured, limit=limit), around)

    assert (Doubt.NOT_EXCEEDED in found) is is_doubted


def test_pictures_that_are_missing_too_close_too_small_or_handed_over_are_told() -> None:
    photos = json.loads(sound())["photos"]

    assert raised(sound(photos=[photos[0], photos[2]])) == [Doubt.PHOTOS_FEW]
    close = [one | {"taken_at": photos[1]["taken_at"]} for one in photos]
    assert raised(sound(photos=close)) == [Doubt.PHOTO_GAP]
    assert raised(sound(photos=[photos[0] | {"px": [1279, 720]}, *photos[1:]])) == [Doubt.PHOTO_SMALL]
    assert raised(sound(photos=[photos[0] | {"px": [720, 1280]}, *photos[1:]])) == []
    assert raised(sound(photos=[photos[0] | {"source": "file"}, *photos[1:]])) == [Doubt.PHOTO_FROM_FILE]


def test_a_signature_is_no_picture_of_the_act() -> None:
    photos = json.loads(sound())["photos"]
    strokes = {
        "sha256": "ab" * 32,
        "bytes": 9120,
        "px": [600, 240],
        "shot": "signature",
        "source": "file",
        "taken_at": "2026-11-23T14:28:30.000+08:00",
        "place": None,
    }

    assert raised(sound(photos=[*photos, strokes])) == []
    close = [one | {"taken_at": photos[1]["taken_at"]} for one in photos]
    long_after = strokes | {"taken_at": "2026-11-23T15:28:30.000+08:00"}
    assert raised(sound(photos=[*close, long_after])) == [Doubt.PHOTO_GAP]
