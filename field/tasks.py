"""Celery's doors to the field: one call each, safe to run twice. What is to be done is a row; Redis only says "look now"."""

import contextlib
import datetime as dt

from celery import shared_task
from django.utils import timezone

from evidence import renditions
from evidence.renditions import NoPicture
from evidence.storage import Missing
from field.models import Photo


@shared_task(name="field.draw_missing", ignore_result=True, time_limit=600)
def draw_missing(*, hours: int) -> None:
    """Draw the copies of photos that arrived within so many hours and have none: what was not asked for when they came."""
    since = timezone.now() - dt.timedelta(hours=hours)
    digests = Photo.objects.filter(arrived_at__gte=since).order_by("digest").values_list("digest", flat=True)
    for digest in digests.distinct().iterator():
        with contextlib.suppress(NoPicture, Missing):
            renditions.rendition(digest, renditions.Size.THUMB)
