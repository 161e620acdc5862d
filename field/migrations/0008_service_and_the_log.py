"""When a paper was handed over, as a step on it says; a licence's violations by an index; and how far a rule of the clock has read the log."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("field", "0007_looked_at")]

    operations = [
        migrations.AddField("violation", "served_at", models.DateTimeField(null=True)),
        migrations.AddField("lookedat", "up_to_number", models.BigIntegerField(default=0)),
        AddIndexConcurrently(
            "violation",
            models.Index(
                fields=["licence_number", "-occurred_at"],
                condition=~models.Q(licence_number=""),
                name="violation_of_licence",
            ),
        ),
    ]
