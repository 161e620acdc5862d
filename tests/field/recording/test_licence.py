"""What an officer is told of a licence: this system's confirmed records, with a reason each time, and nothing else."""

import datetime as dt
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from evidence.models import Entry
from evidence.queries import entries_about
from field.models import Violation
from field.recording.licence import licence_subject
from field.review import operations as review
from field.rules.points import cycle_of
from tests import scenes
from tests.cast import Answered, Cast, Desk, Handheld

LICENCE = "330902199001011239"
PERSON = {"name": "王小明", "licence": LICENCE, "phone": ""}


def ask(handheld: Handheld, why: str | None = "现场核对", **said: Any) -> Answered:
    body = {"licence": LICENCE, "draft": str(uuid4())} | said
    return handheld.post("/api/persons/flags", body, **({} if why is None else {"Luqin-Why": quote(why)}))


def decided(cast: Cast, wen: Handheld, number: str, **said: Any) -> scenes.Scene:
    scene = scenes.recorded_violation(
        cast,
        handheld=wen,
        **({"kind": "on_the_spot", "served": True, "document_number": number, "person": PERSON} | said),
    )
    review.confirm(scene.id, version=None, by=cast.li, now=scenes.now())
    return scene


def test_confirmed_records_of_the_cycle_are_told_with_the_points_of_decisions(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    decided(cast, wen, "A-1", offence="1625", points=6)
    decided(cast, wen, "", kind="record_only", served=False, offence="1712", points=12)
    scenes.recorded_violation(cast, handheld=wen, person=PERSON, points=3, offence="1357")
    decided(cast, wen, "A-2", offence="1116", points=1, person={**PERSON, "licence": "330902198505052345"})

    answer = ask(wen)

    assert answer.status == 200
    said = answer.body
    assert [(one["offence"], one["points"], one["decided"]) for one in said["earlier"]] == [
        ("1712", 12, False),
        ("1625", 6, True),
    ]
    assert (said["points"], len(said["drink_driving"])) == (6, 1)
    assert said["only_this_system"] and not said["cycle_known"]
    assert LICENCE not in str(said) and "浙" not in str(said)


def test_what_lies_before_the_cycle_is_not_told_but_drink_driving_is(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    decided(cast, wen, "A-1", offence="1713", points=12)
    Violation.objects.update(occurred_at=scenes.now() - dt.timedelta(days=400))

    said = ask(wen).body

    assert (said["earlier"], said["points"], len(said["drink_driving"])) == ([], 0, 1)


def test_the_cycle_begins_on_the_day_of_first_issue(cast: Cast) -> None:
    today = timezone.localdate()
    said = ask(scenes.wens_handheld(cast), issued_on=str(today.replace(year=2000))).body
    assert (said["begins"], said["cycle_known"]) == (str(today), True)


def test_each_question_is_a_look_with_its_reason_and_hides_the_number(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    draft = str(uuid4())

    assert ask(wen, why=None).body["code"] == "why_needed"
    assert ask(wen, why=f"核对 {LICENCE}", draft=draft).status == 200

    (entry,) = entries_about(licence_subject(LICENCE))
    assert (entry.kind, entry.actor) == ("look", cast.wen.police_number)
    assert draft in entry.body["why"] and "核对" in entry.body["why"]
    assert not any(LICENCE.encode() in bytes(one.payload) for one in Entry.objects.filter(kind="look"))


def test_only_who_decides_on_the_road_and_on_a_shift_is_told(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    fu = Handheld.at_work(cast.fu, cast.qiu)
    assert ask(fu).body["code"] == "not_permitted"
    desk = Desk.of(cast.li)
    body = {"licence": LICENCE, "draft": str(uuid4())}
    assert desk.post("/api/persons/flags", body, **{"Luqin-Why": "x"}).body["code"] == "not_on_duty"
    assert wen.post("/api/shift/close", {}).status == 204
    assert ask(wen).status in (401, 403)


def test_more_licences_than_anybody_stops_are_not_told(cast: Cast, settings: Any) -> None:
    settings.LICENCES_AN_HOUR = 2
    wen = scenes.wens_handheld(cast)
    assert [ask(wen).status for _ in range(3)] == [200, 200, 429]


@given(st.dates(dt.date(1990, 1, 1), dt.date(2026, 1, 1)), st.dates(dt.date(2026, 1, 2), dt.date(2040, 1, 1)))
def test_the_cycle_holds_today_and_is_a_year_long(issued: dt.date, today: dt.date) -> None:
    begins = cycle_of(issued, today)
    assert begins <= today < begins + dt.timedelta(days=367)
    assert (begins.month, begins.day) in {(issued.month, issued.day), (3, 1)}
    assert cycle_of(None, today) < today


@pytest.mark.parametrize("licence", ["", "12", "x" * 19])
def test_what_is_no_licence_s_number_is_refused(cast: Cast, licence: str) -> None:
    assert ask(scenes.wens_handheld(cast), licence=licence).status == 400
