"""The list of looks: who sees which, and that reading it neither misses, doubles nor gives anything away."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection, transaction

from accounts import look_list, operations
from accounts.looks import look
from accounts.models import Role, User
from evidence.models import Entry
from evidence.sealer import seal_now
from field.recording.listing import search_subject
from tests.cast import Browser, Cast, Desk, Handheld, assemble

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
PLATE = "浙M5K082"


def looked(who: User, subject: object = "", *, at: dt.datetime = NOW, why: str = "核对") -> str:
    """Somebody has looked at a record; return its name."""
    subject = str(subject or uuid4())
    person = User.objects.get(pk=who.pk)
    look(person, terminal=None, subject=subject, fields=["plate"], why=why, now=at)
    return subject


def read(desk: Browser, query: str = "") -> list[dict[str, object]]:
    """All rows, page by page."""
    seal_now()
    rows: list[dict[str, object]] = []
    cursor: str | None = ""
    while True:
        answered = desk.get(f"/api/looks?{query}{cursor and f'&cursor={cursor}'}")
        assert answered.status == 200, answered
        rows += answered.body["rows"]
        cursor = answered.body["cursor"]
        if cursor is None:
            return rows


def test_the_auditor_sees_everybodys_looks_the_newest_first(cast: Cast) -> None:
    subjects = [looked(who) for who in (cast.li, cast.zhao, cast.fan, cast.du, cast.ji)]

    rows = read(Desk.of(cast.ji))

    assert [row["record"] for row in rows] == subjects[::-1]
    assert rows[0] == {
        "number": rows[0]["number"],
        "at": "2026-11-23T14:00:00+08:00",
        "viewer": "030001",
        "viewer_name": "纪明",
        "unit": cast.detachment.code,
        "unit_name": "江澜支队",
        "unit_name_en": "Jianglan Detachment",
        "terminal_number": None,
        "about": "record",
        "record": subjects[-1],
        "fields": ["plate"],
        "why": "核对",
    }


def test_a_leader_sees_only_the_looks_of_their_own_people_as_they_belonged_then(cast: Cast) -> None:
    mine = [looked(cast.li), looked(cast.wen)]
    for other in (cast.zhao, cast.du, cast.ji, cast.fan, cast.qiu):
        looked(other)
    operations.change_role("034512", role=Role.OFFICER, unit=cast.west_first, by=cast.qiu, now=NOW)
    after = looked(cast.wen)

    assert [row["record"] for row in read(Desk.of(cast.li))] == mine[::-1]
    assert after in [row["record"] for row in read(Desk.of(cast.zhao))]
    assert not set(mine) & {row["record"] for row in read(Desk.of(cast.zhao))}


def test_a_leader_of_a_brigade_sees_those_of_its_squadrons(cast: Cast) -> None:
    subject = looked(cast.wen)
    operations.change_role("031007", role=Role.LEADER, unit=cast.east, by=cast.qiu, now=NOW)

    assert [row["record"] for row in read(Desk.of(cast.li))] == [subject]


@pytest.mark.parametrize("who", ["qiu", "fan", "du"])
def test_neither_technician_nor_reviewer_nor_duty_desk_reads_them(cast: Cast, who: str) -> None:
    answered = Desk.of(getattr(cast, who)).get("/api/looks")

    assert (answered.status, answered.body["code"]) == (403, "not_permitted")
    assert not Entry.objects.filter(kind="look").exists()


@pytest.mark.parametrize("who", ["wen", "fu"])
def test_an_officer_does_not_read_them(cast: Cast, who: str) -> None:
    handheld = Handheld.at_work(getattr(cast, who), cast.qiu)

    assert handheld.get("/api/looks").status == 403
    assert Browser().get("/api/looks").status == 401


def test_each_page_read_is_a_look_and_no_list_grows_by_itself(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.look_list.PAGE", 2)
    subjects = [looked(cast.li) for _ in range(5)]
    ji = Desk.of(cast.ji)
    seal_now()
    seen: list[str] = []
    cursor: str | None = ""
    pages = 0

    while cursor is not None:
        body = ji.get(f"/api/looks?viewer=031007{cursor and f'&cursor={cursor}'}").body
        seen += [row["record"] for row in body["rows"]]
        cursor, pages = body["cursor"], pages + 1
        seal_now()  # the look at this page is numbered before the next one is asked for
        assert pages < 9

    assert seen == subjects[::-1]
    readings = read(ji, "viewer=030001")
    assert [row["about"] for row in readings] == ["looks"] * pages
    assert {(row["record"], row["why"]) for row in readings} == {("031007", "oversight")}


def test_the_list_is_narrowed_by_person_record_and_day(cast: Cast) -> None:
    record = looked(cast.li, at=NOW)
    looked(cast.zhao, record, at=NOW + dt.timedelta(days=1))
    looked(cast.li, at=NOW + dt.timedelta(hours=9, minutes=59))  # a minute to midnight in Shanghai
    late = looked(cast.li, at=NOW + dt.timedelta(hours=10))
    ji = Desk.of(cast.ji)

    def count(query: str) -> int:
        return len(read(ji, query))

    assert (count("viewer=031007"), count("viewer=032001"), count("viewer=035101")) == (3, 1, 0)
    assert (count(f"record={record}"), count(f"record={record}&viewer=031007")) == (2, 1)
    assert count("first_day=2026-11-23&last_day=2026-11-23") == 2
    assert late in [row["record"] for row in read(ji, "viewer=031007&first_day=2026-11-24")]
    assert count("last_day=2026-11-22") == 0


@pytest.mark.parametrize(
    "query",
    [
        "viewer=x",
        "record=search:0123",
        "record=looks:all",
        "record=%25",
        "first_day=yesterday",
        "last_day=9999-12-31",
        "first_day=0001-01-01",
        "cursor=7",
        "cursor=9999999999999999999-1",
    ],
)
def test_what_is_no_filter_is_refused(cast: Cast, query: str) -> None:
    answered = Desk.of(cast.ji).get(f"/api/looks?{query}")

    assert (answered.status, answered.body["code"]) == (400, "not_understood")


def test_no_plate_no_hash_and_no_unknown_subject_leaves(cast: Cast) -> None:
    li = Desk.of(cast.li)
    answered = li.post("/api/violations/search", {"plate": PLATE, "why": f"市民问{PLATE}"})
    assert answered.status == 200
    looked(cast.li, "positions:031007:20261123T0600")
    looked(cast.li, "something_new:secret")

    for desk in (li, Desk.of(cast.ji)):
        rows = read(desk, "viewer=031007")
        assert {("search", ""), ("positions", ""), ("something_new", "")} <= {
            (row["about"], row["record"]) for row in rows
        }
        said = json.dumps(rows, ensure_ascii=False)
        for secret in (PLATE, "5K082", "K082", search_subject(PLATE).removeprefix("search:"), "secret"):
            assert secret not in said


def test_a_page_of_a_leader_ends_after_so_many_looks_and_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.look_list.SCAN", 3)
    first = looked(cast.li)
    for _ in range(7):
        looked(cast.zhao)
    last = looked(cast.li)

    assert [row["record"] for row in read(Desk.of(cast.li))] == [last, first]


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_paging_neither_misses_nor_doubles_under_writers(monkeypatch: pytest.MonkeyPatch) -> None:
    """One writer holds an entry with a low id back until the first page is read, others go on writing."""
    monkeypatch.setattr("accounts.look_list.PAGE", 7)
    cast = assemble(NOW)
    stop, held, let_go = Event(), Event(), Event()

    def late() -> str:
        subject = str(uuid4())
        with transaction.atomic():
            looked(cast.zhao, subject)
            held.set()
            let_go.wait(30)
        connection.close()
        return subject

    def write() -> None:
        while not stop.is_set():
            looked(cast.li)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        before = [looked(cast.li) for _ in range(40)]
        held_back = pool.submit(late)
        held.wait(30)
        before += [looked(cast.li) for _ in range(40)]
        seal_now()
        writers = [pool.submit(write) for _ in range(3)]
        seen: list[str] = []
        cursor = None
        while True:
            wanted = look_list.Wanted(cursor=cursor)
            page = look_list.page(wanted, viewer=cast.ji, terminal=None, now=NOW)
            seen += [row["record"] for row in page["rows"]]
            let_go.set()
            seal_now()
            if page["cursor"] is None:
                break
            cursor = look_list.Cursor.read(page["cursor"])
        stop.set()
        for writer in writers:
            writer.result()

    assert seen == before[::-1], "what was sealed when reading began, each once, in one order"
    assert held_back.result() not in seen
    seal_now()
    assert held_back.result() in [
        json.loads(bytes(one))["subject"]
        for one in Entry.objects.filter(kind="look", actor="032001").values_list("payload", flat=True)
    ]
    fresh = look_list.page(look_list.Wanted(viewer="032001"), viewer=cast.ji, terminal=None, now=NOW)
    assert [row["record"] for row in fresh["rows"]] == [held_back.result()]
