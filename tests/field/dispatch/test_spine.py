"""A task from the desk to the handheld and back, through the doors: given, found by cursor, delivered, opened, done, approved."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from evidence.sealer import seal_now
from evidence.verification import verify
from tests.cast import Cast, Desk, Handheld

RIVERSIDE = [120.2101, 30.2501]


def new_task(cast: Cast, *officers: str, **said: Any) -> dict[str, Any]:
    """What a leader's desk sends."""
    return {
        "kind": "violation_control",
        "urgency": "urgent",
        "completion": "all",
        "title": "滨江路违停整治",
        "what": "重点查处占用非机动车道",
        "why": "近七日 12 起举报",
        "offence_codes": [],
        "plates": [],
        "point": RIVERSIDE,
        "radius_m": 300,
        "place_text": "滨江路与江虹路口",
        "due_at": (timezone.now() + dt.timedelta(hours=2)).isoformat(),
        "unit": cast.east_first.code,
        "officers": list(officers),
        **said,
    }


def test_a_task_goes_out_and_comes_back(cast: Cast) -> None:
    wen, li = Handheld.at_work(cast.wen, cast.qiu), Desk.of(cast.li)
    wen.sync()

    made = li.post("/api/tasks", new_task(cast, cast.wen.police_number))
    assert made.status == 201, made
    task = made.body["id"]
    seal_now()
    (item,) = wen.sync().body["feed"]["items"]
    assert (item["about"], item["id"], item["view"]["mine"]["state"]) == ("task", task, "to_sign")
    assert item["view"]["title"] == "滨江路违停整治"

    wen.sync(opened=[task])  # its cursor says that it has stored the page before
    crew = li.get(f"/api/tasks/{task}").body["crew"]
    assert crew[0]["delivered_at"] and crew[0]["opened_at"]

    for word in ("sign", "arrive", "report"):
        feedback = {"result": "done"} if word == "report" else {}
        answered = wen.sync(wen.task_step(task, word, feedback=feedback))
        assert answered.body["verdicts"][0]["outcome"] == "admitted", answered.body
    board = li.get("/api/tasks").body["tasks"]
    assert [(one["id"], one["needs"]) for one in board] == [(task, "review")]

    approved = li.post(f"/api/tasks/{task}/approve")
    assert (approved.status, approved.body["state"]) == (200, "closed"), approved
    assert [one["what"] for one in approved.body["history"]] == [
        "created",
        "assigned",
        "delivered",
        "opened",
        "signed",
        "arrived",
        "reported",
        "approved",
    ]
    seal_now()
    verdict = verify()
    assert verdict.sound, [str(one) for one in verdict.findings]


def test_a_handed_over_task_is_gone_from_the_first_handheld(cast: Cast) -> None:
    wen, mei, li = (
        Handheld.at_work(cast.wen, cast.qiu),
        Handheld.at_work(cast.mei, cast.qiu),
        Desk.of(cast.li),
    )
    task = li.post("/api/tasks", new_task(cast, cast.wen.police_number)).body["id"]
    seal_now()
    wen.sync()
    mei.sync()

    moved = li.post(f"/api/tasks/{task}/reassign", {"from": "034512", "to": "034513"})
    assert moved.status == 200, moved
    seal_now()

    (gone,) = wen.sync().body["feed"]["items"]
    (came,) = mei.sync().body["feed"]["items"]
    assert (gone["id"], gone["gone"], gone["view"]) == (task, True, None)
    assert (came["id"], came["view"]["mine"]["state"]) == (task, "to_sign")


def test_the_second_leader_is_answered_who_was_faster(cast: Cast) -> None:
    li, du = Desk.of(cast.li), Desk.of(cast.du)
    task = li.post("/api/tasks", new_task(cast)).body["id"]
    assert du.post(f"/api/tasks/{task}/assign", {"officers": ["034512"]}).status == 200

    late = li.post(f"/api/tasks/{task}/assign", {"officers": ["034513"]})

    assert (late.status, late.body["code"]) == (409, "overtaken")
    assert late.body["facts"] == {"state": "assigned", "by": "030110", "name": "杜值"}


DOORS = [
    ("post", "assign", {"officers": ["034512"]}),
    ("post", "reassign", {"from": "034512", "to": "034513"}),
    ("post", "withdraw", {"remark": "误发"}),
    ("post", "approve", None),
    ("post", "send-back", {"officer": "034512", "remark": "补"}),
    ("get", "", None),
]


@pytest.mark.parametrize(("verb", "door", "said"), DOORS)
def test_of_another_units_task_nothing_is_learnt(
    cast: Cast, verb: str, door: str, said: dict[str, Any] | None
) -> None:
    task = Desk.of(cast.li).post("/api/tasks", new_task(cast, "034512")).body["id"]
    zhao = Desk.of(cast.zhao)
    theirs = f"/api/tasks/{task}/{door}".rstrip("/")
    nobodys = f"/api/tasks/00000000-0000-7000-8000-000000000000/{door}".rstrip("/")

    answers = [zhao.get(path) if verb == "get" else zhao.post(path, said) for path in (theirs, nobodys)]

    assert {one.status for one in answers} == {404}
    assert answers[0].body == answers[1].body
    assert zhao.get("/api/tasks").body["tasks"] == []


@pytest.mark.parametrize(("verb", "door", "said"), DOORS)
def test_a_handheld_has_no_business_at_the_leaders_doors(
    cast: Cast, verb: str, door: str, said: dict[str, Any] | None
) -> None:
    task = Desk.of(cast.li).post("/api/tasks", new_task(cast, "034512")).body["id"]
    wen = Handheld.at_work(cast.wen, cast.qiu)
    path = f"/api/tasks/{task}/{door}".rstrip("/")

    answered = wen.get(path) if verb == "get" else wen.post(path, said)

    assert answered.status in (403, 404)


WRONG: list[dict[str, Any]] = [
    {"kind": "quota"},
    {"urgency": None},
    {"title": ""},
    {"title": "x" * 61},
    {"point": [200, 30]},
    {"point": [1]},
    {"point": "here"},
    {"radius_m": -1},
    {"due_at": "tomorrow"},
    {"due_at": "2020-01-01T00:00:00Z"},
    {"unit": "330900010100' OR 1=1"},
    {"officers": ["me"]},
    {"officers": [None]},
    {"why_rows": [{"violation": "x"}]},
    {"why_rows": [{}]},
    {"id": "1"},
    {"what": "\x00"},
    {"title": "\ud800"},
    {"starts_at": "0001-01-01T00:00:00+08:00"},
    {"due_at": "9999-12-31T23:59:59Z"},
    {"due_at": "9999-12-31T23:59:59-12:00"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda one: str(one)[:40])
def test_what_is_no_task_is_refused_in_words(cast: Cast, wrong: dict[str, Any]) -> None:
    answered = Desk.of(cast.li).post("/api/tasks", new_task(cast) | wrong)

    assert answered.status == 400
    assert answered.body["code"] in ("not_understood", "times_wrong", "place_missing")


def test_who_signs_at_once_has_had_it_delivered_and_opened(cast: Cast) -> None:
    wen, li = Handheld.at_work(cast.wen, cast.qiu), Desk.of(cast.li)
    task = li.post("/api/tasks", new_task(cast, cast.wen.police_number)).body["id"]
    seal_now()

    wen.sync(wen.task_step(task, "sign"))

    (part,) = li.get(f"/api/tasks/{task}").body["crew"]
    assert part["delivered_at"] == part["opened_at"] == part["signed_at"] is not None
    assert verify().sound
