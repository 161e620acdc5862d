"""Numbers of papers: written as the place's form says, each with one check character, and every one of a block with one fate."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from field.rules.documents.number import CHECKS, Fate, Form, fates, left_in
from tests.environment import drawn

NUMBERS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "cases" / "documents.json").read_text()
)["numbers"]
few = settings(max_examples=drawn(60), deadline=None)


@pytest.mark.parametrize("case", NUMBERS, ids=lambda case: case["number"])
def test_a_number_is_written_as_its_form_says(case: dict[str, Any]) -> None:
    form = Form(**case["form"])

    stem = form.stem(case["kind"], case["serial"])

    assert (stem, form.written(stem)) == (case["stem"], case["number"])
    assert form.stem_of(case["number"]) == stem
    assert form.stem_of(case["number"] + "0") is None


def test_the_checks_are_those_of_their_standards() -> None:
    assert CHECKS["luhn"]("7992739871") == "3"
    assert CHECKS["mod_11_10"]("0794") == "5"  # the example of ISO/IEC 7064


@few
@given(
    digits=st.text("0123456789", min_size=6, max_size=16),
    at=st.integers(0, 15),
    other=st.sampled_from("0123456789"),
)
@pytest.mark.parametrize("check", ["luhn", "mod_11_10"])
def test_one_wrong_digit_changes_the_check_character(check: str, digits: str, at: int, other: str) -> None:
    at %= len(digits)
    wrong = digits[:at] + other + digits[at + 1 :]

    assert (CHECKS[check](digits) == CHECKS[check](wrong)) == (digits == wrong)


@few
@given(
    used=st.sets(st.integers(10, 29)),
    aside=st.sets(st.integers(10, 29)),
    voided=st.sets(st.integers(10, 29)),
    elsewhere=st.sets(st.integers(10, 29)),
    block_voided=st.booleans(),
)
def test_every_number_of_a_block_has_exactly_one_fate(
    used: set[int], aside: set[int], voided: set[int], elsewhere: set[int], block_voided: bool
) -> None:
    elsewhere &= used | aside
    said = fates(
        10,
        29,
        used=used,
        set_aside=aside,
        voided=voided,
        block_voided=block_voided,
        elsewhere=elsewhere,
    )

    one_by_one = [(number, one.fate) for one in said for number in range(one.first, one.last + 1)]
    assert [number for number, _ in one_by_one] == list(range(10, 30))
    highest = max(((used | aside) - elsewhere) | voided, default=9)
    for number, fate in one_by_one:
        assert (fate is Fate.USED) == (number in used)
        assert (fate is Fate.MISSING) == (number < highest and number not in used | aside | voided)
    above = set(range(highest + 1, 30)) - elsewhere
    assert left_in(said) == (0 if block_voided else len(above))


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"area": "3309"}, "area"),
        ({"digits": 9}, "digits"),
        ({"check": "mod_7"}, "check"),
        ({"classes": {"decision": "1", "simple_decision": "1"}}, "classes"),
        ({"classes": {"decision": "12"}}, "classes"),
    ],
)
def test_a_form_that_is_none_says_why(wrong: dict[str, Any], fault: str) -> None:
    form = {"area": "330900", "classes": {"decision": "2"}, "digits": 8, "check": "none"}

    assert Form(**form).fault() == ""  # type: ignore[arg-type]
    assert Form(**(form | wrong)).fault() == fault  # type: ignore[arg-type]
