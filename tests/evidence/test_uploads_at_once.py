"""Uploads begun at the same moment keep within the quota together, and what dead processes leave is taken away, but nothing that lives."""

import datetime as dt
import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import connection

from evidence import leftovers
from evidence.models import Upload
from evidence.uploads import Admission, Refused, disk, operations

pytestmark = pytest.mark.server
NOW = dt.datetime.now(dt.UTC)
MANY, LENGTH, ROOM = 8, 1000, 3


def admission(terminal: str = "0123456789abcdef") -> Admission:
    return Admission(terminal, sha256(os.urandom(8)).hexdigest(), LENGTH)


@pytest.mark.django_db(transaction=True)
def test_many_that_begin_at_once_can_t_have_more_together_than_one_after_the_other(
    settings: LazySettings,
) -> None:
    settings.UPLOAD_QUOTA_BYTES = ROOM * LENGTH
    start = Barrier(MANY)

    def one(_: int) -> str:
        start.wait()
        try:
            operations.begin(admission(), LENGTH, "", now=NOW)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "begun"

    with ThreadPoolExecutor(MANY) as pool:
        came = sorted(pool.map(one, range(MANY)))

    assert came == ["begun"] * ROOM + ["quota"] * (MANY - ROOM)
    assert sum(Upload.objects.values_list("length", flat=True)) == ROOM * LENGTH
    assert operations.begin(admission("f" * 16), LENGTH, "", now=NOW).offset == 0, "another terminal's room"


@pytest.mark.django_db
def test_what_a_dead_process_left_goes_after_a_day_and_nothing_else_does(settings: LazySettings) -> None:
    now = dt.datetime.now(dt.UTC)  # of this moment, as the files' own times are
    going = operations.begin(admission(), LENGTH, "", now=now)
    folders = [Path(one) for one in (settings.UPLOAD_ROOT, settings.PHOTO_ROOT, settings.RENDITION_ROOT)]
    uploads, photos, renditions = folders
    left = [
        uploads / f"{uuid4()}.incoming",
        uploads / f"{uuid4()}.unchecked",
        photos / "incoming" / f"{'0' * 64}.{uuid4().hex}",
        renditions / f".making-{uuid4().hex}" / "view",
    ]
    evidence = [photos / "ab" / "cd" / ("abcd" + "0" * 60), renditions / "ab" / "thumb"]
    for path in (*left, *evidence):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")

    assert leftovers.sweep(now=now) == 0, "somebody may still be at it"
    assert leftovers.sweep(now=now + operations.LASTS + dt.timedelta(minutes=1)) >= len(left)
    assert leftovers.sweep(now=now + operations.LASTS + dt.timedelta(minutes=1)) == 0

    assert [path for path in left if path.exists()] == []
    assert all(path.exists() for path in evidence)
    assert disk.path_of(going.id).exists(), "its row says that it is under way"
    for path in evidence:
        path.unlink()
