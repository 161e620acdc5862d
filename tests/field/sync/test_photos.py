"""A photo is let in by its terminal's signature and a record's promise, and by nothing else; then every record that names it knows."""

import datetime as dt
import json
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import operations
from evidence.queries import entries_about
from evidence.sealer import seal_now
from evidence.storage import LocalStore, photo_store
from evidence.verification import verify
from field import timers
from field.models import Photo
from field.recording.photos import dress
from tests import scenes
from tests.cast import Cast, Handheld, photo


def states(answered: object) -> dict[str, str]:
    return {one["digest"]: one["state"] for one in answered.body["photos"]}  # type: ignore[attr-defined]


def test_a_photo_that_no_record_named_is_refused(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)

    refused = wen.upload(scenes.FAR)

    assert (refused.status, refused.body["code"]) == (403, "not_promised")


def test_a_photo_that_another_terminal_s_record_named_is_refused(cast: Cast) -> None:
    scenes.recorded_violation(cast, photos=[photo(scenes.FAR)])
    mei = Handheld.at_work(cast.mei, cast.qiu)

    assert mei.upload(scenes.FAR).body["code"] == "not_promised"


def test_somebody_who_only_knows_the_names_is_refused(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast, photos=[photo(scenes.FAR)])
    stranger = Handheld()
    digest = sha256(scenes.FAR).hexdigest()
    forged = stranger.upload_headers(digest) | {"Luqin-Terminal": scene.handheld.id}

    refused = stranger.wire.send(
        "POST",
        "/api/uploads/",
        body=scenes.FAR,
        content_type="application/offset+octet-stream",
        headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(scenes.FAR)), **forged},
    )

    assert (refused.status, refused.body["code"]) == (403, "signature_refused")


def test_a_revoked_terminal_still_brings_in_what_it_promised_and_reads_nothing(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast, photos=[photo(scenes.FAR)])
    operations.revoke(scene.handheld.id, reason="lost", by=cast.qiu, now=scenes.now())
    late = scene.handheld.violation(photos=[photo(scenes.NEAR)])

    answered = scene.handheld.sync(late, pending_photos=[sha256(scenes.FAR).hexdigest()])

    assert answered.body["verdicts"][0]["reason"] == "terminal_revoked"
    assert answered.body["verdicts"][0]["receipt"]
    assert (answered.body["feed"], answered.body["terminal_state"], answered.body["session"]) == (
        None,
        "revoked",
        "ended",
    )
    assert scene.handheld.upload(scenes.FAR).status == 201
    assert scene.handheld.upload(scenes.NEAR).status == 201
    assert scene.handheld.look(f"/api/violations/{scene.id}", "own").status in (401, 403)


def test_one_photo_in_two_records_is_stored_once_and_both_are_complete(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    first, second = wen.violation(photos=[photo(scenes.FAR)]), wen.violation(photos=[photo(scenes.FAR)])
    wen.sync(first, second)

    assert wen.upload(scenes.FAR).status == 201

    (entry,) = entries_about(sha256(scenes.FAR).hexdigest())
    assert sorted(entry.body["records"]) == sorted([first.uid, second.uid])
    assert Photo.objects.filter(arrived_entry=entry.id).count() == 2


def test_a_record_that_names_a_photo_which_is_here_already_wants_nothing(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    wen.sync(wen.violation(photos=[photo(scenes.FAR)]))
    wen.upload(scenes.FAR)

    answered = wen.sync(wen.violation(photos=[photo(scenes.FAR)]))

    assert list(states(answered).values()) == ["arrived"]
    (one,) = answered.body["photos"]
    assert json.loads(one["receipt"]["leaf"]["payload"])["kind"] == "photo.arrived"


def test_sent_twice_it_is_one_entry(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    wen.sync(wen.violation(photos=[photo(scenes.FAR)]))

    for _ in range(3):
        assert wen.upload(scenes.FAR).status == 201

    assert len(entries_about(sha256(scenes.FAR).hexdigest())) == 1


def test_other_bytes_under_a_promised_name_are_refused(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    wen.sync(wen.violation(photos=[photo(scenes.FAR)]))
    other = bytes(len(scenes.FAR))

    refused = wen.upload(other, digest=sha256(scenes.FAR).hexdigest())

    assert refused.status == 460, refused
    assert states(wen.sync(pending_photos=[sha256(scenes.FAR).hexdigest()])) == {
        sha256(scenes.FAR).hexdigest(): "wanted"
    }


def test_the_band_names_place_and_officer_after_a_correction_as_before(cast: Cast) -> None:
    scene = scenes.complete_violation(cast)
    digest = scene.sealed.said["photos"][0]["sha256"]
    before = dress(digest)

    scenes.sent(scene.handheld, scene.handheld.amendment(scene.sealed))

    assert dress(digest) == before
    assert cast.wen.police_number in before.band


def lose(picture: bytes) -> None:
    """A disk gives up one file."""
    with photo_store().open(sha256(picture).hexdigest()) as file:
        place = file.name
    Path(place).unlink()


def test_a_photo_that_was_lost_here_is_asked_for_again_while_its_handheld_holds_it(cast: Cast) -> None:
    scene = scenes.complete_violation(cast)
    wen = scene.handheld
    held = [one["sha256"] for one in scene.sealed.said["photos"]]
    lost = sha256(scenes.FAR).hexdigest()
    assert states(wen.sync(held_photos=held)) == {}
    lose(scenes.FAR)
    assert [str(one) for one in verify().findings if lost in str(one)]

    assert states(wen.sync(held_photos=held)) == {lost: "wanted"}
    assert wen.upload(scenes.FAR).status == 201

    assert states(wen.sync(held_photos=held)) == {}
    assert len(entries_about(lost)) == 1
    seal_now()
    verdict = verify()
    assert verdict.sound, verdict.findings


@pytest.mark.parametrize("swept", ["while its upload is cut", "after it has come"])
def test_no_sweep_takes_a_lost_photo_that_is_sent_again(cast: Cast, swept: str) -> None:
    wen = scenes.complete_violation(cast).handheld
    lost = sha256(scenes.FAR).hexdigest()
    lose(scenes.FAR)
    late = scenes.now() + dt.timedelta(days=8)
    assert states(wen.sync(held_photos=[lost])) == {lost: "wanted"}

    if swept == "while its upload is cut":
        half = wen.upload(scenes.FAR, upto=len(scenes.FAR) // 2)
        assert half.status == 201
        timers.tidy(late)  # its upload is dropped there; the photo stays wanted
        assert states(wen.sync(held_photos=[lost])) == {lost: "wanted"}
        assert wen.upload(scenes.FAR).status == 201
    else:
        assert wen.upload(scenes.FAR).status == 201
        timers.tidy(late)

    assert states(wen.sync(held_photos=[lost])) == {}
    with photo_store().open(lost) as stored:
        assert stored.read() == scenes.FAR


def test_a_lost_photo_whose_receipt_is_asked_for_is_wanted_and_has_its_receipt(cast: Cast) -> None:
    scene = scenes.complete_violation(cast)
    lose(scenes.FAR)

    (one,) = scene.handheld.sync(pending_photos=[sha256(scenes.FAR).hexdigest()]).body["photos"]

    assert one["state"] == "wanted"
    assert json.loads(one["receipt"]["leaf"]["payload"])["kind"] == "photo.arrived"


def test_what_another_terminal_s_photos_are_like_is_not_told(cast: Cast) -> None:
    scenes.complete_violation(cast)
    lose(scenes.FAR)
    mei = Handheld.at_work(cast.mei, cast.qiu)

    assert states(mei.sync(held_photos=[sha256(scenes.FAR).hexdigest()])) == {}


def test_a_handheld_that_holds_many_costs_one_look_at_each_and_no_further_query(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    wen = scenes.complete_violation(cast).handheld
    held = [sha256(one).hexdigest() for one in (scenes.FAR, scenes.NEAR, scenes.PLATE)]
    strange = [sha256(bytes([at])).hexdigest() for at in range(200)]
    looked: list[str] = []
    there = LocalStore.exists

    def look(store: LocalStore, digest: str) -> bool:
        looked.append(digest)
        return there(store, digest)

    monkeypatch.setattr(LocalStore, "exists", look)

    with CaptureQueriesContext(connection) as one:
        wen.sync(held_photos=held[:1])
    with CaptureQueriesContext(connection) as many:
        wen.sync(held_photos=held + strange)

    assert sorted(looked) == sorted([*held[:1], *held])
    assert len(many) == len(one)
