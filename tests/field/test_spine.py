"""From the roadside to a decision: a record with photos comes in, is seen, and is confirmed."""

import json

from evidence.sealer import seal_now
from evidence.verification import verify
from tests.cast import Cast, Desk, Handheld, photo

FAR, PLATE = b"a far picture", b"a picture of the plate"


def test_a_record_with_photos_comes_in_is_seen_and_is_confirmed(cast: Cast) -> None:
    wen = Handheld.at_work(cast.wen, cast.qiu)
    record = wen.violation(photos=[photo(FAR, "far"), photo(PLATE, "plate")])

    answered = wen.sync(record)

    assert answered.status == 200, answered
    (verdict,) = answered.body["verdicts"]
    assert (verdict["outcome"], verdict["uid"]) == ("admitted", record.uid), verdict
    assert json.loads(verdict["receipt"]["leaf"]["payload"])["record"]["text"] == record.text
    assert {one["state"] for one in answered.body["photos"]} == {"wanted"}

    li = Desk.of(cast.li)
    assert li.post(f"/api/violations/{record.uid}/confirm", {}).body["code"] == "incomplete"
    for data in (FAR, PLATE):
        sent = wen.upload(data)
        assert sent.status == 201, sent
    answered = wen.sync(pending_photos=[one["sha256"] for one in record.said["photos"]])
    assert {one["state"] for one in answered.body["photos"]} == {"arrived"}
    assert all(one["receipt"] for one in answered.body["photos"])

    listed = li.get("/api/violations?state=recorded")
    assert [one["id"] for one in listed.body["rows"]] == [record.uid], listed
    full = li.look(f"/api/violations/{record.uid}", "review")
    assert full.status == 200, full
    assert full.body["plate"] == record.said["plate"]
    confirmed = li.post(f"/api/violations/{record.uid}/confirm", {"version": full.body["version"]})
    assert confirmed.body == {"id": record.uid, "state": "confirmed"}, confirmed
    seal_now()
    feed = wen.sync().body["feed"]
    assert [(one["id"], one["view"]["state"]) for one in feed["items"]] == [(record.uid, "confirmed")], feed
    verdict = verify()
    assert verdict.sound, [str(one) for one in verdict.findings]
