"""Real photos through the officer's own file input: the phone's, turned every way, HEIC, and files made to break a reader. All are kept
to the byte; what is a picture is shown upright, of what is none it is said so; and nobody's worker dies of it."""

import io
import re
from hashlib import sha256
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat
from playwright.sync_api import expect

from tests.cast import Desk
from tests.journeys.chromium import Chromium
from tests.journeys.conftest import Town

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
PLATES = ("浙M7A101", "浙M7A102", "浙M7A103")
HOSTILE = (
    "bad_images_pillow/malformed/truncated_jpeg.jpg",
    "bad_images_pillow/malformed/broken.png",
    "bad_images_pillow/malformed/oom-8ed3316a4109213ca96fb8a256a0bfefdece1461.icns",
    "bad_images_pillow/malformed/timeout-1ee28a249896e05b83840ae8140622de8e648ba9.psd",
    "heic/corrupted.heic",
)
LOOKS_ALIKE = 12
"""Mean difference of two pictures of one scene, of 255, after one was encoded again and carries a band of text."""


@pytest.fixture(scope="module")
def turned(shared_data: Path) -> list[Path]:
    """The same landscape, once for each way in which a phone can be held."""
    return [shared_data / "exif_orientation" / f"Landscape_{n}.jpg" for n in range(1, 9)]


@pytest.fixture(scope="module")
def taken(shared_data: Path) -> list[Path]:
    """Cars with their plates, and two phones' HEIC."""
    cars = sorted((shared_data / "plates_easypr").glob("*.jpg"))[:3]
    return [*cars, *(shared_data / "heic" / name for name in ("xiaomi.heic", "pug.heic"))]


@pytest.fixture(scope="module")
def hostile(shared_data: Path) -> list[Path]:
    """Files that have killed readers of pictures before."""
    return [shared_data / one for one in HOSTILE]


def test_whatever_file_the_phone_gives_is_kept_to_the_byte_and_shown_as_what_it_is(
    town: Town, handheld: Chromium, turned: list[Path], taken: list[Path], hostile: list[Path]
) -> None:
    officer = town.on_duty(handheld, town.one("officer", "城东一中队", n=1))
    town.stack.kill("nginx")
    uids = []
    for plate, photos in zip(PLATES, (turned, taken, hostile), strict=True):
        uids.append(officer.log("只记录", plate, photos=photos))
        officer.home()
    expect(officer.page.get_by_role("button", name=re.compile("^待上传"))).to_contain_text("3 条")
    town.stack.launch("nginx")
    officer.press("待上传")
    expect(officer.page.get_by_text("已送达")).to_have_count(3, timeout=90_000)

    leader = town.desk(town.one("leader", "城东一中队"))
    for uid, photos in zip(uids, (turned, taken, hostile), strict=True):
        assert _kept(town, uid) == [sha256(one.read_bytes()).hexdigest() for one in photos]
    for photo in [*turned, *taken]:
        shown = _shown(leader, uids[0] if photo in turned else uids[1], photo)
        assert _difference(shown, photo) < LOOKS_ALIKE, photo.name
    for photo in hostile:
        answer = leader.look(_address(uids[2], photo), "review")
        assert (answer.status, answer.body["code"]) == (404, "no_picture"), photo.name

    assert town.stack.unready() == []


def _kept(town: Town, uid: str) -> list[str]:
    """The digests of this record's photos in its order, each read from the store's own files."""
    rows = town.rows("SELECT digest FROM field_photo WHERE record::text = %s ORDER BY place_in_record", uid)
    folder = town.stack.data.path / "photos"
    files = [folder / str(digest)[:2] / str(digest)[2:4] / str(digest) for (digest,) in rows]
    return [sha256(file.read_bytes()).hexdigest() for file in files]


def _address(uid: str, photo: Path) -> str:
    digest = sha256(photo.read_bytes()).hexdigest()
    return f"/api/violations/{uid}/photos/{digest}?size=view"


def _shown(leader: Desk, uid: str, photo: Path) -> Image.Image:
    answer = leader.look(_address(uid, photo), "review")
    assert answer.status == 200, (photo.name, answer)
    return Image.open(io.BytesIO(answer.body))


def _difference(shown: Image.Image, photo: Path) -> float:
    """How far the copy at the desk is from the original held upright, without the band of text below it."""
    upright = ImageOps.exif_transpose(_opened(photo)).convert("RGB")
    small = upright.resize((64, round(64 * upright.height / upright.width)))
    copy = shown.convert("RGB").resize((64, round(64 * shown.height / shown.width)))
    common = min(small.height, copy.height)
    both = (one.crop((0, 0, 64, common * 4 // 5)) for one in (small, copy))
    return float(sum(ImageStat.Stat(ImageChops.difference(*both)).mean) / 3)


def _opened(photo: Path) -> Image.Image:
    return pillow_heif.open_heif(photo)[0].to_pillow() if photo.suffix == ".heic" else Image.open(photo)
