"""Which record a violation's words come from, and what each received text speaks of."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("field", "0001_initial")]

    operations = [
        migrations.AddField(
            "violation",
            "newest_record",
            models.UUIDField(db_index=True, default=uuid.UUID(int=0)),
            preserve_default=False,
        ),
        migrations.AddField("received", "about", models.UUIDField(null=True)),
        migrations.AddIndex("received", models.Index(fields=["about"], name="received_about")),
        migrations.AddIndex(
            "received", models.Index(fields=["officer", "decision"], name="received_of_officer")
        ),
    ]
