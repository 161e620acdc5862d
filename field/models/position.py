"""Where officers on duty last were. Not evidence and not in the ledger; a look at it is. Off duty nothing is collected."""

from django.contrib.gis.db import models as gis
from django.db import models

from accounts.models import Shift, User


class Position(models.Model):
    """The newest position of one officer, in WGS-84, with its own time, accuracy and source."""

    officer = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="position")
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="+")
    point = gis.PointField()
    accuracy_m = models.FloatField()
    measured_at = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=12)
    coordinate_system = models.CharField(max_length=8, default="wgs84")
