"""Tell Django about the system checks that judge the settings."""

from django.apps import AppConfig


class DeployConfig(AppConfig):
    """The room that puts everything together."""

    name = "deploy"

    def ready(self) -> None:
        """Register the checks; importing them is what does it."""
        from deploy import checks  # noqa: F401 (Django asks for the import here: apps are not ready before)
