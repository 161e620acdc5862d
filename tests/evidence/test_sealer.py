"""The sealer numbers everything that has committed, once, without gaps, whatever else runs."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from evidence import sealer
from evidence.chain import root_of, verify_consistency, verify_inclusion
from evidence.direct import connect
from evidence.keys import KeyExists, log_signer, log_verifier, make_log_key
from evidence.ledger import append
from evidence.models import Checkpoint, Seal
from evidence.note import open_checkpoint
from evidence.queries import ask, consistency, receipts
from evidence.sealer import Batch, HeadMissing, begin_log, seal_batch
from evidence.sealing import OPTIONS, Sealing
from evidence.tree import prove_inclusion, tiles_in
from evidence.witness import HistoryDiffers, check_history, keep
from tests.evidence.world import sent

pytestmark = pytest.mark.django_db(transaction=True, available_apps=["evidence"])


@pytest.fixture
def db(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """The sealer's own connection."""
    with connect("test-sealer", OPTIONS) as one:
        begin_log(one)
        yield one


def write(count: int = 1, first: int = 0) -> list[int]:
    with transaction.atomic():
        return [append(**sent(first + number)).id for number in range(count)]


class OpenTransaction:
    """Somebody else's transaction with an entry in it, still open."""

    def __init__(self, number: int) -> None:
        self._go, self._wrote = threading.Event(), threading.Event()
        self._commit = True
        self.entry_id = 0
        self._thread = threading.Thread(target=self._run, args=(number,))
        self._thread.start()
        assert self._wrote.wait(10)

    def end(self, commit: bool = True) -> None:
        self._commit = commit
        self._go.set()
        self._thread.join()

    def _run(self, number: int) -> None:
        try:
            with transaction.atomic():
                self.entry_id = append(**sent(number)).id
                self._wrote.set()
                self._go.wait(10)
                if not self._commit:
                    transaction.set_rollback(True)
        finally:
            connection.close()


def sealed() -> list[int]:
    return list(Seal.objects.order_by("leaf_index").values_list("entry_id", flat=True))


def test_numbers_have_no_gaps_and_the_checkpoint_signs_them(db: psycopg.Connection[Any]) -> None:
    ids = write(3) + write(2)

    batch = seal_batch(db, log_signer())

    assert (batch.sealed, batch.size, batch.missed) == (5, 5, 0)
    assert sealed() == ids
    signed = open_checkpoint(Checkpoint.objects.get().note, log_verifier())
    assert (signed.size, signed.root) == (
        5,
        root_of(bytes(one.leaf_hash) for one in Seal.objects.order_by("leaf_index")),
    )
    assert seal_batch(db, log_signer()) == Batch(0, 5)


def test_an_entry_is_sealed_when_its_transaction_commits_and_holds_up_nobody(
    db: psycopg.Connection[Any],
) -> None:
    late = OpenTransaction(1)
    early = write(2, first=2)
    seal_batch(db, log_signer())
    assert sealed() == early

    more = write(1, first=9)
    seal_batch(db, log_signer())
    late.end()
    seal_batch(db, log_signer())

    assert sealed() == [*early, *more, late.entry_id]


def test_what_was_rolled_back_gets_no_number(db: psycopg.Connection[Any]) -> None:
    regretted = OpenTransaction(1)
    kept = write()
    seal_batch(db, log_signer())
    regretted.end(commit=False)
    seal_batch(db, log_signer(), sweep=True)

    assert sealed() == kept


def test_an_entry_behind_a_savepoint_is_found(db: psycopg.Connection[Any]) -> None:
    with transaction.atomic():
        with transaction.atomic():
            first = append(**sent(1)).id
        second = append(**sent(2)).id
    seal_batch(db, log_signer())

    assert sealed() == [first, second]


class Interfering:
    """The sealer's connection, with something happening right after it has taken its entries."""

    def __init__(
        self, db: psycopg.Connection[Any], after_take: Callable[[], object], late_snapshot: bool
    ) -> None:
        self._db, self._after_take, self._late = db, after_take, late_snapshot
        self.transaction = db.transaction

    def execute(self, query: Any, parameters: Any = None) -> Any:
        if self._late and isinstance(query, str) and query.startswith("UPDATE log_head SET size"):
            row = self._db.execute("SELECT pg_current_snapshot()::text").fetchone()
            assert row
            parameters = (parameters[0], row[0], *parameters[2:])
        done = self._db.execute(query, parameters)
        if not isinstance(query, str):  # the take is the only composed statement
            self._after_take()
        return done


@pytest.mark.parametrize("late_snapshot", [False, True], ids=["as it is", "with the bug planted"])
def test_what_commits_while_a_batch_is_made_is_in_the_next_one(
    db: psycopg.Connection[Any], late_snapshot: bool
) -> None:
    """The stored snapshot is read before the take. Read after it, this entry would never be seen again: the planted bug shows it."""
    write()
    meanwhile: list[int] = []
    seal_batch(Interfering(db, lambda: meanwhile.extend(write(1, first=7)), late_snapshot), log_signer())  # type: ignore[arg-type]

    following = seal_batch(db, log_signer())
    swept = seal_batch(db, log_signer(), sweep=True)

    assert len(meanwhile) == 1
    if late_snapshot:
        assert (following.sealed, swept.sealed, swept.missed) == (0, 1, 1), (
            "the sweep finds it, and counts it as missed"
        )
    else:
        assert (following.sealed, swept.sealed, swept.missed) == (1, 0, 0)


def test_a_sweep_of_new_entries_is_no_alarm(db: psycopg.Connection[Any]) -> None:
    write()
    seal_batch(db, log_signer())
    write(3)

    batch = seal_batch(db, log_signer(), sweep=True)

    assert (batch.sealed, batch.missed) == (3, 0)


def test_a_database_loaded_into_another_cluster_is_swept(db: psycopg.Connection[Any]) -> None:
    write()
    seal_batch(db, log_signer())
    db.execute("UPDATE log_head SET snap = '4000000000:4000000000:'")
    late = write()

    assert seal_batch(db, log_signer()).sealed == 1
    assert sealed()[-1:] == late
    write()
    assert seal_batch(db, log_signer()).sealed == 1, "and then goes on as ever"


def test_a_second_sealer_stands_by(db: psycopg.Connection[Any]) -> None:
    write()
    with connect("test-second") as second:
        with db.transaction():
            db.execute(sealer.HEAD)
            assert seal_batch(second, log_signer()).busy
        assert seal_batch(second, log_signer()).sealed == 1


def test_a_frozen_sealer_is_taken_over(db: psycopg.Connection[Any]) -> None:
    write()
    frozen = connect("test-frozen", OPTIONS)
    frozen.execute("BEGIN")
    frozen.execute(sealer.HEAD)
    until = time.monotonic() + 15
    while seal_batch(db, log_signer()).busy and time.monotonic() < until:
        time.sleep(0.1)
    frozen.close()

    assert len(sealed()) == 1


def test_a_sealer_that_was_frozen_goes_on(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sealing = Sealing(log_signer(), sealed=lambda batch: sealing.stop())
    frozen: list[bool] = []

    def freeze_once(*arguments: Any, **more: Any) -> Batch:
        if not frozen:
            frozen.append(True)
            db = arguments[0]
            with db.transaction():
                db.execute(sealer.HEAD)
                time.sleep(2.5)
                db.execute(sealer.HEAD)
        return seal_batch(*arguments, **more)

    monkeypatch.setattr("evidence.sealing.seal_batch", freeze_once)
    write()
    sealing.run()

    assert frozen and len(sealed()) == 1


def test_a_backlog_is_sealed_in_pieces(db: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "LIMIT", 10)
    ids = write(25)

    batches = [seal_batch(db, log_signer()) for _ in range(4)]

    assert [one.sealed for one in batches] == [10, 10, 5, 0]
    assert [one.full for one in batches] == [True, True, False, False]
    assert sealed() == ids


def test_batches_grow_one_tree_across_tiles(db: psycopg.Connection[Any]) -> None:
    for count in (1, 254, 1, 1, 300, 90):
        write(count)
        seal_batch(db, log_signer())
    leaves = [bytes(one.leaf_hash) for one in Seal.objects.order_by("leaf_index")]
    signed = {one.size: bytes(one.root) for one in Checkpoint.objects.all()}

    assert [*signed] == [1, 255, 256, 257, 557, 647]
    assert ask("SELECT level, idx FROM tile ORDER BY 1, 2", []) == [(0, 0), (0, 1)]
    for size, root in signed.items():
        for index in {0, size // 2, size - 1}:
            leaf, proof = prove_inclusion(ask, index, size)
            assert leaf == leaves[index]
            verify_inclusion(leaf, index, size, proof, root)
        for old in signed:
            if old <= size:
                verify_consistency(old, size, consistency(old, size), signed[old], root)
    assert len(receipts(sealed())) == 647
    assert tiles_in(db).node(8, 1) == root_of(leaves[256:512])


def test_followers_are_told_after_the_commit(db: psycopg.Connection[Any]) -> None:
    with connect("test-listener") as listener:
        listener.execute("LISTEN sealed")
        write(4)
        seal_batch(db, log_signer())

        assert [one.payload for one in listener.notifies(timeout=5, stop_after=1)] == ["4"]


def test_a_log_restored_to_an_earlier_time_is_not_sealed_on(db: psycopg.Connection[Any]) -> None:
    write(3)
    seal_batch(db, log_signer())
    write(2)
    keep(seal_batch(db, log_signer()).note, log_verifier())
    kept = check_history(db, log_verifier())
    assert kept is not None and kept.size == 5

    db.execute("SET session_replication_role = replica")
    db.execute("DELETE FROM seal WHERE leaf_index >= 3; DELETE FROM checkpoint WHERE size > 3")
    db.execute("UPDATE log_head SET size = 3")

    with pytest.raises(HistoryDiffers, match="has 3 entries, but 5 were signed"):
        check_history(db, log_verifier())
    with pytest.raises(CommandError, match="restored to an earlier time"):
        call_command("seal")


def test_a_log_with_another_past_is_not_sealed_on(db: psycopg.Connection[Any]) -> None:
    write(3)
    keep(seal_batch(db, log_signer()).note, log_verifier())
    db.execute("SET session_replication_role = replica")
    db.execute("UPDATE seal SET leaf_hash = sha256('other') WHERE leaf_index = 1")

    with pytest.raises(HistoryDiffers, match="another root"):
        check_history(db, log_verifier())


def test_an_older_note_never_takes_the_place_of_a_newer_one(db: psycopg.Connection[Any]) -> None:
    write()
    old = seal_batch(db, log_signer()).note
    write()
    new = seal_batch(db, log_signer()).note
    keep(new, log_verifier())
    keep(old, log_verifier())

    kept = check_history(db, log_verifier())
    assert kept is not None and kept.size == 2


def test_a_log_without_its_head_row_is_not_begun_anew(db: psycopg.Connection[Any]) -> None:
    write()
    seal_batch(db, log_signer())
    db.execute("DELETE FROM log_head")

    with pytest.raises(HeadMissing):
        begin_log(db)


def test_the_loop_seals_and_keeps_the_newest_note_outside(
    transactional_db: None, caplog: pytest.LogCaptureFixture
) -> None:
    done = threading.Event()
    sealing = Sealing(log_signer(), sealed=lambda batch: done.set() if batch.size == 3 else None)
    thread = threading.Thread(target=sealing.run)
    thread.start()
    try:
        write(3)
        assert done.wait(20)
    finally:
        sealing.stop()
        thread.join()

    with connect("test") as db:
        kept = check_history(db, log_verifier())
    assert kept is not None and kept.size == 3
    assert "ALARM" not in caplog.text


def test_the_logs_key_is_made_once() -> None:
    with pytest.raises(KeyExists):
        make_log_key()


def test_two_that_begin_a_log_at_once_give_it_one_head(transactional_db: None) -> None:
    with connect("first", OPTIONS) as first, connect("second", OPTIONS) as second:
        first.execute("DELETE FROM log_head")
        write(3)
        late = threading.Thread(target=begin_log, args=(second,))
        with first.transaction():
            begin_log(first)
            late.start()
            time.sleep(0.3)  # the second has looked, found none, and waits
            seal_batch(first, log_signer())
        late.join(10)

        assert first.execute("SELECT size FROM log_head").fetchall() == [(3,)]


def test_who_began_a_log_waits_for_who_found_it_begun(transactional_db: None) -> None:
    """Each in the one transaction that sealing in process is: the beginner must hold nothing that the other one still needs."""
    with (
        connect("first", OPTIONS) as first,
        connect("late", OPTIONS) as late,
        connect("later", OPTIONS) as later,
    ):
        first.execute("DELETE FROM log_head")
        write(3)

        def begin_and_seal() -> None:
            with late.transaction():
                begin_log(late)
                time.sleep(0.5)  # meanwhile the third takes the head row
                seal_batch(late, log_signer(), sweep=True, stand_by=False)

        waiting = threading.Thread(target=begin_and_seal)
        with first.transaction():
            begin_log(first)
            waiting.start()
            time.sleep(0.3)  # it has looked, found none, and waits
        with later.transaction():
            begin_log(later)
            later.execute("SELECT FROM log_head FOR UPDATE")
            time.sleep(0.7)  # it wants the row, too
            write(1)
            batch = seal_batch(later, log_signer(), sweep=True, stand_by=False)
        waiting.join(10)

        assert batch.sealed == 4
        assert not waiting.is_alive()
