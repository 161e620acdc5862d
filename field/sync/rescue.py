"""A rescue file: what a handheld could not send, carried by hand in one encrypted file, and taken in by the very same intake.

Nothing new is trusted. What lies in the file are the envelopes and photos that the handheld would have posted, with the signatures it
would have posted them with: they are admitted, set aside or refused as if they had come over the network. Twice changes nothing, and
what comes over the network later is known.

The file (written by frontend/src/sync/rescue.ts):

    luqin-rescue 1\\n                      15 bytes
    length of the head                    4 bytes, big-endian
    head                                  JSON: {"terminal", "made_at", "salt" (base64, 16 bytes), "rounds"}
    boxes, one after another:
        length of the box                 4 bytes, big-endian
        box                               AES-256-GCM, tag at the end

The key is PBKDF2-HMAC-SHA-256 of the passphrase (16 digits without spaces) with the head's salt and rounds. A box's nonce is its place
(0, 1, ...) in 12 bytes, big-endian; its additional data is SHA-256 of everything before the first box. So boxes can't be changed,
exchanged, left out or carried into another file. What is in a box begins with one letter:

    H  JSON {"records", "photos"}: what there should be; the first box, which tells a wrong passphrase from a damaged file
    E  JSON {"text", "signature"}: an envelope as `POST /api/sync` takes it
    P  length (4 bytes) of JSON {"digest", "signature"}, that JSON, the photo's bytes; signed as an upload is
    Z  nothing: the end. A file without it was cut.

One box is in memory at a time. What was whole before a cut or a damage is taken in: it stands by its own signatures. That a file was
taken in is an entry of its own: who, when, which file, and what came of it. If the process dies before it, what was taken in has
entries of its own, and the same file once more writes this one.
"""

import base64
import datetime as dt
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction

from accounts.capabilities import Capability, require
from accounts.models import User
from accounts.refusals import Refusal
from evidence import ledger
from evidence.storage import photo_store
from evidence.uploads import operations as uploads
from evidence.uploads.admission import DIGEST, SIGNATURE, TERMINAL, Refused
from field.errors import TooLarge
from field.models import Photo, Received
from field.sync.intake import TOGETHER, take_in
from field.sync.opening import Envelope
from field.sync.photos import admit

MAGIC = b"luqin-rescue 1\n"
MOST_HEAD = 4096
MOST_ROUNDS = 10_000_000
ROOM = 100_000
"""So much larger than the largest photo may a box be."""


class RescueUnreadable(Refusal):
    """The file, or the rest of it, can't be read. `report` says what was taken in before."""

    status = 400
    code = "rescue_unreadable"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.report: Report | None = None


class NotARescueFile(RescueUnreadable):
    """It doesn't begin as one."""

    code = "not_a_rescue_file"


class WrongPassphrase(RescueUnreadable):
    """The first box doesn't open. Nothing was taken in."""

    code = "wrong_passphrase"


class Damaged(RescueUnreadable):
    """A box doesn't open, or says nothing that can be understood."""

    code = "damaged"


class CutShort(RescueUnreadable):
    """The file ends before its end."""

    code = "cut_short"


@dataclass(kw_only=True)
class Report:
    """What came of a file. `expected` is what its writer put in: records, photos."""

    terminal: str
    made_at: str
    sha256: str
    """Of the whole file."""
    expected: tuple[int, int] = (0, 0)
    records: Counter[str] = field(default_factory=Counter)
    """By outcome (admitted, quarantined, conflict, unreadable, again), those that were new."""
    photos: int = 0
    """New ones."""
    known: tuple[int, int] = (0, 0)
    """Records and photos that were here before."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Photos that were not let in: digest and why."""
    fault: str = ""
    """The code of what kept the rest out; empty where the file was whole."""


def take_file(file: IO[bytes], size: int, passphrase: str, *, by: User, now: dt.datetime) -> Report:
    """Take in a file that somebody brought to a desk; what came in before a damage counts, and the report names the damage.

    :raises NotPermitted: the role takes in no rescue files
    :raises TooLarge: the file is larger than any handheld's
    :raises NotARescueFile, WrongPassphrase: nothing was taken in
    """
    require(by, Capability.TAKE_RESCUE)
    if size > settings.RESCUE_MAX_BYTES:
        raise TooLarge(settings.RESCUE_MAX_BYTES)
    try:
        return import_rescue(file, passphrase, actor=by.police_number, now=now)
    except (Damaged, CutShort) as error:
        if error.report is None:
            raise
        return error.report


def import_rescue(file: IO[bytes], passphrase: str, *, actor: str, now: dt.datetime) -> Report:
    """Take in what lies in this file, which can be read from its beginning more than once. Safe to repeat.

    :raises RescueUnreadable: with what was taken in before, as its `report`
    """
    whole = hashlib.sha256()
    while block := file.read(ROOM):
        whole.update(block)
    file.seek(0)
    head, opened = _open(file, passphrase)
    report = Report(terminal=str(head["terminal"]), made_at=str(head["made_at"]), sha256=whole.hexdigest())
    waiting: list[Envelope] = []
    try:
        for kind, inside in opened:
            if kind == b"H":
                said = _json(inside)
                report.expected = (_whole(said, "records"), _whole(said, "photos"))
            elif kind == b"E":
                said = _json(inside)
                waiting.append(Envelope(text=_text(said, "text"), signature=_text(said, "signature")))
                if len(waiting) == TOGETHER:
                    _take_records(waiting, report, now)
            elif kind == b"P":
                _take_records(waiting, report, now)  # a photo is let in by a record that names it
                _take_photo(inside, report, now)
            else:
                raise Damaged(f"a box begins with {kind!r}, which nothing of version 1 does")
        _take_records(waiting, report, now)
    except WrongPassphrase as error:
        error.report = report
        raise
    except RescueUnreadable as error:
        _take_records(waiting, report, now)
        error.report, report.fault = report, error.code
        _enter(report, actor, now)
        raise
    _enter(report, actor, now)
    return report


@transaction.atomic
def _enter(report: Report, actor: str, now: dt.datetime) -> None:
    ledger.append(
        kind="rescue.imported",
        subject=report.sha256,
        actor=actor,
        at=now,
        body={
            "terminal": report.terminal,
            "made_at": report.made_at,
            "expected": list(report.expected),
            "records": dict(report.records),
            "photos": report.photos,
            "known": list(report.known),
            "refused": [list(one) for one in report.refused],
            "fault": report.fault,
        },
    )


def _take_records(waiting: list[Envelope], report: Report, now: dt.datetime) -> None:
    if not waiting:
        return
    names = {one.text_sha256 for one in waiting}
    known = set(Received.objects.filter(text_sha256__in=names).values_list("text_sha256", flat=True))
    taken = take_in(waiting, sender=report.terminal, now=now)
    for seal in taken.waiting:
        seal.wait(0)  # nobody here waits for receipts: the handheld asks for them when it is back
    report.records.update(str(one.outcome) for one in taken.verdicts if one.text_sha256 not in known)
    report.known = (report.known[0] + len(known), report.known[1])
    waiting.clear()


def _take_photo(inside: bytes, report: Report, now: dt.datetime) -> None:
    length = int.from_bytes(inside[:4])
    said, picture = _json(inside[4 : 4 + length]), inside[4 + length :]
    digest = _text(said, "digest")
    headers = {TERMINAL: report.terminal, DIGEST: digest, SIGNATURE: _text(said, "signature")}
    try:
        who = admit(headers)
        due = Photo.objects.filter(terminal=who.terminal, digest=digest, arrived_entry__isnull=True)
        if not due.exists() and photo_store().exists(digest):
            report.known = (report.known[0], report.known[1] + 1)
            return
        upload = uploads.begin(who, len(picture), "", now=now)
        uploads.extend(upload.id, who, uploads.Piece(0, len(picture), io.BytesIO(picture)), now=now)
    except Refused as refused:
        report.refused.append((digest, refused.code))
    else:
        report.photos += 1


def _open(file: IO[bytes], passphrase: str) -> tuple[dict[str, Any], Iterator[tuple[bytes, bytes]]]:
    """The head, and the boxes one after another: letter and what is inside."""
    if file.read(len(MAGIC)) != MAGIC:
        raise NotARescueFile("this is no rescue file of version 1")
    size = file.read(4)
    raw = file.read(min(int.from_bytes(size), MOST_HEAD))
    try:
        head = _json(raw)
        salt, rounds = base64.b64decode(_text(head, "salt"), validate=True), _whole(head, "rounds")
        _text(head, "terminal"), _text(head, "made_at")
    except (Damaged, ValueError) as error:
        raise NotARescueFile("its head can't be read") from error
    if len(raw) != int.from_bytes(size) or not 1 <= rounds <= MOST_ROUNDS:
        raise NotARescueFile("its head can't be read")
    secret = "".join(passphrase.split()).encode()
    key = AESGCM(hashlib.pbkdf2_hmac("sha256", secret, salt, rounds))
    return head, _boxes(file, key, hashlib.sha256(MAGIC + size + raw).digest())


def _boxes(file: IO[bytes], key: AESGCM, bound_to: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while True:
        size = int.from_bytes(_exactly(file, 4))
        if size > settings.UPLOAD_MAX_BYTES + ROOM:
            raise Damaged(f"box {place} says that it has {size} bytes")
        box = _exactly(file, size)
        try:
            inside = key.decrypt(place.to_bytes(12), box, bound_to)
        except InvalidTag as error:
            if place == 0:
                raise WrongPassphrase(
                    "the passphrase doesn't open it, or its beginning was changed"
                ) from error
            raise Damaged(f"box {place} was changed") from error
        if inside[:1] == b"Z":
            return
        if (inside[:1] == b"H") != (place == 0):
            raise Damaged(f"box {place} is not where it belongs")
        yield inside[:1], inside[1:]
        place += 1


def _exactly(file: IO[bytes], size: int) -> bytes:
    found = file.read(size)
    if len(found) != size:
        raise CutShort("the file ends too early: copy it again from the handheld, or export it anew")
    return found


def _json(raw: bytes) -> dict[str, Any]:
    try:
        said = json.loads(raw)
    except ValueError as error:
        raise Damaged("what should be JSON is none") from error
    if not isinstance(said, dict):
        raise Damaged("what should be an object is none")
    return said


def _text(said: dict[str, Any], name: str) -> str:
    found = said.get(name)
    if not isinstance(found, str):
        raise Damaged(f"{name} is missing")
    return found


def _whole(said: dict[str, Any], name: str) -> int:
    found = said.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise Damaged(f"{name} is missing")
    return found
