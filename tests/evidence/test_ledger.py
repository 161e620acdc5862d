"""An entry says what was said, belongs to its transaction, and is never changed."""

import base64
import datetime as dt
import json
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from evidence import ledger, models
from evidence.ledger import OutsideTransaction, PayloadRefused, SignedRecord, append, leaf_of, read_payload
from evidence.sealer import seal_now
from tests.evidence.world import NOON, sent


@pytest.mark.django_db(transaction=True, available_apps=["evidence"])
def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransaction):
        append(**sent(1))

    assert not models.Entry.objects.exists()


@pytest.mark.django_db(transaction=True, available_apps=["evidence"])
def test_an_entry_goes_with_its_transaction() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        append(**sent(1))
        raise ZeroDivisionError

    assert not models.Entry.objects.exists()


@pytest.mark.django_db
def test_what_is_read_is_what_was_said() -> None:
    record = SignedRecord(
        '{"v":1,"plate":"浙M5K082"}\r\n\u0000'.encode(), bytes(range(64)), "0123456789abcdef", NOON
    )
    said = append(
        kind="violation.recorded",
        subject="u1",
        actor="034512",
        at=dt.datetime(2026, 3, 2, 12, 0, 0, 7, tzinfo=dt.timezone(dt.timedelta(hours=8))),
        body={"空": None, "b": [1, 2.5, {"c": True}], "a": "\u2028“”"},
        audience=["unit:2", "unit:1", "unit:2"],
        record=record,
    )
    stored = models.Entry.objects.get(id=said.id)

    assert read_payload(said.id, bytes(stored.payload)) == said
    assert said.record == record
    assert said.at == NOON.replace(microsecond=7)
    assert said.audience == ("unit:1", "unit:2")
    assert (stored.kind, stored.subject, stored.actor, stored.at, stored.audience) == (
        "violation.recorded", "u1", "034512", said.at, ["unit:1", "unit:2"],
    )  # fmt: skip


@pytest.mark.django_db
def test_the_payload_is_canonical() -> None:
    entry = append(kind="k", subject=1, actor=2, at=NOON, body={"b": "路", "a": 1})

    assert bytes(models.Entry.objects.get(id=entry.id).payload).decode() == (
        '{"actor":"2","at":"2026-03-02T04:00:00.000000Z","audience":[],"body":{"a":1,"b":"路"},"kind":"k","subject":"1","v":1}'
    )


@pytest.mark.django_db
def test_bytes_that_are_no_text_are_kept_as_bytes() -> None:
    record = SignedRecord(b"\xff\xfe\x00", b"short", "?", NOON)
    entry = append(kind="k", subject="s", actor="a", at=NOON, body={}, record=record)
    said = json.loads(bytes(models.Entry.objects.get().payload))

    assert entry.record == record
    assert base64.b64decode(said["record"]["bytes"]) == b"\xff\xfe\x00" and "text" not in said["record"]


@pytest.mark.parametrize(
    ("at", "body"),
    [
        (NOON.replace(tzinfo=None), {}),
        (NOON, {"a": float("nan")}),
        (NOON, {"a": "\ud800"}),
        (NOON, {1: "a"}),
        (NOON, {"a": [{2: "b"}]}),
    ],
)
@pytest.mark.django_db
def test_what_json_can_not_hold_is_refused(at: dt.datetime, body: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        append(kind="k", subject="s", actor="a", at=at, body=body)


@pytest.mark.django_db
def test_the_sealer_computes_the_salted_leaf() -> None:
    first, second = (append(kind="k", subject="s", actor="a", at=NOON, body={}) for _ in range(2))
    seal_now()
    one, other = (
        models.Seal.objects.select_related("entry").get(entry_id=each.id) for each in (first, second)
    )

    for sealed in (one, other):
        salt, payload = bytes(sealed.entry.salt), bytes(sealed.entry.payload)
        assert bytes(sealed.leaf_hash) == leaf_of(salt, payload)
        assert bytes(sealed.leaf_hash) == sha256(b"\0" + sha256(salt + payload).digest()).digest()
    assert bytes(one.entry.payload) == bytes(other.entry.payload)
    assert bytes(one.leaf_hash) != bytes(other.leaf_hash)


@pytest.mark.parametrize("table", ["entry", "seal", "checkpoint", "tile"])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET {}", "TRUNCATE {} CASCADE"])
@pytest.mark.django_db
def test_nothing_in_the_ledger_is_changed_or_deleted(table: str, verb: str) -> None:
    for number in range(256):
        append(**sent(number))
    seal_now()
    column = {
        "entry": "kind = kind",
        "seal": "leaf_hash = leaf_hash",
        "checkpoint": "note = note",
        "tile": "root = root",
    }[table]

    with connection.cursor() as cursor:
        if verb.startswith("TRUNCATE"):  # the tests' own database lets them empty tables between tests
            cursor.execute(
                f"CREATE TRIGGER again BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()"
            )
        with pytest.raises(IntegrityError, match="the ledger only grows"):
            cursor.execute(verb.format(table, column))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b'{"v":2}',
        b'{"v":1}',
        b"\xff",
        b'{"v":1,"kind":1,"subject":"s","actor":"a","at":"2026-03-02T04:00:00Z","audience":[],"body":{}}',
        b'{"v":1,"kind":"k","kind":"l","subject":"s","actor":"a","at":"2026-03-02T04:00:00Z","audience":[],"body":{}}',
        b'{"v":1,"kind":"k","subject":"s","actor":"a","at":"noon","audience":[],"body":{}}',
        b'{"v":1,"kind":"k","subject":"s","actor":"a","at":"2026-03-02T04:00:00Z","audience":[],"body":{},"record":{"text":"x"}}',
    ],
)
def test_bytes_that_the_ledger_did_not_write_are_refused(payload: bytes) -> None:
    with pytest.raises(PayloadRefused):
        ledger.read_payload(1, payload)
