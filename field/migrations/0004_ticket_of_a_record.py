import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("field", "0003_asked")]

    operations = [
        migrations.RemoveField(model_name="publictoken", name="violation"),
        migrations.AddField(
            model_name="publictoken",
            name="record",
            field=models.UUIDField(db_index=True, default=uuid.UUID(int=0)),
            preserve_default=False,
        ),
    ]
