"""Looks are read as a list: indexes over them alone, built beside the writers."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("evidence", "0002_leaves_by_the_sealer")]

    operations = [
        AddIndexConcurrently(
            "entry", models.Index(fields=["id"], name="entry_look", condition=Q(kind="look"))
        ),
        AddIndexConcurrently(
            "entry", models.Index(fields=["actor", "id"], name="entry_look_by", condition=Q(kind="look"))
        ),
        AddIndexConcurrently(
            "entry", models.Index(fields=["at"], name="entry_look_at", condition=Q(kind="look"))
        ),
    ]
