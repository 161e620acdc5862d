"""Envelopes in: once, whatever happens; nothing dropped; and no one of them stops another."""

import base64
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts import operations
from evidence.models import Entry
from evidence.queries import entries_about
from evidence.verification import verify
from field.models import Photo, Received, Violation
from field.recording import operations as recording
from field.rules.intake import Reason
from tests import scenes
from tests.cast import Cast, Desk, Handheld, Sealed, photo


def verdicts(answered: Any) -> list[tuple[str, str]]:
    assert answered.status == 200, answered
    return [(one["outcome"], one["reason"]) for one in answered.body["verdicts"]]


def test_the_same_bytes_again_get_the_same_receipt_and_change_nothing(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    record = wen.violation()
    (first,) = wen.sync(record).body["verdicts"]
    before = Entry.objects.count()

    for again in (wen.sync(record), wen.sync(record, record)):
        for verdict in again.body["verdicts"]:
            assert verdict["receipt"]["leaf"] == first["receipt"]["leaf"]
            assert verdict["receipt"]["index"] == first["receipt"]["index"]

    assert Entry.objects.count() == before
    assert Violation.objects.count() == Received.objects.count() == 1


def test_the_receipt_holds_exactly_the_signed_bytes(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    text = wen.violation().text.replace('"note":""', '"note" : "逗号，引号“”和 \\u00e9"')
    record = wen.seal_text(text)

    (verdict,) = wen.sync(record).body["verdicts"]

    kept = json.loads(verdict["receipt"]["leaf"]["payload"])["record"]
    assert (kept["text"], kept["signature"], kept["key"]) == (text, record.signature, wen.id)


def other_bytes_same_uid(wen: Handheld, record: Sealed) -> Sealed:
    return wen.violation(uid=record.uid, plate="浙M00001")


def same_number_other_uid(wen: Handheld, record: Sealed) -> Sealed:
    return wen.violation(seq=record.said["seq"], prev=record.said["prev"], plate="浙M00001")


@pytest.mark.parametrize(
    ("second", "reason"), [(other_bytes_same_uid, "uid_taken"), (same_number_other_uid, "number_taken")]
)
def test_other_bytes_under_a_name_that_is_taken_are_a_conflict_and_are_kept(
    cast: Cast, second: Callable[[Handheld, Sealed], Sealed], reason: str
) -> None:
    scene = scenes.recorded_violation(cast)
    other = second(scene.handheld, scene.sealed)

    verdict = scenes.sent(scene.handheld, other)

    assert (verdict["outcome"], verdict["reason"]) == ("conflict", reason)
    assert json.loads(verdict["receipt"]["leaf"]["payload"])["record"]["text"] == other.text
    assert scene.violation.plate == "浙M5K082"
    both = Desk.of(cast.fan).get(f"/api/quarantine/{other.sha256}").body
    assert (both["text"], both["other"]["text"]) == (other.text, scene.sealed.text)


def test_a_conflict_s_photos_are_wanted_but_don_t_hang_on_the_first_record(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    other = scene.handheld.violation(uid=scene.sealed.uid, photos=[photo(scenes.FAR)])

    answered = scene.handheld.sync(other)

    assert [one["state"] for one in answered.body["photos"]] == ["wanted"]
    assert Photo.objects.filter(record=scene.id).count() == 0
    assert scene.handheld.upload(scenes.FAR).status == 201


def test_a_key_on_two_handhelds_shows_as_a_conflict_and_both_texts_are_kept(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    clone = Handheld(key=wen.key, seq=wen.seq, prev=wen.prev, officer=wen.officer, shift=wen.shift)

    first = scenes.sent(wen, wen.violation())
    second = scenes.sent(clone, clone.violation(plate="浙M00002"))

    assert (first["outcome"], second["outcome"], second["reason"]) == ("admitted", "conflict", "number_taken")
    assert Received.objects.filter(terminal=wen.id).count() == 2


def test_one_poisonous_envelope_among_a_hundred_stops_none_of_the_others(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    good = [wen.violation() for _ in range(99)]
    poison: list[Any] = [
        None,
        {"text": 1, "signature": []},
        {"text": "\ud800", "signature": "x"},
        {"text": "[" * 60_000, "signature": "x"},
        {"text": good[0].text[:-1], "signature": good[0].signature},
        {"text": "", "signature": ""},
    ]

    for one in poison:
        envelopes = [*(g.envelope for g in good[:50]), one, *(g.envelope for g in good[50:])]
        answered = wen.sync(envelopes=envelopes)
        said = verdicts(answered)
        assert said.pop(50)[0] == "unreadable"
        assert said == [("admitted", "")] * 99
        assert [v["text_sha256"] for v in answered.body["verdicts"] if v["uid"]] == [g.sha256 for g in good]

    assert Violation.objects.count() == 99


def test_a_fault_of_the_server_s_own_sets_one_record_aside_and_loses_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    wen = scenes.wens_handheld(cast)
    good, cursed, later = wen.violation(), wen.violation(note="cursed"), wen.violation()
    real = recording.record_violation

    def fails(record: Any, arrival: Any) -> Any:
        if record.said.note == "cursed":
            raise ZeroDivisionError("a plate: 浙M5K082")
        return real(record, arrival)

    monkeypatch.setattr(recording, "record_violation", fails)
    answered = wen.sync(good, cursed, later)
    monkeypatch.undo()

    assert verdicts(answered) == [("admitted", ""), ("quarantined", "not_processed"), ("admitted", "")]
    qiu = Desk.of(cast.qiu)
    assert qiu.post(f"/api/quarantine/{cursed.sha256}/admit", {"ground": "technical_cause"}).status == 200
    assert Violation.objects.filter(id=cursed.uid, note="cursed").exists()


def nobodys(cast: Cast, wen: Handheld) -> Sealed:
    stranger = Handheld(officer=wen.officer, shift=wen.shift)
    return stranger.violation()


def badly_signed(cast: Cast, wen: Handheld) -> Sealed:
    sealed = wen.violation()
    return Sealed(sealed.text.replace("150", "50"), sealed.signature, sealed.said)


def not_signed_at_all(cast: Cast, wen: Handheld) -> Sealed:
    sealed = wen.violation()
    return Sealed(sealed.text, "~no~signature~", sealed.said)


def from_a_suspended_one(cast: Cast, wen: Handheld) -> Sealed:
    operations.suspend(wen.id, reason="lost", by=cast.qiu, now=scenes.now())
    return wen.violation()


def from_a_revoked_one(cast: Cast, wen: Handheld) -> Sealed:
    operations.revoke(wen.id, reason="lost", by=cast.qiu, now=scenes.now())
    return wen.violation()


def from_one_not_approved(cast: Cast, wen: Handheld) -> Sealed:
    fresh = Handheld(officer=wen.officer, shift=wen.shift)
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=scenes.now())
    spki = base64.b64encode(fresh.spki).decode()
    operations.enrol_terminal(code=code.code, public_key_spki=spki, label="new", now=scenes.now())
    return fresh.violation()


REASONS: dict[str, Callable[[Cast, Handheld], Sealed]] = {
    "unknown_terminal": nobodys,
    "bad_signature": badly_signed,
    "terminal_suspended": from_a_suspended_one,
    "terminal_revoked": from_a_revoked_one,
    "terminal_pending": from_one_not_approved,
    "unknown_version": lambda cast, wen: wen.violation(v=2),
    "unreadable": lambda cast, wen: wen.violation(plate=5),
    "wrong_shift": lambda cast, wen: wen.violation(officer=cast.mei.police_number),
    "amends_nothing": lambda cast, wen: wen.amendment(wen.violation()),
    "may_not_record": lambda cast, wen: Handheld.at_work(cast.fu, cast.qiu).violation(kind="on_the_spot"),
}


@pytest.mark.parametrize("reason", REASONS)
def test_what_can_t_count_is_set_aside_with_its_reason_logged_and_receipted(cast: Cast, reason: str) -> None:
    wen = scenes.wens_handheld(cast)
    sealed = REASONS[reason](cast, wen)

    answered = wen.sync(sealed)

    assert verdicts(answered) == [("quarantined", reason)]
    receipt = answered.body["verdicts"][0]["receipt"]
    assert json.loads(receipt["leaf"]["payload"])["record"]["text"] == sealed.text
    assert [one.kind for one in entries_about(sealed.sha256)] == ["record.quarantined"]
    assert not Violation.objects.exists()
    again = wen.sync(sealed).body["verdicts"][0]
    assert again["receipt"]["index"] == receipt["index"]
    desk = Desk.of(cast.fan)
    assert [row["text_sha256"] for row in desk.get("/api/quarantine").body["rows"]] == [sealed.sha256]
    assert desk.get(f"/api/quarantine/{sealed.sha256}").body["text"] == sealed.text
    assert verify().sound


def test_every_reason_to_set_a_record_aside_has_its_test() -> None:
    elsewhere = {
        Reason.OFFICER_DISABLED,
        Reason.AMENDS_OTHERS,
        Reason.UID_TAKEN,
        Reason.NUMBER_TAKEN,
        Reason.PAPER_NUMBER_TAKEN,
        Reason.PAPER_NUMBER_VOID,
        Reason.CANT_BE_AMENDED,
        Reason.NOT_PROCESSED,
        Reason.NOT_SECOND,
        Reason.CONFIRMS_OTHER,
    }
    assert {one.value for one in Reason} == REASONS.keys() | {one.value for one in elsewhere}


def test_a_signature_that_is_none_is_a_bad_one(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)

    assert verdicts(wen.sync(not_signed_at_all(cast, wen))) == [("quarantined", "bad_signature")]


def test_what_a_stranger_sends_takes_no_name_from_the_genuine_record(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    genuine = wen.violation()
    forged = Sealed(genuine.text.replace("150", "50"), genuine.signature, genuine.said)

    assert verdicts(wen.sync(forged)) == [("quarantined", "bad_signature")]
    assert verdicts(wen.sync(genuine)) == [("admitted", "")]


def test_a_record_of_who_was_disabled_meanwhile_is_set_aside(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    sealed = wen.violation()
    operations.disable(cast.wen.police_number, reason="left", by=cast.qiu, now=scenes.now())

    assert scenes.sent(wen, sealed)["reason"] in ("officer_disabled", "wrong_shift")


def test_nobody_amends_a_colleague_s_record(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    mei = Handheld.at_work(cast.mei, cast.qiu)

    verdict = scenes.sent(mei, mei.amendment(scene.sealed, plate="浙M00009"))

    assert (verdict["outcome"], verdict["reason"]) == ("quarantined", "amends_others")
    assert scene.violation.plate == "浙M5K082"


def test_an_amendment_after_a_transfer_is_told_to_the_unit_that_reviews_it(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    moved = operations.change_role(
        "034512", role="officer", unit=cast.west_first, by=cast.qiu, now=scenes.now()
    )
    elsewhere = Handheld.at_work(moved, cast.qiu)

    verdict = scenes.sent(elsewhere, elsewhere.amendment(scene.sealed))

    assert verdict["outcome"] == "admitted", verdict
    entry = entries_about(scene.id)[-1]
    assert {f"unit:{cast.east_first.code}", f"unit:{cast.west_first.code}"} <= set(entry.audience)


def test_an_auxiliary_records_only_and_a_notice_where_a_local_rule_says_so(cast: Cast, settings: Any) -> None:
    fu = Handheld.at_work(cast.fu, cast.qiu)
    free = {"fine": None, "points": None}

    assert scenes.sent(fu, fu.violation(kind="record_only", **free))["outcome"] == "admitted"
    assert scenes.sent(fu, fu.violation(kind="notice", **free))["reason"] == "may_not_record"
    settings.AUXILIARY_MAY_ISSUE_NOTICE = "江澜规〔2026〕3号"
    assert scenes.sent(fu, fu.violation(kind="notice", **free))["outcome"] == "admitted"
    assert scenes.sent(fu, fu.violation(kind="on_the_spot", **free))["reason"] == "may_not_record"


@pytest.mark.parametrize("kind", ["record_only", "notice"])
@pytest.mark.parametrize(
    "penalty",
    [
        {"fine": 200},
        {"points": 3},
        {"served": True},
        {"document_number": "3399016000182746"},
        {"token_sha256": "ab" * 32},
    ],
    ids=lambda one: next(iter(one)),
)
def test_nothing_that_an_auxiliary_sends_becomes_a_penalty_by_another_name(
    cast: Cast, settings: Any, kind: str, penalty: dict[str, Any]
) -> None:
    settings.AUXILIARY_MAY_ISSUE_NOTICE = "江澜规〔2026〕3号"
    fu, said = Handheld.at_work(cast.fu, cast.qiu), {"fine": None, "points": None, **penalty}
    paper = kind == "notice" and not penalty.keys() & {"fine", "points"}

    verdict = scenes.sent(fu, fu.violation(kind=kind, **said))

    assert (verdict["outcome"], verdict["reason"]) == (
        ("admitted", "") if paper else ("quarantined", "may_not_record")
    )


def test_texts_come_in_out_of_order(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    first, second, third = wen.violation(), wen.violation(), wen.violation()

    assert verdicts(wen.sync(third, first, second)) == [("admitted", "")] * 3


def test_an_amendment_stands_on_its_own_list_of_photos(cast: Cast) -> None:
    scene = scenes.complete_violation(cast)
    kept = scene.sealed.said["photos"][:2]
    extra = photo(b"a better picture", "plate")

    answered = scene.handheld.sync(scene.handheld.amendment(scene.sealed, photos=[*kept, extra]))

    states = {one["digest"]: one["state"] for one in answered.body["photos"]}
    assert states == {kept[0]["sha256"]: "arrived", kept[1]["sha256"]: "arrived", extra["sha256"]: "wanted"}
    (row,) = Desk.of(cast.li).get("/api/violations").body["rows"]
    assert (row["photos_arrived"], row["photos_total"], row["versions"]) == (2, 3, 2)


def test_a_draft_that_was_given_up_is_kept_with_its_reason_and_its_shots(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    closed = wen.draft_closed(photos=[photo(scenes.FAR)])

    answered = wen.sync(closed)

    assert verdicts(answered) == [("admitted", "")]
    assert wen.upload(scenes.FAR).status == 201
    (entry,) = entries_about(closed.said["draft"])
    assert (entry.kind, json.loads(entry.record.text)["reason"] if entry.record else "") == (
        "draft.closed",
        "不构成违法",
    )


def test_a_clock_a_year_off_is_admitted_and_the_reviewer_is_told(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    year_ms = 365 * 86_400_000
    late = scenes.now() - dt.timedelta(milliseconds=year_ms)
    wen.clock = {"offset_ms": year_ms, "unc_ms": 40, "synced_at": None}

    sealed = wen.violation(at=late)

    assert scenes.sent(wen, sealed)["outcome"] == "admitted"
    assert "clock" in Violation.objects.get(id=sealed.uid).doubts


def test_a_record_from_before_what_it_had_seen_is_back_dated(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    note = wen.sync().body["checkpoint"]
    size, root = _size_and_root(note["note"]) if note else (scenes.sealed_log(), "")
    if not root:
        size, root = _size_and_root(wen.sync().body["checkpoint"]["note"])
    wen.seen = {"size": size, "root": root}
    honest = wen.violation()
    earlier = scenes.now() - dt.timedelta(minutes=5)
    back_dated = wen.violation(at=earlier)
    wen.seen = {"size": size, "root": base64.b64encode(bytes(32)).decode()}
    invented = wen.violation()

    assert verdicts(wen.sync(honest, back_dated, invented)) == [("admitted", "")] * 3

    doubts = {str(one.id): set(one.doubts) for one in Violation.objects.all()}
    assert "back_dated" in doubts[back_dated.uid]
    assert "seen_unknown" in doubts[invented.uid]
    assert not doubts[honest.uid] & {"back_dated", "seen_unknown", "clock", "post_dated"}


def _size_and_root(note: str) -> tuple[int, str]:
    _, size, root, *_ = note.split("\n")
    return int(size), root


def test_replaying_the_ledger_gives_the_very_same_tables(cast: Cast) -> None:
    for scene in scenes.IN_STATE.values():
        scene(cast)
    scenes.complete_violation(cast)
    scenes.record_set_aside(cast)

    assert verify().sound
    one = Violation.objects.filter(state="confirmed").get()
    Violation.objects.filter(id=one.id).update(fine=20)

    (finding,) = verify().findings
    assert str(one.id) in str(finding) and "fine" in str(finding)
