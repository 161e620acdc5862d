"""What happens to a paper after it was made: a signed record each, which waits for nobody's network."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from evidence.queries import entries_about
from evidence.verification import verify
from field.models import NumberBlock, VoidedNumber
from field.review import operations as review
from tests import scenes
from tests.cast import Cast, Desk, Handheld, Sealed

NUMBER = "3399016000182746"


def step(
    handheld: Handheld, what: str, violation: object = None, number: str = NUMBER, **said: Any
) -> Sealed:
    reason = {"served": ""}.get(what, "卡纸")
    return handheld.seal(
        "paper_step",
        number=number,
        violation=str(violation) if violation else None,
        step=what,
        **({"reason": reason} | said),
    )


def outcome(handheld: Handheld, sealed: Sealed) -> tuple[str, str]:
    verdict = scenes.sent(handheld, sealed)
    return verdict["outcome"], verdict["reason"]


@pytest.mark.parametrize("what", ["served", "not_accepted", "reprinted"])
def test_a_step_is_an_entry_about_the_violation_and_the_desk_sees_it(cast: Cast, what: str) -> None:
    scene = scenes.delivered_decision(cast)

    assert outcome(scene.handheld, step(scene.handheld, what, scene.id)) == ("admitted", "")

    entry = entries_about(scene.id)[-1]
    assert (entry.kind, entry.body["number"]) == (f"paper.{what}", NUMBER)
    full = Desk.of(cast.li).look(f"/api/violations/{scene.id}", "核查").body
    assert full["history"][-1]["what"] == what
    assert verify().sound


def test_it_may_come_with_the_record_of_its_paper_in_one_batch(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    record = wen.violation(kind="on_the_spot", served=False, document_number=NUMBER)

    verdicts = wen.sync(record, step(wen, "served", record.uid)).body["verdicts"]

    assert [one["outcome"] for one in verdicts] == ["admitted", "admitted"]


@pytest.mark.parametrize("what", ["served", "not_accepted"])
def test_service_makes_it_a_decision_that_stands_from_that_moment(cast: Cast, what: str) -> None:
    """What was sealed before it was printed is no decision yet; handed over, or refused and noted, it can only be annulled."""
    scene = scenes.recorded_violation(cast, kind="on_the_spot", served=False, document_number=NUMBER)
    assert (scene.violation.served, scene.violation.served_at) == (False, None)
    handed_over = scenes.now() - dt.timedelta(minutes=1)

    step_of_it = step(scene.handheld, what, scene.id, at=handed_over)
    assert outcome(scene.handheld, step_of_it) == ("admitted", "")

    assert scene.violation.served and scene.violation.served_at is not None
    assert abs(scene.violation.served_at - handed_over) < dt.timedelta(
        seconds=5
    )  # its clock may be off a little
    with pytest.raises(review.Served):
        review.return_to_officer(scene.id, reason="wrong_time", remark="", by=cast.li, now=scenes.now())
    correction = scene.handheld.amendment(scene.sealed, kind="on_the_spot", document_number=NUMBER)
    assert outcome(scene.handheld, correction) == ("conflict", "cant_be_amended")
    assert verify().sound


def test_a_notice_stays_on_the_window_in_a_new_version(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast, kind="notice", served=False, document_number=NUMBER)
    assert outcome(scene.handheld, step(scene.handheld, "served", scene.id)) == ("admitted", "")

    corrected = scene.handheld.amendment(scene.sealed, kind="notice", document_number=NUMBER, served=False)
    assert outcome(scene.handheld, corrected) == ("admitted", "")

    assert scene.violation.served and scene.violation.versions == 2
    assert verify().sound


def test_a_step_about_no_such_paper_or_a_colleague_s_is_set_aside_with_its_reason(cast: Cast) -> None:
    scene = scenes.delivered_decision(cast)
    mei = Handheld.at_work(cast.mei, cast.qiu)

    assert outcome(scene.handheld, step(scene.handheld, "served", uuid4())) == (
        "quarantined",
        "amends_nothing",
    )
    wrong = step(scene.handheld, "served", scene.id, number="3399016000182747")
    assert outcome(scene.handheld, wrong) == ("quarantined", "amends_nothing")
    assert outcome(mei, step(mei, "reprinted", scene.id)) == ("quarantined", "amends_others")


def test_a_number_is_voided_without_the_network_and_never_used_again(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    wen.post("/api/numbers/lease", {"kind": "simple_decision", "left": 0})
    block = NumberBlock.objects.get()
    number = settings.NUMBER_FORM.written(block.first)

    assert outcome(wen, step(wen, "voided", number=number)) == ("admitted", "")
    assert outcome(wen, step(wen, "voided", number=number, reason="又说一次")) == ("admitted", "")

    voided = VoidedNumber.objects.get()
    assert (voided.remark, voided.voided_by) == ("卡纸", cast.wen.police_number)
    used = wen.violation(kind="on_the_spot", served=True, document_number=number)
    assert outcome(wen, used) == ("quarantined", "paper_number_void")
    assert verify().sound


def test_a_used_number_or_another_s_is_not_voided(cast: Cast) -> None:
    scene = scenes.delivered_decision(cast)
    scene.handheld.post("/api/numbers/lease", {"kind": "simple_decision", "left": 0})
    block = NumberBlock.objects.get()
    number = settings.NUMBER_FORM.written(block.first)
    used = scene.handheld.violation(kind="on_the_spot", served=True, document_number=number)
    assert outcome(scene.handheld, used) == ("admitted", "")

    assert outcome(scene.handheld, step(scene.handheld, "voided", number=number)) == (
        "conflict",
        "paper_number_taken",
    )
    mei = Handheld.at_work(cast.mei, cast.qiu)
    assert outcome(mei, step(mei, "voided", number=number)) == ("quarantined", "paper_number_void")
    assert outcome(mei, step(mei, "voided", number="A-1")) == ("quarantined", "paper_number_void")
    assert VoidedNumber.objects.count() == 0
