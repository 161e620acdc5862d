"""Copies of photos for the eye: thumbnail, view with a text band, redacted public copy. Originals are never rewritten.

Copies are re-encoded pixels: nothing of the original's metadata is in them. They are made in a limited process of their own and can be
made again at any time; what can't be opened is kept as evidence and marked "no picture".
"""

import contextlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from evidence.storage import Store, photo_store

TIMEOUT_S = 30
TOO_LARGE = 3
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
)

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as parts (0 to 1) of the upright picture's width and height."""

log = logging.getLogger(__name__)


class Size(StrEnum):
    """The copies there are."""

    THUMB = "thumb"
    VIEW = "view"
    PUBLIC = "public"


LONGEST_PX = {Size.THUMB: 320, Size.VIEW: 1600, Size.PUBLIC: 1200}


class NoPicture(Exception):
    """The bytes can't be shown: `too_large` (over 40 million pixels) or `unreadable`. They are kept all the same."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Dress:
    """What is told about a photo for its copies: the text of the band, and the boxes that stay clear in the public copy."""

    band: str = ""
    clear: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """One wanted copy: where it goes, how long its longer side is, its band, whether all but the boxes is pixelated."""

    place: Path
    longest_px: int
    band: str = ""
    redact: bool = False
    clear: tuple[Box, ...] = ()


def rendition(digest: str, size: Size, store: Store | None = None) -> Path:
    """The file of one copy, made now if it is not there yet.

    :raises NoPicture: these bytes can't be shown
    :raises Missing: there are no such bytes
    """
    place = _place(digest, size)
    if not place.exists():
        make(digest, store)
    return place


def make(digest: str, store: Store | None = None) -> None:
    """Make all copies of a photo; made again they are the same. The setting RENDITION_DRESS names fn(digest) -> Dress.

    :raises NoPicture: these bytes can't be shown; that is remembered, and not tried again
    :raises Missing: there are no such bytes
    """
    mark = _place(digest, "no-picture")
    if mark.exists():
        raise NoPicture(mark.read_text())
    path = getattr(settings, "RENDITION_DRESS", "")
    dress = cast(Callable[[str], Dress], import_string(path))(digest) if path else Dress()
    mark.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=_root(), prefix=".making-") as folder,
        (store or photo_store()).open(digest) as photo,
    ):
        making = Path(folder)
        wishes = [
            Wish(making / Size.THUMB, LONGEST_PX[Size.THUMB]),
            Wish(making / Size.VIEW, LONGEST_PX[Size.VIEW], band=dress.band),
            Wish(making / Size.PUBLIC, LONGEST_PX[Size.PUBLIC], redact=True, clear=dress.clear),
        ]
        try:
            draw(f"/proc/self/fd/{photo.fileno()}", wishes, keep=photo.fileno())
        except NoPicture as none:
            (making / "why").write_text(none.reason)
            (making / "why").replace(mark)
            raise
        for size in Size:
            (making / size).replace(_place(digest, size))


def redress(digest: str, store: Store | None = None) -> None:
    """Make the copies anew, since what is told about the photo has changed."""
    for size in Size:
        _place(digest, size).unlink(missing_ok=True)
    with contextlib.suppress(NoPicture):
        make(digest, store)


def draw(photo: str, wishes: list[Wish], *, keep: int | None = None) -> None:
    """Draw copies of the picture at this path in a limited process of its own; `keep` is a file descriptor that it inherits.

    :raises NoPicture: it can't be opened, has too many pixels, or used up its memory or time
    """
    order: dict[str, Any] = {
        "photo": photo,
        "font": font(),
        "wishes": [
            {
                "place": str(one.place),
                "longest_px": one.longest_px,
                "band": one.band,
                "redact": one.redact,
                "clear": one.clear,
            }
            for one in wishes
        ],
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "evidence.rendering"],
            input=json.dumps(order).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ.get("PATH", ""), "MALLOC_ARENA_MAX": "2"},
            pass_fds=() if keep is None else (keep,),
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NoPicture("unreadable") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        log.info("no picture (%s): %s", done.returncode, last.partition(":")[0])
        raise NoPicture("too_large" if done.returncode == TOO_LARGE else "unreadable")


def font() -> str:
    """A font file that has Chinese (setting RENDITION_FONT, or Debian's), empty where there is none."""
    wanted = getattr(settings, "RENDITION_FONT", "")
    return next((one for one in (wanted, *FONTS) if one and Path(one).exists()), "")


def _root() -> Path:
    return Path(settings.RENDITION_ROOT)


def _place(digest: str, name: str) -> Path:
    return _root() / digest[:2] / digest / name
