"""What the clock finds in what came from the road: other verdicts, faulty papers, and what officers are held to account for."""

import datetime as dt
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from evidence.verification import verify
from field import supervision
from field.law.queries import verdict
from field.models import Item, LookedAt
from field.recording.catalogue_import import import_offences
from field.rules import supervision as rules
from field.rules.law.book import book
from tests import scenes
from tests.cast import Cast, Handheld

CATALOGUE = Path(__file__).parents[2] / "deploy" / "catalogue" / "violation_codes.csv"
NUMBER = "3399016000182746"
PERSON = {"name": "王小明", "licence": "330902199001011239", "phone": ""}
DRINK = {
    "road": "street",
    "vehicle": {"class": "small_passenger", "use": "private"},
    "person": {"age": 40, "points_so_far": 0, "prior_drink_driving": False},
    "officers": 2,
    "acts": [{"what": "alcohol", "value": 35, "unit": "mg/100mL", "by": "breath"}],
}
PARKED = {
    "road": "street",
    "vehicle": {"class": "small_passenger"},
    "officers": 1,
    "acts": [{"what": "parking", "basis": "general", "obstructs": True, "driver_absent": True}],
}


def law_of(facts: dict[str, Any], **otherwise: Any) -> dict[str, Any]:
    """What an honest handheld says: the verdict of the same tables on its facts, but for what `otherwise` says."""
    judged = verdict({"at": scenes.now().isoformat(), "place": settings.AREA, **facts})
    names = ("outcome", "fine_min", "fine_max", "points", "procedure", "documents", "measures")
    return {
        "pack": book().digest,
        "facts": facts,
        "verdict": {name: judged[name] for name in names} | otherwise,
    }


def look(now: dt.datetime | None = None) -> list[Item]:
    """The items that one look opens."""
    scenes.sealed_log()
    entries = supervision.look_again(now or scenes.now())
    return list(Item.objects.filter(id__in=[one.subject for one in entries]).order_by("kind"))


def kinds(items: list[Item]) -> list[str]:
    return [one.kind for one in items]


def test_what_was_judged_rightly_opens_nothing(cast: Cast) -> None:
    scenes.recorded_violation(cast, law=law_of(PARKED), fine=None)
    assert look() == []
    assert verify().sound


@pytest.mark.parametrize(
    ("otherwise", "differs"),
    [
        ({"points": 3}, ["points"]),
        ({"fine_max": 2000}, ["fine_max"]),
        ({"outcome": "simple", "procedure": "simple"}, ["outcome", "procedure"]),
        ({"documents": ["simple_decision"]}, ["documents"]),
    ],
)
def test_another_verdict_on_the_same_facts_is_an_item_with_both_sides_and_never_a_refusal(
    cast: Cast, otherwise: dict[str, Any], differs: list[str]
) -> None:
    scene = scenes.recorded_violation(cast, law=law_of(PARKED, **otherwise), fine=None)

    (item,) = look()

    assert (item.kind, item.subject, item.unit_id) == (
        "verdict_differs",
        str(scene.id),
        cast.east_first.code,
    )
    assert [one["what"] for one in item.facts["differs"]] == differs
    (first, *_) = item.facts["differs"]
    assert first["handheld"] != first["server"]
    assert scene.violation.state == "recorded"
    assert look() == [] and verify().sound


def test_the_date_and_the_offence_of_the_record_count_and_not_those_its_facts_claim(cast: Cast) -> None:
    dated = {**PARKED, "at": "2021-05-01T10:00:00+08:00"}
    scenes.recorded_violation(cast, law=law_of(PARKED) | {"facts": dated}, fine=None)
    assert look() == []

    scenes.recorded_violation(cast, law=law_of(PARKED), offence="1116", fine=None, plate="浙M5K083")
    (item,) = look()
    assert item.facts["differs"] == [{"what": "code", "handheld": "1116", "server": ["1039"]}]


def test_facts_that_nobody_can_judge_are_an_item(cast: Cast) -> None:
    scenes.recorded_violation(cast, law=law_of(PARKED) | {"facts": {"acts": [{"what": "flying"}]}})
    (item,) = look()
    assert item.facts["differs"] == [{"what": "facts", "handheld": "acts[0].what", "server": "unknown"}]


def paper(text: str, kind: str = "simple_decision") -> dict[str, str]:
    return {"kind": kind, "digest": sha256(text.encode()).hexdigest(), "text": text}


def test_a_paper_that_the_tables_do_not_make_is_an_item(cast: Cast) -> None:
    made = paper(f"公安交通管理简易程序处罚决定书\n编号：{NUMBER}\n")
    scenes.recorded_violation(cast, kind="on_the_spot", document_number=NUMBER, paper=made, fine=150)
    (item,) = look()
    assert item.kind == "paper_faulty"
    assert {"form", "remedy", "fine"} <= set(item.facts["faults"])


def test_a_paper_made_from_tables_past_their_last_day_is_an_item(cast: Cast) -> None:
    now = scenes.now()
    LookedAt.objects.create(rule="law." + "ab" * 18, up_to=now - dt.timedelta(days=60))
    LookedAt.objects.create(
        rule="law." + book().digest[:36], up_to=now - dt.timedelta(days=settings.PACK_DAYS, hours=1)
    )
    old = law_of(PARKED) | {"pack": "ab" * 32}
    made = paper("违法停车告知单\n", "parking_notice")
    wen = scenes.wens_handheld(cast)
    fresh = scenes.recorded_violation(
        cast, handheld=wen, law=law_of(PARKED), paper=made, document_number="A-1"
    )
    stale = scenes.recorded_violation(cast, handheld=wen, law=old, paper=made, document_number="A-2")

    past = [one.subject for one in look() if one.kind == "pack_past"]

    assert past == [str(stale.id)] and str(fresh.id) not in past


@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=5, unique=True),
    st.integers(0, 6),
    st.integers(0, 200),
    st.integers(1, 30),
)
def test_a_pack_has_its_last_day_so_long_after_the_next_one(
    begun: list[int], which: int, made: int, days: int
) -> None:
    """Day by day as numbers: a pack may be used until `days` after the day on which another followed it."""
    first = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    carried = [(str(at), first + dt.timedelta(days=day)) for at, day in enumerate(sorted(begun))]
    followed = [day for at, day in enumerate(sorted(begun)) if at > which or which >= len(begun)]
    past = rules.is_past_its_last_day(str(which), first + dt.timedelta(days=made), carried, days)
    assert past == any(made > day + days for day in followed)


def drink_driving(handheld: Handheld, cast: Cast, **said: Any) -> scenes.Scene:
    words = {
        "kind": "record_only",
        "offence": "1712",
        "fine": 1500,
        "points": 12,
        "measured": "35",
        "limit": "20",
        "person": PERSON,
        "law": law_of(DRINK),
    }
    return scenes.recorded_violation(cast, handheld=handheld, **(words | said))


def test_a_reading_that_is_not_the_judged_or_the_printed_one_is_an_item(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    drink_driving(wen, cast)
    assert look() == []
    drink_driving(wen, cast, measured="19.9", person=None)
    (item,) = look()
    assert (item.kind, item.facts["readings"]) == ("reading_differs", ["19.9", "35"])
    printed = paper("标准值20，实测值53毫克\n", "notice_to_appear")
    drink_driving(wen, cast, paper=printed, document_number="B-1", person=None)
    assert ["35", "53"] in [one.facts.get("readings") for one in look()]


def test_the_unit_s_zeros_are_no_difference(cast: Cast) -> None:
    drink_driving(scenes.wens_handheld(cast), cast, measured="35.0")
    assert look() == []


def test_a_second_drink_driving_handled_as_a_first_is_an_item(cast: Cast) -> None:
    """By our own records of this licence, or by what the record itself says; an annulled one was none."""
    wen = scenes.wens_handheld(cast)
    first = drink_driving(wen, cast)
    assert look() == []
    other = drink_driving(wen, cast, person={**PERSON, "licence": "330902198505052345"}, plate="浙M5K084")
    assert look() == [], "another person's first"

    again = drink_driving(wen, cast)
    (item,) = look()
    assert (item.kind, item.subject) == ("second_as_first", str(again.id))
    assert item.facts["earlier"] == str(first.id) != str(other.id)

    said = {**DRINK, "person": {**DRINK["person"], "prior_drink_driving": True}}  # type: ignore[dict-item]
    drink_driving(wen, cast, law=law_of(said), person=None)
    assert "second_as_first" in kinds(look())


@pytest.mark.parametrize(("number", "opened"), [("A-17", ["offence_lowered"]), ("", [])])
def test_an_offence_lowered_after_its_paper_is_an_item(cast: Cast, number: str, opened: list[str]) -> None:
    """Before the paper a correction is only a correction."""
    import_offences(CATALOGUE, area="", default_from=None, actor="system", now=scenes.now())
    scene = scenes.recorded_violation(
        cast, kind="record_only", offence="1625", points=6, document_number=number
    )
    assert look() == []

    lower = scene.handheld.amendment(scene.sealed, offence="1102", points=1, kind="record_only")
    assert scenes.sent(scene.handheld, lower)["outcome"] == "admitted"
    back = scene.handheld.amendment(lower, offence="1625", points=6, kind="record_only")
    assert scenes.sent(scene.handheld, back)["outcome"] == "admitted"

    found = look()
    assert kinds(found) == opened, "however it was changed once more"
    for item in found:
        assert (item.facts["before"], item.facts["after"]) == ("1625", "1102")


def test_after_the_mark_is_lost_everything_is_looked_at_again_and_nothing_is_opened_twice(cast: Cast) -> None:
    scenes.recorded_violation(cast, law=law_of(PARKED, points=3), fine=None)
    assert len(look()) == 1
    LookedAt.objects.all().delete()
    assert look() == []
    assert Item.objects.count() == 1


def test_the_codes_of_drink_driving_are_those_of_the_tables() -> None:
    tables = [code for code, entry in book().codes.items() if entry["what"] == "alcohol"]
    assert sorted(rules.DRINK_DRIVING) == sorted(one for one in tables if not one.startswith("2"))
