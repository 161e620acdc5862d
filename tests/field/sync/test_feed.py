"""The feed: nothing missed under concurrent writers, nothing of others', and a fresh start where what one may see has changed."""

import datetime as dt
import random
import threading
from typing import Any

import pytest
from django.db import connection

from accounts import operations
from accounts.models import User
from evidence import queries as evidence
from evidence.sealer import seal_now
from field.dispatch.operations.giving import NewTask, assign, create_task, reassign
from field.review import operations as review
from field.rules.task import Completion, TaskKind, Urgency
from field.sync import feed as feeds
from tests import scenes
from tests.cast import Cast, Desk, Handheld, uuid7


def told(handheld: Handheld, **said: Any) -> list[tuple[str, str]]:
    scenes.sealed_log()
    feed = handheld.sync(**said).body["feed"]
    return [(one["about"], one["id"]) for one in feed["items"]]


def test_an_officer_is_told_of_own_records_and_of_nobody_else_s(cast: Cast) -> None:
    mei = Handheld.at_work(cast.mei, cast.qiu)
    told(mei)
    scene = scenes.recorded_violation(cast)
    told(scene.handheld)

    review.confirm(scene.id, version=None, by=cast.li, now=scenes.now())

    assert told(scene.handheld) == [("violation", str(scene.id))]
    assert told(mei) == []


def test_a_thing_that_changed_three_times_comes_once_as_it_stands(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    told(scene.handheld)
    review.return_to_officer(scene.id, reason="wrong_time", remark="", by=cast.li, now=scenes.now())
    scene.handheld.sync(scene.handheld.amendment(scene.sealed, plate="浙M00007"))
    scene.handheld.epoch, scene.handheld.cursor = scene.handheld.epoch, 0
    review.confirm(scene.id, version=None, by=cast.li, now=scenes.now())
    scenes.sealed_log()

    feed = scene.handheld.sync().body["feed"]

    assert [(one["id"], one["view"]["state"], one["view"]["plate"]) for one in feed["items"]] == [
        (str(scene.id), "confirmed", "浙M00007")
    ]


def test_who_asks_again_from_the_same_number_gets_the_same(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    told(scene.handheld)
    kept = scene.handheld.epoch, scene.handheld.cursor
    review.confirm(scene.id, version=None, by=cast.li, now=scenes.now())

    first = told(scene.handheld)
    scene.handheld.epoch, scene.handheld.cursor = kept

    assert told(scene.handheld) == first == [("violation", str(scene.id))]


@pytest.mark.parametrize(
    "why", ["first contact", "another epoch", "a log that was restored to an earlier size"]
)
def test_the_feed_starts_over_where_the_way_is_not_known(cast: Cast, why: str) -> None:
    scene = scenes.recorded_violation(cast)
    told(scene.handheld)
    head = evidence.head()
    ways: dict[str, dict[str, Any]] = {
        "first contact": {"epoch": None, "cursor": None},
        "another epoch": {"epoch": "0123456789abcdef", "cursor": 3},
        "a log that was restored to an earlier size": {"cursor": head + 1},
    }

    feed = scene.handheld.sync(**ways[why]).body["feed"]

    assert (feed["start_over"], feed["cursor"]) == (True, head)
    assert [one["id"] for one in feed["items"]] == [str(scene.id)]


def test_who_was_away_for_long_starts_over(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = scenes.recorded_violation(cast)
    told(scene.handheld)
    monkeypatch.setattr(feeds, "TOO_FAR", 2)

    assert scene.handheld.sync(cursor=0).body["feed"]["start_over"]


def test_when_somebody_moves_to_another_unit_the_feed_starts_over(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    li = Desk.of(cast.li)
    scenes.sealed_log()
    before = li.get("/api/feed").body
    assert [one["id"] for one in before["items"] if one["about"] == "violation"] == [str(scene.id)]

    operations.change_role("031007", role="leader", unit=cast.west_first, by=cast.qiu, now=scenes.now())
    li = Desk.of(User.objects.get(police_number="031007"))
    after = li.get(f"/api/feed?epoch={before['epoch']}&cursor={before['cursor']}").body

    assert after["start_over"]
    assert [one for one in after["items"] if one["about"] == "violation"] == []


def test_pages_add_up_to_everything(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "PAGE", 3)
    wen = scenes.wens_handheld(cast)
    told(wen)
    records = [wen.violation() for _ in range(10)]
    kept = wen.epoch, wen.cursor
    wen.sync(*records)
    wen.epoch, wen.cursor = kept

    seen: list[str] = []
    for _ in range(20):
        feed = wen.sync().body["feed"]
        assert not feed["start_over"]
        seen += [one["id"] for one in feed["items"]]
        if not feed["more"]:
            break

    assert sorted(seen) == sorted(one.uid for one in records)


def test_a_task_given_to_another_is_gone_from_the_first_one_s_handheld(cast: Cast) -> None:
    wen, mei = scenes.wens_handheld(cast), Handheld.at_work(cast.mei, cast.qiu)
    task = create_task(_task(cast), leader=cast.li, now=scenes.now())
    told(wen)
    assign(task, ["034512"], leader=cast.li, now=scenes.now())
    assert told(wen) == [("task", str(task))]

    reassign(task, from_="034512", to="034513", leader=cast.li, now=scenes.now())
    scenes.sealed_log()

    (gone,) = wen.sync().body["feed"]["items"]
    assert (gone["id"], gone["gone"], gone["view"]) == (str(task), True, None)
    (given,) = [one for one in mei.sync().body["feed"]["items"] if one["about"] == "task"]
    assert (given["id"], given["gone"]) == (str(task), False)


def _task(cast: Cast) -> NewTask:
    return NewTask(
        id=uuid7(scenes.now()),
        kind=TaskKind.CAMPAIGN,
        urgency=Urgency.ROUTINE,
        completion=Completion.ALL,
        title="早高峰整治",
        place_text="滨江路",
        due_at=scenes.now() + dt.timedelta(hours=4),
        unit=cast.east_first.code,
    )


def test_a_desk_is_told_of_records_masked(cast: Cast) -> None:
    li = Desk.of(cast.li)
    scenes.sealed_log()
    start = li.get("/api/feed").body
    scene = scenes.recorded_violation(
        cast, person={"name": "张三", "licence": "330903199001011234", "phone": "13800001234"}
    )
    scenes.sealed_log()

    feed = li.get(f"/api/feed?epoch={start['epoch']}&cursor={start['cursor']}").body

    (item,) = [one for one in feed["items"] if one["about"] == "violation"]
    assert item["id"] == str(scene.id)
    told_of = str(feed)
    for secret in ("浙M5K082", "5K082", "张三", "330903199001011234", "13800001234"):
        assert secret not in told_of


def test_without_a_session_nothing_is_read_out(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    stranger = Handheld(key=scene.handheld.key)

    answered = stranger.sync(scene.sealed)

    assert (answered.body["feed"], answered.body["session"]) == (None, "none")
    assert answered.body["verdicts"][0]["outcome"] == "admitted"


@pytest.mark.parametrize("signature", ["", "AAAA", "A" * 86, None])
def test_who_knows_a_text_by_its_hash_alone_is_told_nothing_of_it(cast: Cast, signature: str | None) -> None:
    scene = scenes.recorded_violation(
        cast, person={"name": "张三", "licence": "330903199001011234", "phone": ""}
    )
    stranger = Handheld(key=scene.handheld.key)
    asked = {"text_sha256": scene.sealed.sha256, "signature": signature}

    answered = stranger.sync(pending=[asked, scene.sealed.sha256], pending_photos=[scene.sealed.sha256])

    assert answered.body["verdicts"] == []
    assert "张三" not in str(answered.body)


def test_who_holds_the_text_gets_its_receipt_without_a_session(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    asked = {"text_sha256": scene.sealed.sha256, "signature": scene.sealed.envelope["signature"]}

    (verdict,) = Handheld(key=scene.handheld.key).sync(pending=[asked]).body["verdicts"]

    assert scene.sealed.sha256 == verdict["text_sha256"]
    assert verdict["receipt"]["index"] >= 0


def test_a_session_of_another_handheld_reads_nothing(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    other = Handheld.approved(cast.east_first, cast.qiu)

    answered = wen.sync(terminal=other.id)

    assert (answered.body["feed"], answered.body["session"]) == (None, "none")


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_with_many_writing_at_once_a_reader_misses_none(cast: Cast) -> None:
    writers = [scenes.wens_handheld(cast) for _ in range(4)]
    reader = Handheld.at_work(cast.wen, cast.qiu)
    reader.sync()
    records = [[one.violation() for _ in range(12)] for one in writers]
    seen: set[str] = set()
    done = threading.Event()

    def write(handheld: Handheld, mine: list[Any], seed: int) -> None:
        chance = random.Random(seed)
        try:
            while mine:
                some = [mine.pop() for _ in range(min(len(mine), chance.randint(1, 3)))]
                handheld.sync(*some)
        finally:
            connection.close()

    def seal() -> None:
        try:
            while not done.is_set():
                seal_now()
        finally:
            connection.close()

    sealer = threading.Thread(target=seal)
    threads = [
        threading.Thread(target=write, args=(w, list(r), n))
        for n, (w, r) in enumerate(zip(writers, records, strict=True))
    ]
    for one in (sealer, *threads):
        one.start()
    while any(one.is_alive() for one in threads):
        seen |= {one["id"] for one in reader.sync().body["feed"]["items"]}
    done.set()
    sealer.join()
    seal_now()
    while True:
        feed = reader.sync().body["feed"]
        seen |= {one["id"] for one in feed["items"]}
        if not feed["more"]:
            break

    assert seen >= {one.uid for some in records for one in some}
