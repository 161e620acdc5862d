"""The second look: the table decides, nobody judges what they recorded, and an annulment takes four eyes."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts import operations
from accounts.capabilities import NotPermitted
from accounts.models import User
from accounts.refusals import NotFound, Overtaken, Refusal
from evidence.queries import entries_about
from evidence.verification import verify
from field.models import Violation
from field.review import operations as review
from field.rules import violation as rules
from field.rules.violation import Act, State
from tests import scenes
from tests.cast import Cast, Desk, Handheld

ACTS: dict[Act, tuple[str, Callable[[Violation, User], object]]] = {
    Act.CONFIRM: ("li", lambda v, by: review.confirm(v.id, version=None, by=by, now=scenes.now())),
    Act.RETURN: (
        "li",
        lambda v, by: review.return_to_officer(v.id, reason="wrong_time", remark="", by=by, now=scenes.now()),
    ),
    Act.PROPOSE_ANNULMENT: (
        "li",
        lambda v, by: review.propose_annulment(v.id, ground="rescue", remark="", by=by, now=scenes.now()),
    ),
    Act.AGREE_TO_ANNUL: (
        "fan",
        lambda v, by: review.agree_to_annul(v.id, remark="", by=by, now=scenes.now()),
    ),
    Act.REFUSE_ANNULMENT: (
        "fan",
        lambda v, by: review.refuse_annulment(
            v.id, ground="evidence_stands", remark="", by=by, now=scenes.now()
        ),
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", State)
def test_each_act_in_each_state_does_what_the_table_says_and_nothing_else(
    cast: Cast, state: State, act: Act
) -> None:
    scene = scenes.IN_STATE[state](cast)
    who, do = ACTS[act]
    assert scene.violation.state == state

    if (state, act) in rules.NEXT:
        do(scene.violation, getattr(cast, who))
        assert scene.violation.state == rules.NEXT[state, act]
    else:
        with pytest.raises(Overtaken) as overtaken:
            do(scene.violation, getattr(cast, who))
        assert overtaken.value.state == state
        assert scene.violation.state == state


@pytest.mark.parametrize("state", State)
def test_an_amendment_in_each_state_does_what_the_table_says(cast: Cast, state: State) -> None:
    scene = scenes.IN_STATE[state](cast)

    verdict = scenes.sent(scene.handheld, scene.handheld.amendment(scene.sealed, plate="浙M5K083"))

    if (state, Act.AMEND) in rules.NEXT:
        assert (verdict["outcome"], scene.violation.plate) == ("admitted", "浙M5K083")
        assert (scene.violation.state, scene.violation.versions) == (State.RECORDED, 2)
    else:
        assert (verdict["outcome"], verdict["reason"]) == ("conflict", "cant_be_amended")
        assert (scene.violation.state, scene.violation.plate) == (state, "浙M5K082")


def test_a_notice_on_the_window_can_be_returned_and_corrected(cast: Cast) -> None:
    scene = scenes.notice_on_the_window(cast)

    returned = Desk.of(cast.li).post(
        f"/api/violations/{scene.id}/return", {"reason": "plate_doubtful", "remark": ""}
    )
    assert returned.status == 200, returned
    verdict = scenes.sent(scene.handheld, scene.handheld.amendment(scene.sealed, plate="浙M5K083"))

    assert verdict["outcome"] == "admitted", verdict
    assert (scene.violation.state, scene.violation.plate) == ("recorded", "浙M5K083")
    assert verify().sound


def test_a_decision_that_was_handed_over_can_t_be_returned_or_amended_only_annulled(cast: Cast) -> None:
    scene = scenes.delivered_decision(cast)

    with pytest.raises(review.Served):
        ACTS[Act.RETURN][1](scene.violation, cast.li)
    verdict = scenes.sent(scene.handheld, scene.handheld.amendment(scene.sealed, plate="浙M5K083"))

    assert (verdict["outcome"], verdict["reason"]) == ("conflict", "cant_be_amended")
    ACTS[Act.PROPOSE_ANNULMENT][1](scene.violation, cast.li)
    ACTS[Act.AGREE_TO_ANNUL][1](scene.violation, cast.fan)
    assert scene.violation.state == State.ANNULLED


@pytest.mark.parametrize("act", [Act.CONFIRM, Act.RETURN, Act.PROPOSE_ANNULMENT])
def test_a_leader_doesn_t_judge_what_she_recorded_herself(cast: Cast, act: Act) -> None:
    li = Handheld.at_work(cast.li, cast.qiu)
    scene = scenes.recorded_violation(cast, handheld=li)

    with pytest.raises(review.OwnRecord):
        ACTS[act][1](scene.violation, cast.li)

    assert scene.violation.state == State.RECORDED


def test_who_proposed_an_annulment_can_t_be_the_one_who_agrees(cast: Cast) -> None:
    scene = scenes.violation_to_annul(cast)
    Violation.objects.filter(id=scene.id).update(proposed_by=cast.fan)

    for act in (Act.AGREE_TO_ANNUL, Act.REFUSE_ANNULMENT):
        with pytest.raises(review.OwnProposal):
            ACTS[act][1](scene.violation, cast.fan)


@pytest.mark.parametrize("who", ["wen", "mei", "fu", "qiu", "du", "ji", "fan"])
def test_only_a_leader_confirms_and_returns(cast: Cast, who: str) -> None:
    scene = scenes.recorded_violation(cast)

    for act in (Act.CONFIRM, Act.RETURN):
        with pytest.raises(NotPermitted):
            ACTS[act][1](scene.violation, getattr(cast, who))


@pytest.mark.parametrize("who", ["wen", "li", "zhao", "qiu", "du", "ji"])
def test_only_the_legal_reviewer_makes_an_annulment_effective(cast: Cast, who: str) -> None:
    scene = scenes.violation_to_annul(cast)

    with pytest.raises(NotPermitted):
        ACTS[Act.AGREE_TO_ANNUL][1](scene.violation, getattr(cast, who))


def test_a_leader_of_another_unit_finds_nothing(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)

    with pytest.raises(NotFound):
        ACTS[Act.CONFIRM][1](scene.violation, cast.zhao)

    zhao = Desk.of(cast.zhao)
    unknown = zhao.look("/api/violations/01900000-0000-7000-8000-000000000000", "review")
    forbidden = zhao.look(f"/api/violations/{scene.id}", "review")
    assert (forbidden.status, forbidden.body) == (unknown.status, unknown.body) == (404, unknown.body)


def test_an_incomplete_record_says_how_many_photos_are_here_and_can_t_be_confirmed(cast: Cast) -> None:
    scene = scenes.incomplete_violation(cast)
    li = Desk.of(cast.li)

    refused = li.post(f"/api/violations/{scene.id}/confirm", {})

    assert (refused.status, refused.body) == (
        409,
        {"code": "incomplete", "facts": {"arrived": 2, "total": 3}},
    )
    (row,) = li.get("/api/violations").body["rows"]
    assert (row["photos_arrived"], row["photos_total"]) == (2, 3)
    scene.handheld.upload(scenes.PLATE)
    assert li.post(f"/api/violations/{scene.id}/confirm", {}).status == 200


def test_what_was_amended_meanwhile_is_not_confirmed_unseen(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    li = Desk.of(cast.li)
    seen = li.look(f"/api/violations/{scene.id}", "review").body["version"]
    scenes.sent(scene.handheld, scene.handheld.amendment(scene.sealed, plate="浙M5K083"))

    overtaken = li.post(f"/api/violations/{scene.id}/confirm", {"version": seen})

    assert (overtaken.status, overtaken.body["code"]) == (409, "overtaken")
    assert scene.violation.state == State.RECORDED


def test_what_a_waiting_correction_would_overtake_is_not_confirmed(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    mei = Handheld.at_work(cast.mei, cast.qiu)
    li, fan = Desk.of(cast.li), Desk.of(cast.fan)
    follow = li.get("/api/feed").body

    correction = scene.handheld.amendment(scene.sealed, plate="浙M5K083", shift=mei.shift)
    assert scenes.sent(scene.handheld, correction)["reason"] == "wrong_shift"
    scenes.sealed_log()

    (told,) = [
        one["view"]
        for one in li.get(f"/api/feed?cursor={follow['cursor']}&epoch={follow['epoch']}").body["items"]
        if one["about"] == "violation" and one["id"] == str(scene.id)
    ]
    assert told["checking"]
    full = li.look(f"/api/violations/{scene.id}", "review").body
    assert [one["reason"] for one in full["waiting"]] == ["wrong_shift"]
    refused = li.post(f"/api/violations/{scene.id}/confirm", {"version": full["version"]})
    assert (refused.status, refused.body["code"]) == (409, "correction_waits")
    assert scene.violation.state == State.RECORDED

    judged = fan.post(f"/api/quarantine/{correction.sha256}/refuse", {"ground": "not_genuine", "remark": ""})
    assert judged.status == 200, judged
    assert li.post(f"/api/violations/{scene.id}/confirm", {"version": full["version"]}).status == 200


def test_a_waiting_correction_hinders_neither_return_nor_annulment(cast: Cast) -> None:
    for act in (Act.RETURN, Act.PROPOSE_ANNULMENT):
        scene = scenes.recorded_violation(cast)
        mei = Handheld.at_work(cast.mei, cast.qiu)
        scenes.sent(scene.handheld, scene.handheld.amendment(scene.sealed, shift=mei.shift))

        ACTS[act][1](scene.violation, cast.li)

        assert scene.violation.state == rules.NEXT[State.RECORDED, act]


def test_who_reviews_a_record_sees_that_another_paper_bears_its_number(cast: Cast) -> None:
    scene = scenes.notice_on_the_window(cast)
    clone = Handheld.at_work(cast.mei, cast.qiu)
    second = clone.violation(document_number=scene.sealed.said["document_number"], plate="浙M20K75")
    assert scenes.sent(clone, second)["reason"] == "paper_number_taken"
    other = scenes.recorded_violation(cast, handheld=clone, document_number="3399016000182753")

    told = [
        Desk.of(cast.li).look(f"/api/violations/{one.id}", "review").body["waiting"] for one in (scene, other)
    ]

    assert [[one["reason"] for one in waiting] for waiting in told] == [["paper_number_taken"], []]
    both = Desk.of(cast.fan).get(f"/api/quarantine/{second.sha256}").body
    assert (both["officer_name"], both["other"]["officer_name"]) == ("梅芳", "文静")
    assert both["terminal_number"] == clone.row.number


def test_what_nobody_signed_hinders_no_confirmation(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    stranger = Handheld(officer=scene.handheld.officer, shift=scene.handheld.shift)
    forged = stranger.amendment(scene.sealed, terminal=scene.handheld.id)
    assert scenes.sent(scene.handheld, forged)["reason"] == "bad_signature"

    ACTS[Act.CONFIRM][1](scene.violation, cast.li)

    assert scene.violation.state == State.CONFIRMED


def test_a_changed_role_counts_at_once_at_a_desk_that_was_signed_in_before(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    li = Desk.of(cast.li)
    before = li.get("/api/session").body["officer"]["capabilities"]
    epoch = li.get("/api/feed").body["epoch"]

    operations.change_role("031007", role="auditor", unit=cast.detachment, by=cast.qiu, now=scenes.now())

    refused = li.post(f"/api/violations/{scene.id}/confirm", {})
    assert (refused.status, refused.body["code"]) == (403, "not_permitted")
    assert scene.violation.state == State.RECORDED
    after = li.get("/api/session").body["officer"]["capabilities"]
    assert ("review" in before, "review" in after, "audit" in after) == (True, False, True)
    assert li.get(f"/api/feed?cursor=0&epoch={epoch}").body["start_over"]


@pytest.mark.parametrize(
    ("door", "said"),
    [
        ("return", {"reason": "because", "remark": ""}),
        ("return", {"remark": "看不清"}),
        ("propose-annulment", {"ground": "", "remark": ""}),
        ("return", {"reason": "other", "remark": " "}),
        ("propose-annulment", {"ground": "other"}),
    ],
)
def test_a_decision_needs_a_known_ground_and_other_needs_words(cast: Cast, door: str, said: object) -> None:
    scene = scenes.recorded_violation(cast)

    refused = Desk.of(cast.li).post(f"/api/violations/{scene.id}/{door}", said)

    assert refused.status == 400, refused
    assert scene.violation.state == State.RECORDED


def test_each_decision_is_an_entry_that_names_who_and_why(cast: Cast) -> None:
    scene = scenes.void_violation(cast)

    told = [(one.kind, one.actor, one.body.get("reason")) for one in entries_about(scene.id)]

    assert told == [
        ("violation.recorded", scene.handheld.id, None),
        ("violation.annul_proposed", "031007", "emergency_vehicle"),
        ("violation.annulled", "030501", None),
    ]


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_decides_and_the_other_is_told(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def race(act: Act) -> None:
        try:
            start.wait()
            ACTS[act][1](scene.violation, cast.li)
            outcomes.append(act.value)
        except Refusal as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    runners = [threading.Thread(target=race, args=(act,)) for act in (Act.CONFIRM, Act.RETURN)]
    for one in runners:
        one.start()
    for one in runners:
        one.join()

    assert "overtaken" in outcomes
    assert len([one for one in entries_about(scene.id) if one.kind != "violation.recorded"]) == 1
