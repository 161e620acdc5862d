"""Hundreds of people by one technician: a table enlists them, codes let them choose their passwords, changes count at once."""

import datetime as dt
import io
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts import operations
from accounts.models import PasswordCode, Role, User
from accounts.operations.enlisting import Outcome, TableRefused, Why, enlist_table, read_table
from accounts.operations.enrolment import CodeRefused
from accounts.projections import PROJECTIONS
from evidence.ledger import read_payload
from evidence.models import Entry
from evidence.replay import Replay
from tests.cast import PASSWORD, Browser, Cast, Desk, Handheld

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
OWN = "a dry road and a long way"
HEADER = "警号,姓名,岗位,单位\n"
GOOD = HEADER + "036001,钱一,民警,城东一中队\n036002,孙二,officer,330900010200\nF00301,李三,辅警,城西一中队\n"


def enlisted(cast: Cast, table: str = GOOD, **more: Any) -> dict[str, Any]:
    answered = Desk.of(cast.qiu).post("/api/people/table", {"table": table, "dry_run": False, **more})
    assert answered.status == 200, answered
    body: dict[str, Any] = answered.body
    return body


def choose(number: str, code: str, password: str = OWN) -> int:
    body = {"police_number": number, "code": code, "password": password}
    return Browser().post("/api/session/password", body).status


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def differences() -> list[str]:
    replay = Replay(PROJECTIONS)
    for one in Entry.objects.order_by("id"):
        replay.feed(read_payload(one.id, bytes(one.payload)))
    return [f"{one.table} {one.row} {one.column}" for one in replay.differences() if one]


def test_a_table_enlists_everybody_and_twice_changes_nothing(cast: Cast) -> None:
    said = enlisted(cast)

    assert [one["outcome"] for one in said["lines"]] == ["enlisted"] * 3
    assert {one["police_number"] for one in said["codes"]} == {"036001", "036002", "F00301"}
    third = User.objects.get(pk="F00301")
    assert (third.name, third.role, third.unit_id) == ("李三", "auxiliary", cast.west_first.code)
    entries = Entry.objects.count()
    again = enlisted(cast)
    assert [one["outcome"] for one in again["lines"]] == ["unchanged"] * 3
    assert (again["codes"], Entry.objects.count()) == ([], entries)
    assert differences() == []


def test_a_dry_run_says_the_same_and_changes_nothing(cast: Cast) -> None:
    before = Entry.objects.count(), User.objects.count()

    said = enlisted(cast, GOOD + "036001,钱一,民警,城东一中队\n", dry_run=True)

    assert [one["outcome"] for one in said["lines"]] == ["enlisted"] * 3 + ["rejected"]
    assert said["codes"] == []
    assert (Entry.objects.count(), User.objects.count()) == before
    assert not PasswordCode.objects.exists()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("36001,钱一,民警,城东一中队", Why.NUMBER),
        ("F00301,钱一,民警,城东一中队", Why.NUMBER),
        ("036001,钱一,辅警,城东一中队", Why.NUMBER),
        ("０３６００１,钱一,民警,城东一中队", Why.NUMBER),
        ("036001,,民警,城东一中队", Why.NAME),
        (f"036001,{'钱' * 41},民警,城东一中队", Why.NAME),
        ("036001,钱\x07一,民警,城东一中队", Why.NAME),
        ("036001,钱一,局长,城东一中队", Why.ROLE),
        ("036001,钱一,民警,城北一中队", Why.UNIT),
        ("036001,钱一,民警", Why.UNIT),
        ("036002,钱一,民警,城东一中队", Why.TWICE),
        ("034512,文静,领导,城东一中队", Why.DIFFERS),
        ("034512,闻静,民警,城东一中队", Why.DIFFERS),
        ("034512,文静,民警,城西一中队", Why.DIFFERS),
        ("032001,赵勇,领导,城西一中队", Why.SUSPENDED),
    ],
)
def test_each_row_that_is_not_right_is_named_with_its_reason_and_stops_no_other(
    cast: Cast, row: str, why: Why
) -> None:
    operations.disable("032001", reason="调离", by=cast.qiu, now=NOW)
    people = User.objects.count()

    said = enlisted(cast, f"{HEADER}036002,孙二,民警,城东一中队\n{row}\n\n036003,李三,民警,城东一中队\n")

    assert [(one["number"], one["outcome"], one["why"]) for one in said["lines"]] == [
        (2, "enlisted", None),
        (3, "rejected", why.value),
        (5, "enlisted", None),
    ]
    assert User.objects.count() == people + 2


def test_a_unit_s_name_that_two_units_have_is_no_unit_s_name(cast: Cast) -> None:
    operations.make_unit(
        code="330900020200",
        name_zh="城东一中队",
        name_en="x",
        level="squadron",
        parent=cast.west,
        by=None,
        now=NOW,
    )

    (line,) = enlist_table(HEADER + "036001,钱一,民警,城东一中队", by=cast.qiu, dry_run=False, now=NOW)

    assert (line.outcome, line.why) == (Outcome.REJECTED, Why.UNIT_AMBIGUOUS)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("", "columns"),
        ("警号,姓名,岗位\n", "columns"),
        (HEADER + '036001,"钱一,民警,城东一中队\n' + "x" * 140_000, "unreadable"),
        (HEADER + "036001,钱一,民警,城东一中队\n" * 1001, "too_many"),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(cast: Cast, table: str, why: str) -> None:
    refused = Desk.of(cast.qiu).post("/api/people/table", {"table": table, "dry_run": False})

    assert (refused.status, refused.body["code"], refused.body["facts"]["why"]) == (400, "table_refused", why)


def test_a_table_is_read_as_spreadsheets_write_it() -> None:
    assert read_table("\ufeff警号".encode()) == "警号"
    assert read_table("警号,姓名".encode("gb18030")) == "警号,姓名"
    with pytest.raises(TableRefused):
        read_table(b"\xff\xff\xff\xff")


@pytest.mark.parametrize("who", ["li", "fan", "du", "ji"])
def test_only_who_manages_people_enlists_transfers_or_hands_out_codes(cast: Cast, who: str) -> None:
    desk = Desk.of(getattr(cast, who))

    for path, said in (
        ("table", {"table": GOOD, "dry_run": True}),
        ("codes", {"people": ["034512"]}),
        ("034512/transfer", {"unit": cast.west.code, "role": "leader"}),
        ("034512/suspend", {"reason": "x"}),
        ("034512/reinstate", {"reason": "x"}),
    ):
        refused = desk.post(f"/api/people/{path}", said)
        assert (refused.status, refused.body["code"]) == (403, "not_permitted"), path


def test_nobody_signs_in_before_the_code_was_used_and_the_code_is_good_once(cast: Cast) -> None:
    (code,) = (one["code"] for one in enlisted(cast, HEADER + "031100,周四,领导,城东大队")["codes"])
    for guess in ("", code):
        assert (
            Browser()
            .post("/api/session/sign-in", {"police_number": "031100", "password": guess or "x"})
            .status
            == 401
        )

    assert choose("031100", code, "short") == 400, "a poor password uses nothing up"
    assert choose("031100", code.lower().replace("-", " ")) == 204
    assert choose("031100", code, "another dry road and a way") == 404
    Desk.of(User.objects.get(pk="031100"), password=OWN)
    assert differences() == []
    said = b"".join(bytes(one.payload) for one in Entry.objects.all()).decode()
    assert code not in said and code.replace("-", "") not in said and OWN not in said


def test_a_code_is_for_one_person_ends_after_a_week_and_with_a_new_one(cast: Cast) -> None:
    at = now()
    (first,) = operations.make_password_codes([cast.wen], by=cast.qiu, now=at)
    (other,) = operations.make_password_codes([cast.mei], by=cast.qiu, now=at)
    (second,) = operations.make_password_codes([cast.wen], by=cast.qiu, now=at)

    for number, code, when in (
        ("034512", first.code, at),
        ("034512", other.code, at),
        ("034512", second.code, at + dt.timedelta(days=7)),
        ("999999", second.code, at),
    ):
        with pytest.raises(CodeRefused):
            operations.choose_password(number, code=code, password=OWN, now=when)
    operations.disable("034513", reason="离职", by=cast.qiu, now=at)
    with pytest.raises(CodeRefused):
        operations.choose_password("034513", code=other.code, password=OWN, now=at)
    operations.choose_password("034512", code=second.code, password=OWN, now=at)


def test_a_new_password_by_code_ends_every_session_of_the_person(cast: Cast) -> None:
    li = Desk.of(cast.li)
    codes = Desk.of(cast.qiu).post("/api/people/codes", {"people": ["031007"]}).body["codes"]
    assert li.get("/api/violations").status == 200, "the old password and its sessions stay until then"

    assert choose("031007", codes[0]["code"]) == 204

    assert li.get("/api/violations").status == 401
    assert (
        Browser().post("/api/session/sign-in", {"police_number": "031007", "password": PASSWORD}).status
        == 401
    )


def test_a_change_of_role_counts_from_the_next_request_on(cast: Cast) -> None:
    li, qiu = Desk.of(cast.li), Desk.of(cast.qiu)
    assert li.get("/api/looks").status == 200

    moved = qiu.post("/api/people/031007/transfer", {"unit": cast.west.code, "role": "duty_desk"})
    assert (moved.status, moved.body["role"], moved.body["unit"]) == (200, "duty_desk", cast.west.code)
    assert li.get("/api/looks").status == 403
    assert "see_city" in li.get("/api/session").body["officer"]["capabilities"]

    qiu.post("/api/people/031007/transfer", {"unit": cast.west.code, "role": "officer"})
    assert li.get("/api/violations").status == 401, "an officer has no work at a desk, and no session there"


def test_who_may_record_no_more_reads_nothing_on_a_handheld(cast: Cast) -> None:
    wen = Handheld.at_work(cast.wen, cast.qiu)
    assert wen.get("/api/session").body["officer"]["role"] == "officer"

    operations.change_role("034512", role=Role.TECHNICIAN, unit=cast.detachment, by=cast.qiu, now=now())

    assert wen.get("/api/session").body["officer"] is None


def test_a_suspended_person_is_out_at_once_and_a_reinstated_one_in_again(cast: Cast) -> None:
    li, qiu = Desk.of(cast.li), Desk.of(cast.qiu)

    out = qiu.post("/api/people/031007/suspend", {"reason": "停职"})
    assert (out.status, out.body["active"]) == (200, False)
    assert li.get("/api/violations").status == 401
    again = qiu.post("/api/people/031007/suspend", {"reason": "停职"})
    assert (again.status, again.body["code"], again.body["facts"]["state"]) == (409, "overtaken", "suspended")
    assert qiu.post("/api/people/codes", {"people": ["031007"]}).status == 404
    assert qiu.post("/api/people/031007/reinstate", {"reason": "复职"}).body["active"] is True
    Desk.of(cast.li)
    assert qiu.post("/api/people/030901/suspend", {"reason": "x"}).body["code"] == "not_oneself"
    assert qiu.post("/api/people/999999/suspend", {"reason": "x"}).status == 404
    assert qiu.post("/api/people/031007/suspend", {"reason": ""}).status == 400


def test_a_technician_of_another_city_finds_nobody_here(cast: Cast) -> None:
    other = operations.make_unit(
        code="331000000000",
        name_zh="另一支队",
        name_en="Other",
        level="detachment",
        parent=None,
        by=None,
        now=NOW,
    )
    stranger = operations.enlist(
        police_number="040901",
        name="外人",
        role=Role.TECHNICIAN,
        unit=other,
        password=PASSWORD,
        by=None,
        now=NOW,
    )
    desk = Desk.of(stranger)

    assert [one["police_number"] for one in desk.get("/api/people").body["people"]] == ["040901"]
    assert desk.post("/api/people/034512/suspend", {"reason": "x"}).status == 404
    assert desk.post("/api/people/codes", {"people": ["034512", "040901"]}).status == 404
    to_here = desk.post("/api/people/040901/transfer", {"unit": cast.west.code, "role": "leader"})
    assert to_here.status == 404
    said = desk.post("/api/people/table", {"table": GOOD, "dry_run": False}).body
    assert {one["why"] for one in said["lines"]} == {"unit"}


def test_the_list_is_paged_narrowed_and_says_who_has_no_password_yet(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.people.PAGE", 4)
    enlisted(cast)
    qiu = Desk.of(cast.qiu)

    seen: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        body = qiu.get(f"/api/people?{cursor and f'cursor={cursor}'}").body
        seen += body["people"]
        cursor = body["cursor"]

    numbers = [one["police_number"] for one in seen]
    assert numbers == sorted(User.objects.values_list("police_number", flat=True))
    assert {one["police_number"] for one in seen if not one["has_password"]} == {"036001", "036002", "F00301"}
    assert all((one["code_until"] is None) == one["has_password"] for one in seen)

    def found(query: str, desk: Browser = qiu) -> list[str]:
        return [one["police_number"] for one in desk.get(f"/api/people?{query}").body["people"]]

    assert found("text=03450") == [] and found("text=03451") == ["034512", "034513"]
    assert found("text=静") == ["034512"]
    assert found(f"unit={cast.west.code}&role=leader") == ["032001"]
    assert found("role=leader", Desk.of(cast.li)) == ["031007"], "a leader sees those of their own units"
    assert Handheld.at_work(cast.wen, cast.qiu).get("/api/people").status == 403


def test_the_console_does_the_same(cast: Cast, tmp_path: Path) -> None:
    table, codes = tmp_path / "people.csv", tmp_path / "codes.csv"
    table.write_bytes((GOOD + "036009,吴九,民警,无此单位\n").encode("gb18030"))

    def console(*words: object) -> str:
        said, wrong = io.StringIO(), io.StringIO()
        call_command("people", *map(str, words), stdout=said, stderr=wrong)
        return said.getvalue() + wrong.getvalue()

    assert "3 enlisted, 0 unchanged, 1 rejected" in console("enlist", table, "--dry-run")
    assert not User.objects.filter(pk="036001").exists()
    with pytest.raises(CommandError, match="--codes"):
        console("enlist", table)
    said = console("enlist", table, "--codes", codes)
    assert "3 enlisted, 0 unchanged, 1 rejected" in said and "row 5: 036009 吴九: unit" in said
    assert stat.S_IMODE(os.stat(codes).st_mode) == 0o600
    row = codes.read_text("utf-8-sig").splitlines()[1].split(",")
    assert choose(row[0], row[3]) == 204
    with pytest.raises(CommandError, match="already"):
        console("enlist", table, "--codes", codes)

    console("transfer", "036001", "--unit", cast.west_first.code, "--role", "leader")
    console("suspend", "036002", "--reason", "离职")
    assert "036002\t孙二\t民警\t城东二中队\tsuspended" in console("list", "--unit", cast.east.code)
    assert "036001\t钱一\t领导" in console("list", "--unit", cast.west.code)
    console("reinstate", "036002", "--reason", "误停")
    assert choose("036002", console("code", "036002").split("\t")[2]) == 204
    assert "    330900010100 城东一中队" in console("units")
    with pytest.raises(CommandError, match="999999"):
        console("transfer", "999999")
    assert differences() == []
