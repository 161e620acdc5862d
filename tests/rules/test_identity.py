"""Identity numbers, licences, VINs, police numbers and their masks."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.rules import identity

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "cases" / "identity.json").read_text()
)["cases"]
MASKS = {"name": identity.mask_name, "licence": identity.mask_licence, "phone": identity.mask_phone}


def _of(check: str) -> list[dict[str, Any]]:
    return [case for case in CASES if case["check"] == check]


@pytest.mark.parametrize("case", _of("identity"), ids=lambda case: str(case["typed"]))
def test_an_identity_number_is_judged_as_the_table_says(case: dict[str, Any]) -> None:
    number, today = identity.normalise(case["typed"]), dt.date.fromisoformat(case["today"])

    assert number == case["number"]
    assert identity.id_number_fault(number, today) == case["id_fault"]
    assert identity.licence_fault(number, today) == case["licence_fault"]


@pytest.mark.parametrize("case", _of("vin"), ids=lambda case: str(case["number"]))
def test_a_vin_is_doubted_as_the_table_says(case: dict[str, Any]) -> None:
    assert identity.vin_doubt(case["number"]) == case["doubt"]


@pytest.mark.parametrize("case", _of("police_number"), ids=lambda case: str(case["number"]))
def test_a_police_number_says_whose_it_is(case: dict[str, Any]) -> None:
    assert identity.police_number_of(case["number"]) == case["whose"]


@pytest.mark.parametrize("case", _of("mask"), ids=lambda case: f"{case['of']} {case['text']}")
def test_a_mask_shows_what_the_table_says(case: dict[str, Any]) -> None:
    assert MASKS[case["of"]](case["text"]) == case["masked"]


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes_the_check(position: int, step: int) -> None:
    right = "11010519491231002X"

    digit = str((int(right[position]) + step) % 10)
    wrong = right[:position] + digit + right[position + 1 :]

    assert identity.id_number_fault(wrong, dt.date(2026, 11, 25)) != ""


@given(st.integers(0, 15))
def test_two_neighbours_changed_over_never_pass_the_check(position: int) -> None:
    right = "11010519491231002X"

    wrong = right[:position] + right[position + 1] + right[position] + right[position + 2 :]

    assert wrong == right or identity.id_number_fault(wrong, dt.date(2026, 11, 25)) != ""


def test_somebody_is_sixteen_on_the_birthday_and_not_the_day_before() -> None:
    number = "33090220101125001"
    number += identity.check_character(number)

    assert identity.age_on(number, dt.date(2026, 11, 24)) == 15
    assert identity.age_on(number, dt.date(2026, 11, 25)) == 16
    assert identity.age_on("E12345678", dt.date(2026, 11, 25)) is None
