"""Open items: things that somebody must look at, opened by a rule and closed by a person."""

from django.db import models
from django.db.models import Q

from accounts.models import Unit


class Item(models.Model):
    """One open or closed item about one subject. The id is `<kind>:<subject>:<n>`."""

    id = models.CharField(max_length=120, primary_key=True)
    kind = models.CharField(max_length=40)
    """A word of rules/items.py."""
    subject = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=6, blank=True)
    ground = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(closed_at__isnull=True), name="item_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["unit", "opened_at"], condition=Q(closed_at__isnull=True), name="item_open")
        ]
