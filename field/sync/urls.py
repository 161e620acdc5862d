"""Addresses of the handheld's door, below /api/."""

from django.urls import path, register_converter

from field.sync import api, quarantine_api


class Sha256:
    """A SHA-256 in a path: 64 lower-case hex digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(Sha256, "sha256")

urlpatterns = [
    path("sync", api.SyncView.as_view(), name="sync"),
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
