"""Celery: renditions, exports and other work that may wait. Redis only says "look now"; what is to be done is a row."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
app = Celery("luqin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["evidence", "field"])
