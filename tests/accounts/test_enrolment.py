"""Enrolment: a one-time code, six digits compared, and a terminal that then may work. Suspend and revoke end its reads at once."""

import base64
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts import operations, sessions
from accounts.capabilities import NotPermitted
from accounts.models import EnrolmentCode, Terminal
from accounts.operations.enrolment import (
    CodeExpired,
    CodeRefused,
    CodeUsed,
    KeyKnown,
    KeyRefused,
    fingerprint,
)
from accounts.operations.terminals import NEXT, Act
from accounts.refusals import Overtaken
from evidence.models import Entry
from evidence.signature import key_id
from tests.cast import Cast, Desk, Handheld

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
CASES = json.loads((Path(__file__).parent.parent / "cases" / "fingerprints.json").read_text())["cases"]


def enrol(handheld: Handheld, code: str, now: dt.datetime = NOW) -> Terminal:
    return operations.enrol_terminal(
        code=code,
        public_key_spki=base64.b64encode(handheld.spki).decode(),
        label="华为 Mate",
        now=now,
    )


def test_a_code_enrols_a_handheld_which_waits_until_its_six_digits_were_compared(cast: Cast) -> None:
    qiu, handheld = Desk.of(cast.qiu), Handheld()
    made = qiu.post("/api/terminals/codes", {"unit": cast.east_first.code})

    enrolled = handheld.enrol(made.body["code"])
    waiting = handheld.get(f"/api/enrol/{handheld.id}").body
    refused = handheld.sign_in(cast.wen)
    approved = qiu.post(
        f"/api/terminals/{handheld.id}/approve", {"fingerprint": enrolled.body["fingerprint"]}
    )
    signed_in = handheld.sign_in(cast.wen)

    assert made.status == 201 and made.body["url"].endswith(f"/app/#enrol={made.body['code']}")
    assert enrolled.status == 201
    assert enrolled.body["terminal"] == handheld.id
    assert enrolled.body["fingerprint"] == fingerprint(handheld.spki)
    assert waiting == {"state": "pending"}
    assert (refused.status, refused.body) == (
        403,
        {"code": "terminal_refused", "facts": {"state": "pending"}},
    )
    assert approved.status == 200 and approved.body["state"] == "active"
    assert signed_in.status == 200 and signed_in.body["officer"]["police_number"] == "034512"


def test_other_six_digits_approve_nothing(cast: Cast) -> None:
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=NOW)
    handheld = Handheld()
    enrol(handheld, code.code)
    other = f"{(int(fingerprint(handheld.spki)) + 1) % 1_000_000:06d}"

    answered = Desk.of(cast.qiu).post(f"/api/terminals/{handheld.id}/approve", {"fingerprint": other})

    assert (answered.status, answered.body["code"]) == (409, "fingerprint_differs")
    assert handheld.row.state == "pending"


def test_only_the_hash_of_a_code_is_kept(cast: Cast) -> None:
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=NOW)

    assert code.code not in str(EnrolmentCode.objects.values().get())
    assert len(code.code) == 8 and not set(code.code) & set("B8S5Z2O0I1L")


def test_a_code_is_good_for_fifteen_minutes(cast: Cast) -> None:
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=NOW)

    with pytest.raises(CodeExpired):
        enrol(Handheld(), code.code, NOW + dt.timedelta(minutes=15))
    assert enrol(Handheld(), code.code, NOW + dt.timedelta(minutes=14, seconds=59)).state == "pending"


def test_a_code_enrols_one_handheld_only(cast: Cast) -> None:
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=NOW)
    enrol(Handheld(), code.code)

    with pytest.raises(CodeUsed):
        enrol(Handheld(), code.code)
    assert Terminal.objects.count() == 1


def test_the_same_handheld_asking_again_gets_the_same_answer(cast: Cast) -> None:
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=NOW)
    handheld = Handheld()

    first = enrol(handheld, code.code)
    again = enrol(handheld, code.code, NOW + dt.timedelta(minutes=20))

    assert first == again
    assert Entry.objects.filter(kind="terminal.enrolled").count() == 1


def test_a_wrong_code_enrols_nothing(cast: Cast) -> None:
    with pytest.raises(CodeRefused):
        enrol(Handheld(), "ACDEFGHJ")
    assert not Terminal.objects.exists()


def test_a_code_may_be_typed_small_and_with_spaces(cast: Cast) -> None:
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=NOW).code

    assert enrol(Handheld(), f" {code[:4].lower()} {code[4:]}-").state == "pending"


@pytest.mark.parametrize("key", ["", "no base64!", base64.b64encode(b"no key").decode()])
def test_what_is_no_p256_key_is_refused_and_the_code_stays_good(cast: Cast, key: str) -> None:
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=NOW).code

    with pytest.raises(KeyRefused):
        operations.enrol_terminal(code=code, public_key_spki=key, label="", now=NOW)
    assert enrol(Handheld(), code).state == "pending"


def test_a_revoked_handheld_does_not_come_back_with_its_old_key(cast: Cast) -> None:
    handheld = Handheld.approved(cast.east_first, cast.qiu)
    operations.revoke(handheld.id, reason="丢失", by=cast.qiu, now=NOW)
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=NOW).code

    with pytest.raises(KeyKnown):
        enrol(handheld, code)
    assert EnrolmentCode.objects.filter(used_at=None).count() == 1


def test_an_officer_makes_no_codes_and_approves_nothing(cast: Cast) -> None:
    handheld = Handheld.approved(cast.east_first, cast.qiu)

    with pytest.raises(NotPermitted):
        operations.make_enrolment_code(cast.east_first, by=cast.wen, now=NOW)
    for act in (operations.suspend, operations.resume, operations.revoke):
        with pytest.raises(NotPermitted):
            act(handheld.id, reason="x", by=cast.li, now=NOW)
    with pytest.raises(NotPermitted):
        operations.approve_terminal(handheld.id, fingerprint=None, by=cast.li, now=NOW)


@pytest.mark.parametrize("state", Terminal.State)
@pytest.mark.parametrize("act", Act)
def test_every_cell_of_a_terminals_life(cast: Cast, state: Terminal.State, act: Act) -> None:
    handheld = in_state(cast, state)

    def do() -> Terminal:
        if act is Act.APPROVE:
            return operations.approve_terminal(handheld.id, fingerprint=None, by=cast.qiu, now=NOW)
        name = {Act.SUSPEND: operations.suspend, Act.RESUME: operations.resume, Act.REVOKE: operations.revoke}
        return name[act](handheld.id, reason="演练", by=cast.qiu, now=NOW)

    if (state, act) in NEXT:
        assert do().state == NEXT[state, act]
    else:
        with pytest.raises(Overtaken):
            do()
        assert handheld.row.state == state


def in_state(cast: Cast, state: Terminal.State) -> Handheld:
    if state is Terminal.State.PENDING:
        handheld = Handheld()
        enrol(handheld, operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=NOW).code)
        return handheld
    handheld = Handheld.approved(cast.east_first, cast.qiu)
    if state is Terminal.State.SUSPENDED:
        operations.suspend(handheld.id, reason="送修", by=cast.qiu, now=NOW)
    if state is Terminal.State.REVOKED:
        operations.revoke(handheld.id, reason="丢失", by=cast.qiu, now=NOW)
    return handheld


@pytest.mark.parametrize("act", ["suspend", "revoke"])
def test_reads_end_at_once_when_a_terminal_is_taken_out_of_service(
    cast: Cast,
    act: str,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heard: list[tuple[list[str], int]] = listen(settings)
    handheld, qiu = Handheld.at_work(cast.wen, cast.qiu), Desk.of(cast.qiu)
    before = handheld.get("/api/session").body["officer"]

    with django_capture_on_commit_callbacks(execute=True):
        done = qiu.post(f"/api/terminals/{handheld.id}/{act}", {"reason": "丢失"})
    after = handheld.get("/api/session").body["officer"]

    assert done.status == 200
    assert before["police_number"] == "034512" and after is None
    assert handheld.get("/api/terminals").status == 401
    assert sessions.standing_of(handheld.session_cookie, dt.datetime.now(dt.UTC)) is None
    assert heard == [([f"terminal:{handheld.id}"], 4403)]
    assert handheld.resume().body == {
        "code": "terminal_refused",
        "facts": {"state": "suspended" if act == "suspend" else "revoked"},
    }


def listen(settings: Settings) -> list[tuple[list[str], int]]:
    """Hear which lines are closed, in the place of the open lines themselves."""
    heard.clear()
    settings.ACCOUNTS_CLOSED = "tests.accounts.test_enrolment.hear"
    return heard


heard: list[tuple[list[str], int]] = []


def hear(keys: list[str], code: int) -> None:
    heard.append((keys, code))


def test_a_terminal_that_is_let_in_again_goes_on_with_its_shift(cast: Cast) -> None:
    handheld = Handheld.at_work(cast.wen, cast.qiu)
    operations.suspend(handheld.id, reason="送修", by=cast.qiu, now=NOW)
    operations.resume(handheld.id, reason="修好", by=cast.qiu, now=NOW)

    assert handheld.get("/api/session").body["shift"]["id"] == handheld.shift


def test_the_units_leader_sees_its_terminals_and_another_leader_does_not(cast: Cast) -> None:
    handheld = Handheld.at_work(cast.wen, cast.qiu)

    def listed(desk: Desk) -> list[str]:
        return [one["terminal"] for one in desk.get("/api/terminals").body["terminals"]]

    assert listed(Desk.of(cast.li)) == [handheld.id]
    assert listed(Desk.of(cast.zhao)) == []
    assert listed(Desk.of(cast.qiu)) == [handheld.id]


def test_a_technician_sees_the_whole_city_but_no_other(cast: Cast) -> None:
    away = operations.make_unit(
        code="330800000000",
        name_zh="外市支队",
        name_en="Elsewhere",
        level="detachment",
        parent=None,
        by=None,
        now=NOW,
    )
    there = Handheld.approved(away, cast.qiu)
    qiu = Desk.of(cast.qiu)

    assert qiu.get("/api/terminals").body["terminals"] == []
    assert qiu.post(f"/api/terminals/{there.id}/revoke", {"reason": "x"}).body["code"] == "not_found"
    assert qiu.post("/api/terminals/codes", {"unit": away.code}).body["code"] == "not_found"


def test_what_is_not_enrolled_is_not_found(client: Client, db: None) -> None:
    assert client.get("/api/enrol/0123456789abcdef").status_code == 404


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["fingerprint"])
def test_the_six_digits_are_the_same_on_both_screens(case: dict[str, Any]) -> None:
    spki = base64.b64decode(case["spki_b64"])

    assert (key_id(spki), fingerprint(spki)) == (case["key_id"], case["fingerprint"])
