"""The newest checkpoint, kept outside the database: what stops a restored database from telling another history.

A restore to an earlier time would sign the same sizes with other roots. The sealer writes each note beside the database and refuses to
go on when the log it finds does not contain it; the log may then only continue under a new name.
"""

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from evidence.chain import root_at
from evidence.durable import replace_text
from evidence.note import Checkpoint, NoteRefused, Verifier, open_checkpoint
from evidence.tree import tiles_in


class HistoryDiffers(Exception):
    """The database's log does not contain the newest checkpoint that was handed out."""


def kept_note() -> str | None:
    """The newest note kept outside the database, None where none was ever kept."""
    path = Path(settings.LOG_NEWEST_FILE)
    return path.read_text() if path.exists() else None


def keep(note: str, verifier: Verifier) -> None:
    """Keep this note if it is newer than the kept one. Called after the batch is committed, never before."""
    known = kept_note()
    if known is None or open_checkpoint(known, verifier).size < open_checkpoint(note, verifier).size:
        replace_text(Path(settings.LOG_NEWEST_FILE), note)


def check_history(db: "psycopg.Connection[Any]", verifier: Verifier) -> Checkpoint | None:
    """Check that the kept checkpoint is a prefix of the log in this database; return it, None where none was ever kept.

    :raises HistoryDiffers: the log is shorter, or its root at that size is another
    """
    note = kept_note()
    if note is None:
        return None
    try:
        kept = open_checkpoint(note, verifier)
    except NoteRefused as error:
        raise HistoryDiffers(f"the kept note can't be believed: {error}") from error
    row = db.execute("SELECT coalesce(max(size), 0) FROM log_head").fetchone()
    size = row[0] if row else 0
    if size < kept.size:
        raise HistoryDiffers(
            f"the database's log has {size} entries, but {kept.size} were signed and handed out"
        )
    if kept.size and root_at(kept.size, tiles_in(db).node) != kept.root:
        raise HistoryDiffers(f"the first {kept.size} entries have another root than the one handed out")
    return kept
