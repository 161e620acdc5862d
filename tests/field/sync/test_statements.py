"""What one record costs at the handheld's door: each statement to the database by its name. A new one is named here or not asked."""

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests import scenes
from tests.browsers import InProcess
from tests.cast import Cast, Handheld, photo

TURN = "the terminal's turn"
NAMES = "texts, uids, numbers that are here"
SHIFT = "the record's shift, officer, terminal"
OFFENCE = "the offence in force"
ENTRY = "the entry"
VIOLATION = "the violation"
TEXT = "the text"
NUMBERS = "whether it is sealed"
SEALED = "receipt and checkpoint"
TILE = "the tree's last tile"
TERMINAL = "the terminal that sends"
CONTACT = "what the handheld says of itself"
# NUMBERS among the writes is the test's own seal; the product waits for the sealer's word instead
WRITES = [TURN, NAMES, SHIFT, OFFENCE, ENTRY, VIOLATION, TEXT, NUMBERS]
READS = [
    "the session's shift",
    "the feed's head",
    "the feed's entries",
    "the officer's view",
    "photos of it",
    "texts set aside about it",
    "tasks not delivered",
]
WORDS = {
    TURN: r"SELECT set_config\('lock_timeout'.*pg_advisory_xact_lock",
    NAMES: r"SELECT text_sha256, uid, terminal, seq, outcome.*UNION ALL SELECT NULL, id.*FROM field_violation",
    "the session's shift": r'SELECT "accounts_shift".* WHERE .*"accounts_shift"."ends_at" >',
    SHIFT: r'SELECT "accounts_shift".* WHERE "accounts_shift"."id" IN',
    OFFENCE: r'SELECT "field_offence"',
    ENTRY: r"INSERT INTO entry ",
    VIOLATION: r'INSERT INTO "field_violation"',
    TEXT: r'INSERT INTO "field_received"',
    SEALED: r"SELECT entry_id, leaf_index, salt, payload, size, root, note",
    TILE: r"SELECT hashes IS NOT NULL",
    TERMINAL: r'SELECT "accounts_terminal"',
    CONTACT: r'INSERT INTO "accounts_terminalcontact"',
    "the session": r'SELECT "django_session"',
    "the feed's head": r"SELECT leaf_index FROM seal ORDER BY leaf_index DESC LIMIT 1",
    "the feed's entries": r"SELECT leaf_index, id, payload FROM seal JOIN entry",
    "the officer's view": r'SELECT "field_violation"."id"',
    "photos of it": r'SELECT "field_photo"."record"',
    "texts set aside about it": r'SELECT "field_received"."about"',
    "tasks not delivered": r'SELECT "field_assignment"."task_id"',
    "photos that are here": r'SELECT "field_photo"."terminal" AS',
    "rows of its photos": r'SELECT "field_photo"."id".*FOR UPDATE',
    "its photos": r'INSERT INTO "field_photo"',
    "photos still wanted": r'SELECT "field_photo"."id".*"field_photo"."digest" IN',
    NUMBERS: r"SELECT entry_id, leaf_index FROM seal WHERE entry_id = ANY",
    # the test's own transaction
    "(test)": r"(RELEASE )?SAVEPOINT",
}


@contextlib.contextmanager
def statements() -> Iterator[list[str]]:
    """The name of each statement that is asked meanwhile; the statement itself where it has none."""
    asked: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        said = " ".join(str(sql).split())
        name = next((name for name, words in WORDS.items() if re.match(words, said)), said)
        if name != "(test)":
            asked.append(name)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield asked


@pytest.fixture
def warm(cast: Cast) -> Handheld:
    """A handheld whose first contact is over, so that what is remembered is remembered."""
    wen = scenes.wens_handheld(cast)
    wen.sync(wen.violation())
    return wen


def nobody(handheld: Handheld) -> None:
    """From here on it has no session: a record is admitted by its signature all the same."""
    handheld.wire = InProcess()


def test_one_record_without_a_session_asks_each_thing_once(cast: Cast, warm: Handheld) -> None:
    nobody(warm)

    with statements() as asked:
        answered = warm.sync(warm.violation())

    assert answered.body["verdicts"][0]["outcome"] == "admitted"
    assert answered.body["verdicts"][0]["receipt"] and answered.body["feed"] is None
    assert asked == [*WRITES, SEALED, TILE, CONTACT]


def test_one_record_of_a_signed_in_handheld_asks_for_its_news_besides(cast: Cast, warm: Handheld) -> None:
    with statements() as asked:
        answered = warm.sync(warm.violation())

    assert len(answered.body["feed"]["items"]) == 1
    assert asked == ["the session", READS[0], *WRITES, SEALED, TILE, CONTACT, *READS[1:]]


def test_photos_of_a_record_cost_four_statements_however_many_they_are(cast: Cast, warm: Handheld) -> None:
    nobody(warm)

    with statements() as asked:
        answered = warm.sync(warm.violation(photos=[photo(scenes.FAR), photo(scenes.NEAR)]))

    assert [one["state"] for one in answered.body["photos"]] == ["wanted", "wanted"]
    assert set(asked) - {*WRITES, SEALED, TILE, CONTACT} == {
        "photos that are here",
        "rows of its photos",
        "its photos",
        "photos still wanted",
    }
    assert len(asked) == len(WRITES) + 3 + 4


def test_a_text_that_is_here_already_costs_its_names_and_its_receipt(cast: Cast, warm: Handheld) -> None:
    nobody(warm)
    record = warm.violation()
    warm.sync(record)

    with statements() as asked:
        answered = warm.sync(record)

    assert answered.body["verdicts"][0]["outcome"] == "admitted"
    assert asked == [TURN, NAMES, NUMBERS, SEALED, TERMINAL, CONTACT]
