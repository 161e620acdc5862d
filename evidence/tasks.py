"""Celery's doors to this room: one call each, ids only, safe to run twice."""

import contextlib

from celery import shared_task
from django.utils import timezone

from evidence import renditions
from evidence.renditions import NoPicture
from evidence.uploads import operations as uploads


@shared_task(name="evidence.make_renditions", ignore_result=True, time_limit=120)
def make_renditions(*, digest: str) -> None:
    """Make a photo's copies. That there can be none is a result, too, and is remembered."""
    with contextlib.suppress(NoPicture):
        renditions.make(digest)


@shared_task(name="evidence.sweep_uploads", ignore_result=True, time_limit=600)
def sweep_uploads() -> None:
    """Drop uploads whose time is over, and store those that a dead process left whole."""
    uploads.sweep(now=timezone.now())
