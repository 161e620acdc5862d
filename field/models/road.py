"""Roads, as imported: one network a source, one row a segment between junctions."""

from django.contrib.gis.db import models as gis
from django.db import models


class RoadNetwork(models.Model):
    """One imported network, known by the SHA-256 of its file: the same file again changes nothing."""

    name = models.CharField(max_length=80, unique=True)
    sha256 = models.CharField(max_length=64)
    licence = models.CharField(max_length=120)
    imported_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    rejected = models.JSONField(default=list)
    water = models.JSONField(default=list)
    """Shores of rivers and lakes as closed rings of [lon, lat], WGS-84: background of the map, nothing is found by it."""


class Road(models.Model):
    """One segment. WGS-84; `length_m` is its length on the ground."""

    network = models.ForeignKey(RoadNetwork, on_delete=models.CASCADE, related_name="roads")
    source_id = models.CharField(max_length=60)
    name = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)
    road_class = models.CharField(max_length=16)
    """expressway, urban_expressway, arterial, secondary, street, lane, unknown."""
    oneway = models.BooleanField(default=False)
    km_from = models.FloatField(null=True)
    """Kilometre post at the line's start, where the road has posts."""
    speed_limit_kmh = models.PositiveSmallIntegerField(null=True)
    length_m = models.FloatField()
    line = gis.LineStringField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "source_id"], name="road_once")]
