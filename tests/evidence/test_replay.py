"""Operations write what the projection says, and only that."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction

from evidence.ledger import Entry, append
from evidence.models import Upload
from evidence.replay import Difference, Projection, ProjectionRefused, Replay, Row, hold, project
from tests.evidence.world import NOON, PARCEL, parcel, sent

pytestmark = pytest.mark.django_db


def test_an_entry_makes_its_row_and_the_next_one_changes_it() -> None:
    project(PARCEL, append(**sent(1, note="first")))
    row = Upload.objects.get()
    assert (str(row.id), row.terminal, row.length, row.metadata, row.finished_at) == (
        parcel(1),
        "wen",
        1001,
        "first",
        None,
    )

    hold(PARCEL, parcel(1))
    project(
        PARCEL,
        append(
            kind="parcel.came",
            subject=parcel(1),
            actor="li",
            at=NOON + dt.timedelta(hours=1),
            body={"note": "second"},
        ),
    )

    row = Upload.objects.get()
    assert (row.metadata, row.finished_at) == ("second", NOON + dt.timedelta(hours=1))


def test_a_row_that_must_not_be_is_removed() -> None:
    project(PARCEL, append(**sent(1)))
    project(PARCEL, append(kind="parcel.lost", subject=parcel(1), actor="li", at=NOON, body={}))

    assert not Upload.objects.exists()


def test_an_entry_of_another_kind_touches_nothing() -> None:
    project(PARCEL, append(kind="other", subject=parcel(1), actor="li", at=NOON, body={}))

    assert not Upload.objects.exists()


@pytest.mark.parametrize("spoil", [lambda row: row | {"colour": "red"}, lambda row: {k: v for k, v in row.items() if k != "digest"}, lambda row: row | {"length": "many"}])  # fmt: skip
def test_a_projection_answers_for_every_column_with_a_value_it_can_hold(spoil: Callable[[Row], Row]) -> None:
    wrong = Projection(
        PARCEL.model,
        PARCEL.kinds,
        PARCEL.key,
        lambda row, entry, key: spoil(PARCEL.step(row, entry, key) or {}),
    )

    with pytest.raises(ProjectionRefused), transaction.atomic():
        project(wrong, append(**sent(1)))

    assert not Upload.objects.exists()


def test_columns_beside_the_evidence_are_neither_written_nor_compared() -> None:
    def without_metadata(row: Row | None, entry: Entry, key: str) -> Row | None:
        made = PARCEL.step(row, entry, key)
        return made and {name: value for name, value in made.items() if name != "metadata"}

    beside = Projection(
        PARCEL.model, frozenset({"parcel.sent"}), PARCEL.key, without_metadata, frozenset({"metadata"})
    )
    entry = append(**sent(1))
    project(beside, entry)
    Upload.objects.update(metadata="a remark of nobody's concern")
    replay = Replay([beside])
    replay.feed(entry)

    assert list(replay.differences()) == [None]


def test_one_entry_may_touch_several_rows() -> None:
    both = Projection(
        PARCEL.model, frozenset({"parcel.sent"}), lambda entry: (entry.subject, parcel(99)), PARCEL.step
    )
    entry = append(**sent(1))
    project(both, entry)
    replay = Replay([both])
    replay.feed(entry)

    assert Upload.objects.count() == 2
    assert list(replay.differences()) == [None, None]


def test_replay_names_row_and_column() -> None:
    entry = append(**sent(1))
    project(PARCEL, entry)
    Upload.objects.update(length=5)
    replay = Replay([PARCEL])
    replay.feed(entry)

    assert list(replay.differences()) == [
        Difference("upload", parcel(1), "is not what the ledger says", "length")
    ]
