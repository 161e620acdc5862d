"""What was set aside is judged by who may, with a ground; admitted it counts from the day it first came."""

import datetime as dt
from typing import Any

import pytest

from accounts import operations
from evidence.queries import entries_about
from evidence.verification import verify
from field.models import Received, Violation
from field.rules import record_text as records
from tests import scenes
from tests.cast import Cast, Desk, Handheld, Sealed, photo

ADMIT = {"ground": "checked_with_officer", "remark": "与当事民警核对"}
REFUSE = {"ground": "not_on_duty", "remark": ""}


def test_admitted_it_is_a_violation_from_the_time_when_it_first_came(cast: Cast) -> None:
    scene = scenes.record_set_aside(cast)
    came = scene.received.arrived_at

    judged = Desk.of(cast.fan).post(f"/api/quarantine/{scene.sealed.sha256}/admit", ADMIT)

    assert (judged.status, judged.body["decision"]) == (200, "admitted"), judged
    violation = scene.violation
    assert (violation.arrived_at, violation.officer_id) == (came, cast.mei.police_number)
    (entry,) = [one for one in entries_about(scene.sealed.sha256) if one.kind == "quarantine.admitted"]
    assert (entry.actor, entry.body["ground"]) == ("030501", "checked_with_officer")
    assert verify().sound


def test_refused_it_stays_in_the_log_and_its_officer_is_told(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    sealed = wen.violation(at=scenes.now() - dt.timedelta(hours=5))
    assert scenes.sent(wen, sealed)["reason"] == "wrong_shift"

    judged = Desk.of(cast.fan).post(f"/api/quarantine/{sealed.sha256}/refuse", REFUSE)

    assert judged.status == 200, judged
    assert not Violation.objects.exists()
    scenes.sealed_log()
    told = {one["id"]: one["view"]["state"] for one in wen.sync().body["feed"]["items"]}
    assert told == {sealed.uid: "refused"}
    afresh = {one["id"]: one["view"]["state"] for one in wen.sync(epoch=None).body["feed"]["items"]}
    assert afresh == told


def test_nobody_judges_a_text_of_their_own(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    sealed = wen.violation(at=scenes.now() - dt.timedelta(hours=5))
    scenes.sent(wen, sealed)
    promoted = operations.change_role(
        "034512", role="legal_reviewer", unit=cast.detachment, by=cast.qiu, now=scenes.now()
    )

    for act, said in (("admit", ADMIT), ("refuse", REFUSE)):
        answered = Desk.of(promoted).post(f"/api/quarantine/{sealed.sha256}/{act}", said)
        assert (answered.status, answered.body["code"]) == (403, "own_record")
    assert Desk.of(cast.fan).post(f"/api/quarantine/{sealed.sha256}/refuse", REFUSE).status == 200


def test_the_officer_reads_being_checked(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    sealed = wen.violation(at=scenes.now() - dt.timedelta(hours=5))
    scenes.sent(wen, sealed)

    (item,) = wen.sync(epoch=None).body["feed"]["items"]

    assert (item["id"], item["view"]["checking"]) == (sealed.uid, True)


@pytest.mark.parametrize("who", ["li", "zhao", "qiu", "du", "ji"])
def test_nobody_but_the_legal_reviewer_judges_a_record(cast: Cast, who: str) -> None:
    scene = scenes.record_set_aside(cast)
    desk = Desk.of(getattr(cast, who))

    for door, said in (("admit", ADMIT), ("refuse", REFUSE)):
        assert desk.post(f"/api/quarantine/{scene.sealed.sha256}/{door}", said).status in (403, 404)

    assert scene.received.decision == "waiting"


def test_the_technician_sees_and_judges_versions_and_nothing_else(cast: Cast) -> None:
    scene = scenes.record_set_aside(cast)
    tomorrow = scene.handheld.violation(v=2)
    scenes.sent(scene.handheld, tomorrow)
    qiu = Desk.of(cast.qiu)

    assert [row["text_sha256"] for row in qiu.get("/api/quarantine").body["rows"]] == [tomorrow.sha256]
    assert qiu.get(f"/api/quarantine/{scene.sealed.sha256}").status == 404
    refused = qiu.post(f"/api/quarantine/{tomorrow.sha256}/admit", {"ground": "technical_cause"})
    assert (refused.status, refused.body["facts"]) == (409, {"why": "unknown_version"})


def test_a_version_that_the_server_has_learnt_is_admitted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    wen = scenes.wens_handheld(cast)
    tomorrow = wen.violation(v=2, photos=[photo(scenes.FAR)])
    assert scenes.sent(wen, tomorrow)["reason"] == "unknown_version"
    assert wen.upload(scenes.FAR).status == 201, "its photos are taken meanwhile"

    monkeypatch.setitem(records.READERS, (2, "violation"), records.READERS[1, "violation"])
    judged = Desk.of(cast.qiu).post(f"/api/quarantine/{tomorrow.sha256}/admit", {"ground": "technical_cause"})

    assert judged.status == 200, judged
    (row,) = Desk.of(cast.li).get("/api/violations").body["rows"]
    assert (row["photos_arrived"], row["photos_total"]) == (1, 1)


@pytest.mark.parametrize("forgery", ["signature", "terminal"])
def test_no_judgement_stands_in_for_a_signature(cast: Cast, forgery: str) -> None:
    wen = scenes.wens_handheld(cast)
    if forgery == "signature":
        sealed = Sealed(wen.violation().text, wen.sign(b"something else"), {})
    else:
        sealed = Handheld(officer=wen.officer, shift=wen.shift).violation()
    assert scenes.sent(wen, sealed)["outcome"] == "quarantined"

    refused = Desk.of(cast.fan).post(f"/api/quarantine/{sealed.sha256}/admit", ADMIT)

    assert (refused.status, refused.body["code"]) == (409, "not_admissible")
    assert not Violation.objects.exists()


def test_a_second_text_under_a_uid_that_stands_is_not_admitted(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    other = scene.handheld.violation(uid=scene.sealed.uid, plate="浙M00001")
    scenes.sent(scene.handheld, other)

    refused = Desk.of(cast.fan).post(f"/api/quarantine/{other.sha256}/admit", ADMIT)

    assert (refused.status, refused.body["facts"]) == (409, {"why": "uid_taken"})


def test_a_second_text_under_a_number_that_is_taken_may_be_admitted(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    other = scene.handheld.violation(seq=scene.sealed.said["seq"], prev=scene.sealed.said["prev"])
    scenes.sent(scene.handheld, other)

    judged = Desk.of(cast.fan).post(f"/api/quarantine/{other.sha256}/admit", ADMIT)

    assert judged.status == 200, judged
    assert Violation.objects.count() == 2
    assert verify().sound


def test_an_auxiliary_s_penalty_is_never_admitted(cast: Cast) -> None:
    fu = Handheld.at_work(cast.fu, cast.qiu)
    sealed = fu.violation(kind="on_the_spot")
    scenes.sent(fu, sealed)

    refused = Desk.of(cast.fan).post(f"/api/quarantine/{sealed.sha256}/admit", ADMIT)

    assert (refused.status, refused.body["facts"]) == (409, {"why": "may_not_record"})


def test_what_a_disabled_officer_sealed_before_is_admitted_after_all(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    sealed = wen.violation()
    operations.disable(cast.wen.police_number, reason="left", by=cast.qiu, now=scenes.now())
    scenes.sent(wen, sealed)

    judged = Desk.of(cast.fan).post(f"/api/quarantine/{sealed.sha256}/admit", ADMIT)

    assert judged.status == 200, judged


def test_it_is_judged_once(cast: Cast) -> None:
    scene = scenes.record_set_aside(cast)
    fan = Desk.of(cast.fan)
    fan.post(f"/api/quarantine/{scene.sealed.sha256}/refuse", REFUSE)

    second = fan.post(f"/api/quarantine/{scene.sealed.sha256}/admit", ADMIT)

    assert (second.status, second.body) == (
        409,
        {"code": "overtaken", "facts": {"state": "refused", "by": "030501", "name": "范律"}},
    )


@pytest.mark.parametrize(
    "said", [{}, {"ground": "because"}, {"ground": "other"}, {"ground": "other", "remark": " "}]
)
def test_it_takes_a_known_ground(cast: Cast, said: dict[str, Any]) -> None:
    scene = scenes.record_set_aside(cast)

    assert Desk.of(cast.fan).post(f"/api/quarantine/{scene.sealed.sha256}/admit", said).status == 400
    assert Received.objects.get(text_sha256=scene.sealed.sha256).decision == "waiting"
