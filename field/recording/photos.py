"""Pictures for the desk: which copy is shown, what its text band says, and that copies are drawn before somebody waits for them."""

import logging
from pathlib import Path
from typing import IO

from celery import Task
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import Terminal
from accounts.refusals import NotFound, Refusal
from evidence.renditions import Dress, NoPicture, Size, rendition
from evidence.storage import Missing, photo_store
from field.models import Photo, Received, Violation

log = logging.getLogger(__name__)


class NoPictureHere(Refusal):
    """These bytes are kept as evidence, but they are no picture that can be shown."""

    status = 404
    code = "no_picture"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def facts(self) -> dict[str, str]:
        return {"reason": self.reason}


def copy_of(photo: Photo, size: Size) -> Path:
    """The file of a copy (JPEG), drawn now if it is not there yet.

    :raises NoPictureHere: the bytes can't be shown
    :raises NotFound: the bytes are gone
    """
    try:
        return rendition(photo.digest, size)
    except NoPicture as none:
        raise NoPictureHere(none.reason) from None
    except Missing:
        raise NotFound from None


def original_of(photo: Photo) -> IO[bytes]:
    """The original bytes. :raises NotFound: they are gone"""
    try:
        return photo_store().open(photo.digest)
    except Missing:
        raise NotFound from None


def dress(digest: str) -> Dress:
    """What stands in the band of a photo's copies: when and where, by whom and with which handheld, and a piece of its hash."""
    photo = Photo.objects.filter(digest=digest).order_by("arrived_entry", "id").first()
    if photo is None:
        return Dress()
    about = Received.objects.filter(uid=photo.record).values(
        "about"
    )  # the record may be a correction of the violation
    violation = Violation.objects.filter(Q(id=photo.record) | Q(id__in=about)).first()
    terminal = Terminal.objects.filter(id=photo.terminal).first()
    said = [
        timezone.localtime(photo.taken_at).strftime("%Y-%m-%d %H:%M:%S"),
        violation.place_text if violation else "",
        violation.officer_id if violation else "",
        f"终端 {terminal.number}" if terminal else "",
        f"校验 {digest[:4]}-{digest[4:8]}".upper(),
    ]
    return Dress(band="  ".join(one for one in said if one))


def draw_later(task: "Task[..., None]", digest: str) -> None:
    """Ask a worker to draw a photo's copies. Where no broker answers they are drawn when somebody first wants one."""
    try:
        task.delay(digest=digest)
    except OperationalError as error:
        log.warning("copies will be drawn on first need: %s", type(error).__name__)
