"""Each timer and each Celery task may run twice, and several at the same moment: the end is the same as if it had run once."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings, settings
from django.contrib.sessions.models import Session
from django.db import connection

from accounts import operations
from deploy.worker import app
from evidence.models import Entry, Upload
from evidence.uploads import disk
from field import timers
from field.models import Asked, Assignment, Item, Measure, NumberBlock, Photo, Position, Task
from field.review import operations as review
from tests import scenes, walk
from tests.cast import Handheld, assemble, photo, place
from tests.field.dispatch.acts import a_task
from tests.field.measures.scene import measure

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]
MANY = 4
DAY = dt.timedelta(days=1)


def at_once(act: Callable[[], object]) -> None:
    """MANY of it at the same moment, each on its own connection. Nothing may be raised in any of them."""
    start = Barrier(MANY)

    def one(_: int) -> None:
        start.wait()
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        list(pool.map(one, range(MANY)))


def begin_upload(handheld: Handheld, data: bytes) -> None:
    """An upload of which nothing but its beginning came."""
    headers = handheld.upload_headers(sha256(data).hexdigest())
    begun = handheld.wire.send(
        "POST",
        "/api/uploads/",
        headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)), **headers},
    )
    assert begun.status == 201, begun


LEFTOVERS = (
    (settings.UPLOAD_ROOT, "{}.incoming"),
    (settings.UPLOAD_ROOT, "{}.unchecked"),
    (settings.PHOTO_ROOT, "incoming/x.{}"),
    (settings.RENDITION_ROOT, ".making-{}/view"),
)
"""Where a process that dies leaves something: folder, and name below it."""


JUDGED_OTHERWISE = {
    "pack": "ab" * 32,
    "facts": {"acts": [{"what": "honking"}]},
    "verdict": {
        "outcome": "general",
        "fine_min": 200,
        "fine_max": 2000,
        "points": 12,
        "procedure": "general",
        "documents": [],
        "measures": [],
    },
}
"""What no tables say of honking."""


def town() -> Handheld:
    """Three of everything that a timer waits for, in the hands of Wen."""
    cast = assemble()
    wen = scenes.wens_handheld(cast)
    lost = Handheld.at_work(cast.mei, cast.qiu)
    lost.post("/api/numbers/lease", {"kind": "simple_decision", "left": 0})
    block = wen.post("/api/numbers/lease", {"kind": "simple_decision", "left": 0}).body["blocks"][0]
    for number in range(3):
        shots = [photo(bytes([number]))]
        scenes.recorded_violation(cast, handheld=wen, photos=shots, law=JUDGED_OTHERWISE)
        scenes.sent(wen, wen.draft_closed(photos=shots))
        wen.seq += 1
        wen.prev = "0" * 64
        scenes.sent(wen, wen.violation(officer=cast.mei.police_number))
        returned = scenes.recorded_violation(cast, handheld=wen)
        review.return_to_officer(returned.id, reason="wrong_time", remark="", by=cast.li, now=scenes.now())
        stopped = wen.violation()
        alone, two = (
            measure(wen, stopped.uid, number=f"X-{number}", second=None),
            measure(wen, stopped.uid, number=f"Y-{number}"),
        )
        wen.sync(stopped, alone, two)
        Session.objects.create(session_key=f"over{number}", session_data="", expire_date=scenes.now())
        Asked.objects.create(network=f"long-ago-{number}", hour=scenes.now() - DAY, times=1)
        a_task(cast, cast.wen, now=scenes.now())
        a_task(cast, cast.wen, now=scenes.now(), due_at=scenes.now() + 90 * DAY)
        begin_upload(wen, bytes([number]))
        for folder, name in LEFTOVERS:
            left = Path(folder) / name.format(uuid4())
            left.parent.mkdir(parents=True, exist_ok=True)
            left.write_bytes(b"left by a process that died")
    scenes.sealed_log()  # what is looked at again is sealed; what follows is not
    paper = settings.NUMBER_FORM.written(block["first"] + 3)
    scenes.recorded_violation(cast, handheld=wen, kind="on_the_spot", served=True, document_number=paper)
    wen.sync(positions=[place()])
    operations.revoke(lost.id, reason="x", by=cast.qiu, now=scenes.now())
    return wen


WRITES: Mapping[str, dict[str, int]] = {
    "photos_outstanding": {"item.opened": 3},
    "shots_outstanding": {"item.opened": 3},
    "returns_unanswered": {"item.opened": 3},
    "numbers_missing": {"item.opened": 3},
    "papers_missing": {"item.opened": 3},
    "quarantine_waiting": {"item.opened": 3},
    "log_unsettled": {"item.opened": 1},
    "log_stopped": {"item.opened": 1},
    "supervision": {"item.opened": 3},
    "measures": {"measure.lapsed": 6},
    "measures_unapproved": {"item.opened": 6},
    "seconds_missing": {"item.opened": 3},
    "seconds_unconfirmed": {"item.opened": 3},
    "numbers_voided": {"numbers.voided": 1},
    "tasks": {"task.escalated": 9, "task.expired": 3},
    "no_longer_so": {"item.closed": 7},
    "positions": {},
    "uploads_dropped": {},
    "leftovers": {},
    "networks_forgotten": {},
    "sessions_cleared": {},
}
"""What each rule writes into the log in this town, however often and by how many it is asked."""


def standing() -> dict[str, list[Any]]:
    """All that the rules and chores change."""
    left = [path for folder, name in LEFTOVERS for path in Path(folder).glob(name.format("*"))]
    return {"files": sorted(map(str, left))} | {
        model.__name__: sorted(
            str([getattr(one, "wkt", one) for one in row]) for row in model.objects.values_list()
        )
        for model in (Measure, Item, Task, Assignment, Position, Asked, Upload, NumberBlock, Session)
    }


def test_every_timer_run_twice_and_by_several_at_once_ends_as_if_run_once(settings: LazySettings) -> None:
    settings.SETTLED_BY = "backup"
    wen = town()
    later = scenes.now() + 40 * DAY
    rules = {**timers.RULES, **timers.CHORES}
    assert set(rules) == set(WRITES), "say here what a new timer writes, and give it something to do above"

    for name in sorted(rules, key=lambda name: name == "no_longer_so"):
        if name == "no_longer_so":
            scenes.sealed_log()
            for number in range(3):
                wen.upload(bytes([number]))
        before, stood = set(Entry.objects.values_list("id", flat=True)), standing()
        at_once(lambda name=name: rules[name](later))  # type: ignore[misc]

        written = [json.loads(bytes(one.payload)) for one in Entry.objects.exclude(id__in=before)]
        kinds = Counter(one["kind"] for one in written)
        each = Counter((one["kind"], one["subject"], str(one["body"].get("level"))) for one in written)
        assert kinds == WRITES[name], name
        assert set(each.values()) <= {1}, name
        ended = standing()
        assert ended != stood, f"{name} had nothing to do"

        rules[name](later)
        assert standing() == ended, name
        assert Entry.objects.count() == len(before) + len(written), name
    open_twice = Counter(Item.objects.filter(closed_at=None).values_list("kind", "subject"))
    assert set(open_twice.values()) == {1}


TASKS: Mapping[str, dict[str, object]] = {
    "evidence.make_renditions": {"digest": "of the photo"},
    "evidence.sweep_uploads": {},
    "field.draw_missing": {"hours": 2},
}


def test_every_celery_task_run_twice_and_by_several_at_once_ends_as_if_run_once() -> None:
    app.loader.import_default_modules()
    tasks = {name for name in app.tasks if not name.startswith("celery.")}
    assert tasks == set(TASKS), "say here how a new task is called, and what it must leave"
    half_drawn = set(Path(settings.RENDITION_ROOT).glob(".making-*"))
    cast = assemble()
    wen = scenes.wens_handheld(cast)
    picture = walk.picture()
    digest = sha256(picture).hexdigest()
    scenes.recorded_violation(cast, handheld=wen, photos=[photo(picture)])
    begin_upload(wen, picture)
    (upload,) = Upload.objects.all()
    disk.path_of(upload.id).write_bytes(picture)  # whole, and its process died before it was stored

    def run(name: str) -> None:
        app.tasks[name].run(
            **{key: digest if key == "digest" else value for key, value in TASKS[name].items()}
        )

    def drawn() -> dict[str, bytes]:
        root = Path(settings.RENDITION_ROOT)
        return {
            str(path): path.read_bytes() for path in root.rglob("*") if path.is_file() and digest in str(path)
        }

    at_once(lambda: run("evidence.sweep_uploads"))
    at_once(lambda: run("evidence.make_renditions"))
    copies = drawn()
    for name in TASKS:
        at_once(lambda name=name: run(name))  # type: ignore[misc]

    assert len(copies) == 3
    assert drawn() == copies
    assert set(Path(settings.RENDITION_ROOT).glob(".making-*")) == half_drawn
    assert Entry.objects.filter(kind="photo.arrived", subject=digest).count() == 1
    assert Photo.objects.filter(digest=digest, arrived_entry__isnull=False).count() == 1
    assert not disk.path_of(upload.id).exists()
