"""Everything that changes who may do what is an entry, and the tables are what the entries say."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from accounts import looks, operations
from accounts.models import Role, Shift, Terminal, Unit, User
from accounts.projections import PROJECTIONS, public_keys
from evidence.ledger import Entry, read_payload
from evidence.models import Entry as EntryRow
from evidence.replay import Replay
from tests.cast import PASSWORD, Cast, Desk, Handheld

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)


def entries(kind: str = "") -> list[Entry]:
    rows = EntryRow.objects.order_by("id")
    return [read_payload(one.id, bytes(one.payload)) for one in (rows.filter(kind=kind) if kind else rows)]


def differences() -> list[str]:
    """What replay finds wrong in the tables of this room."""
    replay = Replay(PROJECTIONS)
    for entry in entries():
        replay.feed(entry)
    return [f"{one.table} {one.row} {one.column}" for one in replay.differences() if one]


def busy_day(cast: Cast) -> Handheld:
    """Everything that the operations of this room can do, at least once."""
    handheld = Handheld.at_work(cast.wen, cast.qiu)
    handheld.sign_in(cast.mei)
    handheld.post("/api/shift/close")
    operations.suspend(handheld.id, reason="送修", by=cast.qiu, now=NOW)
    operations.resume(handheld.id, reason="修好", by=cast.qiu, now=NOW)
    lost = Handheld.approved(cast.west_first, cast.qiu)
    operations.revoke(lost.id, reason="丢失", by=cast.qiu, now=NOW)
    operations.change_role("034513", role=Role.LEADER, unit=cast.east_second, by=cast.qiu, now=NOW)
    operations.disable("032001", reason="调离", by=cast.qiu, now=NOW)
    operations.enable("032001", reason="调回", by=cast.qiu, now=NOW)
    operations.set_password("034512", password="another road, another night", by=cast.wen, now=NOW)
    operations.rename_unit(
        cast.west.code, name_zh="城西大队（新）", name_en="West Brigade", by=cast.qiu, now=NOW
    )
    return handheld


def test_replaying_the_ledger_gives_these_tables(cast: Cast) -> None:
    busy_day(cast)

    assert differences() == []
    assert {one.kind for one in entries()} == {
        "unit.created",
        "unit.changed",
        "user.enlisted",
        "user.changed",
        "user.password_set",
        "terminal.enrolled",
        "terminal.approved",
        "terminal.suspended",
        "terminal.resumed",
        "terminal.revoked",
        "shift.opened",
        "shift.closed",
    }


@pytest.mark.parametrize(
    ("alter", "named"),
    [
        (lambda: User.objects.filter(police_number="F00231").update(role="auxiliary", name="傅某"), "name"),
        (lambda: User.objects.filter(police_number="032001").update(is_active=False), "is_active"),
        (lambda: Terminal.objects.filter(state="revoked").update(state="active"), "state"),
        (lambda: Terminal.objects.filter(number=1).update(public_key="AAAA"), "public_key"),
        (
            lambda: Shift.objects.filter(user_id="034513").update(ends_at=NOW + dt.timedelta(days=9)),
            "ends_at",
        ),
        (lambda: Unit.objects.filter(code="330900020100").update(path=["330900020100"]), "path"),
    ],
)
def test_a_column_changed_behind_the_ledgers_back_is_named(
    cast: Cast, alter: Callable[[], object], named: str
) -> None:
    busy_day(cast)

    alter()

    (found,) = differences()
    assert found.endswith(f" {named}")


def test_no_entry_holds_a_password_a_secret_or_a_code(cast: Cast) -> None:
    handheld = busy_day(cast)
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=NOW).code
    said = b"\n".join(bytes(one.payload) for one in EntryRow.objects.all()).decode()

    for secret in (PASSWORD, handheld.resume_secret, code, User.objects.get(pk="034512").password):
        assert secret not in said


def test_an_entry_names_who_did_it_and_whose_feeds_show_it(cast: Cast) -> None:
    handheld = Handheld.approved(cast.east_first, cast.qiu)
    operations.revoke(handheld.id, reason="丢失", by=cast.qiu, now=NOW)

    (revoked,) = entries("terminal.revoked")
    assert (revoked.actor, revoked.subject, revoked.at) == ("030901", handheld.id, NOW)
    assert revoked.body == {"reason": "丢失"}
    assert set(revoked.audience) == {
        f"terminal:{handheld.id}",
        "desk:tech",
        *(f"unit:{code}" for code in cast.east_first.path),
    }


def test_a_change_of_unit_is_told_to_the_old_and_the_new_one(cast: Cast) -> None:
    operations.change_role("034512", role=Role.OFFICER, unit=cast.west_first, by=cast.qiu, now=NOW)

    (changed,) = entries("user.changed")
    assert {f"unit:{cast.east_first.code}", f"unit:{cast.west_first.code}"} <= set(changed.audience)
    assert changed.body["was"] == {"role": "officer", "unit": cast.east_first.code}


def test_the_ledger_hands_out_every_key_that_was_ever_enrolled(cast: Cast) -> None:
    kept, lost = (Handheld.approved(cast.east_first, cast.qiu) for _ in range(2))
    operations.revoke(lost.id, reason="丢失", by=cast.qiu, now=NOW)

    assert public_keys(entries()) == {kept.id: kept.spki, lost.id: lost.spki}


def test_a_look_says_who_at_what_from_where_and_why(cast: Cast) -> None:
    terminal = Handheld.approved(cast.east_first, cast.qiu).row

    looks.look(cast.wen, terminal=terminal, subject="x", fields=["plate", "name"], why=" 核对 ", now=NOW)

    (look,) = entries("look")
    assert (look.actor, look.subject, look.audience) == ("034512", "x", ())
    assert look.body == {
        "terminal": terminal.id,
        "unit": cast.east_first.code,
        "fields": ["name", "plate"],
        "why": "核对",
    }


@pytest.mark.parametrize("why", ["", "   ", "字" * 201])
def test_without_a_reason_there_is_no_look(cast: Cast, why: str) -> None:
    with pytest.raises(looks.WhyNeeded):
        looks.look(cast.li, terminal=None, subject="x", fields=["plate"], why=why, now=NOW)
    assert entries("look") == []


def test_the_first_technician_is_enlisted_at_the_console_with_the_first_unit(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))

    call_command(
        "enlist",
        "030901",
        "邱敏",
        unit="330900000000",
        unit_name="江澜支队",
        password_stdin=True,
        stdout=io.StringIO(),
    )

    assert Desk.of(User.objects.get()).get("/api/session").body["officer"]["role"] == "technician"
    assert {(one.kind, one.actor) for one in entries()} == {
        ("unit.created", "system"),
        ("user.enlisted", "system"),
        ("user.password_set", "system"),
    }
    assert differences() == []


@pytest.mark.parametrize(
    ("number", "password", "said"),
    [("030901", "short", "password_refused"), ("F00001", PASSWORD, "police_number_refused")],
)
def test_the_console_refuses_what_the_doors_refuse_and_leaves_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch, number: str, password: str, said: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))

    with pytest.raises(CommandError, match=said):
        call_command("enlist", number, "邱敏", unit="330900000000", unit_name="江澜支队", password_stdin=True)
    assert not Unit.objects.exists() and not User.objects.exists() and entries() == []
