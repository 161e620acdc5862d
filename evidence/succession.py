"""A log that goes on under another name, after a restore that lost entries which were signed and handed out.

Handhelds have seen more than the restored log holds, so it must not be continued as if nothing had been. The old log's key, for the
last time, signs what was lost: the newest checkpoint that was handed out, and how much of it is still there. The new log begins with
those entries, unchanged, and continues under its own name and key. Its first own entry holds the declaration, so that whoever follows
the old log finds the new one, and everybody can see that entries are gone. A handheld checks it (frontend/src/domain/succession.ts),
takes back what it had counted as arrived, and sends it again.

The declaration is a signed note, signed by both:

    luqin log succession 1
    old name
    size of its newest checkpoint that was handed out
    root at that size
    size that was kept
    root at that size
    key of the new log, as one line
    when
    why

What is true if the process dies: before the entry's commit nothing has changed but for a new key beside the old one, which is taken up
again; after it the same call finishes what is left, the exchange of the files. No key and no note is ever deleted.
"""

import base64
import datetime as dt
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction

from evidence import ledger
from evidence.chain import root_at
from evidence.direct import Database, connect
from evidence.durable import sync_folder
from evidence.keys import KeyMissing
from evidence.note import Checkpoint, Signer, Verifier, open_checkpoint, open_note, sign_note
from evidence.queries import ask, entries_about
from evidence.tree import tiles_in
from evidence.witness import HistoryDiffers, check_history, kept_note

KIND = "log.succeeded"
TITLE = "luqin log succession 1"


class NoSuccession(Exception):
    """The log can't or needn't go over to another; the message says why."""


@dataclass(frozen=True, slots=True)
class Succession:
    """A declaration and what it says: names, sizes, and the note that both have signed."""

    old: str
    new: str
    handed_out: int
    kept: int
    note: str


def succeed(reason: str, *, now: dt.datetime) -> Succession:
    """Let the log of the key that lies there go over to the one that LOG_ORIGIN names. Call it with the sealer stopped; safe to repeat.

    :raises NoSuccession: same name, nothing handed out, nothing lost, or what is there is not the old log's beginning
    :raises KeyMissing: the old key is not there
    """
    if not reason.strip() or "\n" in reason:
        raise NoSuccession("say in one line why")
    old = _signer(Path(settings.LOG_KEY_FILE))
    if old.name == settings.LOG_ORIGIN:
        raise NoSuccession(
            f"the settings still name the old log, {old.name}: give the new one a name of its own"
        )
    known = declared(old.name)
    if known is None:
        with connect("succession") as db:
            handed_out, kept = _what_is_left(db, old.verifier)
        new = _next_key()
        text = "\n".join(
            (
                TITLE,
                old.name,
                *_say(handed_out),
                *_say(kept),
                new.verifier.text(),
                now.isoformat(timespec="seconds"),
                reason.strip(),
                "",
            )
        )
        known = Succession(old.name, new.name, handed_out.size, kept.size, sign_note(text, old, new))
        with transaction.atomic():
            ledger.append(
                kind=KIND,
                subject=old.name,
                actor="system",
                at=now,
                body={"note": known.note, "old_key": old.verifier.text()},
            )
    _exchange(old.name)
    return known


def declared(origin: str) -> Succession | None:
    """The declaration with which the log of this name ended, None where it has not."""
    for entry in entries_about(origin):
        if entry.kind == KIND:
            note = str(entry.body["note"])
            lines = note.split("\n")
            return Succession(origin, Verifier.parse(lines[6]).name, int(lines[2]), int(lines[4]), note)
    return None


def former_keys() -> dict[str, tuple[Verifier, int]]:
    """Keys of the logs that this one goes on from, by name, each with the size up to which its checkpoints hold here.

    :raises NoteRefused: an entry says that a log ended, and its key has not signed that
    """
    found = {}
    for entry_id, payload in ask("SELECT id, payload FROM entry WHERE kind = %s ORDER BY id", [KIND]):
        body = ledger.read_payload(entry_id, bytes(payload)).body
        key = Verifier.parse(str(body["old_key"]))
        found[key.name] = key, int(open_note(str(body["note"]), key).split("\n")[4])
    return found


def _what_is_left(db: Database, old: Verifier) -> tuple[Checkpoint, Checkpoint]:
    """The newest checkpoint that was handed out, and the one that this database still holds."""
    note = kept_note()
    if note is None:
        raise NoSuccession(f"no checkpoint was ever handed out, or {settings.LOG_NEWEST_FILE} is not there")
    handed_out = open_checkpoint(note, old)
    try:
        check_history(db, old)
    except HistoryDiffers:
        pass
    else:
        raise NoSuccession("nothing that was handed out is missing: go on under the old name")
    row = db.execute("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    if row is None:
        return handed_out, Checkpoint(old.name, 0, sha256(b"").digest())
    kept = open_checkpoint(row[1], old)
    if kept.size >= handed_out.size or root_at(kept.size, tiles_in(db).node) != kept.root:
        raise NoSuccession("this database's log is not the beginning of the one that was handed out")
    return handed_out, kept


def _next_key() -> Signer:
    """The new log's key, made beside the old one before anything names it; one that lies there already is taken."""
    path = _beside(Path(settings.LOG_KEY_FILE), "next")
    try:
        found = _signer(path)
    except KeyMissing:
        found = Signer.generate(settings.LOG_ORIGIN)
        _write(path, found.text(), 0o600)
    if found.name != settings.LOG_ORIGIN:
        raise NoSuccession(f"{path} holds the key of {found.name}, the settings say {settings.LOG_ORIGIN}")
    return found


def _exchange(old: str) -> None:
    """Put the new key in the old one's place, the private half last: until then a repeat begins here again."""
    private, public, newest = (
        Path(one) for one in (settings.LOG_KEY_FILE, settings.LOG_PUBLIC_FILE, settings.LOG_NEWEST_FILE)
    )
    new = _next_key()
    former = sha256(old.encode()).hexdigest()[:8]
    for path in (newest, public, private):
        aside = _beside(path, former)
        if path.exists() and not aside.exists():
            os.link(path, aside)
    newest.unlink(missing_ok=True)
    fresh = _beside(public, "next")
    fresh.unlink(missing_ok=True)
    _write(fresh, new.verifier.text(), 0o644)
    os.replace(fresh, public)
    os.replace(_beside(private, "next"), private)
    for folder in {one.parent for one in (private, public, newest)}:
        sync_folder(folder)


def _say(checkpoint: Checkpoint) -> tuple[str, str]:
    return str(checkpoint.size), base64.b64encode(checkpoint.root).decode()


def _beside(path: Path, word: str) -> Path:
    return path.with_name(f"{path.name}.{word}")


def _signer(path: Path) -> Signer:
    try:
        return Signer.parse(path.read_text().strip())
    except FileNotFoundError as error:
        raise KeyMissing(str(path)) from error


def _write(path: Path, text: str, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
