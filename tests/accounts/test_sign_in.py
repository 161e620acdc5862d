"""Signing in: the same answer for unknown and wrong, limits on tries that lock no officer out of a terminal, sessions that end."""

import datetime as dt
import json
import statistics
import time

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, override_settings
from django.test.client import RequestFactory
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts import challenges, operations, sessions
from accounts.backends import PoliceNumberBackend
from accounts.capabilities import NotPermitted
from accounts.checks import passwords_are_argon2
from accounts.models import Shift
from accounts.operations.people import PasswordRefused
from accounts.operations.shifts import ShiftEnded, TerminalRefused
from accounts.queries import on_duty, shift_matches
from accounts.tries import bucket
from tests.accounts.test_enrolment import listen
from tests.cast import PASSWORD, Answered, Cast, Desk, Handheld, InProcess

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


# the same answer


def test_unknown_wrong_and_disabled_get_the_same_answer(cast: Cast) -> None:
    operations.disable("032001", reason="调离", by=cast.qiu, now=now())

    wrong = Desk().sign_in("031007", password="not the password")
    unknown = Desk().sign_in("999999", password="not the password")
    disabled = Desk().sign_in("032001")

    assert wrong.status == unknown.status == disabled.status == 401
    assert wrong.body == unknown.body == disabled.body == {"code": "sign_in_refused", "facts": {}}
    assert dict(wrong.headers).keys() == dict(unknown.headers).keys()


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
@pytest.mark.alone
def test_unknown_and_wrong_take_the_same_time(cast: Cast) -> None:
    operations.set_password("031007", password=PASSWORD, by=cast.qiu, now=now())

    def took(number: str) -> float:
        began = time.perf_counter()
        assert PoliceNumberBackend().authenticate(None, police_number=number, password="no") is None
        return time.perf_counter() - began

    pairs = [(took("031007"), took("999999")) for _ in range(9)]
    known, unknown = (statistics.median(side) for side in zip(*pairs, strict=True))

    assert 0.6 < known / unknown < 1.7, (known, unknown)


def test_a_password_is_long_and_not_common(cast: Cast) -> None:
    for poor in ("short", "123456789012345", "              "):
        with pytest.raises(PasswordRefused):
            operations.set_password("034512", password=poor, by=cast.wen, now=now())


def test_outside_tests_passwords_are_kept_with_argon2(settings: Settings) -> None:
    settings.TEST = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert not list(passwords_are_argon2(None))
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    assert [one.id for one in passwords_are_argon2(None)] == ["accounts.E003"]


# tries


def guess(desk: Desk, number: str, times: int) -> list[int]:
    return [desk.sign_in(number, password="a guess").status for _ in range(times)]


def test_ten_wrong_tries_from_one_address_lock_it_even_for_the_right_password(cast: Cast) -> None:
    desk = Desk()

    assert guess(desk, "031007", 10) == [401] * 9 + [429]
    locked = desk.sign_in("031007")
    assert (locked.status, locked.body) == (429, {"code": "too_many_tries", "facts": {"wait_minutes": 60}})
    assert Desk.of(cast.zhao).get("/api/session").body["officer"]["police_number"] == "032001"


def test_unknown_numbers_are_locked_just_the_same(cast: Cast) -> None:
    assert guess(Desk(), "999999", 11) == [401] * 9 + [429, 429]


def test_no_remote_attacker_locks_an_officer_out_of_the_terminal_in_their_hand(cast: Cast) -> None:
    handheld = Handheld.approved(cast.east_first, cast.qiu)
    for address in range(30):
        guess(from_address(f"10.0.0.{address}"), "034512", 3)

    assert handheld.sign_in(cast.wen).status == 200


def test_guessing_on_a_terminal_is_limited_too_and_locks_only_there(cast: Cast) -> None:
    one, other = (Handheld.approved(cast.east_first, cast.qiu) for _ in range(2))

    tries = [one.sign_in(cast.wen, password="a guess").status for _ in range(11)]

    assert tries == [401] * 9 + [429, 429]
    assert one.sign_in(cast.wen).status == 429
    assert other.sign_in(cast.wen).status == 200


def test_guesses_from_many_addresses_look_at_twenty_passwords_an_hour(cast: Cast) -> None:
    answers = [guess(from_address(f"10.1.{n // 250}.{n % 250}"), "031007", 1)[0] for n in range(40)]

    assert answers == [401] * 20 + [429] * 20


def from_address(address: str) -> Desk:
    wire = InProcess()
    wire.client = Client(enforce_csrf_checks=True, headers={"X-Forwarded-For": address})
    return Desk(wire)


@pytest.mark.parametrize(
    ("proxies", "noted", "counted"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "nonsense", None),
    ],
)
def test_of_noted_addresses_only_the_one_our_own_proxy_wrote_is_believed(
    settings: Settings, proxies: int, noted: str, counted: str | None
) -> None:
    settings.AXES_IPWARE_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": noted}, REMOTE_ADDR="192.0.2.1")

    assert bucket(request) == counted


# desks


def test_an_officer_signs_in_on_a_terminal_only(cast: Cast) -> None:
    assert Desk().sign_in(cast.wen).body["code"] == "terminal_needed"
    assert Desk().sign_in(cast.fu).body["code"] == "terminal_needed"


def test_a_desk_gets_a_new_session_key_at_sign_in(cast: Cast) -> None:
    desk = Desk.of(cast.li)
    first = desk.session_cookie

    desk.sign_in(cast.li)

    assert desk.session_cookie != first
    assert sessions.standing_of(first, now()) is None


def test_signing_out_leaves_a_cookie_that_is_worth_nothing(
    cast: Cast, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard = listen(settings)
    desk = Desk.of(cast.li)
    cookie = desk.session_cookie

    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post("/api/session/sign-out").status == 204
    desk.wire.client.cookies["session"] = cookie  # type: ignore[attr-defined]

    assert desk.get("/api/session").body["officer"] is None
    assert heard == [([sessions.line_key(cookie)], 4401)]


def test_a_desk_ends_after_thirty_minutes_without_a_person(cast: Cast) -> None:
    cookie, began = Desk.of(cast.li).session_cookie, now()

    assert sessions.standing_of(cookie, began + 29 * MINUTE) is not None
    assert sessions.standing_of(cookie, began + 31 * MINUTE) is None


def test_what_the_page_asks_by_itself_keeps_no_desk_awake(cast: Cast) -> None:
    desk = Desk.of(cast.li)
    past = now().timestamp() - 20 * 60
    set_seen(desk, past)

    desk.get("/api/session")
    desk.get("/api/terminals", **{"Luqin-Unattended": "1"})
    assert SessionStore(desk.session_cookie)["seen"] == past
    desk.get("/api/terminals")
    assert SessionStore(desk.session_cookie)["seen"] > past


def set_seen(desk: Desk, seen: float) -> None:
    store = SessionStore(desk.session_cookie)
    store["seen"] = seen
    store.save()


def test_a_desk_ends_after_twelve_hours_in_any_case(cast: Cast) -> None:
    desk = Desk.of(cast.li)
    later = now() + 12 * HOUR + MINUTE
    set_seen(desk, later.timestamp())

    assert sessions.standing_of(desk.session_cookie, later - 2 * MINUTE) is not None
    assert sessions.standing_of(desk.session_cookie, later) is None


def test_a_new_password_ends_all_sessions_of_the_person(cast: Cast) -> None:
    desk, handheld = Desk.of(cast.li), Handheld.at_work(cast.wen, cast.qiu)

    operations.set_password("031007", password="another road, another night", by=cast.li, now=now())
    operations.set_password("034512", password="another road, another night", by=cast.qiu, now=now())

    assert desk.get("/api/session").body["officer"] is None
    assert handheld.get("/api/session").body["officer"] is None


def test_a_disabled_person_is_nobody_at_once(
    cast: Cast, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard = listen(settings)
    desk, handheld = Desk.of(cast.li), Handheld.at_work(cast.wen, cast.qiu)

    with django_capture_on_commit_callbacks(execute=True):
        operations.disable("031007", reason="调离", by=cast.qiu, now=now())
        operations.disable("034512", reason="调离", by=cast.qiu, now=now())

    assert desk.get("/api/terminals").status == 401
    assert handheld.get("/api/session").body["officer"] is None
    assert handheld.resume().body["code"] == "shift_ended"
    assert heard == [(["user:031007"], 4403), (["user:034512"], 4403)]


def test_another_site_signs_nobody_in_as_somebody_else(cast: Cast) -> None:
    victim = Desk()
    said = json.dumps({"police_number": "031007", "password": PASSWORD}).encode()

    answered = victim.wire.send("POST", "/api/session/sign-in", body=said)

    assert (answered.status, answered.body["code"]) == (403, "not_permitted")
    assert victim.get("/api/session").body["officer"] is None


@pytest.mark.parametrize("path", ["/api/session/sign-in", "/api/session/sign-out", "/api/terminals/codes"])
def test_another_sites_form_gets_nothing(cast: Cast, path: str) -> None:
    qiu = Desk.of(cast.qiu)

    answered = qiu.wire.send("POST", path, body=b"{}")

    assert answered.status == 403


def test_a_form_that_is_not_json_is_not_read(cast: Cast) -> None:
    desk = Desk()
    desk.get("/api/session")
    token = desk.wire.cookie("csrf")

    answered = desk.wire.send(
        "POST",
        "/api/session/sign-in",
        body=b"police_number=031007&password=x",
        content_type="text/plain",
        headers={"X-CSRF-Token": token},
    )

    assert answered.status == 415


# handhelds


def test_signing_in_on_a_terminal_opens_a_shift_of_twelve_hours(cast: Cast) -> None:
    handheld = Handheld.at_work(cast.fu, cast.qiu)
    shift = Shift.objects.get(id=handheld.shift)
    said = handheld.get("/api/session").body

    assert (shift.user_id, shift.terminal_id, shift.unit_id) == ("F00231", handheld.id, cast.east_first.code)
    assert shift.ends_at - shift.opened_at == 12 * HOUR
    assert said["shift"]["id"] == handheld.shift and said["terminal"] == handheld.id
    assert said["officer"]["capabilities"] == ["handle_task", "record"]
    assert said["officer"]["home_plate"] == settings.HOME_PLATE == "浙M"
    assert on_duty(cast.fu, now()) and not on_duty(cast.fu, now() + 13 * HOUR)


def test_a_session_ends_with_its_shift(cast: Cast) -> None:
    handheld = Handheld.at_work(cast.wen, cast.qiu)

    assert sessions.standing_of(handheld.session_cookie, now() + 11 * HOUR) is not None
    assert sessions.standing_of(handheld.session_cookie, now() + 12 * HOUR) is None


def test_closing_the_shift_ends_reads_and_resuming(
    cast: Cast, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard = listen(settings)
    handheld = Handheld.at_work(cast.wen, cast.qiu)
    cookie = handheld.session_cookie

    with django_capture_on_commit_callbacks(execute=True):
        assert handheld.post("/api/shift/close").status == 204

    assert sessions.standing_of(cookie, now()) is None
    assert handheld.resume().body["code"] == "shift_ended"
    assert handheld.post("/api/shift/close").status == 401
    assert ([f"terminal:{handheld.id}"], 4401) in heard
    with pytest.raises(ShiftEnded):
        operations.close_shift(Shift.objects.get().id, why="officer", now=now())


def test_a_handheld_opened_by_pin_takes_its_shift_up_again(cast: Cast) -> None:
    handheld = Handheld.at_work(cast.wen, cast.qiu)
    handheld.wire = InProcess()

    answered = handheld.resume()

    assert answered.status == 200 and answered.body["shift"]["id"] == handheld.shift
    assert handheld.get("/api/session").body["officer"]["police_number"] == "034512"
    assert Shift.objects.count() == 1


def test_the_resume_secret_is_of_no_use_on_another_terminal(cast: Cast) -> None:
    handheld = Handheld.at_work(cast.wen, cast.qiu)
    thief = Handheld.approved(cast.east_first, cast.qiu)
    thief.resume_secret = handheld.resume_secret

    assert thief.resume().body["code"] == "shift_ended"


def test_a_second_person_on_a_terminal_ends_the_firsts_reads_but_not_their_shift(cast: Cast) -> None:
    handheld = Handheld.at_work(cast.wen, cast.qiu)
    wens_shift, wens_cookie, wens_secret = handheld.shift, handheld.session_cookie, handheld.resume_secret

    handheld.wire = InProcess()  # the browser has lost its cookie, so the server alone can end Wen's session
    assert handheld.sign_in(cast.mei).status == 200

    assert sessions.standing_of(wens_cookie, now()) is None
    assert handheld.get("/api/session").body["officer"]["police_number"] == cast.mei.police_number
    wens = Shift.objects.get(id=wens_shift)
    assert wens.closed_at is None
    assert shift_matches(wens.id, "034512", handheld.id, now())
    meis_cookie, handheld.resume_secret = handheld.session_cookie, wens_secret
    assert handheld.resume().body["shift"]["id"] == wens_shift
    assert sessions.standing_of(meis_cookie, now()) is None


def test_signing_in_again_on_the_same_terminal_closes_ones_own_earlier_shift(cast: Cast) -> None:
    handheld = Handheld.at_work(cast.wen, cast.qiu)
    first = Shift.objects.get()

    handheld.sign_in(cast.wen)

    first.refresh_from_db()
    assert first.closed_at is not None
    assert shift_matches(first.id, "034512", handheld.id, first.opened_at)


def test_who_does_not_work_on_the_road_opens_no_shift(cast: Cast) -> None:
    handheld = Handheld.approved(cast.detachment, cast.qiu)

    assert handheld.sign_in(cast.ji).body["code"] == "not_permitted"
    with pytest.raises(NotPermitted):
        operations.open_shift(cast.qiu, handheld.row, now=now())
    assert not Shift.objects.exists()


def test_no_shift_opens_on_a_terminal_that_waits(cast: Cast) -> None:
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=now())
    handheld = Handheld()
    handheld.enrol(code.code)

    with pytest.raises(TerminalRefused):
        operations.open_shift(cast.wen, handheld.row, now=now())


# challenges


def sign_in_with(handheld: Handheld, person: str, challenge: str, signature: str) -> Answered:
    return handheld.post(
        "/api/session/sign-in",
        {
            "police_number": person,
            "password": PASSWORD,
            "terminal": handheld.id,
            "challenge": challenge,
            "terminal_signature": signature,
        },
    )


def test_a_challenge_is_answered_once(cast: Cast) -> None:
    handheld = Handheld.approved(cast.east_first, cast.qiu)
    answer = handheld.answer_challenge()

    first = sign_in_with(handheld, "034512", **answer)
    replayed = sign_in_with(handheld, "034512", **answer)

    assert first.status == 200
    assert (replayed.status, replayed.body["code"]) == (409, "challenge_refused")


def test_a_challenge_is_spent_even_by_a_wrong_password(cast: Cast) -> None:
    handheld = Handheld.approved(cast.east_first, cast.qiu)
    answer = handheld.answer_challenge()

    sign_in_with(handheld, "999999", **answer)

    assert sign_in_with(handheld, "034512", **answer).body["code"] == "challenge_refused"


def test_a_challenge_lasts_two_minutes(cast: Cast) -> None:
    handheld = Handheld.approved(cast.east_first, cast.qiu)
    made = challenges.make_challenge(now())
    signature = handheld.sign(f"luqin-sign-in:1:{made.challenge}".encode())

    with pytest.raises(challenges.ChallengeRefused):
        challenges.answered_by(
            handheld.id,
            challenge=made.challenge,
            signature=signature,
            now=now() + dt.timedelta(minutes=2, seconds=1),
        )


@pytest.mark.parametrize("challenge", ["", "x", "abc.99999999999", "abc.99999999999:forged", "::", "\u8def"])
def test_a_challenge_that_is_not_ours_is_refused(cast: Cast, challenge: str) -> None:
    handheld = Handheld.approved(cast.east_first, cast.qiu)

    with pytest.raises(challenges.ChallengeRefused):
        challenges.answered_by(
            handheld.id,
            challenge=challenge,
            signature=handheld.sign(f"luqin-sign-in:1:{challenge}".encode()),
            now=now(),
        )


def test_another_terminals_signature_is_refused(cast: Cast) -> None:
    handheld, other = (Handheld.approved(cast.east_first, cast.qiu) for _ in range(2))
    challenge = handheld.answer_challenge()["challenge"]

    answered = sign_in_with(
        handheld, "034512", challenge, other.sign(f"luqin-sign-in:1:{challenge}".encode())
    )

    assert (answered.status, answered.body["code"]) == (403, "signature_wrong")


@pytest.mark.parametrize("signature", ["", "!", "AAAA", "A" * 86])
def test_what_is_no_signature_is_refused(cast: Cast, signature: str) -> None:
    handheld = Handheld.approved(cast.east_first, cast.qiu)
    challenge = challenges.make_challenge(now()).challenge

    with pytest.raises(challenges.SignatureWrong):
        challenges.answered_by(handheld.id, challenge=challenge, signature=signature, now=now())


def test_a_terminal_nobody_enrolled_signs_nobody_in(cast: Cast) -> None:
    assert Handheld().sign_in(cast.wen).body == {"code": "terminal_refused", "facts": {"state": "unknown"}}


# whose shift


def test_a_record_matches_the_shift_of_its_officer_on_its_terminal(cast: Cast) -> None:
    handheld, other = Handheld.at_work(cast.wen, cast.qiu), Handheld.at_work(cast.mei, cast.qiu)
    shift = Shift.objects.get(id=handheld.shift)
    opened = shift.opened_at

    assert shift_matches(shift.id, "034512", handheld.id, opened + HOUR)
    assert shift_matches(shift.id, "034512", handheld.id, None)
    assert not shift_matches(shift.id, "034513", handheld.id, opened + HOUR)
    assert not shift_matches(shift.id, "034512", other.id, opened + HOUR)
    assert not shift_matches(Shift.objects.get(id=other.shift).id, "034512", handheld.id, opened + HOUR)
    assert not shift_matches(shift.id, "034512", handheld.id, opened - 11 * MINUTE)
    assert not shift_matches(shift.id, "034512", handheld.id, shift.ends_at + 11 * MINUTE)


def test_a_record_made_after_its_shift_was_closed_does_not_match(cast: Cast) -> None:
    handheld = Handheld.at_work(cast.wen, cast.qiu)
    shift = Shift.objects.get()
    operations.close_shift(shift.id, why="officer", now=shift.opened_at + 2 * HOUR)

    assert shift_matches(shift.id, "034512", handheld.id, shift.opened_at + HOUR)
    assert not shift_matches(shift.id, "034512", handheld.id, shift.opened_at + 3 * HOUR)
