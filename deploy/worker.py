"""Celery: renditions, exports and other work that may wait. Redis only says "look now"; what is to be done is a row."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
app = Celery("luqin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["evidence", "field"])


@setup_logging.connect
def keep_the_logs_quiet(**kwargs: object) -> None:
    """Celery sets up logs of its own unless somebody else says that it has done so: the settings have (see logs.py)."""
