"""Tables of the ledger, of stored photos and of uploads under way.

The ledger's four tables are insert-only (triggers refuse the rest, sql/roles.sql takes the rights away); only `log_head`, the sealer's
own row, is updated. They are written by statements in ledger.py and sealer.py; the models here are for reading.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One thing that happened, written by the transaction that did it; not numbered yet.

    The columns beside `payload` repeat what it says, so that they can be searched; verify_ledger compares them.
    """

    kind = models.TextField()
    subject = models.TextField()
    actor = models.TextField()
    at = models.DateTimeField()
    audience = ArrayField(models.TextField())
    salt = models.BinaryField()
    payload = models.BinaryField()

    class Meta:
        db_table = "entry"
        indexes = [
            models.Index(fields=["subject", "id"], name="entry_subject"),
            # looks are read as a list: by themselves, by who looked, by day
            models.Index(fields=["id"], name="entry_look", condition=Q(kind="look")),
            models.Index(fields=["actor", "id"], name="entry_look_by", condition=Q(kind="look")),
            models.Index(fields=["at"], name="entry_look_at", condition=Q(kind="look")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.subject}"


class Seal(models.Model):
    """The number of an entry: its place in the Merkle tree. Only the sealer inserts.

    The database does not check the reference: for that it would lock, and so rewrite, each entry once more. verify_ledger checks it.
    """

    leaf_index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.DO_NOTHING, db_constraint=False, related_name="seal")
    leaf_hash = models.BinaryField()

    class Meta:
        db_table = "seal"

    def __str__(self) -> str:
        return f"entry {self.entry_id} is number {self.leaf_index}"


class Tile(models.Model):
    """A finished tile of the tree: 256 hashes and their root."""

    pk = models.CompositePrimaryKey("level", "idx")
    level = models.IntegerField()
    idx = models.BigIntegerField()
    root = models.BinaryField()
    hashes = models.BinaryField()

    class Meta:
        db_table = "tile"

    def __str__(self) -> str:
        return f"tile {self.level}/{self.idx}"


class Checkpoint(models.Model):
    """What the log has signed for one size."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()

    class Meta:
        db_table = "checkpoint"

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"


class LogHead(models.Model):
    """One row: the sealer's lock and its whole state (size, stored snapshot, right edge of the tree)."""

    size = models.BigIntegerField(primary_key=True)
    snap = models.TextField(db_default="1:1:")
    frontier = models.BinaryField(db_default=b"")

    class Meta:
        db_table = "log_head"

    def __str__(self) -> str:
        return f"head at {self.size}"


class BackupMark(models.Model):
    """A backup has been made that holds the log up to this size."""

    size = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "backup_mark"

    def __str__(self) -> str:
        return f"backup of the first {self.size}"


class Blob(models.Model):
    """Bytes in the store: a photo that has arrived, been re-hashed and flushed."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "blob"

    def __str__(self) -> str:
        return self.digest


class Upload(models.Model):
    """An upload under way. How far it has come is what lies flushed on disk, not a column."""

    id = models.UUIDField(primary_key=True)
    terminal = models.TextField()
    digest = models.CharField(max_length=64)
    length = models.BigIntegerField()
    metadata = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "upload"
        indexes = [
            models.Index(fields=["expires_at"], name="upload_expires"),
            models.Index(fields=["terminal"], name="upload_terminal"),
        ]

    def __str__(self) -> str:
        return f"upload of {self.digest}"
