"""An upload from its beginning to the moment its bytes are evidence.

What is true if the process dies here: bytes that were flushed count; an upload that is whole but not stored is stored by the next
request that asks for it, or by the sweep; bytes are in the store before any entry says so.
"""

import base64
import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.module_loading import import_string

from evidence.models import Upload
from evidence.replay import in_turn
from evidence.storage import Corrupt, photo_store, remember
from evidence.uploads import disk
from evidence.uploads.admission import Admission, Refused

LASTS = dt.timedelta(hours=24)
"""An upload that got no byte for so long is dropped; the terminal still has its photo and begins anew."""
FORSAKEN = dt.timedelta(minutes=1)
"""One without a byte for so long, when its terminal begins the same photo anew, was forsaken: its address was never learnt."""
ALGORITHMS = {"sha1": 20, "sha256": 32}

Arrived = Callable[[str, str, int, dt.datetime], int | None]
"""(terminal, digest, size, now) -> id of the entry that says the bytes have arrived, None if it is said already."""


@dataclass(frozen=True, slots=True)
class State:
    """How far an upload has come."""

    id: uuid.UUID
    offset: int
    length: int
    metadata: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes of one request: where they begin, how many there should be, and perhaps their checksum."""

    offset: int
    size: int
    body: disk.Body
    checksum: tuple[str, bytes] | None = None


def begin(who: Admission, length: int, metadata: str, *, now: dt.datetime) -> State:
    """Make a new upload. Forsaken ones of the same photo by the same terminal are dropped.

    :raises Refused: larger than it may be, or too much under way from this terminal
    """
    if length > who.max_bytes:
        raise Refused(413, "too_large", {"most": str(who.max_bytes)})
    underway = Upload.objects.filter(terminal=who.terminal, finished_at=None)
    for lost in underway.filter(digest=who.digest, expires_at__lte=now + LASTS - FORSAKEN):
        _drop(lost)
    upload = Upload(
        id=uuid.uuid4(),
        terminal=who.terminal,
        digest=who.digest,
        length=length,
        metadata=metadata,
        created_at=now,
        expires_at=now + LASTS,
    )
    with transaction.atomic():
        in_turn(f"uploads:{who.terminal}")  # two that begin at once would each see room for one
        total = underway.aggregate(total=Sum("length"))["total"] or 0
        if total + length > settings.UPLOAD_QUOTA_BYTES:
            raise Refused(429, "quota", {"most": str(settings.UPLOAD_QUOTA_BYTES)})
        disk.make(upload.id)  # if we die before the commit, a file without a row is left: see leftovers.py
        upload.save(force_insert=True)
    return state(upload.id, who, now=now)


def state(upload_id: uuid.UUID, who: Admission, *, now: dt.datetime) -> State:
    """How far the upload has come; if all its bytes are here, they are stored before this returns.

    :raises Refused: not this terminal's, unknown, expired, being written, or whole but not the bytes that were promised
    """
    upload = _mine(upload_id, who, now)
    if upload.finished_at:
        return _state(upload, upload.length)
    try:
        with disk.locked(upload.id) as file:
            offset = file.offset()
            if offset >= upload.length:
                _finish(upload, file, now)
            return _state(upload, offset)
    except disk.Busy as error:
        raise Refused(423, "being_written") from error
    except disk.Gone as error:
        return _state(_still_finished(upload, error), upload.length)


def extend(upload_id: uuid.UUID, who: Admission, piece: Piece, *, now: dt.datetime) -> State:
    """Append a request's bytes, flush them, and store the whole if it is whole.

    :raises Refused: as `state`; 409 at another offset; 413 beyond the length; 460 the checksum of the piece or of the whole differs
    """
    upload = _mine(upload_id, who, now)
    if upload.finished_at:
        return _again(upload, piece)
    try:
        with disk.locked(upload.id) as file:
            offset = file.offset()
            if piece.offset != offset:
                raise Refused(409, "offset_differs", {"offset": str(offset)})
            if offset + piece.size > upload.length:
                raise Refused(413, "too_large", {"most": str(upload.length - offset)})
            if piece.checksum:
                file.append_checked(piece.body, piece.size, *piece.checksum)
            else:
                file.append(piece.body, piece.size)
            offset = file.offset()
            if offset == upload.length:
                _finish(upload, file, now)
            else:
                upload.expires_at = now + LASTS
                Upload.objects.filter(id=upload.id).update(expires_at=upload.expires_at)
            return _state(upload, offset)
    except disk.Busy as error:
        raise Refused(423, "being_written") from error
    except disk.ChecksumDiffers as error:
        raise Refused(460, "checksum_differs") from error
    except disk.Gone as error:
        return _again(_still_finished(upload, error), piece)


def end(upload_id: uuid.UUID, who: Admission, *, now: dt.datetime) -> None:
    """Give up an upload. Bytes that are evidence already stay. :raises Refused: see `state`"""
    upload = _mine(upload_id, who, now)
    if not _drop(upload):
        raise Refused(423, "being_written")


def sweep(*, now: dt.datetime) -> int:
    """Drop expired uploads, and store those that are whole but were left by a process that died; return how many were dropped."""
    for upload in Upload.objects.filter(finished_at=None, expires_at__gt=now):
        try:
            with disk.locked(upload.id, wait_s=0) as file:
                if file.offset() == upload.length:
                    _finish(upload, file, now)
        except (disk.Busy, disk.Gone, Refused):
            continue  # being written, finished meanwhile, or the wrong bytes, which are gone now
    return sum(_drop(one) for one in Upload.objects.filter(expires_at__lte=now))


def read_checksum(header: str) -> tuple[str, bytes]:
    """Read an Upload-Checksum header: algorithm, space, base64. :raises Refused: unknown algorithm, or malformed"""
    algorithm, _, encoded = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Refused(400, "unknown_checksum", {"known": ",".join(ALGORITHMS)})
    try:
        expected = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise Refused(400, "not_understood", {"where": "Upload-Checksum"}) from error
    if len(expected) != ALGORITHMS[algorithm]:
        raise Refused(400, "not_understood", {"where": "Upload-Checksum"})
    return algorithm, expected


def _mine(upload_id: uuid.UUID, who: Admission, now: dt.datetime) -> Upload:
    """The upload, if it is this terminal's and of this photo; another's is answered like an unknown one."""
    upload = Upload.objects.filter(id=upload_id, terminal=who.terminal, digest=who.digest).first()
    if upload is None:
        raise Refused(404, "not_found")
    if upload.expires_at <= now:
        raise Refused(410, "expired")
    return upload


def _finish(upload: Upload, file: disk.Incoming, now: dt.datetime) -> None:
    """Re-hash the bytes into the store, then say so in one transaction; only then forget the file."""
    try:
        with file.reader() as stream:
            stored = photo_store().put_once(upload.digest, stream)
    except Corrupt as error:
        Upload.objects.filter(id=upload.id).delete()
        file.discard()
        raise Refused(460, "digest_differs", {"promised": upload.digest, "found": error.found}) from error
    arrived = cast(Arrived, import_string(settings.UPLOAD_ARRIVED))
    with transaction.atomic():
        remember(stored, now=now)
        arrived(upload.terminal, upload.digest, stored.size, now)
        Upload.objects.filter(id=upload.id).update(finished_at=now)
    file.discard()


def _still_finished(upload: Upload, gone: disk.Gone) -> Upload:
    """The file is gone: another request has finished the upload just now, or it was dropped."""
    fresh = Upload.objects.filter(id=upload.id).first()
    if fresh is None or fresh.finished_at is None:
        raise Refused(404, "not_found") from gone
    return fresh


def _again(upload: Upload, piece: Piece) -> State:
    """The answer to bytes of an upload that is finished: nothing is taken, and nothing is wrong where none were left to send."""
    if piece.offset != upload.length or piece.size:
        raise Refused(409, "offset_differs", {"offset": str(upload.length)})
    return _state(upload, upload.length)


def _drop(upload: Upload) -> bool:
    """Forget an upload and its file; False while somebody writes it."""
    try:
        with disk.locked(upload.id, wait_s=0) as file:
            Upload.objects.filter(id=upload.id).delete()
            file.discard()
    except disk.Busy:
        return False
    except disk.Gone:
        Upload.objects.filter(id=upload.id).delete()
    return True


def _state(upload: Upload, offset: int) -> State:
    return State(upload.id, offset, upload.length, upload.metadata, upload.expires_at)
