"""Readers follow numbers; a receipt proves what it says; who waits is woken once the seal is there."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test import Client
from pytest_django import Settings

from evidence import queries
from evidence.chain import ProofRefused, verify_consistency, verify_inclusion
from evidence.direct import connect
from evidence.keys import log_signer, log_verifier
from evidence.ledger import append, leaf_of
from evidence.note import open_checkpoint
from evidence.sealer import begin_log, seal_batch, seal_now
from evidence.sealing import Sealing
from evidence.settled import StandbyPositions
from evidence.tree import Receipt, forget_tiles
from tests.evidence.world import NOON, sent

in_one_transaction = pytest.mark.django_db
for_real = pytest.mark.django_db(transaction=True, available_apps=["evidence"])


def write(count: int = 1, *audience: str) -> list[int]:
    with transaction.atomic():
        return [
            append(kind="k", subject="s", actor="a", at=NOON, body={"n": one}, audience=audience).id
            for one in range(count)
        ]


@pytest.fixture
def sealing(transactional_db: None, settings: Settings) -> Iterator[Sealing]:
    """The sealer's loop beside us, and nobody else who may seal."""
    settings.LEDGER_SEAL_IN_PROCESS = False
    one = Sealing(log_signer())
    thread = threading.Thread(target=one.run)
    thread.start()
    yield one
    one.stop()
    thread.join()


def believe(wire: dict[str, Any]) -> int:
    """Check a receipt as a handheld does, from its JSON alone; return the size of the log that it stands in."""
    wire = json.loads(json.dumps(wire))
    salt = base64.urlsafe_b64decode(wire["leaf"]["salt"] + "=")
    signed = open_checkpoint(wire["checkpoint"], log_verifier())
    leaf = leaf_of(salt, wire["leaf"]["payload"].encode())
    verify_inclusion(
        leaf, wire["index"], signed.size, [base64.b64decode(one) for one in wire["proof"]], signed.root
    )
    return signed.size


# receipts


@in_one_transaction
def test_a_receipt_can_be_checked_from_its_wire_form_alone() -> None:
    ids = write(300)
    seal_now()

    receipts = queries.receipts(ids)

    assert [receipts[one].number for one in ids] == list(range(300))
    assert {believe(one.to_wire()) for one in receipts.values()} == {300}
    assert json.loads(receipts[ids[7]].payload)["body"] == {"n": 7}


@in_one_transaction
def test_a_receipt_with_another_word_in_it_is_not_believed() -> None:
    ids = write(3)
    seal_now()
    wire = queries.receipts(ids)[ids[0]].to_wire()
    wire["leaf"]["payload"] = wire["leaf"]["payload"].replace('"n":0', '"n":5')

    with pytest.raises(ProofRefused):
        believe(wire)


@in_one_transaction
def test_of_what_is_not_sealed_there_is_no_receipt() -> None:
    sealed = write(2)
    seal_now()
    fresh = write(1)

    assert queries.receipts(sealed + fresh).keys() == set(sealed)
    assert queries.receipts([]) == {}


@in_one_transaction
def test_a_tree_that_was_tampered_with_hands_out_no_receipt() -> None:
    ids = write(3)
    seal_now()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE seal SET leaf_hash = sha256('x') WHERE leaf_index = 1")

    with pytest.raises(ProofRefused):
        queries.receipts(ids[:1])


@in_one_transaction
def test_receipts_and_their_checkpoint_come_together() -> None:
    early = write(2)
    seal_now()
    late = write(3)
    seal_now()

    newest, receipts = queries.receipts_now([*early, *late])

    assert newest is not None and newest.size == 5
    assert {one.note for one in receipts.values()} == {newest.note}
    assert queries.receipts_now([])[0] == newest


@in_one_transaction
def test_each_of_a_growing_log_s_checkpoints_is_proved_by_its_own_tiles() -> None:
    """Of an unfinished tile what is remembered holds under one root only; across the edge of a tile as well."""
    ids = write(250)
    for _ in range(12):
        seal_now()
        assert {believe(one.to_wire()) for one in queries.receipts(ids).values()} == {len(ids)}
        ids += write(1)


@in_one_transaction
def test_a_subject_s_history_is_proved_entry_by_entry() -> None:
    first = write(3)
    seal_now()
    fresh = write(1)

    history = queries.history("s")

    assert [one.id for one in history.entries] == [*first, *fresh]
    assert history.receipts.keys() == set(first)
    assert queries.history("nobody") == queries.History([], {})
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE entry SET payload = convert_to(replace(convert_from(payload, 'UTF8'), '\"n\":1', '\"n\":7'), 'UTF8')"
            " WHERE id = %s",
            [first[1]],
        )
    with pytest.raises(ProofRefused):
        queries.history("s")


# waiting


@for_real
def test_who_registers_before_the_commit_is_woken_by_the_seal(sealing: Sealing) -> None:
    with transaction.atomic():
        entry = append(**sent(1))
        waiting = queries.expect_sealed([entry.id])

    assert waiting.wait(10) == {entry.id}
    assert believe(queries.receipts([entry.id])[entry.id].to_wire()) == 1


@for_real
def test_who_asks_when_all_is_sealed_long_since_is_answered_too(sealing: Sealing) -> None:
    ids = write(2)
    assert queries.wait_sealed(ids, 10) == set(ids)

    assert queries.wait_sealed(ids, 10) == set(ids)
    assert queries.wait_sealed([], 10) == set()


@for_real
def test_without_a_sealer_the_wait_ends_and_says_stored(transactional_db: None, settings: Settings) -> None:
    settings.LEDGER_SEAL_IN_PROCESS = False
    ids, began = write(2), time.monotonic()

    assert queries.wait_sealed(ids, 0.3) == set()
    assert 0.25 < time.monotonic() - began < 3


@for_real
def test_what_is_sealed_in_time_is_given_and_the_rest_comes_later(sealing: Sealing) -> None:
    done = write(1)
    with connect("test-open") as other, other.transaction():
        never = other.execute(
            "INSERT INTO entry (kind, subject, actor, at, audience, salt, payload)"
            " VALUES ('k', 's', 'a', now(), '{}', decode(repeat('00', 32), 'hex'), '{}') RETURNING id"
        ).fetchone()
        assert never
        assert queries.wait_sealed([*done, never[0]], 1) == set(done)
        raise psycopg.Rollback


@for_real
@pytest.mark.timeout(120)
def test_256_at_once_each_get_their_own_receipts(sealing: Sealing) -> None:
    together = threading.Barrier(256)
    writing = threading.Semaphore(24)  # connections are few, waiters many

    def one(number: int) -> tuple[set[int], dict[int, Receipt]]:
        together.wait()
        with writing:
            try:
                with transaction.atomic():
                    ids = {append(**sent(number * 10 + each)).id for each in range(1 + number % 5)}
                    waiting = queries.expect_sealed(ids)
            finally:
                connections.close_all()
        sealed = waiting.wait(60)
        with writing:
            try:
                return ids, queries.receipts(sealed)
            finally:
                connections.close_all()

    with ThreadPoolExecutor(256) as pool:
        answers = list(pool.map(one, range(256)))

    for ids, receipts in answers:
        assert receipts.keys() == ids
        assert all(believe(each.to_wire()) for each in receipts.values())
    numbers = sorted(each.number for _, receipts in answers for each in receipts.values())
    assert numbers == list(range(sum(1 + number % 5 for number in range(256))))


@for_real
def test_the_dispatcher_survives_a_lost_connection(sealing: Sealing) -> None:
    queries.wait_sealed(write(1), 10)
    with connect("test-killer") as killer:
        killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'luqin-receipts'"
        )

    ids = write(1)
    assert queries.wait_sealed(ids, 20) == set(ids)


# the feed


@in_one_transaction
def test_a_reader_sees_what_is_his_in_order_and_moves_past_the_rest() -> None:
    write(3, "unit:1")
    write(4, "unit:2", "user:x")
    write(2, "unit:1", "unit:2")
    seal_now()

    first = queries.entries_after(0, {"unit:1"}, limit=4)
    second = queries.entries_after(first.cursor, {"unit:1"}, limit=4)
    third = queries.entries_after(second.cursor, {"unit:1"}, limit=4)

    assert [one.number for one in first.items] == [0, 1, 2, 7]
    assert (first.cursor, first.more) == (8, True)
    assert [one.number for one in second.items] == [8]
    assert (second.cursor, second.more) == (9, False)
    assert (third.items, third.cursor, third.more) == ([], 9, False)
    assert [one.number for one in queries.entries_after(0, {"user:x", "unit:1"}, limit=99).items] == list(
        range(9)
    )
    assert queries.entries_after(0, set(), limit=9).items == []
    assert len(queries.entries_after(0, None, limit=99).items) == 9


@in_one_transaction
def test_a_long_stretch_of_others_entries_is_walked_in_pieces() -> None:
    write(50, "unit:2")
    write(1, "unit:1")
    seal_now()

    page, pieces = queries.entries_after(0, {"unit:1"}, limit=10, scan_limit=20), 1
    while page.more:
        assert page.items == []
        page, pieces = queries.entries_after(page.cursor, {"unit:1"}, limit=10, scan_limit=20), pieces + 1

    assert (pieces, [one.number for one in page.items], page.cursor) == (3, [50], 51)


@in_one_transaction
def test_a_cursor_from_a_log_that_was_longer_stays_where_it_is() -> None:
    write(2, "unit:1")
    seal_now()

    assert queries.entries_after(90, {"unit:1"}, limit=5) == queries.Page([], 90, False)


@in_one_transaction
def test_what_is_not_sealed_is_in_no_feed_but_among_what_is_known_about_its_subject() -> None:
    write(1, "unit:1")
    seal_now()
    write(1, "unit:1")

    assert len(queries.entries_after(0, {"unit:1"}, limit=9).items) == 1
    assert [one.number for one in queries.entries_about("s")] == [0, None]
    assert queries.entries_about("nobody") == []


# proofs over HTTP


@pytest.fixture
def door(settings: Settings) -> Client:
    settings.ROOT_URLCONF = "tests.evidence.server_urls"
    return Client()


@in_one_transaction
def test_anybody_can_check_the_log_over_http(door: Client) -> None:
    write(3)
    seal_now()
    old = open_checkpoint(door.get("/api/log/checkpoint").content.decode(), log_verifier())
    write(300)
    seal_now()

    new = open_checkpoint(door.get("/api/log/checkpoint").content.decode(), log_verifier())
    consistency = door.get("/api/log/consistency", {"old": old.size, "new": new.size}).json()
    inclusion = door.get("/api/log/proof", {"index": 5}).json()
    tile = door.get("/api/log/tile/0/0")

    assert door.get("/api/log/key").content.decode().strip() == log_verifier().text()
    verify_consistency(
        old.size, new.size, [base64.b64decode(one) for one in consistency["proof"]], old.root, new.root
    )
    leaf, proof = (
        base64.b64decode(inclusion["leaf_hash"]),
        [base64.b64decode(one) for one in inclusion["proof"]],
    )
    verify_inclusion(leaf, 5, inclusion["size"], proof, new.root)
    assert (len(tile.content), tile.content[5 * 32 : 6 * 32]) == (8192, leaf)
    assert "immutable" in tile["Cache-Control"]
    assert len(door.get("/api/log/tile/0/1").content) == 47 * 32
    assert len(door.get("/api/log/tile/1/0").content) == 32


@in_one_transaction
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("checkpoint", 404),
        ("consistency", 400),
        ("consistency?old=0&new=3", 400),
        ("consistency?old=3&new=2", 400),
        ("consistency?old=1&new=4", 400),
        ("consistency?old=1&new=" + "9" * 40, 400),
        ("consistency?old=%D9%A3&new=3", 400),
        ("proof?index=3", 400),
        ("proof?index=-1", 400),
        ("proof?index=0&size=9", 400),
        ("proof?index=0&size=0", 400),
        ("proof?index=0&size=", 400),
        ("tile/0/1", 404),
        ("tile/8/0", 404),
        ("tile/0/99999999999999999999999999", 404),
    ],
)
def test_what_can_not_be_proved_is_refused(door: Client, path: str, status: int) -> None:
    if path != "checkpoint":
        write(3)
        seal_now()

    assert door.get(f"/api/log/{path}").status_code == status


# settled


@in_one_transaction
def test_what_a_backup_holds_is_settled(settings: Settings) -> None:
    write(5)
    seal_now()
    settings.SETTLED_BY = "none"
    assert queries.settled_up_to() is None
    settings.SETTLED_BY = "backup"
    assert queries.settled_up_to() == 0

    call_command("mark_backup", "3")
    call_command("mark_backup", "2")

    assert queries.settled_up_to() == 3
    with pytest.raises(CommandError, match="has 5 entries, not 6"):
        call_command("mark_backup", "6")


@in_one_transaction
def test_with_a_standby_nothing_is_settled_before_it_has_flushed_it(settings: Settings) -> None:
    settings.SETTLED_BY = "standby"
    write(5)
    seal_now()

    assert queries.settled_up_to() == 0, "no standby is connected"


def test_what_the_slowest_standby_has_flushed_is_settled() -> None:
    positions = StandbyPositions()

    assert positions.look(10, 1000, 900) == 0
    assert positions.look(20, 2000, 1500) == 10
    assert positions.look(30, 3000, None) == 10, "it is away, but what it had it has"
    assert positions.look(30, 3100, 3100) == 30


@for_real
def test_tiles_remembered_of_another_database_do_no_harm(transactional_db: None) -> None:
    def one_life() -> Callable[[], set[int]]:
        ids = write(300)
        with connect("test-sealer") as db:
            begin_log(db)
            seal_batch(db, log_signer())
        return lambda: {believe(one.to_wire()) for one in queries.receipts(ids).values()}

    forget_tiles()
    assert one_life()() == {300}
    with connect("test-eraser") as db:
        db.execute("SET session_replication_role = replica")
        db.execute(
            "DELETE FROM seal; DELETE FROM entry; DELETE FROM tile; DELETE FROM checkpoint; DELETE FROM log_head"
        )

    assert one_life()() == {300}
