"""Tell Django about the system checks that judge the settings, and every process about the one broker of jobs."""

from django.apps import AppConfig


class DeployConfig(AppConfig):
    """The room that puts everything together."""

    name = "deploy"

    def ready(self) -> None:
        """Register the checks, and the jobs' broker: without it a server would ask Celery's default one; importing is what does it."""
        from deploy import checks, worker  # noqa: F401 (Django asks for the import here: apps are not ready before)
