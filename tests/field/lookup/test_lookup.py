"""What a citizen finds, what a stranger can't, and that what is shown is what was signed."""

import base64
import datetime as dt
import json
import re
import secrets
from collections.abc import Collection
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from evidence import queries as evidence
from evidence.chain import verify_inclusion
from evidence.note import Verifier, open_checkpoint
from evidence.sealer import seal_now
from field.lookup import imports, keys, limits
from field.lookup.words import LANGUAGES, words_in
from field.models import Asked, Payment, PublicToken, VehicleKey, Violation
from field.recording.catalogue_import import import_offences
from field.rules.keyed import keyed_hash
from tests.cast import Cast, Desk, Handheld, Sealed, photo, uuid7

CASES = Path(__file__).parents[2] / "cases"
CATALOGUE = Path(__file__).parents[3] / "deploy" / "catalogue"
NOW = dt.datetime.now(dt.UTC)
DECISION = "3309001000000010"
LICENCE = "33090119800101001X"


def new_token() -> str:
    """What a handheld draws for a slip: 128 random bits."""
    return base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")


def signed_part(token: str) -> str:
    """What the record says of it."""
    return sha256(base64.urlsafe_b64decode(token + "==")).hexdigest()


@pytest.fixture
def wen(cast: Cast) -> Handheld:
    return Handheld.at_work(cast.wen, cast.qiu)


@pytest.fixture
def citizen() -> Client:
    return Client()


def decision(wen: Handheld, token: str, **said: Any) -> Sealed:
    """A decision made on the spot and handed over, with its slip."""
    record = wen.violation(
        kind="on_the_spot",
        served=True,
        document_number=DECISION,
        person={"name": "王小明", "licence": LICENCE, "phone": "13800138000"},
        token_sha256=signed_part(token),
        **said,
    )
    assert wen.sync(record).body["verdicts"][0]["outcome"] == "admitted"
    return record


def text_of(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def plain(answer: Any) -> str:
    """The page as it is read: without its marks, and one space between its parts."""
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", text_of(answer)))


@pytest.mark.parametrize(
    "one", json.loads((CASES / "tokens.json").read_text())["cases"], ids=lambda one: one["path"]
)
def test_a_slip_leads_where_the_handheld_s_hash_leads(one: dict[str, str], settings: LazySettings) -> None:
    assert keys.token_key(one["path"]) == keyed_hash(settings.LOOKUP_KEY, "token", one["sha256"])


@pytest.mark.parametrize("language", ["", "en/"])
def test_the_slip_opens_the_record_with_nothing_of_the_person_in_it(
    wen: Handheld, citizen: Client, language: str
) -> None:
    token = new_token()
    decision(wen, token, note="骂人了")

    page = text_of(citizen.get(f"/{language}t/{token}"))

    assert "3309 0010 0000 0010" in page
    assert "浙M·5K" in page
    for secret in ("5K082", "王小明", LICENCE, LICENCE[-4:], "13800138000", "骂人了", "034512"):
        assert secret not in page, secret
    assert words_in("en" if language else "zh")["proof_title"] in page
    number = json.loads(citizen.get(f"/{language}t/{token}/proof").content)["index"]
    assert ("is entry {} of" if language else "第 {} 条").format(number) in page


def test_one_wrong_character_in_the_path_opens_nothing_and_says_why_that_may_be(
    wen: Handheld, citizen: Client
) -> None:
    token = new_token()
    decision(wen, token)

    wrong = citizen.get(f"/t/{('A' if token[0] != 'A' else 'B') + token[1:]}")

    assert wrong.status_code == 404
    assert words_in("zh")["may_not_have_arrived"] in text_of(wrong)


def test_the_token_stands_in_no_table(wen: Handheld) -> None:
    token = new_token()
    decision(wen, token)

    kept = set(PublicToken.objects.values_list("keyed_hash", flat=True))

    assert keys.token_key(token) in kept
    assert not kept & {token, signed_part(token), DECISION, LICENCE, LICENCE[-4:]}


def test_number_and_licence_ending_open_the_same_page(wen: Handheld, citizen: Client) -> None:
    decision(wen, new_token())

    answer = citizen.post("/ask", {"number": "3309 0010 0000 0010", "licence": "001x"}, follow=True)

    assert answer.status_code == 200
    assert answer.redirect_chain
    assert "3309 0010 0000 0010" in text_of(answer)


def test_wrong_and_none_get_one_answer_to_the_byte(wen: Handheld, citizen: Client) -> None:
    decision(wen, new_token())

    answers = [
        citizen.post("/ask", {"number": DECISION, "licence": "9999"}),
        citizen.post("/ask", {"number": "3309001000009999", "licence": "001X"}),
        citizen.post("/ask", {"number": "", "licence": ""}),
        citizen.post("/ask", {"plate": "浙M5K082", "kind": "02", "engine": "ABC123"}),
    ]

    assert len({(a.status_code, a.content, tuple(sorted(a.headers.items()))) for a in answers}) == 1


def test_a_pass_made_for_one_answer_can_be_neither_changed_nor_kept(
    wen: Handheld, citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision(wen, new_token())
    opened = citizen.post("/ask", {"number": DECISION, "licence": "001X"}).headers["Location"]

    assert citizen.get(opened[:-1] + ("A" if opened[-1] != "A" else "B")).status_code == 404
    monkeypatch.setattr("field.lookup.views.PASS_SECONDS", -1)
    assert citizen.get(opened).status_code == 404


def test_a_vehicle_shows_no_place_no_hour_and_no_paper(
    wen: Handheld, citizen: Client, tmp_path: Path, cast: Cast
) -> None:
    decision(wen, new_token())
    register = tmp_path / "vehicles.csv"
    register.write_text("plate,plate_type,engine_number\n浙M·5K082,02,zz9abc123\n")
    imports.import_vehicles(register, actor="system", now=NOW)

    page = text_of(citizen.post("/ask", {"plate": "浙m 5k082", "kind": "02", "engine": "abc123"}))

    assert "150" in page
    assert cast.east.name_zh in page
    for secret in (
        cast.east_first.name_zh,
        words_in("zh")["s_in_force"],
        "滨江路",
        DECISION,
        "3309 0010",
        "5K082",
        LICENCE,
    ):
        assert secret not in page, secret
    assert not re.search(r"\d\d:\d\d", page)


def test_of_a_vehicle_only_keyed_hashes_are_kept(tmp_path: Path, db: None) -> None:
    register = tmp_path / "vehicles.csv"
    register.write_text(
        "plate,plate_type,engine_number\n浙M5K082,02,ABC123\n浙MIOIOI,02,ABC123\n浙M5K083,02,12\n"
    )

    report = imports.import_vehicles(register, actor="system", now=NOW)

    assert (report.read, report.new, [line for line, _ in report.refused]) == (3, 1, [3, 4])
    assert re.fullmatch("[0-9a-f]{64}", VehicleKey.objects.get().keyed_hash)


def test_a_payment_read_twice_is_one_payment_and_closes_the_matter(
    wen: Handheld, citizen: Client, tmp_path: Path
) -> None:
    token = new_token()
    decision(wen, token)
    bank = tmp_path / "bank.csv"
    bank.write_text(
        f"document_number,paid_on,amount\n{DECISION},2026-11-24,150\n,2026-11-24,10\nx,yesterday,5\n"
    )

    first = imports.import_payments(bank, actor="system", now=NOW)
    again = imports.import_payments(bank, actor="system", now=NOW)
    bank.write_text(bank.read_text() + "\n")
    once_more = imports.import_payments(bank, actor="system", now=NOW)

    assert (first.new, len(first.refused), again.already_read, once_more.new) == (1, 2, True, 0)
    assert Payment.objects.count() == 1
    page = plain(citizen.get(f"/t/{token}"))
    assert f"，{words_in('zh')['s_paid']}" in page
    assert "11 月 24 日已缴 150 元" in page
    assert "150 元 不记分" in page, "what was imposed stays to be read"
    english = plain(citizen.get(f"/en/t/{token}"))
    assert "150 yuan paid on 24 November" in english
    assert "150 yuan no points" in english


def test_where_no_payments_came_in_the_page_says_that_it_does_not_know(
    wen: Handheld, citizen: Client
) -> None:
    token = new_token()
    decision(wen, token)

    page = text_of(citizen.get(f"/t/{token}"))

    assert words_in("zh")["payments_unknown"] in page
    assert words_in("zh")["surcharge_sum"] not in page


def test_a_payment_of_a_part_is_said_and_leaves_the_matter_open(
    wen: Handheld, citizen: Client, tmp_path: Path
) -> None:
    token = new_token()
    decision(wen, token)
    bank = tmp_path / "bank.csv"
    bank.write_text(f"document_number,paid_on,amount\n{DECISION},2026-11-24,50\n")
    imports.import_payments(bank, actor="system", now=NOW)

    page = plain(citizen.get(f"/t/{token}"))

    assert f"，{words_in('zh')['s_owed']}" in page
    assert "已经到账 50 元，还没有缴清" in page


def test_days_left_and_points_stand_in_whole_sentences(wen: Handheld, citizen: Client) -> None:
    token = new_token()
    on = (NOW - dt.timedelta(days=14)).astimezone(dt.timezone(dt.timedelta(hours=8)))
    decision(wen, token, occurred_at=on.isoformat(timespec="milliseconds"), points=1)
    last = on.date() + dt.timedelta(days=15)

    assert f"{last.month} 月 {last.day} 日前缴款，还有 1 天" in plain(citizen.get(f"/t/{token}"))
    assert "记 1 分" in plain(citizen.get(f"/t/{token}"))
    english = plain(citizen.get(f"/en/t/{token}"))
    assert "1 day left" in english
    assert "1 point " in english


def test_an_act_is_called_what_people_call_it_and_its_full_name_stands_below(
    wen: Handheld, citizen: Client
) -> None:
    short, unnamed = new_token(), new_token()
    import_offences(CATALOGUE / "violation_codes.csv", area="", default_from=None, actor="system", now=NOW)
    wen.sync(
        wen.violation(offence="1039", token_sha256=signed_part(short)),
        wen.violation(offence="1001", token_sha256=signed_part(unnamed)),
    )

    page, english = text_of(citizen.get(f"/t/{short}")), text_of(citizen.get(f"/en/t/{short}"))

    assert "<h1>违法停车，正在审核</h1>" in page
    assert "（1039）" in page and "驾驶人不在现场" in page
    assert "<h1>Illegal parking: being reviewed</h1>" in english
    assert "<h1>驾驶拼装的机动车上道路行驶，正在审核</h1>" in text_of(citizen.get(f"/t/{unnamed}"))


def test_who_holds_a_parking_notice_is_told_which_way_leads_to_it(citizen: Client, db: None) -> None:
    for language, path in (("zh", "/"), ("en", "/en/")):
        led = escape(words_in(language)["no_licence_on_notice"])
        assert led in text_of(citizen.get(path))
        assert led in text_of(citizen.post(f"{path}ask", {"number": DECISION, "licence": "0000"}))


def test_an_unknown_header_imports_nothing_and_names_what_is_needed(tmp_path: Path, db: None) -> None:
    bank = tmp_path / "bank.csv"
    bank.write_text("number,day\n1,2\n")

    with pytest.raises(imports.WrongColumns, match="document_number, paid_on, amount"):
        imports.import_payments(bank, actor="system", now=NOW)


def test_the_form_names_the_limit_that_is_set(citizen: Client, settings: LazySettings) -> None:
    settings.LOOKUP_ASKS_AN_HOUR = 7

    assert "7 次" in text_of(citizen.get("/"))
    assert "may ask 7 times" in text_of(citizen.get("/en/"))


def test_a_column_changed_by_hand_is_not_shown(wen: Handheld, citizen: Client) -> None:
    token = new_token()
    decision(wen, token)

    Violation.objects.update(fine=15)

    page = text_of(citizen.get(f"/t/{token}"))
    assert words_in("zh")["differs"] in page
    assert "15 元" not in page
    assert words_in("zh")["differs"] in text_of(citizen.get(f"/t/{token}/proof")), "no proof of what differs"


@pytest.mark.parametrize("by", ["token", "number"])
def test_a_record_that_is_set_aside_reads_as_being_checked_and_a_refused_one_as_of_no_effect(
    wen: Handheld, cast: Cast, citizen: Client, by: str
) -> None:
    token = new_token()
    other = Handheld.at_work(cast.mei, cast.qiu)
    record = wen.violation(
        kind="on_the_spot",
        served=True,
        document_number=DECISION,
        person={"name": "王小明", "licence": LICENCE, "phone": ""},
        shift=other.shift,
        token_sha256=signed_part(token),
    )
    assert wen.sync(record).body["verdicts"][0]["outcome"] == "quarantined"

    def look() -> str:
        if by == "token":
            return text_of(citizen.get(f"/t/{token}"))
        return text_of(citizen.post("/ask", {"number": DECISION, "licence": "001X"}, follow=True))

    assert words_in("zh")["being_checked"] in look()

    refused = Desk.of(cast.fan).post(
        f"/api/quarantine/{record.sha256}/refuse", {"ground": "not_on_duty", "remark": "班次不符"}
    )
    assert refused.status == 200, refused
    page = look()
    assert words_in("zh")["does_not_count"] in page
    assert words_in("zh")["may_not_have_arrived"] not in page


def test_the_slip_of_a_correction_leads_to_what_it_corrects_once_it_counts(
    wen: Handheld, cast: Cast, citizen: Client
) -> None:
    first, second, refused = new_token(), new_token(), new_token()
    notice = wen.violation(served=True, token_sha256=signed_part(first), place_text="滨江路海昌街口")
    corrected = wen.amendment(notice, token_sha256=signed_part(second), place_text="人民路建设路口")
    of_nothing = wen.amendment(notice, token_sha256=signed_part(refused), amends=str(uuid7(NOW)))

    outcomes = [one["outcome"] for one in wen.sync(notice, corrected, of_nothing).body["verdicts"]]

    assert outcomes == ["admitted", "admitted", "quarantined"]
    for token in (first, second):
        assert "人民路建设路口" in text_of(citizen.get(f"/t/{token}"))
    assert words_in("zh")["being_checked"] in text_of(citizen.get(f"/t/{refused}"))


def test_of_one_number_on_two_papers_the_first_stands_and_the_second_is_being_checked(
    wen: Handheld, citizen: Client
) -> None:
    first = decision(wen, new_token())
    token = new_token()
    second = {**first.said, "token_sha256": signed_part(token)}
    said = {name: second[name] for name in ("kind", "served", "document_number", "person", "token_sha256")}

    verdict = wen.sync(wen.violation(**said)).body["verdicts"][0]

    assert (verdict["outcome"], verdict["reason"]) == ("conflict", "paper_number_taken")
    assert words_in("zh")["being_checked"] in text_of(citizen.get(f"/t/{token}", follow=True))
    asked = text_of(citizen.post("/ask", {"number": DECISION, "licence": "001X"}, follow=True))
    assert words_in("zh")["being_checked"] not in asked


def test_an_entry_changed_by_hand_together_with_its_row_is_not_shown(
    wen: Handheld, cast: Cast, citizen: Client
) -> None:
    token = new_token()
    record = decision(wen, token)
    assert Desk.of(cast.li).post(f"/api/violations/{record.uid}/confirm", {}).status == 200
    seal_now()
    assert words_in("zh")["proof_title"] in text_of(citizen.get(f"/t/{token}"))

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE entry SET payload = convert_to(replace(convert_from(payload, 'UTF8'), '\"actor\":\"031007\"',"
            " '\"actor\":\"032001\"'), 'UTF8') WHERE kind = 'violation.confirmed'"
        )
        assert cursor.rowcount == 1

    assert words_in("zh")["differs"] in text_of(citizen.get(f"/t/{token}"))


@pytest.mark.parametrize(
    "asks",
    [
        [{"number": "3309001000009999", "licence": "001X"}, {"number": DECISION, "licence": "9999"}],
        [
            {"plate": "浙M5K082", "kind": "02", "engine": "ABC124"},
            {"plate": "浙M5K083", "kind": "02", "engine": "ABC123"},
            {"plate": "浙M00000", "kind": "02", "engine": "ABC123"},
        ],
    ],
    ids=["paper", "vehicle"],
)
def test_none_and_wrong_ask_the_database_the_same_so_that_time_tells_nothing(
    wen: Handheld,
    citizen: Client,
    tmp_path: Path,
    asks: list[dict[str, str]],
    settings: LazySettings,
) -> None:
    decision(wen, new_token())
    register = tmp_path / "vehicles.csv"
    register.write_text("plate,plate_type,engine_number\n浙M5K082,02,ABC123\n浙M5K083,02,ABC123\n")
    imports.import_vehicles(register, actor="system", now=NOW)

    asked = set()
    for one in asks:
        statements: list[str] = []

        def note(execute: Any, sql: str, *rest: Any, said: list[str] = statements) -> Any:
            said.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            assert words_in("zh")["not_found"] in text_of(citizen.post("/ask", one))
        asked.add(tuple(statements))

    assert len(asked) == 1
    assert asked.pop()


def test_a_review_between_two_looks_is_no_change_by_hand(
    wen: Handheld, cast: Cast, citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = new_token()
    record = decision(wen, token)
    history, li = evidence.history, Desk.of(cast.li)
    looked: list[object] = []

    def decided_in_between(subject: object, kinds: Collection[str]) -> evidence.History:
        if not looked:
            assert li.post(f"/api/violations/{record.uid}/confirm", {}).status == 200
        looked.append(subject)
        return history(subject, kinds)

    monkeypatch.setattr(evidence, "history", decided_in_between)

    page = text_of(citizen.get(f"/t/{token}"))

    assert words_in("zh")["differs"] not in page
    assert words_in("zh")["t_reviewed"] in page
    assert len(looked) == 2


def test_the_proof_file_proves_the_leaf_and_holds_nothing_of_the_record(
    wen: Handheld, citizen: Client, settings: LazySettings
) -> None:
    token = new_token()
    record = decision(wen, token)

    answer = citizen.get(f"/t/{token}/proof")

    said = json.loads(answer.content)
    assert said["record_sha256"] == record.sha256
    assert "浙M" not in answer.content.decode()
    note = open_checkpoint(said["checkpoint"], Verifier.parse(settings.LOG_PUBLIC_FILE.read_text()))
    verify_inclusion(
        base64.b64decode(said["leaf_hash"]),
        said["index"],
        note.size,
        [base64.b64decode(one) for one in said["path"]],
        note.root,
    )


def test_one_network_may_ask_so_often_and_no_more_and_its_address_is_not_kept(
    wen: Handheld, citizen: Client, settings: LazySettings
) -> None:
    settings.LOOKUP_ASKS_AN_HOUR = 3
    token = new_token()
    decision(wen, token)
    ask = {"number": DECISION, "licence": "9999"}
    here, next_door, elsewhere = (
        {"X-Forwarded-For": ip} for ip in ("203.0.113.7", "203.0.113.99", "198.51.100.1")
    )

    codes = [citizen.post("/ask", ask, headers=here).status_code for _ in range(3)]

    assert codes == [200, 200, 200]
    assert citizen.post("/ask", ask, headers=next_door).status_code == 429
    assert citizen.get(f"/t/{token}", headers=here).status_code == 429
    assert citizen.post("/ask", ask, headers=elsewhere).status_code == 200
    assert citizen.get(f"/t/{token}", headers=elsewhere).status_code == 200
    assert not Asked.objects.filter(network__contains="203.0").exists()
    assert limits.forget(NOW + dt.timedelta(hours=4)) == 2


def test_no_header_of_the_caller_s_own_gives_him_another_address(
    citizen: Client, settings: LazySettings, db: None
) -> None:
    settings.LOOKUP_ASKS_AN_HOUR = 2
    ask = {"number": DECISION, "licence": "9999"}

    codes = [
        citizen.post(
            "/ask",
            ask,
            # the last address in the list is the one that the web server wrote
            headers={"X-Forwarded-For": f"198.51.{n}.1, 203.0.113.7", "X-Real-IP": f"198.51.{n}.2"},
        ).status_code
        for n in range(4)
    ]

    assert codes == [200, 200, 429, 429]


def test_guessing_tokens_is_counted_and_a_true_slip_is_not(
    wen: Handheld, citizen: Client, settings: LazySettings
) -> None:
    settings.LOOKUP_ASKS_AN_HOUR = 3
    token = new_token()
    decision(wen, token)

    assert [citizen.get(f"/t/{token}").status_code for _ in range(6)] == [200] * 6
    assert [citizen.get(f"/t/{new_token()}").status_code for _ in range(5)] == [404, 404, 404, 429, 429]


def test_every_page_says_the_same_in_both_languages_and_keeps_to_itself(citizen: Client, db: None) -> None:
    assert words_in("zh").keys() == words_in("en").keys()
    for language in LANGUAGES:
        prefix = "" if language == "zh" else "en/"
        for page in ("", "log", "privacy", f"t/{new_token()}"):
            answer = citizen.get(f"/{prefix}{page}")
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "script-src" not in answer.headers["Content-Security-Policy"]
            assert "<script" not in text_of(answer)
            assert len(answer.content) < 50_000
            assert not answer.cookies


def test_a_signature_on_glass_is_neither_shown_nor_counted(wen: Handheld, citizen: Client) -> None:
    token = new_token()
    strokes = photo(b"strokes on glass", "signature")
    decision(wen, token, photos=[photo(b"the car"), strokes])
    assert wen.upload(b"strokes on glass").status == 201

    page = citizen.get(f"/t/{token}")

    assert "民警拍了 1 张，到了 0 张" in plain(page)
    assert strokes["sha256"] not in text_of(page)
    assert strokes["sha256"] not in text_of(citizen.get(f"/t/{token}/proof"))
