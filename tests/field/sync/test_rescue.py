"""A rescue file brings in exactly what the handheld sealed, by the same intake, as often as one likes; a bad file says what is wrong with it."""

import hashlib
import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import LazySettings, settings
from django.core.management import CommandError, call_command

from accounts import operations
from evidence.models import Entry
from evidence.storage import photo_store
from field.models import Photo, Received, Violation
from field.sync import rescue
from field.sync.rescue import CutShort, Damaged, NotARescueFile, WrongPassphrase, import_rescue
from tests import scenes
from tests.cast import Answered, Cast, Desk, Handheld, photo
from tests.handheld import Sealed

PASSPHRASE = "4821773011952046"
SHOTS = (scenes.FAR, scenes.NEAR)


def written(
    wen: Handheld, records: list[Sealed], photos: tuple[bytes, ...] = SHOTS, *, terminal: str = ""
) -> tuple[bytes, list[int]]:
    """A rescue file as a handheld writes it, and where each of its boxes ends."""
    head = json.dumps(
        {
            "terminal": terminal or wen.id,
            "made_at": "2026-11-25",
            "salt": "c2FsdHNhbHRzYWx0c2FsdA==",
            "rounds": 1,
        }
    ).encode()
    whole = rescue.MAGIC + len(head).to_bytes(4) + head
    key = AESGCM(hashlib.pbkdf2_hmac("sha256", PASSPHRASE.encode(), b"saltsaltsaltsalt", 1))
    bound_to, ends = sha256(whole).digest(), []
    insides = [b"H" + json.dumps({"records": len(records), "photos": len(photos)}).encode()]
    insides += [b"E" + json.dumps(one.envelope).encode() for one in records]
    for bytes_ in photos:
        digest = sha256(bytes_).hexdigest()
        said = json.dumps({"digest": digest, "signature": wen.upload_headers(digest)["Luqin-Signature"]})
        insides.append(b"P" + len(said).to_bytes(4) + said.encode() + bytes_)
    for place, inside in enumerate([*insides, b"Z"]):
        box = key.encrypt(place.to_bytes(12), inside, bound_to)
        whole += len(box).to_bytes(4) + box
        ends.append(len(whole))
    return whole, ends


@pytest.fixture
def wen(cast: Cast) -> Handheld:
    return scenes.wens_handheld(cast)


@pytest.fixture
def records(wen: Handheld) -> list[Sealed]:
    return [wen.violation(photos=[photo(one) for one in SHOTS]), wen.violation()]


def take(whole: bytes, passphrase: str = PASSPHRASE) -> rescue.Report:
    return import_rescue(io.BytesIO(whole), passphrase, actor="system", now=scenes.now())


def test_what_could_not_be_sent_comes_in_record_by_record_and_photo_by_photo(
    wen: Handheld, records: list[Sealed]
) -> None:
    report = take(written(wen, records)[0], "4821 7730 1195 2046\n")

    assert (report.expected, dict(report.records), report.photos, report.refused) == (
        (2, 2),
        {"admitted": 2},
        2,
        [],
    )
    assert {str(one) for one in Violation.objects.values_list("id", flat=True)} == {
        one.uid for one in records
    }
    assert set(Received.objects.values_list("text_sha256", flat=True)) == {one.sha256 for one in records}
    for shot in SHOTS:
        with photo_store().open(sha256(shot).hexdigest()) as stored:
            assert stored.read() == shot
    assert not Photo.objects.filter(arrived_entry__isnull=True).exists()


def test_a_second_time_changes_nothing(wen: Handheld, records: list[Sealed]) -> None:
    whole, _ = written(wen, records)
    take(whole)
    others = Entry.objects.exclude(kind="rescue.imported")
    before = others.count()

    report = take(whole)

    assert (dict(report.records), report.photos, report.known) == ({}, 0, (2, 2))
    assert others.count() == before


def test_a_photo_that_was_lost_here_comes_back_by_a_file_too(wen: Handheld, records: list[Sealed]) -> None:
    whole, _ = written(wen, records)
    take(whole)
    others = Entry.objects.exclude(kind="rescue.imported")
    before = others.count()
    with photo_store().open(sha256(SHOTS[0]).hexdigest()) as stored:
        place = Path(stored.name)
    place.unlink()

    report = take(whole)

    assert (report.photos, report.known, report.refused) == (1, (2, 1), [])
    assert (place.read_bytes(), others.count()) == (SHOTS[0], before)


def test_the_network_coming_back_changes_nothing_either(wen: Handheld, records: list[Sealed]) -> None:
    take(written(wen, records)[0])

    answered = wen.sync(*records)

    assert [one["outcome"] for one in answered.body["verdicts"]] == ["admitted", "admitted"]
    assert {one["state"] for one in answered.body["photos"]} == {"arrived"}
    assert Violation.objects.count() == 2


def test_a_handheld_that_was_revoked_is_set_aside_as_it_would_be_over_the_network(
    cast: Cast, wen: Handheld, records: list[Sealed]
) -> None:
    operations.revoke(wen.id, reason="lost", by=cast.qiu, now=scenes.now())

    report = take(written(wen, records)[0])

    assert (dict(report.records), report.photos) == ({"quarantined": 2}, 2)


def test_a_photo_that_no_record_named_or_that_another_signed_is_not_let_in(
    wen: Handheld, records: list[Sealed]
) -> None:
    stranger = Handheld()

    report = take(written(wen, records, (b"never named",))[0])
    forged = take(written(stranger, [], SHOTS, terminal=wen.id)[0])

    assert [why for _, why in report.refused] == ["not_promised"]
    assert [why for _, why in forged.refused] == ["signature_refused"] * 2


def test_a_wrong_passphrase_takes_nothing_in(wen: Handheld, records: list[Sealed]) -> None:
    with pytest.raises(WrongPassphrase) as wrong:
        take(written(wen, records)[0], "4821773011952047")

    assert wrong.value.report is not None and wrong.value.report.expected == (0, 0)
    assert not Received.objects.exists()


@pytest.mark.parametrize("left", [-1, 2, -3])
def test_a_file_that_was_cut_gives_what_was_whole_and_says_so(
    wen: Handheld, records: list[Sealed], left: int
) -> None:
    whole, ends = written(wen, records)

    with pytest.raises(CutShort) as cut:
        take(whole[: ends[2] + 40] if left == 2 else whole[:left])

    assert cut.value.report is not None
    assert cut.value.report.records["admitted"] == 2
    assert cut.value.report.photos == (0 if left == 2 else 2)


def test_a_changed_or_exchanged_box_is_found_at_any_place(wen: Handheld, records: list[Sealed]) -> None:
    whole, ends = written(wen, records)
    for place in range(1, len(ends)):
        changed = bytearray(whole)
        changed[ends[place] - 1] ^= 1
        with pytest.raises(Damaged):
            take(bytes(changed))
    exchanged = whole[: ends[0]] + whole[ends[1] : ends[2]] + whole[ends[0] : ends[1]] + whole[ends[2] :]
    with pytest.raises(Damaged):
        take(exchanged)
    left_out = whole[: ends[1]] + whole[ends[2] :]
    with pytest.raises(Damaged):
        take(left_out)


@pytest.mark.parametrize("whole", [b"", b"PK\x03\x04", rescue.MAGIC, rescue.MAGIC + b"\x00\x00\x00\x02{}"])
def test_another_file_is_no_rescue_file(db: None, whole: bytes) -> None:
    with pytest.raises(NotARescueFile):
        take(whole)


def test_the_command_asks_for_the_passphrase_and_says_what_came_in(
    wen: Handheld, records: list[Sealed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rescue.luqin"
    path.write_bytes(written(wen, records)[0])
    said = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n"))

    call_command("import_rescue", str(path), stdout=said)

    assert "2 admitted; 0 known before" in said.getvalue()
    assert "2 new; 0 known before" in said.getvalue()
    monkeypatch.setattr("sys.stdin", io.StringIO("1111\n"))
    with pytest.raises(CommandError, match="passphrase"):
        call_command("import_rescue", str(path), stdout=said)


# at a desk


def brought(desk: Desk, whole: bytes, passphrase: str = PASSPHRASE) -> Answered:
    """The file as a browser's form sends it."""
    edge = "edge-of-a-part"
    body = (
        f'--{edge}\r\nContent-Disposition: form-data; name="passphrase"\r\n\r\n{passphrase}\r\n'
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="rescue.luqin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    body += whole + f"\r\n--{edge}--\r\n".encode()
    desk.get("/api/session")
    return desk.wire.send(
        "POST",
        "/api/rescue",
        body=body,
        content_type=f"multipart/form-data; boundary={edge}",
        headers={"X-CSRF-Token": desk.wire.cookie(settings.CSRF_COOKIE_NAME)},
    )


def imports() -> list[dict[str, Any]]:
    return [
        json.loads(bytes(one.payload)) for one in Entry.objects.filter(kind="rescue.imported").order_by("id")
    ]


@pytest.mark.parametrize("who", ["qiu", "li"])
def test_the_technician_and_the_leader_take_a_file_in_at_a_desk_and_read_what_came_in(
    cast: Cast, wen: Handheld, records: list[Sealed], who: str
) -> None:
    whole, _ = written(wen, records)

    answered = brought(Desk.of(getattr(cast, who)), whole, "4821 7730 1195 2046")

    assert answered.status == 200, answered
    assert answered.body == {
        "sha256": sha256(whole).hexdigest(),
        "terminal": wen.id,
        "made_at": "2026-11-25",
        "records_written": 2,
        "photos_written": 2,
        "records": {"admitted": 2},
        "photos": 2,
        "records_known": 0,
        "photos_known": 0,
        "refused": [],
        "fault": "",
    }
    assert Violation.objects.count() == 2


def test_each_import_is_an_entry_who_which_file_and_what_came_in(
    cast: Cast, wen: Handheld, records: list[Sealed]
) -> None:
    whole, ends = written(wen, records)
    desk = Desk.of(cast.qiu)

    cut = brought(desk, whole[: ends[2] + 40])
    again = brought(desk, whole)

    assert (cut.status, cut.body["fault"], cut.body["records"]) == (200, "cut_short", {"admitted": 2})
    assert (again.status, again.body["fault"], again.body["records_known"]) == (200, "", 2)
    first, second = imports()
    assert {one["actor"] for one in (first, second)} == {cast.qiu.police_number}
    assert first["subject"] == sha256(whole[: ends[2] + 40]).hexdigest()
    assert (first["body"]["fault"], first["body"]["records"]) == ("cut_short", {"admitted": 2})
    assert second["subject"] == sha256(whole).hexdigest()
    assert (second["body"]["photos"], second["body"]["known"]) == (2, [2, 0])


@pytest.mark.parametrize(("who", "status"), [("du", 403), ("fan", 403), ("ji", 403)])
def test_nobody_else_takes_a_file_in(
    cast: Cast, wen: Handheld, records: list[Sealed], who: str, status: int
) -> None:
    assert brought(Desk.of(getattr(cast, who)), written(wen, records)[0]).status == status
    assert not Received.objects.exists() and imports() == []


def test_a_wrong_passphrase_another_file_and_one_too_large_are_refused_by_their_names(
    cast: Cast, wen: Handheld, records: list[Sealed], settings: LazySettings
) -> None:
    desk, (whole, _) = Desk.of(cast.qiu), written(wen, records)

    wrong, other = brought(desk, whole, "1111"), brought(desk, b"PK\x03\x04")
    settings.RESCUE_MAX_BYTES = len(whole) - 1
    large = brought(desk, whole)

    assert (wrong.status, wrong.body["code"]) == (400, "wrong_passphrase")
    assert (other.status, other.body["code"]) == (400, "not_a_rescue_file")
    assert (large.status, large.body["code"]) == (413, "too_large")
    assert not Received.objects.exists() and imports() == []
