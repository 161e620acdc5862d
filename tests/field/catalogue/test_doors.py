"""The pack of offences over HTTP: for who is signed in, once, and again only when something changed."""

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client

from field.models import Offence
from field.recording.catalogue_import import import_offences
from tests.cast import Cast, Desk

FOLDER = Path(__file__).resolve().parents[3] / "deploy" / "catalogue"
PATH = "/api/offences/pack"


@pytest.fixture(autouse=True)
def seed(db: None) -> None:
    for name, area in (("violation_codes.csv", ""), ("jianglan.csv", "330900")):
        import_offences(
            FOLDER / name, area=area, default_from=None, actor="system", now=dt.datetime.now(dt.UTC)
        )


def test_who_is_signed_in_gets_the_pack_of_the_city(cast: Cast) -> None:
    answer = Desk.of(cast.li).get(PATH)

    offences = {one["code"]: one for one in answer.body["offences"]}
    assert answer.status == 200
    assert set(offences["1039"]) == {
        "code", "name", "short_name", "short_name_en", "also", "py", "category", "fine_min", "fine_max", "fine", "points", "measures", "measured",
        "applies_to", "basis", "penalty_basis", "from", "to", "confidence",
    }  # fmt: skip
    assert (offences["1039"]["fine"], offences["1039"]["to"]) == (150, None)
    assert offences["6093"]["measured"] == "speed_kmh"
    assert "1344" not in offences


def test_the_pack_says_what_people_call_an_offence(cast: Cast) -> None:
    offences = {one["code"]: one for one in Desk.of(cast.li).get(PATH).body["offences"]}

    parking, plain = offences["1039"], offences["1001"]
    assert (parking["short_name"], parking["short_name_en"]) == ("违法停车", "Illegal parking")
    assert "违停" in parking["also"] and {"wftc", "wt"} <= set(parking["py"])
    assert (plain["short_name"], plain["short_name_en"], plain["also"]) == ("", "", [])


def test_another_area_has_its_own_pack(cast: Cast) -> None:
    answer = Desk.of(cast.li).get(f"{PATH}?area=110105")

    assert {one["code"]: one for one in answer.body["offences"]}["1039"]["fine"] == 200


def test_the_same_pack_is_not_sent_twice(cast: Cast) -> None:
    desk = Desk.of(cast.li)
    digest = desk.get(PATH).body["digest"]

    assert desk.get(f"{PATH}?have={digest}").status == 304
    Offence.objects.filter(code="1039", area="330900").update(fine_default=100)
    assert desk.get(f"{PATH}?have={digest}").status == 200


@pytest.mark.parametrize("asked", ["area=33", "area=zhejia", "have=x", "area=330900&have=" + "g" * 64])
def test_a_question_that_makes_no_sense_is_refused(cast: Cast, asked: str) -> None:
    assert Desk.of(cast.li).get(f"{PATH}?{asked}").status == 400


def test_nobody_else_gets_it() -> None:
    assert Client().get(PATH).status_code in (401, 403)
