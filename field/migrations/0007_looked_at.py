"""A rule of the clock remembers how far it has looked, and finds what has become due by an index built beside the writers."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("field", "0006_numbers")]

    operations = [
        migrations.CreateModel(
            name="LookedAt",
            fields=[
                ("rule", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("up_to", models.DateTimeField()),
            ],
        ),
        AddIndexConcurrently("received", models.Index(fields=["arrived_at"], name="received_when")),
    ]
