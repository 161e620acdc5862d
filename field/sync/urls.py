"""Addresses of the handheld's door, below /api/."""

from django.urls import path

import field.paths  # noqa: F401 - the <sha256:> converter
from field.sync import api, quarantine_api, rescue_api

urlpatterns = [
    path("sync", api.SyncView.as_view(), name="sync"),
    path("rescue", rescue_api.RescueView.as_view(), name="rescue"),
    path("feed", api.FeedView.as_view(), name="feed"),
    path("quarantine", quarantine_api.QueueView.as_view(), name="quarantine"),
    path("quarantine/<sha256:text_sha256>", quarantine_api.TextView.as_view(), name="quarantine-text"),
    path(
        "quarantine/<sha256:text_sha256>/admit", quarantine_api.AdmitView.as_view(), name="quarantine-admit"
    ),
    path(
        "quarantine/<sha256:text_sha256>/refuse",
        quarantine_api.RefuseTextView.as_view(),
        name="quarantine-refuse",
    ),
]
