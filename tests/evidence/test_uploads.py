"""The tus door, answer by answer."""

import base64
import datetime as dt
import errno
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from evidence.models import Blob, Entry, Upload
from evidence.storage import photo_store
from evidence.uploads import Admission, disk, operations
from evidence.uploads.admission import signed_text
from tests.evidence import uploading
from tests.evidence.world import Terminal

pytestmark = pytest.mark.django_db

RAW = os.urandom(100_000)
DIGEST = hashlib.sha256(RAW).hexdigest()
BYTES = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def doors(settings: Settings, monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> None:
    settings.ROOT_URLCONF = "tests.evidence.server_urls"
    settings.UPLOAD_ADMISSION = "tests.evidence.uploading.admit"
    settings.UPLOAD_ARRIVED = "tests.evidence.uploading.arrived"
    monkeypatch.setenv(uploading.KEYS, terminal.spki.hex())


class Sender:
    """A terminal that sends one photo, header by header."""

    def __init__(self, terminal: Terminal, digest: str = DIGEST) -> None:
        signed = (
            base64.urlsafe_b64encode(terminal.sign(signed_text(terminal.key_id, digest).encode()))
            .decode()
            .rstrip("=")
        )
        self.headers = {
            "Luqin-Terminal": terminal.key_id,
            "Luqin-Digest": digest,
            "Luqin-Signature": signed,
            "Tus-Resumable": "1.0.0",
        }

    def ask(self, method: str, url: str, body: bytes = b"", **headers: str) -> HttpResponse:
        """One request; underscores in the headers' names stand for hyphens."""
        said = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        kind = said.pop("Content-Type", BYTES if method == "PATCH" else "")
        if not body and kind:
            said["Content-Type"] = kind  # the test client would leave it out
        response = Client(enforce_csrf_checks=True).generic(
            method, url, body, content_type=kind, headers=said
        )
        assert isinstance(response, HttpResponse)
        return response

    def create(self, length: int = len(RAW), **headers: str) -> str:
        response = self.ask("POST", "/api/uploads/", b"", Upload_Length=str(length), **headers)
        assert response.status_code == 201, response.content
        return response["Location"]


@pytest.fixture
def sender(terminal: Terminal) -> Sender:
    return Sender(terminal)


def test_options_says_what_is_understood() -> None:
    response = Client().options("/api/uploads/")

    assert response.status_code == 204
    assert response["Tus-Version"] == "1.0.0"
    assert set(response["Tus-Extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "checksum",
        "termination",
        "expiration",
    }
    assert set(response["Tus-Checksum-Algorithm"].split(",")) == {"sha1", "sha256"}


def test_a_photo_in_two_pieces_becomes_evidence_with_an_entry(sender: Sender) -> None:
    url = sender.create(Upload_Metadata="")

    first = sender.ask("PATCH", url, RAW[:60_000], Upload_Offset="0")
    halfway = sender.ask("HEAD", url)
    second = sender.ask("PATCH", url, RAW[60_000:], Upload_Offset="60000")

    assert (first.status_code, first["Upload-Offset"]) == (204, "60000")
    assert (halfway.status_code, halfway["Upload-Offset"], halfway["Upload-Length"]) == (
        200,
        "60000",
        "100000",
    )
    assert halfway["Cache-Control"] == "no-store" and "Upload-Expires" in halfway
    assert (second.status_code, second["Upload-Offset"]) == (204, "100000")
    with photo_store().open(DIGEST) as stored:
        assert stored.read() == RAW
    assert Entry.objects.get().subject == DIGEST
    assert Blob.objects.get().size == 100_000


def test_a_photo_sent_with_its_creation_needs_one_request(sender: Sender) -> None:
    response = sender.ask("POST", "/api/uploads/", RAW, Upload_Length="100000", Content_Type=BYTES)

    assert (response.status_code, response["Upload-Offset"]) == (201, "100000")
    assert photo_store().exists(DIGEST)


def test_an_answer_that_was_lost_is_given_again(sender: Sender) -> None:
    url = sender.create()
    sender.ask("PATCH", url, RAW, Upload_Offset="0")

    assert sender.ask("HEAD", url)["Upload-Offset"] == "100000"
    assert sender.ask("PATCH", url, b"", Upload_Offset="100000").status_code == 204
    assert sender.ask("PATCH", url, RAW, Upload_Offset="0").status_code == 409
    assert Entry.objects.count() == 1


def test_a_wrong_offset_is_refused_and_the_right_one_is_said(sender: Sender) -> None:
    url = sender.create()

    response = sender.ask("PATCH", url, RAW, Upload_Offset="5")

    assert response.status_code == 409
    assert said(response) == {"code": "offset_differs", "facts": {"offset": "0"}}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_with_another_checksum_is_discarded_and_can_be_sent_again(
    sender: Sender, algorithm: str
) -> None:
    url = sender.create()
    good = base64.b64encode(hashlib.new(algorithm, RAW).digest()).decode()

    refused = sender.ask(
        "PATCH", url, RAW[:-1] + b"\0", Upload_Offset="0", Upload_Checksum=f"{algorithm} {good}"
    )
    kept = sender.ask("HEAD", url)["Upload-Offset"]
    taken = sender.ask("PATCH", url, RAW, Upload_Offset="0", Upload_Checksum=f"{algorithm} {good}")

    assert (refused.status_code, kept, taken.status_code) == (460, "0", 204)


@pytest.mark.parametrize(
    ("method", "headers", "status", "code"),
    [
        ("PATCH", {"Upload_Checksum": "md5 1B2M2Y8AsgTpgAmY7PhCfg=="}, 400, "unknown_checksum"),
        ("PATCH", {"Upload_Checksum": "sha1 ???"}, 400, "not_understood"),
        ("PATCH", {"Upload_Checksum": "sha1 AAAA"}, 400, "not_understood"),
        ("PATCH", {"Upload_Offset": "-1"}, 400, "not_understood"),
        ("PATCH", {"Upload_Offset": "٣"}, 400, "not_understood"),
        ("PATCH", {"Content_Type": "image/jpeg"}, 415, "media_type"),
        ("PATCH", {"Tus_Resumable": "0.2.2"}, 412, "tus_version"),
        ("PUT", {}, 405, "method_not_allowed"),
        ("GET", {}, 405, "method_not_allowed"),
    ],
)
def test_what_is_not_tus_is_refused_with_a_word(
    sender: Sender, method: str, headers: dict[str, str], status: int, code: str
) -> None:
    url = sender.create()

    response = sender.ask(method, url, RAW, **({"Upload_Offset": "0"} | headers))

    assert (response.status_code, said(response)["code"]) == (status, code)


@pytest.mark.parametrize(
    ("length", "status"),
    [("", 400), ("-5", 400), ("1e3", 400), (str(uploading.MOST + 1), 413), ("9" * 30, 400)],
)
def test_a_length_that_is_none_or_too_much_is_refused(sender: Sender, length: str, status: int) -> None:
    assert sender.ask("POST", "/api/uploads/", Upload_Length=length).status_code == status
    assert not Upload.objects.exists()


def test_more_bytes_than_were_announced_are_not_taken(sender: Sender) -> None:
    url = sender.create(10)

    assert sender.ask("PATCH", url, RAW, Upload_Offset="0").status_code == 413
    assert sender.ask("HEAD", url)["Upload-Offset"] == "0"


def test_other_bytes_than_the_promised_ones_leave_nothing(sender: Sender, tmp_path: Path) -> None:
    url = sender.create()

    response = sender.ask("PATCH", url, RAW[::-1], Upload_Offset="0")

    assert (response.status_code, said(response)["code"]) == (460, "digest_differs")
    assert not Entry.objects.exists() and not Blob.objects.exists()
    assert sender.ask("HEAD", url).status_code == 404
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_a_stranger_and_a_forged_signature_are_refused(terminal: Terminal) -> None:
    forged = Sender(terminal)
    forged.headers["Luqin-Digest"] = "0" * 64

    assert Sender(Terminal()).ask("POST", "/api/uploads/", Upload_Length="5").status_code == 403
    assert forged.ask("POST", "/api/uploads/", Upload_Length="5").status_code == 403


def test_the_upload_of_another_terminal_is_answered_like_an_unknown_one(
    sender: Sender, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Terminal()
    monkeypatch.setenv(uploading.KEYS, f"{terminal.spki.hex()} {other.spki.hex()}")
    url = sender.create()

    for method in ("HEAD", "PATCH", "DELETE"):
        assert Sender(other).ask(method, url, Upload_Offset="0").status_code == 404
    assert sender.ask("HEAD", url).status_code == 200


def test_an_upload_that_was_given_up_is_gone(sender: Sender, tmp_path: Path) -> None:
    url = sender.create()
    sender.ask("PATCH", url, RAW[:50], Upload_Offset="0")

    assert sender.ask("DELETE", url).status_code == 204
    assert sender.ask("HEAD", url).status_code == 404
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_one_upload_is_written_by_one_request_at_a_time(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "LOCK_WAIT_S", 0.1)
    url = sender.create()

    with disk.locked(Upload.objects.get().id):
        response = sender.ask("PATCH", url, RAW, Upload_Offset="0")

    assert (response.status_code, said(response)["code"]) == (423, "being_written")
    assert sender.ask("PATCH", url, RAW, Upload_Offset="0").status_code == 204


def test_bytes_that_were_whole_when_the_server_died_are_stored_when_next_asked_for(sender: Sender) -> None:
    url = sender.create()
    disk.path_of(Upload.objects.get().id).write_bytes(RAW)  # all are on disk, nothing was said

    assert sender.ask("HEAD", url)["Upload-Offset"] == "100000"
    assert photo_store().exists(DIGEST) and Entry.objects.count() == 1


def test_the_sweep_stores_what_is_whole_and_drops_what_is_expired(terminal: Terminal) -> None:
    now = timezone.now()
    whole = operations.begin(Admission(terminal.key_id, DIGEST, 10**6), len(RAW), "", now=now)
    disk.path_of(whole.id).write_bytes(RAW)
    operations.begin(Admission(terminal.key_id, "1" * 64, 10**6), 5, "", now=now)

    assert operations.sweep(now=now + dt.timedelta(hours=1)) == 0
    assert photo_store().exists(DIGEST)
    assert operations.sweep(now=now + dt.timedelta(hours=25)) == 2
    assert not Upload.objects.exists()


def test_an_expired_upload_is_gone(sender: Sender) -> None:
    url = sender.create()
    Upload.objects.update(expires_at=timezone.now())

    assert sender.ask("HEAD", url).status_code == 410


def test_a_terminal_has_a_quota_for_what_is_under_way(
    sender: Sender, terminal: Terminal, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_QUOTA_BYTES = 250_000
    sender.create()
    Sender(terminal, "2" * 64).create()

    other = Terminal()
    monkeypatch.setenv(uploading.KEYS, f"{terminal.spki.hex()} {other.spki.hex()}")

    third = Sender(terminal, "3" * 64).ask("POST", "/api/uploads/", Upload_Length="100000")

    assert (third.status_code, said(third)["code"]) == (429, "quota")
    of_another = Sender(other, "4" * 64).ask("POST", "/api/uploads/", Upload_Length="100000")
    assert of_another.status_code == 201, "one terminal's quota is not another's"


def test_an_upload_that_was_forsaken_makes_room_for_the_same_photo_begun_anew(
    sender: Sender, settings: Settings
) -> None:
    settings.UPLOAD_QUOTA_BYTES = 150_000
    sender.create()
    assert sender.ask("POST", "/api/uploads/", Upload_Length="100000").status_code == 429

    Upload.objects.update(expires_at=F("expires_at") - operations.FORSAKEN)
    sender.create()

    assert Upload.objects.count() == 1


def test_a_full_disk_says_so_and_keeps_nothing_half(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = sender.create()

    def full(descriptor: int) -> None:
        if "/photos/" in os.readlink(f"/proc/self/fd/{descriptor}"):
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("evidence.storage.os.fsync", full)
        response = sender.ask("PATCH", url, RAW, Upload_Offset="0")

    assert (response.status_code, said(response)["code"]) == (507, "store_full")
    assert (
        not (tmp_path / "photos").exists()
        or [one for one in (tmp_path / "photos").rglob("*") if one.is_file()] == []
    )
    assert sender.ask("HEAD", url)["Upload-Offset"] == "100000"  # there is room again: nothing is sent twice
    assert photo_store().exists(DIGEST)


def test_the_method_may_come_in_a_header(sender: Sender) -> None:
    url = sender.create()

    response = sender.ask(
        "POST", url, RAW, Upload_Offset="0", Content_Type=BYTES, X_HTTP_Method_Override="PATCH"
    )

    assert response.status_code == 204


def said(response: HttpResponse) -> Any:

    return json.loads(response.content)
