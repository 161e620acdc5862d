"""The ledger's tables as they were measured: what Django can't say (xid8, generated column, storage, triggers) is said in SQL."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

LEDGER = """
CREATE TABLE entry (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid       xid8   NOT NULL DEFAULT pg_current_xact_id(),
  kind      text   NOT NULL,
  subject   text   NOT NULL,
  actor     text   NOT NULL,
  at        timestamptz NOT NULL,
  audience  text[] NOT NULL,
  salt      bytea  NOT NULL CHECK (octet_length(salt) = 32),
  payload   bytea  NOT NULL,
  leaf_hash bytea  NOT NULL GENERATED ALWAYS AS (sha256('\\x00'::bytea || sha256(salt || payload))) STORED);
CREATE INDEX entry_xid ON entry (xid);
CREATE INDEX entry_subject ON entry (subject, id);
CREATE TABLE seal (
  leaf_index bigint PRIMARY KEY CHECK (leaf_index >= 0),
  entry_id   bigint NOT NULL UNIQUE,
  leaf_hash  bytea  NOT NULL);
CREATE TABLE tile (
  level int, idx bigint, root bytea NOT NULL, hashes bytea NOT NULL,
  PRIMARY KEY (level, idx));
ALTER TABLE tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
CREATE TABLE checkpoint (size bigint PRIMARY KEY, root bytea NOT NULL, note text NOT NULL);
CREATE TABLE log_head (
  size bigint PRIMARY KEY, snap text NOT NULL DEFAULT '1:1:', frontier bytea NOT NULL DEFAULT '');
INSERT INTO log_head (size) VALUES (0);

CREATE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger only grows: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

GUARDS = """
CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION ledger_only_grows();
CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows();
"""

TABLES = ("entry", "seal", "tile", "checkpoint")


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.RunSQL(
            LEDGER + "".join(GUARDS.format(table=table) for table in TABLES),
            "DROP TABLE log_head, checkpoint, tile, seal, entry; DROP FUNCTION ledger_only_grows();",
            state_operations=[
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.TextField()),
                        ("subject", models.TextField()),
                        ("actor", models.TextField()),
                        ("at", models.DateTimeField()),
                        (
                            "audience",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), size=None
                            ),
                        ),
                        ("salt", models.BinaryField()),
                        ("payload", models.BinaryField()),
                        ("leaf_hash", models.BinaryField(editable=False)),
                    ],
                    options={
                        "db_table": "entry",
                        "indexes": [
                            models.Index(fields=["subject", "id"], name="entry_subject"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Seal",
                    fields=[
                        ("leaf_index", models.BigIntegerField(primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="seal",
                                to="evidence.entry",
                            ),
                        ),
                        ("leaf_hash", models.BinaryField()),
                    ],
                    options={"db_table": "seal"},
                ),
                migrations.CreateModel(
                    name="Tile",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "level", "idx", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("level", models.IntegerField()),
                        ("idx", models.BigIntegerField()),
                        ("root", models.BinaryField()),
                        ("hashes", models.BinaryField()),
                    ],
                    options={"db_table": "tile"},
                ),
                migrations.CreateModel(
                    name="Checkpoint",
                    fields=[
                        ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("root", models.BinaryField()),
                        ("note", models.TextField()),
                    ],
                    options={"db_table": "checkpoint"},
                ),
                migrations.CreateModel(
                    name="LogHead",
                    fields=[
                        ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("snap", models.TextField(db_default="1:1:")),
                        ("frontier", models.BinaryField(db_default=b"")),
                    ],
                    options={"db_table": "log_head"},
                ),
            ],
        ),
        migrations.CreateModel(
            name="BackupMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "backup_mark"},
        ),
        migrations.CreateModel(
            name="Blob",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("stored_at", models.DateTimeField()),
            ],
            options={"db_table": "blob"},
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("terminal", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("length", models.BigIntegerField()),
                ("metadata", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "upload",
                "indexes": [
                    models.Index(fields=["expires_at"], name="upload_expires"),
                    models.Index(fields=["terminal"], name="upload_terminal"),
                ],
            },
        ),
    ]
