"""A coercive measure has 24 hours to be approved by a leader who had no part in it; what is not approved is ended, and all hear of it."""

import datetime as dt
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts.refusals import Overtaken
from evidence.queries import entries_about
from evidence.verification import verify
from field import timers
from field.measures import operations, queries
from field.measures.timers import due
from field.models import Item, Measure, NumberBlock
from field.rules.measure import APPROVAL_WITHIN
from tests import scenes
from tests.cast import Cast, Desk, Handheld, photo
from tests.field.measures.scene import CERTIFICATE, NUMBER, measure, taken

HOUR = dt.timedelta(hours=1)


def open_items(cast: Cast) -> list[str]:
    return list(Item.objects.filter(closed_at__isnull=True).order_by("kind").values_list("kind", flat=True))


def test_it_waits_in_the_leader_s_queue_and_can_be_approved(cast: Cast) -> None:
    scene = taken(cast)
    li = Desk.of(cast.li)
    (row,) = li.get("/api/measures").body["rows"]
    assert (row["state"], row["kinds"], row["second_name"], row["may_decide"]) == (
        "taken",
        ["detain_licence"],
        "梅芳",
        True,
    )
    assert dt.datetime.fromisoformat(row["due_at"]) == scene.row.taken_at + APPROVAL_WITHIN

    answered = li.post(f"/api/measures/{scene.sealed.uid}/approve", {})

    assert (answered.status, answered.body["state"]) == (200, "approved")
    assert [one.kind for one in entries_about(scene.sealed.uid)] == ["measure.taken", "measure.approved"]
    assert due(scene.row.due_at + HOUR) == []
    assert verify().sound


def test_refused_it_is_ended_and_officer_and_unit_hear_of_it_with_the_ground(cast: Cast) -> None:
    scene = taken(cast)
    li = Desk.of(cast.li)
    path = f"/api/measures/{scene.sealed.uid}/refuse"
    scenes.sealed_log()
    scene.wen.sync()

    assert li.post(path, {}).status == 400
    assert li.post(path, {"ground": "other"}).body["code"] == "ground_needed"
    assert li.post(path, {"ground": "not_necessary", "remark": "情节轻微"}).body["state"] == "refused"

    entry = entries_about(scene.sealed.uid)[-1]
    assert {"user:034512", f"terminal:{scene.wen.id}", "unit:330900010100"} <= set(entry.audience)
    scenes.sealed_log()
    news = {one["about"]: one["view"] for one in scene.wen.sync().body["feed"]["items"]}
    assert (news["measure"]["state"], news["measure"]["remark"]) == ("refused", "情节轻微")
    overtaken = li.post(f"/api/measures/{scene.sealed.uid}/approve", {})
    assert (overtaken.status, overtaken.body["facts"]["name"]) == (409, "李正")
    assert li.post(f"/api/measures/{scene.sealed.uid}/give-back", {}).body["state"] == "released"
    assert verify().sound


def test_after_24_hours_it_lapses_and_reviewer_and_auditor_have_an_item_that_the_leader_can_t_close(
    cast: Cast,
) -> None:
    scene = taken(cast)
    end = scene.row.due_at

    assert due(end - dt.timedelta(seconds=1)) == []
    (entry,) = due(end)
    assert due(end + HOUR) == []
    timers.beat(end + HOUR)

    assert (entry.kind, entry.actor) == ("measure.lapsed", "system")
    assert {"user:034512", "unit:330900010100"} <= set(entry.audience)
    assert scene.row.state == "lapsed"
    for who in (cast.fan, cast.ji):
        items = Desk.of(who).get("/api/items").body["items"]
        assert "measure_unapproved" in [one["kind"] for one in items]
    (item,) = Item.objects.filter(kind="measure_unapproved")
    assert Desk.of(cast.li).post(f"/api/items/{item.id}/close", {"ground": "explained"}).status == 403
    assert Desk.of(cast.ji).post(f"/api/items/{item.id}/close", {"ground": "explained"}).status == 200
    timers.beat(end + 2 * HOUR)
    assert Item.objects.filter(kind="measure_unapproved").count() == 1
    assert verify().sound


def test_nobody_approves_in_the_25th_hour_though_the_clock_s_loop_was_away(cast: Cast) -> None:
    scene = taken(cast)

    with pytest.raises(Overtaken):
        operations.approve(scene.row.id, remark="", by=cast.li, now=scene.row.due_at)

    assert due(scene.row.due_at) != []


def test_what_was_taken_30_hours_ago_without_a_network_has_lapsed_by_then(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    wen.clock = {"offset_ms": 0, "unc_ms": 40, "synced_at": None}
    scene = taken(cast, wen)
    row = scene.row

    assert row.taken_at <= row.arrived_at
    assert due(row.taken_at + APPROVAL_WITHIN) != []


@pytest.mark.parametrize("who", ["wen", "mei", "fu", "zhao", "fan", "du", "qiu", "ji"])
@pytest.mark.parametrize("act", ["approve", "refuse", "give-back"])
def test_only_the_unit_s_leader_decides(cast: Cast, who: str, act: str) -> None:
    scene = taken(cast)
    body = {"ground": "not_necessary"} if act == "refuse" else {}
    person = getattr(cast, who)
    browser = Handheld.at_work(person, cast.qiu) if who in ("wen", "mei", "fu") else Desk.of(person)

    answered = browser.post(f"/api/measures/{scene.sealed.uid}/{act}", body)

    assert answered.status == (404 if who == "zhao" else 403)
    assert scene.row.state == "taken"


@pytest.mark.parametrize("part", ["took it", "was second"])
def test_a_leader_who_had_a_part_in_it_decides_nothing(cast: Cast, part: str) -> None:
    handheld = Handheld.at_work(cast.li if part == "took it" else cast.wen, cast.qiu)
    scene = taken(cast, handheld, second=cast.li.police_number if part == "was second" else "034513")

    answered = Desk.of(cast.li).post(f"/api/measures/{scene.sealed.uid}/approve", {})

    assert (answered.status, answered.body["code"]) == (403, "own_measure")
    assert scene.row.state == "taken"


def test_an_auxiliary_takes_none_and_nothing_is_dropped(cast: Cast) -> None:
    fu = Handheld.at_work(cast.fu, cast.qiu)
    violation = fu.violation(
        kind="record_only", fine=None, points=None, served=False, document_number="", token_sha256=""
    )
    verdicts = fu.sync(violation, measure(fu, violation.uid)).body["verdicts"]

    assert [(one["outcome"], one["reason"]) for one in verdicts] == [
        ("admitted", ""),
        ("quarantined", "may_not_record"),
    ]
    assert not Measure.objects.exists()
    assert verify().sound


def test_one_for_nothing_or_for_a_colleague_s_record_is_set_aside(cast: Cast) -> None:
    scene = taken(cast)
    mei = Handheld.at_work(cast.mei, cast.qiu)

    verdicts = mei.sync(
        measure(mei, mei.shift, number="X1"), measure(mei, scene.violation.uid, number="X2")
    ).body["verdicts"]

    assert [one["reason"] for one in verdicts] == ["amends_nothing", "amends_others"]


@pytest.mark.parametrize("other", ["a decision", "another certificate"])
def test_no_number_stands_on_two_papers(cast: Cast, other: str) -> None:
    scene = taken(cast)
    wen = scene.wen
    second = (
        wen.violation(kind="on_the_spot", served=True, document_number=NUMBER)
        if other == "a decision"
        else measure(wen, scene.violation.uid)
    )

    (verdict,) = wen.sync(second).body["verdicts"]

    assert (verdict["outcome"], verdict["reason"]) == ("conflict", "paper_number_taken")


def test_a_number_of_another_terminal_s_block_is_quarantined_and_a_used_one_is_explained(cast: Cast) -> None:
    wen, mei = scenes.wens_handheld(cast), Handheld.at_work(cast.mei, cast.qiu)
    block = wen.post("/api/numbers/lease", {"kind": "measure_certificate", "left": 0}).body["blocks"][0]
    number = _written(block["first"])
    stranger = mei.violation()
    (_, verdict) = mei.sync(stranger, measure(mei, stranger.uid, number=number, second=None)).body["verdicts"]
    assert (verdict["outcome"], verdict["reason"]) == ("quarantined", "paper_number_void")

    taken(cast, wen, number=_written(block["first"] + 2))

    (shown,) = Desk.of(cast.ji).get("/api/numbers").body["blocks"]
    fates = {one["first"]: one["fate"] for one in shown["numbers"]}
    assert fates[_written(block["first"] + 2)] == "used"
    later = timezone.now() + dt.timedelta(hours=25)
    timers.tidy(later)
    assert NumberBlock.objects.count() == 1
    assert "paper_missing" in open_items(cast)


def _written(stem: int) -> str:
    from django.conf import settings

    written: str = settings.NUMBER_FORM.written(stem)
    return written


def test_the_case_shows_certificate_photos_and_law_and_the_look_is_an_entry(cast: Cast) -> None:
    strokes = photo(b"strokes on glass", "signature")
    scene = taken(cast, photos=[strokes])
    scene.wen.upload(b"strokes on glass")
    li = Desk.of(cast.li)

    assert li.get(f"/api/measures/{scene.sealed.uid}").body["code"] == "why_needed"
    shown = li.look(f"/api/measures/{scene.sealed.uid}", "approval").body

    assert (shown["paper"], shown["items"]) == (CERTIFICATE, "机动车驾驶证一本")
    assert [one["digest"] for one in shown["photos"]] == [strokes["sha256"]]
    assert shown["history"][0]["what"] == "taken"
    assert [one.kind for one in entries_about(scene.violation.uid)][-1] == "look"
    path = f"/api/violations/{scene.violation.uid}/photos/{strokes['sha256']}?size=thumb"
    assert li.get(path).body["code"] == "no_picture"  # these bytes are no picture; the door let them through
    full = li.look(f"/api/violations/{scene.violation.uid}", "核查").body
    assert [one["state"] for one in full["measures"]] == ["taken"]


def test_the_word_approval_explains_no_other_look(cast: Cast) -> None:
    scene = taken(cast)
    operations.approve(scene.row.id, remark="", by=cast.li, now=timezone.now())

    for who in (cast.li, cast.fan):
        answered = Desk.of(who).look(f"/api/measures/{scene.sealed.uid}", "approval")
        assert answered.body["code"] == "why_needed"


def test_the_figure_of_the_desk_leads_to_its_rows(cast: Cast) -> None:
    taken(cast)
    li = Desk.of(cast.li)
    figure = next(one for one in li.get("/api/figures").body["figures"] if one["name"] == "measures")

    assert figure["count"] == len(li.get(figure["rows"]).body["rows"]) == 1


def test_no_list_shows_a_person_or_a_whole_plate(cast: Cast) -> None:
    scene = taken(cast)
    rows: list[dict[str, Any]] = queries.queue(cast.li)

    assert scene.violation.said["plate"] not in str(rows)


def test_a_step_about_the_certificate_is_an_entry_about_the_measure(
    cast: Cast, settings: LazySettings
) -> None:
    scene = taken(cast)
    served = scene.wen.seal(
        "paper_step", number=NUMBER, violation=scene.violation.uid, step="served", reason=""
    )

    assert scenes.sent(scene.wen, served)["outcome"] == "admitted"
    assert entries_about(scene.sealed.uid)[-1].kind == "measure.served"
    assert verify().sound
