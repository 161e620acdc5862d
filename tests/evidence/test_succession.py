"""A log that lost entries in a restore goes on under another name: declared by its old key, found by whoever follows, and proved."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from evidence.chain import extend, verify_consistency
from evidence.direct import connect
from evidence.keys import log_signer, log_verifier, make_log_key
from evidence.ledger import append
from evidence.models import Checkpoint, Entry
from evidence.note import Verifier, open_checkpoint, open_note
from evidence.queries import consistency
from evidence.sealer import begin_log, seal_batch
from evidence.sealing import OPTIONS
from evidence.succession_api import succession
from evidence.tree import forget_tiles
from evidence.verification import verify
from evidence.witness import check_history, keep, kept_note
from tests.evidence.world import sent

pytestmark = pytest.mark.django_db(transaction=True, available_apps=["evidence"])
NEW = "log.example/two"


@pytest.fixture
def db(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[psycopg.Connection[Any]]:
    """A sealer's connection to a log of its own key that had five entries and was restored to three."""
    settings.LOG_ORIGIN = "log.example/one"
    settings.LOG_KEY_FILE, settings.LOG_PUBLIC_FILE = tmp_path / "key", tmp_path / "key.pub"
    make_log_key()
    with connect("test-sealer", OPTIONS) as one:
        begin_log(one)
        write(3)
        seal_batch(one, log_signer())
        write(2, first=3)
        keep(seal_batch(one, log_signer()).note, log_verifier())
        forget_tiles()
        yield one


def write(count: int, first: int = 0) -> None:
    with transaction.atomic():
        for number in range(count):
            append(**sent(first + number))


def ask_after(origin: str) -> HttpResponse:
    """What whoever follows that log is told."""
    return succession(RequestFactory().get("/api/log/succession", {"after": origin}))


def restore(db: psycopg.Connection[Any]) -> None:
    """What a backup of the first three entries leaves."""
    db.execute("SET session_replication_role = replica")
    db.execute("DELETE FROM entry WHERE id IN (SELECT entry_id FROM seal WHERE leaf_index >= 3)")
    db.execute("DELETE FROM seal WHERE leaf_index >= 3; DELETE FROM checkpoint WHERE size > 3")
    db.execute(
        "UPDATE log_head SET size = 3, frontier = %s",
        (_frontier_of_three(db),),
    )
    db.execute("SET session_replication_role = origin")


def _frontier_of_three(db: psycopg.Connection[Any]) -> bytes:
    leaves = [
        bytes(row[0]) for row in db.execute("SELECT leaf_hash FROM seal ORDER BY leaf_index").fetchall()
    ]
    return b"".join(extend(0, [], leaves)[1])


def test_the_old_key_declares_what_is_lost_and_the_new_log_begins_with_what_was_kept(
    db: psycopg.Connection[Any], settings: Settings
) -> None:
    old, before = log_verifier(), Checkpoint.objects.get(size=3)
    restore(db)
    settings.LOG_ORIGIN = NEW

    call_command("succeed_log", "the disk of 3 November was lost")

    batch = seal_batch(db, log_signer())
    keep(batch.note, log_verifier())
    assert (log_verifier().name, batch.size) == (NEW, 4)
    assert check_history(db, log_verifier()) is not None
    forget_tiles()
    told = ask_after(old.name).content.decode()
    lines = open_note(told, old).split("\n")
    assert open_note(told, log_verifier())
    assert (lines[0], lines[1], lines[2], lines[4]) == ("luqin log succession 1", old.name, "5", "3")
    assert Verifier.parse(lines[6]) == log_verifier()
    newest = open_checkpoint(batch.note, log_verifier())
    verify_consistency(3, 4, consistency(3, 4), bytes(before.root), newest.root)
    # The entries of this test have no rows; of the log itself nothing is found, the checkpoints of the old key included.
    assert {one.where.partition(",")[0] for one in verify().findings} <= {"table upload", "table parcel"}


def test_a_repeat_finishes_what_was_begun_and_declares_nothing_twice(
    db: psycopg.Connection[Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore(db)
    settings.LOG_ORIGIN = NEW
    with monkeypatch.context() as dying:
        dying.setattr("evidence.succession._exchange", lambda old: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            call_command("succeed_log", "lost")

    call_command("succeed_log", "lost")

    assert Entry.objects.filter(kind="log.succeeded").count() == 1
    note = ask_after("log.example/one").content.decode()
    assert open_note(note, log_verifier())
    assert log_signer().verifier == log_verifier()
    assert kept_note() is None


def test_the_old_key_and_note_are_kept(db: psycopg.Connection[Any], settings: Settings) -> None:
    files = {Path(one) for one in (settings.LOG_KEY_FILE, settings.LOG_PUBLIC_FILE, settings.LOG_NEWEST_FILE)}
    texts = {path.read_text() for path in files}
    restore(db)
    settings.LOG_ORIGIN = NEW

    call_command("succeed_log", "lost")

    beside = {
        path.read_text()
        for folder in {one.parent for one in files}
        for path in folder.glob("*.*")
        if path.is_file()
    }
    assert texts <= beside


def test_a_log_that_lost_nothing_goes_on_under_its_name(
    db: psycopg.Connection[Any], settings: Settings
) -> None:
    settings.LOG_ORIGIN = NEW

    with pytest.raises(CommandError, match="nothing that was handed out is missing"):
        call_command("succeed_log", "moved")

    assert not Entry.objects.filter(kind="log.succeeded").exists()


def test_a_log_does_not_succeed_itself(db: psycopg.Connection[Any]) -> None:
    restore(db)

    with pytest.raises(CommandError, match="name of its own"):
        call_command("succeed_log", "lost")


def test_a_log_that_was_changed_is_no_beginning(db: psycopg.Connection[Any], settings: Settings) -> None:
    restore(db)
    db.execute("SET session_replication_role = replica")
    db.execute("UPDATE seal SET leaf_hash = sha256('other') WHERE leaf_index = 1")
    settings.LOG_ORIGIN = NEW

    with pytest.raises(CommandError, match="not the beginning"):
        call_command("succeed_log", "lost")


def test_a_log_that_has_not_ended_says_so(db: psycopg.Connection[Any]) -> None:
    assert ask_after("log.example/one").status_code == 404
    assert ask_after("").status_code == 404
