"""The room of proof as a Django application."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Bytes that never change, and a ledger that only grows."""

    name = "evidence"
    label = "evidence"
