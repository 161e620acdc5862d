"""One mark: that a database holds a demonstration. Production refuses to serve it."""

from django.db import models


class Demonstration(models.Model):
    """Written before the first invented person; its presence is what checks.py looks for."""

    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="demonstration_is_one_row")]

    def __str__(self) -> str:
        return f"demonstration made at {self.made_at:%Y-%m-%d}"
