"""The shot list: what a record should show, and what is only a doubt."""

import datetime as dt

import pytest

from field.rules.shots import Group, Shot, gap_too_short, group_of, missing, wanted
from field.rules.violation import Kind

NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("group", Group)
def test_every_kind_and_group_has_a_list_without_repetition(kind: Kind, group: Group) -> None:
    shots = [one.shot for one in wanted(kind, group)]
    assert Shot.SIGNATURE not in shots

    assert shots
    assert len(shots) == len(set(shots))


def test_a_parking_notice_wants_far_near_and_plate_and_asks_for_sign_and_cabin() -> None:
    shots = wanted(Kind.NOTICE, group_of("1039", "停车", Kind.NOTICE))

    assert [one.shot for one in shots] == [Shot.FAR, Shot.NEAR, Shot.PLATE, Shot.SIGN, Shot.CABIN]
    assert [one.shot for one in shots if one.required] == [Shot.FAR, Shot.NEAR, Shot.PLATE]


@pytest.mark.parametrize("code", ["1116", "1117", "11161"])
def test_the_sign_codes_are_parking_on_a_notice_and_a_signal_when_the_driver_is_met(code: str) -> None:
    assert group_of(code, "信号", Kind.NOTICE) == Group.PARKING
    assert group_of(code, "信号", Kind.ON_THE_SPOT) == Group.SIGNAL


def test_1356_is_no_parking_code() -> None:
    assert group_of("1356", "让行", Kind.NOTICE) != Group.PARKING


def test_what_is_missing_comes_in_the_order_of_the_list() -> None:
    assert missing(Kind.NOTICE, Group.PARKING, ["plate"]) == (Shot.FAR, Shot.NEAR)
    assert missing(Kind.NOTICE, Group.PARKING, ["near", "plate", "far"]) == ()
    assert missing(Kind.ON_THE_SPOT, Group.ALCOHOL, []) == (Shot.OTHER,)


def test_a_gap_of_exactly_five_minutes_is_long_enough() -> None:
    five = [NOON + dt.timedelta(minutes=5), NOON]

    assert gap_too_short(Kind.NOTICE, Group.PARKING, five) is None
    assert gap_too_short(
        Kind.NOTICE, Group.PARKING, [NOON, five[0] - dt.timedelta(seconds=1)]
    ) == dt.timedelta(seconds=299)


def test_the_gap_is_asked_of_parking_notices_only() -> None:
    two = [NOON, NOON + dt.timedelta(seconds=10)]

    assert gap_too_short(Kind.ON_THE_SPOT, Group.PARKING, two) is None
    assert gap_too_short(Kind.NOTICE, Group.SIGNAL, two) is None
    assert gap_too_short(Kind.NOTICE, Group.PARKING, two[:1]) is None
