"""The record's text is read exactly, or refused with a reason and a place; what it promises is taken all the same."""

import contextlib
import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.rules import record_text as records
from field.rules.reading import Problem, Unreadable
from field.rules.record import (
    AmendmentRecord,
    DraftClosedRecord,
    MeasureRecord,
    PaperStep,
    PaperStepRecord,
    TaskStepRecord,
    ViolationRecord,
)

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "cases" / "records.json").read_text()
)["cases"]
TYPES = {
    "violation": ViolationRecord,
    "amendment": AmendmentRecord,
    "draft_closed": DraftClosedRecord,
    "task_step": TaskStepRecord,
    "paper_step": PaperStepRecord,
    "measure": MeasureRecord,
}


def cases(check: str) -> list[Any]:
    found = [pytest.param(one, id=one["name"]) for one in CASES if one["check"] == check]
    assert found
    return found


@pytest.mark.parametrize("case", cases("good"))
def test_what_the_handheld_writes_is_read(case: dict[str, Any]) -> None:
    record = records.read(case["text"])

    assert sha256(case["text"].encode()).hexdigest() == case["sha256"]
    assert type(record) is TYPES[case["content"]["type"]]
    head = case["head"]
    assert (str(record.head.uid), record.head.seq, record.head.prev, record.head.officer) == (
        head["uid"],
        head["seq"],
        head["prev"],
        head["officer"],
    )
    assert record.head.claimed_at.isoformat(timespec="milliseconds") == head["claimed_at"]
    assert [(one.sha256, one.size, one.shot.value) for one in record.head.photos] == [
        (one["sha256"], one["bytes"], one["shot"]) for one in case["photos"]
    ]
    if isinstance(record, ViolationRecord | AmendmentRecord):
        said = case["content"]
        assert (record.said.plate, record.said.note, record.said.fine) == (
            said["plate"],
            said["note"],
            said["fine"],
        )
        assert (str(record.said.measured) if record.said.measured else None) == said["measured"]


def _good(name: str) -> dict[str, Any]:
    return next(one for one in CASES if one["name"].startswith(name))


def test_what_the_handheld_judged_and_who_was_second_is_read() -> None:
    case = _good("a decision with the signature on glass")
    record = records.read(case["text"])
    assert isinstance(record, ViolationRecord) and record.said.law is not None
    law = case["content"]["law"]
    assert record.said.second == "034513"
    assert (record.said.law.pack, record.said.law.facts) == (law["pack"], law["facts"])
    verdict = record.said.law.verdict
    assert (verdict.outcome, verdict.fine_max, verdict.points, verdict.measures) == (
        "general",
        2000,
        12,
        ("detain_licence",),
    )


def test_an_older_record_names_no_second_officer_and_no_law() -> None:
    record = records.read(_good("a parking notice")["text"])
    assert isinstance(record, ViolationRecord)
    assert (record.said.second, record.said.law) == ("", None)


def test_a_confirmation_says_which_text_was_read() -> None:
    case = _good("the second officer confirms the paper")
    record = records.read(case["text"])
    assert isinstance(record, PaperStepRecord)
    assert record.step is PaperStep.CONFIRMED
    assert (record.digest, str(record.violation)) == (case["content"]["digest"], case["content"]["violation"])


def test_a_measure_is_read_with_its_certificate() -> None:
    case = _good("a licence and a vehicle are detained")
    record = records.read(case["text"])
    assert isinstance(record, MeasureRecord) and record.paper is not None
    said = case["content"]
    assert ([*record.measures], record.items, record.kept_at, record.number, record.second) == (
        said["measures"],
        said["items"],
        said["kept_at"],
        said["number"],
        said["second"],
    )
    assert record.paper.digest == said["paper"]["digest"]
    bare = records.read(_good("a vehicle is towed")["text"])
    assert isinstance(bare, MeasureRecord)
    assert (bare.paper, bare.second, bare.place) == (None, "", None)


@pytest.mark.parametrize("case", cases("bad"))
def test_what_is_no_record_is_refused_with_problem_and_place(case: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as refused:
        records.read(case["text"])

    assert (refused.value.problem.value, refused.value.where) == (case["problem"], case["where"])


@pytest.mark.parametrize("case", cases("unknown"))
def test_what_is_of_tomorrow_is_not_taken_for_nonsense(case: dict[str, Any]) -> None:
    with pytest.raises(records.UnknownVersion):
        records.read(case["text"])

    promised = records.hint(case["text"])
    assert promised.uid == UUID(CASES[0]["head"]["uid"])
    assert [digest for digest, _ in promised.photos] == [one["sha256"] for one in CASES[0]["photos"]]


def test_every_version_that_was_ever_written_is_still_read() -> None:
    assert set(records.READERS) >= {(1, one) for one in TYPES}


def test_a_text_of_64_kilobytes_is_read_and_one_byte_more_is_not() -> None:
    text = CASES[0]["text"]
    filling = records.MAX_BYTES - len(text.encode())

    assert records.read(text + " " * filling)
    with pytest.raises(Unreadable) as refused:
        records.read(text + " " * (filling + 1))
    assert refused.value.problem is Problem.TOO_LONG


def test_thousands_of_brackets_are_refused_like_any_other_nonsense() -> None:
    with pytest.raises(Unreadable):
        records.read("[" * 60_000)
    assert records.hint('{"a":' * 10_000) == records.Hint()


@given(st.text(max_size=300) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    with pytest.raises((Unreadable, records.UnknownVersion)):
        records.read(text)
    records.hint(text)


def values() -> st.SearchStrategy[Any]:
    leaves = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.just("2026-11-23T14:28:41.503+08:00")
    )
    return st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6
    )


@given(key=st.sampled_from(sorted(json.loads(CASES[0]["text"]))), value=values())
def test_a_record_with_any_one_value_changed_is_read_or_refused_and_nothing_else(
    key: str, value: Any
) -> None:
    said = json.loads(CASES[0]["text"]) | {key: value}

    with contextlib.suppress(Unreadable, records.UnknownVersion):
        records.read(json.dumps(said))
    records.hint(json.dumps(said))


def test_a_clock_that_starts_in_1970_is_put_right_by_what_was_measured() -> None:
    text = CASES[0]["text"].replace("2026-11-23T14:28:41.503+08:00", "1970-01-02T00:00:00.000+08:00")
    off_ms = 1_795_330_000_000

    head = records.read(text.replace('"offset_ms":-120', f'"offset_ms":{off_ms}')).head

    assert head.made_at is not None
    assert head.made_at.year == 2026
