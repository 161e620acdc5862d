"""What follows a decision, and what a citizen sees of it."""

import dataclasses
import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from field.rules import deadlines, visibility
from field.rules.violation import Kind, State
from field.rules.visibility import Standing

PLACE = ZoneInfo("Asia/Shanghai")
DAY = dt.datetime(2026, 11, 2, 11, 20, tzinfo=PLACE)

FACTS = visibility.Facts(
    kind=Kind.ON_THE_SPOT,
    state=State.RECORDED,
    served=True,
    checking=False,
    occurred_at=DAY,
    arrived_at=DAY,
    decided_at=None,
    plate_masked="浙M·5K***",
    plate_type="02",
    offence_code="1039",
    offence_name="违法停车",
    legal_basis="道交法56条",
    penalty_basis="道交法93条",
    fine=150,
    fine_min=20,
    fine_max=200,
    points=0,
    place_text="人民路",
    document_number="3309001000000010",
    unit_zh="城东大队",
    unit_en="East brigade",
    photos=2,
    photos_arrived=2,
    paid=0,
    paid_on=None,
    payments_known_to=None,
)


@pytest.mark.parametrize(
    ("days_late", "added"), [(0, "0"), (1, "4.5"), (10, "45"), (33, "148.5"), (34, "150"), (400, "150")]
)
def test_the_surcharge_is_3_percent_a_day_and_never_more_than_the_fine(days_late: int, added: str) -> None:
    assert deadlines.surcharge(150, days_late) == Decimal(added)


def test_no_surcharge_runs_while_reconsideration_is_pending() -> None:
    assert deadlines.surcharge(150, 40, suspended_days=30) == Decimal(45)


def test_payment_runs_in_calendar_days_over_a_holiday() -> None:
    assert deadlines.pay_by(dt.date(2026, 9, 25)) == dt.date(2026, 10, 10)


def test_working_days_step_over_weekends_and_holidays_and_count_weekends_made_up() -> None:
    friday = dt.date(2026, 9, 25)
    holiday = {dt.date(2026, 10, d) for d in range(1, 8)}

    assert deadlines.working_days_after(friday, 3) == dt.date(2026, 9, 30)
    assert deadlines.working_days_after(friday, 4, holidays=holiday) == dt.date(2026, 10, 8)
    assert deadlines.working_days_after(friday, 1, made_up={dt.date(2026, 9, 26)}) == dt.date(2026, 9, 26)


@pytest.mark.parametrize(
    ("kind", "served", "state", "stands"),
    [
        (Kind.ON_THE_SPOT, True, State.RECORDED, Standing.IN_FORCE),
        (Kind.ON_THE_SPOT, True, State.CONFIRMED, Standing.IN_FORCE),
        (Kind.ON_THE_SPOT, True, State.ANNUL_PROPOSED, Standing.IN_FORCE),
        (Kind.ON_THE_SPOT, True, State.ANNULLED, Standing.ANNULLED),
        (Kind.ON_THE_SPOT, False, State.RECORDED, Standing.BEING_REVIEWED),
        (Kind.NOTICE, False, State.RECORDED, Standing.BEING_REVIEWED),
        (Kind.NOTICE, True, State.CONFIRMED, Standing.REVIEWED),
        (Kind.NOTICE, False, State.RETURNED, Standing.RETURNED),
        (Kind.RECORD_ONLY, False, State.CONFIRMED, Standing.REVIEWED),
    ],
)
def test_a_decision_is_in_force_from_the_roadside_and_a_notice_never_is(
    kind: Kind, served: bool, state: State, stands: Standing
) -> None:
    facts = dataclasses.replace(FACTS, kind=kind, served=served, state=state)

    assert visibility.standing(facts) is stands


@pytest.mark.parametrize(
    ("kind", "served", "state", "stands"),
    [
        (Kind.NOTICE, True, State.CONFIRMED, Standing.BEING_CHECKED),
        (Kind.NOTICE, True, State.RETURNED, Standing.BEING_CHECKED),
        (Kind.RECORD_ONLY, False, State.RECORDED, Standing.BEING_CHECKED),
        (Kind.ON_THE_SPOT, False, State.RECORDED, Standing.BEING_CHECKED),
        (Kind.ON_THE_SPOT, True, State.CONFIRMED, Standing.IN_FORCE),
        (Kind.NOTICE, True, State.ANNULLED, Standing.ANNULLED),
    ],
)
def test_a_text_that_waits_to_be_judged_is_said_but_undoes_no_decision(
    kind: Kind, served: bool, state: State, stands: Standing
) -> None:
    facts = dataclasses.replace(FACTS, kind=kind, served=served, state=state, checking=True)

    assert visibility.standing(facts) is stands


@pytest.mark.parametrize("paid", [0, 150])
def test_who_has_paid_keeps_the_60_days_to_ask_for_reconsideration(paid: int) -> None:
    facts = dataclasses.replace(FACTS, paid=paid, paid_on=DAY.date())

    view = visibility.public_view(facts, today=DAY.date())

    assert view.reconsider_by == DAY.date() + dt.timedelta(days=60)
    assert view.reconsideration_first


@pytest.mark.parametrize(("day", "first"), [(dt.date(2023, 12, 31), False), (dt.date(2024, 1, 1), True)])
def test_reconsideration_comes_first_since_the_law_says_so(day: dt.date, first: bool) -> None:
    assert deadlines.is_reconsideration_first(day) is first


@pytest.mark.parametrize(
    ("kind", "served", "state", "fine"),
    [
        (Kind.ON_THE_SPOT, True, State.RECORDED, 150),
        (Kind.ON_THE_SPOT, False, State.RECORDED, None),
        (Kind.NOTICE, True, State.CONFIRMED, None),
    ],
)
def test_a_vehicles_sum_holds_what_was_decided(
    kind: Kind, served: bool, state: State, fine: int | None
) -> None:
    facts = dataclasses.replace(FACTS, kind=kind, served=served, state=state)

    row = visibility.reduced_row(facts, district="城东大队")

    assert row is not None
    assert row.fine == fine


@pytest.mark.parametrize(
    ("kind", "state"), [(Kind.ON_THE_SPOT, State.ANNULLED), (Kind.RECORD_ONLY, State.CONFIRMED)]
)
def test_a_vehicle_does_not_list_what_is_annulled_or_only_a_record(kind: Kind, state: State) -> None:
    assert visibility.reduced_row(dataclasses.replace(FACTS, kind=kind, state=state), district="") is None


def test_a_notice_asks_for_no_money() -> None:
    facts = dataclasses.replace(FACTS, kind=Kind.NOTICE, state=State.CONFIRMED)

    view = visibility.public_view(facts, today=DAY.date())

    assert view.pay_by is None
    assert view.surcharge is None


def test_where_no_payments_are_known_the_surcharge_is_a_rule_and_not_a_sum() -> None:
    view = visibility.public_view(FACTS, today=DAY.date() + dt.timedelta(days=30))

    assert not view.payments_known
    assert view.surcharge is None
    assert view.days_left == -15


def test_payments_up_to_before_the_decision_say_nothing_of_it() -> None:
    served_on = FACTS.occurred_at.date()
    before, same = (
        dataclasses.replace(FACTS, payments_known_to=day)
        for day in (served_on - dt.timedelta(days=1), served_on)
    )

    assert not visibility.public_view(before, today=served_on).payments_known
    assert visibility.public_view(same, today=served_on).payments_known
    assert visibility.public_view(dataclasses.replace(before, paid=50), today=served_on).payments_known


def test_where_payments_are_known_the_sum_runs_to_the_last_day_they_cover() -> None:
    facts = dataclasses.replace(FACTS, payments_known_to=DAY.date() + dt.timedelta(days=25))

    view = visibility.public_view(facts, today=DAY.date() + dt.timedelta(days=60))

    assert view.surcharge == Decimal(45)


def test_nothing_leaves_that_is_not_named() -> None:
    """A new column can't leak: the view's fields are this list and no other."""
    named = {f.name for f in dataclasses.fields(visibility.PublicView)}

    assert named == {
        "standing", "kind", "decided", "plate", "plate_type", "offence_code", "offence", "called_zh", "called_en", "legal_basis", "penalty_basis", "occurred_at",
        "arrived_at", "reviewed_at", "place", "document_number", "unit_zh", "unit_en", "fine", "fine_min", "fine_max",
        "points", "photos", "photos_arrived", "pay_by", "reconsider_by", "reconsideration_first", "days_left", "payments_known", "surcharge", "paid", "paid_on",
    }  # fmt: skip
    assert {f.name for f in dataclasses.fields(visibility.ReducedRow)} == {
        "offence",
        "offence_en",
        "day",
        "district",
        "fine",
    }
