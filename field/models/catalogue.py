"""The catalogue of offences, dated and by area. A version that was used is never edited: an import adds versions and ends old ones."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class CatalogueImport(models.Model):
    """One file that was read into the catalogue, known by its SHA-256: the same file again changes nothing."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    imported_at = models.DateTimeField()
    rows = models.PositiveIntegerField()


class Offence(models.Model):
    """One version of one offence code: in force in `area` (and below it) from `valid_from` to before `valid_to`."""

    class Status(models.TextChoices):
        CURRENT = "current", "current"
        SUPERSEDED = "superseded", "superseded"

    code = models.CharField(max_length=8)
    area = models.CharField(max_length=6, blank=True)
    """Six-digit area code; empty for the national table."""
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    name_zh = models.CharField(max_length=200)
    category = models.CharField(max_length=40)
    legal_basis = models.CharField(max_length=200)
    penalty_basis = models.CharField(max_length=200)
    fine_min = models.PositiveIntegerField(null=True)
    fine_max = models.PositiveIntegerField(null=True)
    fine_default = models.PositiveIntegerField(null=True)
    points = models.PositiveSmallIntegerField(null=True)
    measures = ArrayField(models.CharField(max_length=80), default=list)
    applies_to = models.CharField(max_length=80, blank=True)
    initials = ArrayField(models.CharField(max_length=200), default=list)
    """Pinyin initials of the name, with alternates for characters of several readings."""
    source = models.TextField()
    confidence = models.CharField(max_length=8)
    status = models.CharField(max_length=12, choices=Status)
    note = models.TextField(blank=True)
    came_with = models.ForeignKey(CatalogueImport, on_delete=models.PROTECT, related_name="offences")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "area", "valid_from"], name="offence_one_version_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")),
                name="offence_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(fine_min__isnull=True)
                | Q(fine_max__isnull=True)
                | Q(fine_max__gte=models.F("fine_min")),
                name="offence_fine_range_is_one",
            ),
        ]
