"""Copies for the eye are upright, small, without metadata; hostile bytes are "no picture", quickly, and harm nobody."""

import hashlib
import io
import itertools
import os
import struct
import subprocess
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings

from evidence import renditions, tasks
from evidence.renditions import Dress, NoPicture, Size, rendition
from evidence.storage import Missing, photo_store

pytestmark = pytest.mark.server  # each picture is opened in a process of its own


@pytest.fixture(autouse=True)
def room_for_copies(settings: Settings, tmp_path: Path) -> None:
    settings.RENDITION_ROOT = tmp_path / "renditions"
    settings.RENDITION_DRESS = "tests.evidence.test_renditions.dress"


def dress(digest: str) -> Dress:
    """What the house says about every photo here: a band, and the middle stays clear."""
    return Dress("江澜公安交警 一中队 034512 2026-03-02 12:00:00 海晏路与文化路口", ((0.4, 0.4, 0.6, 0.6),))


def keep(raw: bytes) -> str:
    digest = hashlib.sha256(raw).hexdigest()
    photo_store().put_once(digest, io.BytesIO(raw))
    return digest


def drawn(size: tuple[int, int] = (2000, 1000), kind: str = "JPEG", **more: object) -> bytes:
    """A picture with one corner red (top left), one green (top right), the rest a fine black and white grid."""
    picture = Image.effect_noise(size, 200).convert("RGB")
    picture.paste("red", (0, 0, size[0] // 4, size[1] // 4))
    picture.paste("green", (size[0] * 3 // 4, 0, size[0], size[1] // 4))
    raw = io.BytesIO()
    picture.save(raw, kind, **more)
    return raw.getvalue()


def shown(digest: str, size: Size) -> Image.Image:
    return Image.open(io.BytesIO(rendition(digest, size).read_bytes()))


def corner(picture: Image.Image) -> tuple[int, ...]:
    return tuple(round(one / 128) for one in picture.convert("RGB").getpixel((12, 12)))  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_format_gives_three_copies_of_their_size(kind: str) -> None:
    digest = keep(drawn(kind=kind))

    sizes = {one: shown(digest, one).size for one in Size}

    assert sizes[Size.THUMB] == (320, 160)
    assert sizes[Size.PUBLIC] == (1200, 600)
    assert sizes[Size.VIEW][0] == 1600 and sizes[Size.VIEW][1] > 800, (
        "the band lies below the picture and covers nothing"
    )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_however_the_phone_was_held(orientation: int) -> None:
    upright = Image.open(io.BytesIO(drawn(quality=95)))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Transpose that the EXIF tag will turn back
    lying = upright.transpose(Image.Transpose(undo[orientation])) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    raw = io.BytesIO()
    lying.save(raw, "JPEG", exif=exif, quality=95)

    copy = shown(keep(raw.getvalue()), Size.THUMB)

    assert copy.size == (320, 160)
    assert corner(copy) == (2, 0, 0)


def test_no_copy_carries_metadata() -> None:
    exif = Image.Exif()
    exif[0x010F] = "CANARY-MAKER"
    exif.get_ifd(0x8825)[2] = (30.0, 0.0, 0.0)
    raw = drawn(exif=exif, comment=b"CANARY-COMMENT", icc_profile=b"CANARY-ICC" * 20)
    assert b"CANARY" in raw
    digest = keep(raw)

    for one in Size:
        copied = rendition(digest, one).read_bytes()
        assert b"CANARY" not in copied and b"Exif" not in copied
        assert set(Image.open(io.BytesIO(copied)).info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }


def test_in_the_public_copy_only_the_boxes_stay_clear() -> None:
    digest = keep(drawn())
    public, view = (shown(digest, one).convert("L") for one in (Size.PUBLIC, Size.VIEW))
    public_box, view_box = ((520, 260, 680, 340), (700, 350, 900, 450))

    assert detail(public.crop(public_box)) > detail(view.crop(view_box)) / 2
    assert detail(public.crop((100, 350, 400, 550))) < detail(view.crop((100, 500, 500, 700))) / 10


def detail(picture: Image.Image) -> float:
    """How much neighbouring pixels differ."""
    row = list(picture.tobytes())
    return sum(abs(one - other) for one, other in itertools.pairwise(row)) / len(row)


@pytest.mark.parametrize(
    "name", ["nothing", "text", "truncated", "a page with a script", "a vector drawing", "a bomb of pixels", "a lying header", "many chunks"]
)  # fmt: skip
def test_bytes_that_are_no_picture_say_so_at_once(name: str) -> None:
    raw = {
        "nothing": b"",
        "text": b"not a picture",
        "truncated": drawn()[:20_000],
        "a page with a script": b"<html><script>alert(1)</script></html>",
        "a vector drawing": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\nquit",
        "a bomb of pixels": png(30_000, 30_000),
        "a lying header": drawn(kind="PNG")[:16]
        + struct.pack(">II", 2**31 - 1, 2**31 - 1)
        + drawn(kind="PNG")[24:],
        "many chunks": drawn(kind="PNG")[:33]
        + chunk(b"zTXt", b"k\0\0" + zlib.compress(b"\0" * 70_000_000)) * 3
        + drawn(kind="PNG")[33:],
    }[name]
    digest, began = keep(raw), time.monotonic()

    with pytest.raises(NoPicture) as none:
        rendition(digest, Size.VIEW)

    assert none.value.reason == ("too_large" if "bomb" in name else "unreadable")
    assert time.monotonic() - began < 10
    assert photo_store().exists(digest), "they are evidence, whatever they are"


def png(width: int, height: int) -> bytes:
    """A PNG of nothing, small on the wire and as large as its header says."""
    packed = zlib.compressobj()
    row = b"\0" * (1 + width // 8 + 1)
    body = b"".join(packed.compress(row) for _ in range(height)) + packed.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_picture_one_pixel_wide_and_very_high_is_shown_as_it_is() -> None:
    assert shown(keep(png(1, 65_535)), Size.THUMB).size == (1, 320)


def test_that_there_is_no_picture_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = keep(b"no picture")
    tasks.make_renditions(digest=digest)
    tasks.make_renditions(digest=digest)
    monkeypatch.setattr(renditions, "draw", None)

    with pytest.raises(NoPicture):
        rendition(digest, Size.THUMB)


def test_making_copies_twice_makes_the_same(tmp_path: Path) -> None:
    digest = keep(drawn((400, 300)))
    tasks.make_renditions(digest=digest)
    first = {one: rendition(digest, one).read_bytes() for one in Size}

    tasks.make_renditions(digest=digest)

    assert {one: rendition(digest, one).read_bytes() for one in Size} == first
    assert sorted(one.name for one in (tmp_path / "renditions").rglob("*") if one.is_file()) == [
        "public",
        "thumb",
        "view",
    ]


def test_of_bytes_that_are_not_there_nothing_is_made() -> None:
    with pytest.raises(Missing):
        rendition("0" * 64, Size.THUMB)


@pytest.mark.timeout(600)
def test_pictures_that_crashed_others_do_not_crash_or_hang_us(shared_data: Path) -> None:
    opened = refused = 0
    for path in sorted((shared_data / "bad_images_pillow").rglob("*")) + sorted(
        (shared_data / "heic").iterdir()
    ):
        if path.is_file():
            began = time.monotonic()
            try:
                digest = keep(path.read_bytes())
                copy = shown(digest, Size.THUMB)
                assert max(copy.size) <= 320
                opened += 1
            except NoPicture:
                refused += 1
            assert time.monotonic() - began < 20, path.name

    assert opened >= 20 and refused >= 15, (opened, refused)


def test_real_phone_photos_stand_upright(shared_data: Path) -> None:
    copies = [
        shown(
            keep((shared_data / "exif_orientation" / f"Landscape_{one}.jpg").read_bytes()), Size.THUMB
        ).convert("L")
        for one in range(1, 9)
    ]

    first = copies[0].resize((32, 24)).tobytes()
    for copy in copies[1:]:
        other = copy.resize((32, 24)).tobytes()
        assert sum(abs(a - b) for a, b in zip(first, other, strict=True)) / len(first) < 12


def test_a_copy_is_made_without_the_servers_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUQIN_SECRET_KEY", "canary")
    seen: dict[str, object] = {}
    real = subprocess.run

    def watch(*args: Any, **more: Any) -> Any:
        seen.update(more)
        return real(*args, **more)

    monkeypatch.setattr("evidence.renditions.subprocess.run", watch)
    rendition(keep(drawn((400, 300))), Size.THUMB)

    assert "canary" not in str(seen["env"]) and os.environ["LUQIN_SECRET_KEY"] == "canary"
