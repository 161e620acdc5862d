"""The desk's account of the numbers: what stands behind the fate of each, and which blocks lack one."""

import datetime as dt
from typing import Any

from django.conf import settings

from field import timers
from field.models import Item, NumberBlock
from tests import scenes
from tests.cast import Cast, Desk, Handheld

form = settings.NUMBER_FORM


def lease(handheld: Handheld) -> list[int]:
    assert handheld.post("/api/numbers/lease", {"kind": "simple_decision", "left": 0}).status == 200
    block = NumberBlock.objects.get(terminal=handheld.id)
    return list(range(block.first, block.last + 1))


def decide(handheld: Handheld, stem: int, **said: Any) -> str:
    record = handheld.violation(kind="on_the_spot", served=True, document_number=form.written(stem), **said)
    scenes.sent(handheld, record)
    return record.uid


def test_each_number_has_what_stands_behind_it(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    one, two, three, four, five, *_ = lease(wen)
    uid = decide(wen, one)
    wen.post("/api/numbers/void", {"number": form.written(two), "reason": "misprint", "remark": "卡纸"})
    decide(wen, three, officer=cast.mei.police_number)
    decide(wen, five)
    timers.tidy(scenes.now() + dt.timedelta(hours=25))

    numbers = Desk.of(cast.li).get(f"/api/numbers/{one}").body["numbers"]

    said = [{name: value for name, value in row.items() if value not in (None, "")} for row in numbers[:6]]
    assert [row["fate"] for row in said] == ["used", "voided", "set_aside", "missing", "used", "held"]
    assert (said[0]["violation"], said[0]["by"]) == (uid, cast.wen.police_number)
    assert (said[1]["reason"], said[1]["remark"], said[1]["by"]) == (
        "misprint",
        "卡纸",
        cast.wen.police_number,
    )
    assert len(said[2]["text"]) == 64
    item = Item.objects.get(kind="paper_missing")
    assert (said[3]["item"], item.subject) == (item.id, form.written(four))
    assert set(said[5]) == {"number", "fate"} and len(numbers) == 50


def test_blocks_that_lack_a_number_are_found_by_that_and_by_nothing_else(cast: Cast) -> None:
    wen, mei = scenes.wens_handheld(cast), Handheld.at_work(cast.mei, cast.qiu)
    one, _, three, *_ = lease(wen)
    whole, *_ = lease(mei)
    decide(wen, one)
    decide(mei, whole)
    desk = Desk.of(cast.ji)
    assert desk.get("/api/numbers?fate=missing").body["blocks"] == []

    decide(wen, three)

    (block,) = desk.get("/api/numbers?fate=missing").body["blocks"]
    assert block["id"] == str(one)
    assert len(desk.get("/api/numbers").body["blocks"]) == 2
    assert desk.get("/api/numbers?fate=used").status == 400


def test_a_block_is_shown_to_who_sees_its_terminal(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    first, *_ = lease(wen)
    path = f"/api/numbers/{first}"
    seen = [Desk.of(one).get(path).status for one in (cast.qiu, cast.ji, cast.li, cast.zhao)]
    assert (seen, wen.get(path).status) == ([200, 200, 200, 404], 403)
    assert Desk.of(cast.qiu).get("/api/numbers/17").status == 404
