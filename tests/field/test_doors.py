"""The doors answer what is written down, show nothing in full unasked, and enter each look before they show anything."""

import json
import logging
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest

from deploy.logs import QuietFormatter
from evidence.models import Entry
from field.models import Asked, Item
from field.rules.keyed import keyed_hash
from tests import scenes
from tests.cast import Answered, Browser, Cast, Desk, Handheld, InProcess, photo

PERSON = {"name": "张三丰", "licence": "330903199001011234", "phone": "13800001234"}
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f1e1d1a1c1c"
    "20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080001000101011100ffc4001f000001050101010101010000"
    "0000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191"
    "a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a73"
    "7475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9da"
    "e1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00fbfe8a28a2803fffd9"
)


def looks(subject: object | None = None) -> list[dict[str, Any]]:
    found = Entry.objects.filter(kind="look").order_by("id")
    if subject is not None:
        found = found.filter(subject=str(subject))
    return [json.loads(bytes(one.payload)) for one in found]


def test_a_list_shows_no_plate_and_no_person_in_full(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast, person=PERSON, note="车主张三丰")
    same = scenes.recorded_violation(cast, handheld=scene.handheld)
    li = Desk.of(cast.li)

    for path in (
        "/api/violations",
        "/api/map/violations",
        "/api/figures",
        "/api/feed",
        "/api/items",
        "/api/quarantine",
    ):
        answered = li.get(path)
        assert answered.status == 200, answered
        for secret in ("浙M5K082", "M5K082", "5K082", *PERSON.values(), "张三"):
            assert secret not in json.dumps(answered.body, ensure_ascii=False), path
    assert looks() == []
    (row, _) = li.get("/api/violations").body["rows"]
    assert (row["id"], row["plate"]) == (str(same.id), "浙M·5K***")


def test_each_read_of_a_record_in_full_is_an_entry_and_says_who_and_why(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast, person=PERSON)
    li, ji = Desk.of(cast.li), Desk.of(cast.ji)

    reads = 0
    for desk, why in ((li, "review"), (li, "review"), (ji, "投诉 2026-17 号"), (li, "电话核实")):
        full = desk.look(f"/api/violations/{scene.id}", why)
        assert (full.status, full.body["licence_number"]) == (200, PERSON["licence"])
        reads += 1

    told = looks(scene.id)
    assert len(told) == reads
    assert [(one["actor"], one["body"]["why"]) for one in told] == [
        ("031007", "review"),
        ("031007", "review"),
        ("030001", "投诉 2026-17 号"),
        ("031007", "电话核实"),
    ]
    assert not any(secret in str(told) for secret in PERSON.values())


@pytest.mark.parametrize("why", ["", " ", "annulment", "own", "x" * 201])
def test_without_a_reason_that_holds_nothing_is_shown(cast: Cast, why: str) -> None:
    scene = scenes.recorded_violation(cast)

    refused = Desk.of(cast.li).look(f"/api/violations/{scene.id}", why)

    assert refused.status == 400
    assert refused.body["code"] in ("why_needed", "not_understood")
    assert looks() == []


def test_review_is_no_reason_once_the_record_is_decided(cast: Cast) -> None:
    scene = scenes.confirmed_violation(cast)

    assert Desk.of(cast.li).look(f"/api/violations/{scene.id}", "review").body["code"] == "why_needed"


def test_where_looks_can_t_be_written_nothing_is_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = scenes.recorded_violation(cast)
    li = Desk.of(cast.li)

    def down(**_: Any) -> None:
        raise RuntimeError("the ledger is away")

    monkeypatch.setattr("accounts.looks.ledger.append", down)
    with pytest.raises(RuntimeError):
        li.look(f"/api/violations/{scene.id}", "review")


def search(desk: Desk, number: str, why: str = "市民来电", **more: object) -> Answered:
    return desk.post("/api/violations/search", {"plate": number, "why": why, **more})


@pytest.mark.parametrize("written", ["浙M5K082", "浙m·5k082", "浙Ｍ 5K-082"])
def test_a_search_for_a_plate_needs_a_reason_and_is_entered_without_the_plate(
    cast: Cast, written: str
) -> None:
    scene = scenes.recorded_violation(cast)
    scenes.recorded_violation(cast, handheld=scene.handheld, plate="浙M11111")
    li = Desk.of(cast.li)

    assert search(li, written, why=" ").body["code"] == "why_needed"
    found = search(li, written, why=f"市民来电，问{written}的单子，及京A·12345")

    assert [one["id"] for one in found.body["rows"]] == [str(scene.id)]
    (look,) = looks()
    assert look["body"]["why"] == "市民来电，问浙M·5K***的单子，及京A·12***"
    assert "5K082" not in str(look)


def test_what_was_searched_for_can_t_be_tried_out_on_the_log(cast: Cast, settings: Any) -> None:
    search(Desk.of(cast.li), "浙M5K082")
    subject = looks()[0]["subject"]
    kind, _, said = subject.partition(":")

    assert (kind, len(said)) == ("search", 64)
    for tried in ("浙M5K082", "plate:浙M5K082", "search:浙M5K082", "search|7:浙M5K082"):
        digest = sha256(tried.encode()).hexdigest()
        assert said not in (digest, keyed_hash("", "search", tried)) and not digest.startswith(said[:16])
    search(Desk.of(cast.zhao), "浙M5K082")
    assert looks()[1]["subject"] == subject, (
        "with the key it can be told whether two searches were for one car"
    )
    settings.LOOKUP_KEY = "another key"
    search(Desk.of(cast.li), "浙M5K082")
    assert looks()[2]["subject"] != subject


def test_a_list_knows_no_plate_in_its_address(cast: Cast) -> None:
    scenes.recorded_violation(cast)
    li = Desk.of(cast.li)

    assert len(li.look("/api/violations?plate=浙M99999", "市民来电").body["rows"]) == 1
    assert search(li, "浙M99999").body["rows"] == []


def test_no_reason_and_no_plate_stand_in_an_address_or_in_a_log(
    cast: Cast, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = scenes.recorded_violation(cast, photos=[photo(JPEG)])
    scene.handheld.upload(JPEG)
    digest = scene.sealed.said["photos"][0]["sha256"]
    li, why = Desk.of(cast.li), "张三丰之妻来电"
    li.wire.client.raise_request_exception = False  # type: ignore[attr-defined]
    path = f"/api/violations/{scene.id}"
    caplog.set_level(logging.DEBUG)

    statuses = [
        li.look(path, why).status,
        li.look(f"{path}/photos/{digest}", why).status,
        li.look(f"{path}/photos/{digest}/original", why).status,
        li.get(path).status,
        Desk.of(cast.zhao).look(path, why).status,
        Browser().look(path, why).status,
        li.get(path, **{"Luqin-Why": "%ff%fe"}).status,
        li.get(f"{path}?why={why}").status,
        search(li, "浙M5K082", why).status,
    ]
    monkeypatch.setattr("accounts.looks.ledger.append", lambda **_: 1 / 0)
    statuses += [li.look(path, why).status, search(li, "浙M5K082", why).status]

    assert statuses == [200, 200, 200, 400, 404, 401, 400, 400, 200, 500, 500]
    assert len(caplog.records) >= 2
    written = "\n".join(QuietFormatter().format(one) for one in caplog.records)
    for secret in (why, quote(why), "张三丰", "5K082", quote("浙M5K082")):
        assert secret not in written
    assert {one["body"]["why"] for one in looks(scene.id)} == {why}


def test_pages_of_the_list_add_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("field.recording.listing.PAGE", 2)
    wen = scenes.wens_handheld(cast)
    records = [wen.violation() for _ in range(5)]
    wen.sync(*records)
    li = Desk.of(cast.li)

    for order, expected in (("newest", records[::-1]), ("oldest", records)):
        seen: list[str] = []
        cursor: int | str | None = ""
        while cursor is not None:
            page = li.get(f"/api/violations?order={order}{cursor and f'&cursor={cursor}'}").body
            seen += [one["id"] for one in page["rows"]]
            cursor = page["cursor"]
        assert seen == [one.uid for one in expected]


def test_every_figure_leads_to_as_many_rows_as_it_says(cast: Cast) -> None:
    scenes.recorded_violation(cast)
    scenes.returned_violation(cast)
    scenes.violation_to_annul(cast)
    scenes.incomplete_violation(cast)
    scenes.confirmed_violation(cast)
    li = Desk.of(cast.li)

    for figure in li.get("/api/figures").body["figures"]:
        rows = li.get(figure["rows"].replace("+", "%2B"))
        assert rows.status == 200, (figure, rows)
        assert len(rows.body.get("rows", rows.body.get("items"))) == figure["count"], figure
    assert li.get("/api/figures").body["figures"][0]["count"] == 5


@pytest.mark.parametrize("who", ["wen", "mei", "fu"])
def test_an_officer_has_no_desk(cast: Cast, who: str) -> None:
    scene = scenes.recorded_violation(cast)
    handheld = Handheld.at_work(getattr(cast, who), cast.qiu)

    assert handheld.get("/api/violations").status == 403
    assert handheld.get("/api/figures").status == 403
    full = handheld.look(f"/api/violations/{scene.id}", "own")
    assert full.status == (200 if who == "wen" else 404)


def test_a_photo_is_shown_as_a_copy_and_the_original_only_as_a_download(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast, photos=[photo(JPEG)])
    digest = scene.sealed.said["photos"][0]["sha256"]
    li = Desk.of(cast.li)
    path = f"/api/violations/{scene.id}/photos/{digest}"
    assert li.look(path, "review").status == 404, "its bytes have not arrived"
    scene.handheld.upload(JPEG)

    assert li.get(path).body["code"] == "why_needed"
    li.look(f"/api/violations/{scene.id}", "review")
    for size in ("thumb", "view"):
        copy = li.get(f"{path}?size={size}", Accept="image/avif,image/webp")
        assert (copy.status, copy.headers["Content-Type"]) == (200, "image/jpeg"), copy
        assert copy.body != JPEG
    assert li.get(f"{path}?size=original").status == 400
    assert li.get(f"{path}/original").body["code"] == "why_needed"
    original = li.look(f"{path}/original", "核对原图")
    assert original.body == JPEG
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert Desk.of(cast.zhao).look(path, "review").status == 404
    assert len(looks(scene.id)) == 2


def test_what_is_no_picture_is_kept_and_said_to_be_none(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast, photos=[photo(scenes.FAR)])
    scene.handheld.upload(scenes.FAR)
    digest = scene.sealed.said["photos"][0]["sha256"]

    none = Desk.of(cast.li).look(f"/api/violations/{scene.id}/photos/{digest}", "review")

    assert (none.status, none.body["code"]) == (404, "no_picture")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "not_understood"),
        (b"{", 400, "not_json"),
        (b"\xff\xfe", 400, "not_json"),
        (b"[" * 100_000, 400, "not_json"),
        (b'{"terminal": NaN}', 400, "not_json"),
        (b"[]", 400, "not_understood"),
        (b"null", 400, "not_understood"),
        (b'{"terminal": "0123456789abcdeg"}', 400, "not_understood"),
        (b'{"terminal": "0123456789abcdef", "envelopes": {}}', 400, "not_understood"),
        (json.dumps({"terminal": "0" * 16, "envelopes": [None] * 101}).encode(), 400, "not_understood"),
        (b'{"terminal": "0123456789abcdef", "x": "' + b"x" * 1_000_000 + b'"}', 413, "too_large"),
        (b"x" * 5_000_000, 413, "too_large"),
    ],
)
def test_a_post_that_is_none_gets_a_clear_answer(db: None, body: bytes, status: int, code: str) -> None:
    answered = InProcess().send("POST", "/api/sync", body=body)

    assert (answered.status, answered.body["code"]) == (status, code)


def test_a_form_or_a_plain_text_is_no_post(db: None) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert InProcess().send("POST", "/api/sync", body=b"{}", content_type=kind).status == 415


ODD: list[Any] = [
    None,
    True,
    -1,
    2**70,
    1.5,
    "x",
    "\u0000",
    "\ud800",
    [],
    {},
    [None],
    [[]],
    {"a": {}},
    "9" * 100,
    1e308,
]


@pytest.mark.parametrize(
    "part", ["epoch", "cursor", "verified", "pending", "pending_photos", "opened", "contact", "positions"]
)
def test_a_part_that_can_t_be_used_stops_no_record(cast: Cast, part: str) -> None:
    wen = scenes.wens_handheld(cast)
    contact = ("app_version", "browser", "waiting", "storage_persisted", "battery_percent")

    for odd in ODD:
        wrapped: list[Any] = [odd, [odd], dict.fromkeys(contact, odd)]
        wrapped.append([{"lat": 1e308, "lon": odd, "acc_m": True, "at": "x", "source": odd, "crs": []}])
        wrapped.append(
            [{"lat": 30, "lon": 122, "acc_m": 5, "at": "2026-11-25T00:00:00Z", "source": odd, "crs": odd}]
        )
        record = wen.violation()
        for value in wrapped:
            said = {"terminal": wen.id, "envelopes": [record.envelope], part: value}
            answered = wen.wire.send("POST", "/api/sync", body=json.dumps(said).encode())
            assert answered.status == 200, (value, answered)
            assert answered.body["verdicts"][0]["outcome"] == "admitted"


def test_nobody_reads_without_a_session(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    digest = "0" * 64
    for path in (
        "violations",
        f"violations/{scene.id}",
        f"violations/{scene.id}/photos/{digest}",
        f"violations/{scene.id}/photos/{digest}/original",
        "figures",
        "items",
        "quarantine",
        f"quarantine/{digest}",
        "feed",
        "map/violations",
    ):
        answered = Browser().get(f"/api/{path}")
        assert (answered.status, answered.body) == (401, {"code": "not_signed_in", "facts": {}}), path


def test_a_foreign_page_can_t_decide(cast: Cast) -> None:
    scene = scenes.recorded_violation(cast)
    li = Desk.of(cast.li)

    answered = li.wire.send("POST", f"/api/violations/{scene.id}/confirm", body=b"{}")

    assert answered.status == 403
    assert scene.violation.state == "recorded"
    assert not Item.objects.exists()


def test_a_scraper_meets_a_wall_that_a_new_session_does_not_open(cast: Cast, settings: Any) -> None:
    settings.DESK_LINES_AN_HOUR = 5
    wen = scenes.wens_handheld(cast)
    wen.sync(*(wen.violation() for _ in range(2)))
    li = Desk.of(cast.li)

    statuses = [li.get("/api/violations").status for _ in range(2)]
    assert search(li, "浙M99999").status == 200, "nothing found, no line"
    refused = li.get("/api/violations")
    again = Desk.of(cast.li)

    assert statuses == [200, 200]
    assert (refused.status, refused.body) == (429, {"code": "too_many_lines", "facts": {"most": 5}})
    assert again.get("/api/violations?oldest").status == 429
    assert search(again, "浙M5K082").status == 429
    assert Desk.of(cast.du).get("/api/violations").status == 200, "another person's lines are their own"
    assert not any("031007" in one.network for one in Asked.objects.all())
