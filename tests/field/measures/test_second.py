"""What takes two officers is confirmed by the one who is named, from their own shift and for the text they read; and asked for after a day."""

import datetime as dt
from hashlib import sha256
from typing import Any

import pytest

from evidence.queries import entries_about
from evidence.verification import verify
from field import timers
from field.models import Item, Violation
from tests import scenes
from tests.cast import Cast, Desk, Handheld
from tests.field.measures.scene import DIGEST, NUMBER, confirmation, taken

TEXT = "公安交通管理违法行为处理通知书\n编号：3399016000182746\n"
PAPER = {"kind": "notice_to_appear", "digest": sha256(TEXT.encode()).hexdigest(), "text": TEXT}
NOTICE = "3399016000182746"
GENERAL = {
    "pack": "ab" * 32,
    "facts": {"at": "2026-11-23T14:27:40+08:00", "acts": []},
    "verdict": {
        "outcome": "general",
        "fine_min": 1000,
        "fine_max": 2000,
        "points": 12,
        "procedure": "general",
        "documents": ["notice_to_appear", "decision"],
        "measures": [],
    },
}
DAY = dt.timedelta(days=1)


@pytest.fixture
def mei(cast: Cast) -> Handheld:
    handheld = Handheld.at_work(cast.mei, cast.qiu, label="mei")
    handheld.sync()
    return handheld


def notice(cast: Cast, **said: Any) -> scenes.Scene:
    """Wen has handed out a notice to appear; Mei was there."""
    given = {
        "kind": "on_the_spot",
        "served": False,
        "document_number": NOTICE,
        "paper": PAPER,
        "second": cast.mei.police_number,
        "law": GENERAL,
    } | said
    told: dict[str, Any] = {name: one for name, one in given.items() if one is not None}
    return scenes.recorded_violation(cast, **told)


def waiting(handheld: Handheld) -> list[dict[str, Any]]:
    """What the feed says waits for this officer's word; those gone, too."""
    scenes.sealed_log()
    items = handheld.sync().body["feed"]["items"]
    return [one for one in items if one["about"] == "to_confirm"]


def outcome(handheld: Handheld, sealed: Any) -> tuple[str, str]:
    verdict = scenes.sent(handheld, sealed)
    return verdict["outcome"], verdict["reason"]


def test_the_named_officer_is_shown_the_text_and_confirms_it(cast: Cast, mei: Handheld) -> None:
    scene = notice(cast)
    (item,) = waiting(mei)
    assert (item["view"]["paper"], item["view"]["digest"]) == (TEXT, PAPER["digest"])

    sealed = confirmation(mei, scene.id, NOTICE, item["view"]["digest"])
    answered = mei.sync(sealed).body

    assert answered["verdicts"][0]["outcome"] == "admitted"
    assert entries_about(scene.id)[-1].kind == "paper.confirmed"
    gone = [one["gone"] for one in answered["feed"]["items"] if one["about"] == "to_confirm"]
    assert (gone or [one["gone"] for one in waiting(mei)]) == [True]
    own = [one for one in scene.handheld.sync().body["feed"]["items"] if one["about"] == "violation"]
    assert own[-1]["view"]["second_confirmed_at"]
    full = Desk.of(cast.li).look(f"/api/violations/{scene.id}", "核查").body
    assert (full["second_name"], full["history"][-1]["what"]) == ("梅芳", "second_confirmed")
    assert full["second_confirmed_at"]
    assert verify().sound


def test_a_fresh_handheld_is_told_of_all_that_waits(cast: Cast) -> None:
    notice(cast)
    taken(cast)
    scenes.sealed_log()

    found = waiting(Handheld.at_work(cast.mei, cast.qiu, label="new"))

    assert sorted(one["view"]["number"] for one in found) == sorted([NOTICE, NUMBER])


def test_a_measure_is_confirmed_in_the_same_way(cast: Cast, mei: Handheld) -> None:
    scene = taken(cast)

    assert outcome(mei, confirmation(mei, scene.violation.uid, NUMBER, DIGEST)) == ("admitted", "")

    assert scene.row.second_confirmed_at is not None
    assert verify().sound


@pytest.mark.parametrize(
    ("who", "reason"), [("wen", "not_second"), ("li", "not_second"), ("fu", "may_not_record")]
)
def test_nobody_else_confirms_it(cast: Cast, who: str, reason: str) -> None:
    scene = notice(cast)
    other = Handheld.at_work(getattr(cast, who), cast.qiu, label="other")

    sealed = confirmation(other, scene.id, NOTICE, PAPER["digest"])

    assert outcome(other, sealed) == ("quarantined", reason)
    assert Violation.objects.get(id=scene.id).second_confirmed_at is None


def test_who_names_themself_as_second_confirms_nothing(cast: Cast) -> None:
    scene = notice(cast, second=cast.wen.police_number)

    sealed = confirmation(scene.handheld, scene.id, NOTICE, PAPER["digest"])

    assert outcome(scene.handheld, sealed) == ("quarantined", "not_second")


def test_from_another_s_shift_it_is_set_aside(cast: Cast) -> None:
    scene = notice(cast)

    sealed = confirmation(scene.handheld, scene.id, NOTICE, PAPER["digest"], officer=cast.mei.police_number)

    assert outcome(scene.handheld, sealed) == ("quarantined", "wrong_shift")


def test_another_text_than_the_one_that_stands_is_not_confirmed(cast: Cast, mei: Handheld) -> None:
    scene = notice(cast)

    assert outcome(mei, confirmation(mei, scene.id, NOTICE, "ab" * 32)) == ("quarantined", "confirms_other")
    assert outcome(mei, confirmation(mei, scene.id, "X1", PAPER["digest"]))[1] == "amends_nothing"


def test_a_correction_has_to_be_confirmed_anew(cast: Cast, mei: Handheld) -> None:
    scene = notice(cast)
    outcome(mei, confirmation(mei, scene.id, NOTICE, PAPER["digest"]))
    waiting(mei)
    extra = {name: scene.sealed.said[name] for name in ("paper", "second", "law")}

    scenes.sent(scene.handheld, scene.handheld.amendment(scene.sealed, note="改", **extra))

    assert Violation.objects.get(id=scene.id).second_confirmed_at is None
    assert [one["gone"] for one in waiting(mei)] == [False]
    assert verify().sound


def test_unconfirmed_for_a_day_it_is_an_item_of_supervision_and_confirmed_it_closes(
    cast: Cast, mei: Handheld
) -> None:
    scene = notice(cast)
    came = Violation.objects.get(id=scene.id).arrived_at

    timers.beat(came + DAY - dt.timedelta(seconds=1))
    asked = Item.objects.filter(kind="second_unconfirmed")
    assert not asked.exists()
    timers.beat(came + DAY)
    (item,) = asked
    assert item.subject == str(scene.id)

    outcome(mei, confirmation(mei, scene.id, NOTICE, PAPER["digest"]))
    timers.beat(came + DAY)
    item.refresh_from_db()
    assert item.closed_at is not None


def test_what_takes_two_and_names_one_is_an_item_at_once(cast: Cast) -> None:
    alone = notice(cast, second=None)
    simple = {**GENERAL, "verdict": {**GENERAL["verdict"], "outcome": "simple"}}  # type: ignore[dict-item]
    notice(cast, second=None, document_number="X1", law=simple)
    notice(cast, second=None, document_number="X2", law=None)
    measure = taken(cast, second=None)

    timers.beat(scenes.now())

    items = Item.objects.filter(kind="second_missing").values_list("subject", flat=True)
    assert sorted(items) == sorted([str(alone.id), str(measure.sealed.uid)])
    timers.beat(scenes.now() + DAY / 2)
    assert Item.objects.filter(kind="second_missing").count() == 2
