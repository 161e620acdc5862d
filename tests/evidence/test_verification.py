"""Whatever is changed behind the ledger's back is named by verify_ledger: entry, table, row, column or photo."""

import hashlib
import io
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from evidence import ledger
from evidence.replay import hold, project
from evidence.sealer import seal_now
from evidence.storage import photo_store, remember
from evidence.verification import verify
from tests.evidence.world import NOON, PARCEL, Terminal, parcel, sent

pytestmark = pytest.mark.django_db

PHOTO = b"a photo of a parked car" * 1000
DIGEST = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture(autouse=True)
def furnished_log(terminal: Terminal) -> None:
    """300 entries: an enrolment, a signed record, a photo, remarks, and parcels, some of which came and one of which was lost."""
    write(
        kind="terminal.enrolled",
        subject=terminal.key_id,
        actor="qiu",
        body={"key": terminal.key_id, "spki": terminal.spki.hex()},
    )
    write(
        kind="note.made",
        subject="n1",
        actor=terminal.key_id,
        body={},
        record=terminal.record(b'{"v":1,"note":"double parked"}'),
    )
    stored = photo_store().put_once(DIGEST, io.BytesIO(PHOTO))
    remember(stored, now=NOON)
    write(kind="photo.arrived", subject=DIGEST, actor=terminal.key_id, body={"digest": DIGEST})
    for number in range(274):
        write(kind="remark", subject=f"r{number}", actor="mei", body={"n": number})
    for number in range(20):
        write(**sent(number, note="路边"))
    hold(PARCEL, parcel(1), parcel(2))
    for number, kind in ((1, "parcel.came"), (2, "parcel.lost"), (3, "parcel.came")):
        write(kind=kind, subject=parcel(number), actor="li", body={})
    seal_now()


def write(**said: Any) -> ledger.Entry:
    with transaction.atomic():
        entry = ledger.append(**({"at": NOON} | said))
        project(PARCEL, entry)
    return entry


def tamper(*statements: str) -> None:
    """As somebody with the database's own rights: the triggers that stop accidents don't stop them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for one in statements:
            cursor.execute(one)
            assert cursor.rowcount, f"the tampering changed nothing: {one}"
        cursor.execute("SET LOCAL session_replication_role = origin")


def findings() -> list[str]:
    return [str(one) for one in verify().findings]


def test_an_untouched_log_is_sound_and_says_what_was_looked_at() -> None:
    verdict = verify()

    assert verdict.findings == []
    assert (verdict.entries, verdict.records, verdict.photos, verdict.rows, verdict.tiles) == (
        300,
        1,
        1,
        19,
        1,
    )


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE entry SET payload = set_byte(payload, 30, get_byte(payload, 30) # 1) WHERE id = (SELECT entry_id FROM seal WHERE leaf_index = 17)", "entry 17 "),
        ("UPDATE entry SET payload = payload || ' ' WHERE id = (SELECT entry_id FROM seal WHERE leaf_index = 299)", "entry 299 "),
        ("UPDATE entry SET salt = set_byte(salt, 0, get_byte(salt, 0) # 128) WHERE id = (SELECT entry_id FROM seal WHERE leaf_index = 5)", "entry 5 "),
        ("UPDATE entry SET kind = 'note.unmade' WHERE kind = 'note.made'", "column kind"),
        ("UPDATE entry SET subject = 'n2' WHERE subject = 'n1'", "column subject"),
        ("UPDATE entry SET actor = 'zhao' WHERE actor = 'qiu'", "entry 0 "),
        ("UPDATE entry SET at = at + interval '1 microsecond' WHERE subject = 'n1'", "column at"),
        ("UPDATE entry SET audience = '{unit:2}' WHERE subject = 'n1'", "column audience"),
        ("DELETE FROM entry WHERE subject = 'n1'", "entry 1 "),
        ("UPDATE seal SET leaf_hash = set_byte(leaf_hash, 31, get_byte(leaf_hash, 31) # 1) WHERE leaf_index = 40", "entry 40 "),
        ("DELETE FROM seal WHERE leaf_index = 100", "entry 100"),
        ("DELETE FROM seal WHERE leaf_index = 299", "log_head"),
        ("UPDATE tile SET root = set_byte(root, 0, get_byte(root, 0) # 1)", "tile 0/0: table tile, column root"),
        ("UPDATE tile SET hashes = set_byte(hashes, 32 * 7, get_byte(hashes, 32 * 7) # 1)", "column hashes: differs from the log, first at entry 7"),
        ("DELETE FROM tile", "tile 0/0: table tile: the row is missing"),
        ("UPDATE checkpoint SET root = set_byte(root, 0, get_byte(root, 0) # 1)", "checkpoint 300: table checkpoint, column root"),
        ("UPDATE checkpoint SET note = replace(note, '300', '301')", "checkpoint 300: table checkpoint, column note"),
        ("UPDATE checkpoint SET size = 299", "checkpoint 299"),
        ("DELETE FROM checkpoint", "the log's end is not signed"),
        ("UPDATE log_head SET size = 299", "table log_head"),
        ("UPDATE log_head SET frontier = set_byte(frontier, 0, get_byte(frontier, 0) # 1)", "table log_head"),
        ("UPDATE blob SET size = size + 1", "table blob"),
    ],
)  # fmt: skip
def test_each_edit_of_the_log_is_named(statement: str, named: str) -> None:
    tamper(statement)

    assert any(named in one for one in findings()), findings()


@pytest.mark.parametrize(
    ("column", "edit"),
    [
        ("terminal", "'zhao'"),
        ("digest", "repeat('f', 64)"),
        ("length", "length + 1"),
        ("metadata", "metadata || ' '"),
        ("created_at", "created_at - interval '1 second'"),
        ("expires_at", "expires_at + interval '1 day'"),
        ("finished_at", "now()"),
    ],
)
def test_each_edit_of_a_projected_column_is_named(column: str, edit: str) -> None:
    tamper(f"UPDATE upload SET {column} = {edit} WHERE id = '{parcel(7)}'")

    assert findings() == [f"table upload, row {parcel(7)}, column {column}: is not what the ledger says"]


def test_a_row_that_no_entry_accounts_for_is_named() -> None:
    tamper(
        f"INSERT INTO upload SELECT '{parcel(900)}', terminal, digest, length, metadata, created_at, expires_at, finished_at FROM upload LIMIT 1"
    )

    assert findings() == [f"table upload, row {parcel(900)}: no entry accounts for this row"]


def test_a_row_that_was_deleted_is_named() -> None:
    tamper(f"DELETE FROM upload WHERE id = '{parcel(9)}'")

    assert findings() == [f"table upload, row {parcel(9)}: this row is missing"]


def test_one_flipped_bit_of_a_photo_is_named() -> None:
    place = next(one for one in photo_files() if one.name == DIGEST)
    place.chmod(0o640)
    raw = bytearray(place.read_bytes())
    raw[777] ^= 1
    place.write_bytes(raw)

    (finding,) = findings()

    assert finding.startswith(f"photo {DIGEST}: its bytes were changed")


def test_a_photo_that_is_gone_is_named() -> None:
    next(one for one in photo_files() if one.name == DIGEST).unlink()

    assert findings() == [f"photo {DIGEST}: its bytes are gone (entry 2 (id {entry_id_of(2)}))"]


def test_an_edit_hidden_in_payload_and_seal_alike_is_still_between_two_checkpoints() -> None:
    tamper(
        "UPDATE entry SET payload = convert_to(replace(convert_from(payload, 'UTF8'), '路边', '路中'), 'UTF8')"
        " WHERE id = (SELECT entry_id FROM seal WHERE leaf_index = 290)",
        r"UPDATE seal SET leaf_hash = sha256('\x00'::bytea || sha256(salt || payload)) FROM entry WHERE entry.id = entry_id AND leaf_index = 290",
        "UPDATE upload SET metadata = '路中' WHERE id = (SELECT subject::uuid FROM entry JOIN seal ON entry.id = entry_id WHERE leaf_index = 290)",
    )

    assert any("what is numbered 0 to 299 is not what was sealed" in one for one in findings())


def test_a_forged_record_of_an_unknown_key_is_named() -> None:
    stranger = Terminal()
    write(kind="note.made", subject="n9", actor=stranger.key_id, body={}, record=stranger.record(b"{}"))
    seal_now()

    (finding,) = findings()

    assert stranger.key_id in finding and "which no entry enrolled" in finding


def test_a_record_signed_over_other_bytes_is_named(terminal: Terminal) -> None:
    genuine = terminal.record(b"{}")
    forged = ledger.SignedRecord(b"{ }", genuine.signature, genuine.key, genuine.arrived_at)
    write(kind="note.made", subject="n9", actor=terminal.key_id, body={}, record=forged)
    seal_now()

    assert any("was not signed" in one or "were not signed" in one for one in findings())


def test_doubted_bytes_are_kept_without_vouching_for_their_signature(terminal: Terminal) -> None:
    write(
        kind="parcel.doubted",
        subject="q1",
        actor="x",
        body={},
        record=ledger.SignedRecord(b"\xff\x00", b"nonsense", "?", NOON),
    )
    seal_now()

    assert findings() == []


def test_entries_that_are_not_sealed_yet_are_replayed_too() -> None:
    write(**sent(500))

    verdict = verify()

    assert (verdict.findings, verdict.unsealed) == ([], 1)


def test_the_command_says_the_finding_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_ledger")
    assert "all as sealed" in capsys.readouterr().out

    tamper(f"UPDATE upload SET length = 1 WHERE id = '{parcel(7)}'")
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_ledger")

    assert stopped.value.code == 1
    assert f"row {parcel(7)}, column length" in capsys.readouterr().out


def photo_files() -> list[Any]:
    return [one for one in settings.PHOTO_ROOT.rglob("*") if one.is_file()]


def entry_id_of(number: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry_id FROM seal WHERE leaf_index = %s", [number])
        return int(cursor.fetchone()[0])
