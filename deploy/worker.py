"""Celery: renditions, exports and other work that may wait. Redis only says "look now"; what is to be done is a row."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
app = Celery("luqin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["evidence", "field"])
app.conf.beat_schedule = {
    "uploads-whose-time-is-over": {"task": "evidence.sweep_uploads", "schedule": 300.0},
    # what was rung for while Redis was away was never heard
    "photos-without-copies": {"task": "field.draw_missing", "schedule": 600.0, "kwargs": {"hours": 2}},
}


@setup_logging.connect
def keep_the_logs_quiet(**kwargs: object) -> None:
    """Celery sets up logs of its own unless somebody else says that it has done so: the settings have (see logs.py)."""
