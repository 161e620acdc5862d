from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("field", "0004_ticket_of_a_record"),
    ]

    operations = [
        migrations.AddField(
            model_name="roadnetwork",
            name="water",
            field=models.JSONField(default=list),
        ),
    ]
