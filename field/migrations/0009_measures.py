"""Coercive measures with their 24 hours, and the second officer of a record."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0002_password_codes"),
        ("field", "0008_service_and_the_log"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("entry", models.BigIntegerField(unique=True)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("detain_vehicle", "detain_vehicle"),
                                ("detain_licence", "detain_licence"),
                                ("detain_nonmotor", "detain_nonmotor"),
                                ("tow", "tow"),
                                ("blood_test", "blood_test"),
                                ("confiscate", "confiscate"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("items", models.TextField(blank=True)),
                ("kept_at", models.CharField(blank=True, max_length=120)),
                ("reason", models.TextField(blank=True)),
                ("point", django.contrib.gis.db.models.fields.PointField(null=True, srid=4326)),
                ("number", models.CharField(db_index=True, max_length=20)),
                ("paper_digest", models.CharField(blank=True, max_length=64)),
                ("second", models.CharField(blank=True, max_length=6)),
                ("second_confirmed_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("arrived_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("taken", "taken"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("lapsed", "lapsed"),
                            ("released", "released"),
                            ("ended", "ended"),
                        ],
                        max_length=12,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("ground", models.CharField(blank=True, max_length=40)),
                ("remark", models.TextField(blank=True)),
                ("given_back_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="violation",
            name="needs_second",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="violation",
            name="second",
            field=models.CharField(blank=True, max_length=6),
        ),
        migrations.AddField(
            model_name="violation",
            name="second_confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        AddIndexConcurrently(
            model_name="violation",
            index=models.Index(
                condition=models.Q(
                    ("second_confirmed_at__isnull", True),
                    models.Q(
                        ("needs_second", True), models.Q(("second", ""), _negated=True), _connector="OR"
                    ),
                ),
                fields=["arrived_at"],
                name="violation_second_due",
            ),
        ),
        AddIndexConcurrently(
            model_name="violation",
            index=models.Index(
                condition=models.Q(("second", ""), _negated=True),
                fields=["second"],
                name="violation_of_second",
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="measures",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="shift",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.shift"
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="terminal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.terminal"
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.unit"
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="violation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="measures", to="field.violation"
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(condition=models.Q(("state", "taken")), fields=["due_at"], name="measure_due"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["unit", "-taken_at"], name="measure_of_unit"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("second", ""), _negated=True), fields=["second"], name="measure_of_second"
            ),
        ),
    ]
