"""Values that nobody could mistake, planted as a person's data, and looked for wherever something leaves: they are only where a list says.

The doors as everybody, refusals and faults, the log, the socket's and Celery's messages, the tables, the disk, the commands.
"""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from celery.signals import before_task_publish
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection

from evidence.queries import ask
from field.live import announce
from tests import scenes, walk
from tests.cast import PASSWORD, Cast, Handheld, photo
from tests.deploy.conftest import Walked
from tests.deploy.doors import rows

CANARIES = {
    "name": walk.NAME,
    "licence": walk.LICENCE,
    "phone": walk.PHONE,
    "plate": walk.PLATE,
    "engine": walk.ENGINE,
    "vin": walk.VIN,
    "token": walk.TOKEN,
    "note": walk.NOTE,
    "document": walk.DOCUMENT,
    "password": PASSWORD,
}
PERSON = frozenset({"name", "licence", "phone", "plate", "note"})
WHOLE = PERSON | {"document"}

Where = dict[tuple[str, str], frozenset[str]]


def of(door: str, people: str, *names: str) -> Where:
    """These people may find these canaries behind this door."""
    return {(door, who): frozenset(names) for who in people.split()}


OWN: Where = {
    # her own record and the vehicle of her own task; what came under her name is Mei's to see
    **of("POST /api/sync", "wen", "plate"),
    **of("GET /api/feed", "wen", "plate"),
    # she is named as second officer, and reads the certificate that she is to stand for
    **of("POST /api/sync", "mei", "plate", "name", "licence"),
    **of("GET /api/feed", "mei", "plate", "name", "licence"),
    **of("GET /api/violations/{violation}#x", "wen", *WHOLE),
    # whoever holds the slip has its token: it stands in the link to the other language
    **of("GET /t/{token}", "wen li nobody", "token"),
    **of("GET /en/t/{token}", "wen li nobody", "token"),
}
"""What is shown without an entry about the look, or besides it: a person's own."""
LOOKED_AT: Where = {
    **of("GET /api/violations/{violation}#x", "li fan du ji", *WHOLE),
    **of(
        "POST /api/violations/{violation}/paper#x", "wen li fan du ji", "name", "licence", "plate", "document"
    ),
    **of("GET /api/violations/{violation}#review", "li", *WHOLE),
    **of("POST /api/violations/{violation}/reprint", "li du", "document", "plate"),
    **of("GET /api/measures/{measure}#x", "li fan du ji", *PERSON),
    **of("GET /api/measures/{measure}#approval", "li", *PERSON),
    **of("GET /api/quarantine/{text_sha256}", "fan ji", *PERSON),
}
"""What is shown after a look has been entered in the log."""


def canaries_in(text: str) -> frozenset[str]:
    """The names of those that stand in this text, plainly or as JSON writes them with escapes."""
    return frozenset(
        name for name, value in CANARIES.items() if value in text or json.dumps(value)[1:-1] in text
    )


@pytest.fixture
def town(cast: Cast, tmp_path: Path) -> walk.Town:
    return walk.build(cast, tmp_path)


def test_no_door_shows_a_person_but_to_whom_the_list_names_and_then_the_look_is_an_entry(
    walked: Walked,
) -> None:
    wrong, seen = [], set()

    for where, tried in walked.tried.items():
        found = canaries_in(tried.text)
        if found != OWN.get(where, frozenset()) | LOOKED_AT.get(where, frozenset()):
            wrong.append(f"{where} sees {', '.join(sorted(found)) or 'nothing'}")
        if found and where in LOOKED_AT and "look" not in tried.entries:
            wrong.append(f"{where} sees a person, and no entry says so")
        if found:
            seen.add(where)

    assert not wrong, "\n".join(wrong)
    assert seen == OWN.keys() | LOOKED_AT.keys()
    assert "everybody sets out" in walked.written, "the log was not listened to"
    assert not canaries_in(walked.written)


NONSENSE: list[Callable[[str], Any]] = [
    lambda value: value,
    lambda value: [value],
    lambda value: {value: value},
    lambda value: dict.fromkeys(
        (
            *("police_number", "password", "terminal", "challenge", "code", "unit", "reason", "ground"),
            *("version", "plate", "why", "officers", "from", "to", "acts", "envelopes", "remark", "due_at"),
        ),
        value,
    ),
    lambda value: {"acts": [{"what": value, value: value}], "at": value, "place": value},
]


def test_no_refusal_and_no_fault_repeats_what_was_said(
    town: walk.Town, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each canary as every parameter of every door, in the address, in the question and in the body."""
    wrong = []
    everything = "-".join(value for name, value in CANARIES.items() if name != "password")

    for door in rows():
        method, _, address = door.partition(" ")
        address = address.partition("?")[0].partition("#")[0]
        for who in ("li", "nobody"):
            asked: list[tuple[str, Any]] = [
                (address + f"?plate={everything}&cursor={everything}&have={everything}&lat={walk.PLATE}", {})
            ]
            if "{" in address:
                asked.append((address.partition("{")[0] + walk.TOKEN + walk.PLATE, {}))
            if method == "POST":
                asked += [(address, make(everything)) for make in NONSENSE]
            for path, said in asked:
                monkeypatch.setitem(town.bodies, f"{method} {path.partition('?')[0]}", said)
                tried = walk.try_once(town, who, method, path)
                found = canaries_in(tried.text)
                if "api" not in path:
                    found -= {"token"}  # a page links to itself in the other language
                if found and tried.answered.status >= 400:
                    wrong.append(f"{method} {path} as {who}: {tried.answered.status} repeats {sorted(found)}")

    assert not wrong, "\n".join(wrong)
    assert not canaries_in(written.getvalue())


def test_a_fault_that_nobody_expected_says_nothing_of_whom_it_met(
    town: walk.Town, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **said: object) -> None:
        try:
            int(walk.PLATE)
        except ValueError as error:
            raise KeyError({"person": walk.NAME, "licence": walk.LICENCE}) from error

    monkeypatch.setattr("field.recording.listing.masked_rows", broken)
    monkeypatch.setattr("field.lookup.queries.found", broken)
    for who, method, address in (("li", "GET", "/api/violations"), ("nobody", "GET", "/t/{token}")):
        tried = walk.try_once(town, who, method, address)
        assert tried.answered.status == 500
        assert not canaries_in(tried.text)

    assert written.getvalue().count("builtins.KeyError") == 2
    assert not canaries_in(written.getvalue())


def test_messages_to_sockets_and_workers_name_nobody(
    town: walk.Town,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    said: list[str] = []

    class Bell:
        def publish(self, channel: str, message: str) -> None:
            said.append(channel + message)

    def published(sender: str, headers: Any, body: Any, **_: object) -> None:
        said.append(f"{sender} {headers} {body}")

    monkeypatch.setattr(announce, "line", Bell)
    before_task_publish.connect(published)
    wen = town.browsers["wen"]
    assert isinstance(wen, Handheld)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            another = b"\xff\xd8 another picture"
            scenes.sent(wen, wen.violation(plate=walk.PLATE, note=walk.NOTE, photos=[photo(another)]))
            assert wen.upload(another).status == 201
            town.browsers["li"].post("/api/session/sign-out")
        keys = {key for (audience,) in ask("SELECT audience FROM entry", []) for key in audience}
        announce.ring(10_000, 0, keys)
    finally:
        before_task_publish.disconnect(published)

    assert [one for one in said if "make_renditions" in one]
    assert [one for one in said if "unit:" in one] and [one for one in said if '"close"' in one]
    assert not canaries_in("\n".join(said))


KEPT_IN: dict[str, frozenset[str]] = {
    "entry.payload": WHOLE,
    "field_violation.plate": frozenset({"plate"}),
    "field_violation.person_name": frozenset({"name"}),
    "field_violation.licence_number": frozenset({"licence"}),
    "field_violation.person_phone": frozenset({"phone"}),
    "field_violation.note": frozenset({"note"}),
    "field_violation.document_number": frozenset({"document"}),
    "field_measure.reason": frozenset({"note"}),
    "field_task.plates": frozenset({"plate"}),
}
"""Every column that holds a person's data as it is. Token, engine number, VIN and password stand nowhere."""


def test_the_database_keeps_a_person_in_these_columns_and_in_no_others(town: walk.Town) -> None:
    found: dict[str, frozenset[str]] = {}
    tables = connection.introspection.table_names()

    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column.name for column in cursor.description]
            texts: dict[str, set[str]] = {name: set() for name in names}
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    texts[name].add(_as_text(value))
            for name in names:
                if canaries := canaries_in("\n".join(texts[name])):
                    found[f"{table}.{name}"] = canaries

    assert found == KEPT_IN
    assert len(tables) > 20
    for session in Session.objects.all():
        assert not canaries_in(json.dumps(session.get_decoded(), default=str))


def _as_text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    return json.dumps(value, ensure_ascii=False, default=str)


def test_the_disk_keeps_no_person_in_a_name_or_a_file(town: walk.Town, data_folder: Path) -> None:
    walk.try_once(town, "li", "GET", "/api/violations/{violation}/photos/{digest}#x")
    files = [path for path in data_folder.rglob("*") if path.is_file()]

    assert [path for path in files if path.parent.is_relative_to(data_folder / "photos")]
    assert [path for path in files if path.parent.is_relative_to(data_folder / "renditions")]
    for path in files:
        assert not canaries_in(str(path.relative_to(data_folder)))
        assert not canaries_in(path.read_bytes().decode(errors="replace")), path


@pytest.mark.parametrize("command", ["import_vehicles", "import_payments"])
def test_an_import_says_of_a_refused_row_where_it_stands_and_not_what_it_says(
    db: None, tmp_path: Path, command: str
) -> None:
    """Also where the columns are shifted by one, as they are when somebody has edited the file."""
    columns = {
        "import_vehicles": ["plate", "plate_type", "engine_number"],
        "import_payments": ["document_number", "paid_on", "amount"],
    }[command]
    values = [walk.PLATE, walk.NAME, walk.LICENCE, walk.PHONE, walk.DOCUMENT, walk.ENGINE, walk.VIN]
    lines = [",".join([values[i], values[i - 1], values[i - 2]]) for i in range(len(values))]
    lines += [f"{walk.DOCUMENT},2026-11-25,{value}" for value in values]
    file = tmp_path / "shifted.csv"
    file.write_text("\n".join([",".join(columns), *lines]) + "\n", encoding="utf-8")
    said = io.StringIO()

    call_command(command, str(file), stdout=said, stderr=said)

    assert "refused" in said.getvalue() and "line 2" in said.getvalue()
    assert not canaries_in(said.getvalue())
