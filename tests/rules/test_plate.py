"""Number plates: every kind of the table, each border, and what is shown of them. The cases run in the handheld's language too."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.rules import plate

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "cases" / "plates.json").read_text()
)["cases"]
NUMBERS = [case for case in CASES if case["check"] == "number"]
FAULTS = [case for case in CASES if case["check"] == "fault"]


@pytest.mark.parametrize("case", NUMBERS, ids=lambda case: str(case["typed"]))
def test_a_number_is_read_as_the_table_says(case: dict[str, Any]) -> None:
    number = plate.normalise(case["typed"])

    assert number == case["number"]
    assert list(plate.kinds_of(number)) == case["kinds"]
    assert list(plate.types_of(number)) == case["types"]
    assert plate.display(number) == case["display"]
    assert plate.mask(number) == case["mask"]
    assert plate.region_of(number) == case["region"]


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: f"{case['number']}/{case['type']}")
def test_a_number_fits_its_type_or_it_is_said_why_not(case: dict[str, Any]) -> None:
    assert plate.fault(case["number"], case["type"]) == case["fault"]
    assert plate.is_plate(case["number"], case["type"]) is (case["fault"] == "")


def test_the_provinces_are_31_and_none_stands_twice() -> None:
    assert len(plate.PROVINCES) == len(set(plate.PROVINCES)) == 31


def test_every_type_of_the_national_dictionary_can_be_given() -> None:
    reachable = {one for kind in plate.KINDS for one in kind.types}

    assert set(plate.TYPES) == reachable | plate.FREE_TYPES | plate.ANY_NUMBER_TYPES | {plate.NO_NUMBER}


def test_each_kind_has_a_case() -> None:
    assert {word for case in NUMBERS for word in case["kinds"]} == {kind.word for kind in plate.KINDS}


@given(st.data())
def test_no_number_is_of_two_kinds(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(plate.KINDS))

    number = data.draw(st.from_regex(kind.shape, fullmatch=True))

    assert plate.kinds_of(number) == (kind.word,)
    assert not set("IO") & set(number)


@given(st.data())
def test_what_is_displayed_reads_back_as_the_same_number(data: st.DataObject) -> None:
    number = data.draw(st.from_regex(data.draw(st.sampled_from(plate.KINDS)).shape, fullmatch=True))

    assert plate.normalise(plate.display(number)) == number


@given(st.text(max_size=14))
def test_a_mask_never_shows_the_last_three_characters(text: str) -> None:
    number = plate.normalise(text)

    masked = plate.mask(number).replace(plate.DOT, "")

    assert len(masked) == len(number)
    assert masked.endswith("*" * min(3, len(number)))


@pytest.mark.parametrize("letter", ["I", "O"])
def test_neither_i_nor_o_stands_anywhere_in_a_plate(letter: str) -> None:
    for position in range(1, 7):
        wrong = "浙M5K082"[:position] + letter + "浙M5K082"[position + 1 :]

        assert not plate.types_of(wrong), wrong


def test_types_of_other_shapes_are_refused_for_an_ordinary_number() -> None:
    strict = set(plate.TYPES) - plate.FREE_TYPES - plate.ANY_NUMBER_TYPES - {plate.NO_NUMBER}

    for plate_type in strict - set(plate.types_of("浙M5K082")):
        assert plate.fault("浙M5K082", plate_type) == "not_of_this_type", plate_type


def test_the_home_region_is_that_of_the_issuing_letter() -> None:
    assert plate.is_home("浙M5K082", "浙M")
    assert not plate.is_home("浙A5K082", "浙M")
    assert not plate.is_home("", "浙M")


def test_the_shapes_are_those_of_the_published_expressions() -> None:
    """The expressions as the field's facts give them, each against every number of the cases."""
    p, letter = f"[{plate.PROVINCES}]", "A-HJ-NP-Z"
    published = {
        "ordinary": f"^{p}[{letter}][{letter}0-9]{{5}}$",
        "new_energy_small": f"^{p}[{letter}][A-HJK][{letter}0-9][0-9]{{4}}$",
        "new_energy_large": f"^{p}[{letter}][0-9]{{5}}[A-HJK]$",
        "trailer": f"^{p}[{letter}][{letter}0-9]{{4}}挂$",
        "learner": f"^{p}[{letter}][{letter}0-9]{{4}}学$",
        "police": f"^{p}[{letter}][{letter}0-9]{{4}}警$",
    }
    by_word = {kind.word: kind for kind in plate.KINDS}
    for case, (word, expression) in itertools.product(NUMBERS, published.items()):
        mine = by_word[word].shape.fullmatch(case["number"]) is not None
        assert mine is (re.match(expression, case["number"]) is not None), (case["number"], word)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("市民来电，问浙M·5K082。", "市民来电，问浙M·5K***。"),
        ("浙 m 5k 082 与浙Ｍ５Ｋ０８３", "浙M·5K*** 与浙M·5K***"),
        ("浙MD12345新能源，浙M1234挂", "浙M·D1****新能源，浙M·12***"),
        ("无牌，电话 13800001234，案号 AB12345", "无牌，电话 13800001234，案号 AB12345"),
        ("军车 AB 12345", "军车 AB·12***"),
        ("", ""),
    ],
)
def test_a_number_in_a_sentence_is_hidden_however_it_is_written(text: str, shown: str) -> None:
    known = ["AB12345"] if "军车" in text else []

    assert plate.hide(text, *known) == shown
