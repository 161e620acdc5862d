"""The law engine's two doors: the command and the address give the same verdict, with the catalogue of the place and day."""

import datetime as dt
import json
from decimal import Decimal
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from field.models import Offence
from field.recording.catalogue_import import import_offences
from field.rules.law.book import book
from tests.cast import Cast, Desk

ROOT = Path(__file__).parents[3]
RED_LIGHT = {
    "at": "2026-11-20T10:00:00+08:00",
    "place": "330902",
    "road": "street",
    "vehicle": {"class": "small_passenger", "use": "private"},
    "person": {"role": "driver", "points_so_far": 3},
    "officers": 1,
    "acts": [{"what": "red_light"}],
}


@pytest.fixture
def catalogue(db: None) -> None:
    import_offences(
        ROOT / "deploy/catalogue/violation_codes.csv",
        area="",
        default_from=dt.date(2022, 4, 1),
        actor="system",
        now=timezone.now(),
    )


def judged(*lines: object, tmp_path: Path) -> list[dict[str, Any]]:
    file = tmp_path / "facts.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    out = StringIO()
    try:
        call_command("judge", str(file), stdout=out, stderr=StringIO())
    except CommandError:
        out.write('{"refused": true}\n')
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_and_the_door_say_the_same(cast: Cast, catalogue: None, tmp_path: Path) -> None:
    (printed,) = judged(RED_LIGHT, tmp_path=tmp_path)

    answered = Desk.of(cast.li).post("/api/law/verdict", RED_LIGHT)

    assert answered.status == 200
    assert answered.body == printed
    assert (printed["code"], printed["points"], printed["outcome"]) == (["1625"], 6, "simple")


def test_all_worked_cases_come_out_of_the_command(catalogue: None, tmp_path: Path) -> None:
    cases = json.loads((ROOT / "tests/cases/law.json").read_text(), parse_float=Decimal)
    facts = [json.dumps(case["facts"], default=float) for case in cases]

    verdicts = judged(*facts, tmp_path=tmp_path)

    for case, verdict in zip(cases, verdicts, strict=True):
        expected = {name: value for name, value in case["verdict"].items() if name != "articles"}
        assert {name: verdict[name] for name in expected} == expected, case["case"]


def test_a_code_that_the_places_catalogue_does_not_trust_is_not_named(
    catalogue: None, tmp_path: Path
) -> None:
    Offence.objects.filter(code="1625").update(confidence="low")

    (verdict,) = judged(RED_LIGHT, tmp_path=tmp_path)

    assert (verdict["code"], verdict["points"]) == ([], 6)


def test_without_a_catalogue_the_national_table_serves(db: None, tmp_path: Path) -> None:
    (verdict,) = judged(RED_LIGHT, tmp_path=tmp_path)

    assert verdict["code"] == ["1625"]


def test_a_bad_line_is_answered_in_its_place_and_stops_no_other(catalogue: None, tmp_path: Path) -> None:
    answers = judged(
        "{", [1], {"at": "2026-11-20", "acts": [{"what": "flying"}]}, RED_LIGHT, tmp_path=tmp_path
    )

    assert answers[:3] == [
        {"error": "not_json"},
        {"error": "wrong_type", "where": "line"},
        {"error": "unknown", "where": "acts[0].what"},
    ]
    assert answers[3]["code"] == ["1625"]
    assert answers[4] == {"refused": True}


def test_the_pack_holds_the_bytes_that_the_server_judges_by(cast: Cast) -> None:
    desk = Desk.of(cast.li)

    pack = desk.get("/api/law/pack").body

    assert sha256("".join(pack["files"]).encode()).hexdigest() == pack["digest"] == book().digest
    assert desk.get(f"/api/law/pack?have={pack['digest']}").status == 304
    assert Client().get("/api/law/pack").status_code == 401


def test_nobody_else_is_told_and_nonsense_is_refused(cast: Cast) -> None:
    assert Client().post("/api/law/verdict", "{}", content_type="application/json").status_code == 401
    refused = Desk.of(cast.li).post("/api/law/verdict", {"acts": [{"what": "flying"}]})
    assert (refused.status, refused.body["facts"]) == (400, {"where": "acts[0].what", "problem": "unknown"})
