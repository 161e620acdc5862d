"""The demonstration city: the same from the same seed, possible in every detail, and made through the product's own doors, once."""

import csv
import datetime as dt
import io
import json
import re
import stat
from collections import Counter, defaultdict
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
import shapely
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from PIL import Image

from accounts.models import Role, Shift, Terminal, Unit, User
from deploy.demo import people, photos, places, plan, planned, roads, vehicles
from deploy.demo.city import CATALOGUE, NETWORK
from deploy.demo.junctions import Spot
from deploy.demo.names import english
from deploy.demo.photos import Order
from deploy.models import Demonstration
from evidence.models import Entry
from evidence.storage import photo_store
from field.lookup.words import words_in
from field.models import Offence, Payment, Photo, Position, Received, Road, Task, VehicleKey, Violation
from field.recording.catalogue_import import import_offences
from field.rules import identity, plate
from field.rules.shots import group_of, missing
from field.rules.violation import Kind
from field.rules.visibility import Standing
from field.targeting.roads import nearest_road

NOW = dt.datetime(2026, 11, 25, 4, 0, tzinfo=dt.UTC)
FARES = {
    conduct.code: planned.Fare("停车" if conduct.code in ("1039", "10394") else "信号", 150, 0)
    for conducts in planned.CONDUCTS.values()
    for conduct in conducts
}


def a_plan(seed: int = 1, violations: int = 300, tasks: int = 40) -> planned.Plan:
    return plan.make_plan(
        seed=seed,
        people=people.cast(seed),
        roads=roads.city_roads(seed),
        fares=FARES,
        violations=violations,
        tasks=tasks,
        now=NOW,
    )


# the roads


def test_a_seed_gives_the_same_roads_and_another_seed_others() -> None:
    assert roads.city_roads(1) == roads.city_roads(1)
    assert roads.city_roads(1) != roads.city_roads(2)


@pytest.mark.parametrize("seed", [1, 2, 330900])
def test_every_road_can_be_reached_from_every_other(seed: int) -> None:
    segments = roads.city_roads(seed)
    near = defaultdict(list)
    for index, one in enumerate(segments):
        near[one.line[0]].append(index)
        near[one.line[-1]].append(index)

    seen, edge = {0}, [0]
    while edge:
        one = segments[edge.pop()]
        for other in [*near[one.line[0]], *near[one.line[-1]]]:
            if other not in seen:
                seen.add(other)
                edge.append(other)

    assert len(seen) == len(segments) > 1000


@pytest.mark.parametrize("seed", [1, 2, 330900])
def test_the_city_has_its_rings_river_bridges_and_the_roads_of_the_drawings(seed: int) -> None:
    length: Counter[str] = Counter()
    classes = defaultdict(set)
    for one in roads.city_roads(seed):
        length[one.name] += round(one.length_m)
        classes[one.road_class].add(one.name)

    for name in (
        "人民路",
        "建设路",
        "澜桥路",
        "西直街",
        "育才街",
        "环城西路",
        "环城北路",
        "环城东路",
        "南湖路",
        "东湖路",
    ):
        assert length[name] > 1000, name
    assert length["绕城快速路"] > 30_000
    assert classes["expressway"] == {"澜州高速"}
    assert {"澜江大桥", "建设大桥"} <= set(length)
    assert sum(length.values()) > 400_000
    assert all(name and english(name).isascii() for name in length)


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_but_bridges_crosses_the_river_within_the_grid(seed: int) -> None:
    river = shapely.Polygon(roads.city_water(seed)[0])
    wet = {
        one.name
        for one in roads.city_roads(seed)
        if one.road_class not in ("expressway", "urban_expressway")
        and shapely.LineString(one.line).intersection(river).length > 20
    }

    assert {name for name in wet if name.endswith("桥")} and river.is_valid
    assert {name for name in wet if not name.endswith("桥")} <= {"899国道"}


def test_kilometre_posts_run_on_along_the_motorway_and_the_highway() -> None:
    posted = [one for one in roads.city_roads(1) if one.km_from is not None]

    assert {one.name for one in posted} == {"澜州高速", "899国道"}
    at_start = {one.line[0]: one for one in posted}
    followed = 0
    for one in posted:
        after = at_start.get(one.line[-1])
        if after is not None and after.name == one.name:
            followed += 1
            assert after.km_from == pytest.approx((one.km_from or 0) + one.length_m / 1000, abs=0.002)
    assert followed > 20
    assert any(one.km_from == int(one.km_from or 0) for one in posted)


def test_roads_are_split_at_junctions() -> None:
    ends: Counter[Spot] = Counter()
    inside: set[Spot] = set()
    for one in roads.city_roads(1):
        ends.update((one.line[0], one.line[-1]))
        inside |= set(one.line[1:-1])

    assert not inside & set(ends)
    assert sum(count > 2 for count in ends.values()) > 400


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("人民路", "Renmin Road"),
        ("环城西路", "Huancheng Road West"),
        ("西直街", "Xizhi Street"),
        ("澜江大桥", "Lanjiang Bridge"),
        ("柳树巷", "Liushu Lane"),
        ("绕城快速路", "Raocheng Expressway"),
        ("899国道", "899 National Highway"),
    ],
)
def test_roads_have_english_names(name: str, said: str) -> None:
    assert english(name) == said


# people, vehicles, plan


def test_everybody_of_the_tree_is_there_with_a_number_of_their_own() -> None:
    cast = people.cast(1)

    roles = Counter(one.role for one in cast)
    assert roles[Role.OFFICER] == 40 and roles[Role.AUXILIARY] == 8
    assert roles[Role.LEADER] == 10 and all(roles[role] >= 1 for role in Role)
    assert len({one.number for one in cast}) == len({one.name for one in cast}) == len(cast)
    for one in cast:
        assert identity.police_number_of(one.number) == (
            "auxiliary" if one.role == Role.AUXILIARY else "sworn"
        )
    assert len(people.SQUADRONS) == 6 and len(people.BRIGADES) == 3


def test_passphrases_are_long_and_none_like_another() -> None:
    found = {people.passphrase() for _ in range(50)}

    assert len(found) == 50
    assert min(map(len, found)) >= 15


def test_every_plate_can_exist_under_its_type_and_every_licence_has_its_check_digit() -> None:
    for one in a_plan(violations=1000).violations:
        assert plate.is_plate(one.vehicle.number, one.vehicle.plate_type), one.vehicle
        if one.driver:
            assert identity.id_number_fault(one.driver.licence, one.at.date()) == ""
            assert (identity.age_on(one.driver.licence, one.at.date()) or 0) >= 18


def test_a_seed_gives_the_same_plan_and_another_seed_another() -> None:
    assert a_plan() == a_plan()
    assert a_plan(seed=2) != a_plan()


def test_a_plan_holds_what_was_asked_for() -> None:
    made = a_plan(violations=50, tasks=60)

    assert len(made.violations) == 50
    assert sum(window.task is not None for window in made.windows) == 60
    assert len({one.uid for one in made.violations}) == 50
    assert all(one.uid.version == 7 for one in made.violations)


def test_people_record_within_their_shift_and_nobody_works_on_two_handhelds_at_once() -> None:
    made = a_plan(violations=1000)
    busy: dict[str, list[planned.Window]] = defaultdict(list)
    for window in made.windows:
        busy[window.person.number].append(window)
        for one in window.violations:
            assert window.opens_at < one.at < one.written_at < (window.closes_at or NOW)
            assert all(one.at <= photo.taken_at <= one.written_at for photo in one.photos)
            assert window.person.role != Role.AUXILIARY or one.kind == Kind.RECORD_ONLY
    for windows in busy.values():
        for earlier, later in pairwise(windows):
            assert (earlier.closes_at or NOW) <= later.opens_at


def test_no_record_lacks_a_shot_that_it_needs() -> None:
    for one in a_plan(violations=500).violations:
        group = group_of(one.code, one.fare.category, one.kind)
        assert not missing(one.kind, group, [photo.shot for photo in one.photos]), one


def test_what_was_handed_over_is_never_returned() -> None:
    for one in a_plan(violations=1000).violations:
        assert one.kind != Kind.ON_THE_SPOT or one.fate not in ("returned", "amended")


def test_a_plan_of_any_size_holds_notices_of_every_fate_that_a_citizen_can_meet() -> None:
    for seed, violations in ((1, 40), (2, 300), (3, 2000)):
        fates = {one.fate for one in a_plan(seed, violations).violations if one.kind == Kind.NOTICE}
        assert fates >= {"confirmed", "checked", "annulled", "returned", "waiting"}, (seed, violations)


def test_places_are_said_as_officers_say_them() -> None:
    texts = [one.place.text for one in a_plan().violations]

    assert any("口往" in text and text.endswith("米") for text in texts)
    assert all(one.place.road in one.place.text for one in a_plan().violations)
    segments = [one for one in roads.city_roads(1) if one.name == "澜州高速"]
    place = places.Places(segments, Random(1)).pick(Random(1), frozenset({"expressway"}), 1)
    assert place.text.startswith("澜州高速 K")


# photos


def test_a_drawn_photo_is_a_jpeg_as_large_as_evidence_must_be_and_small_on_disk() -> None:
    for shot in ("far", "near", "plate", "sign", "cabin", "other"):
        jpeg = photos.draw(Order(shot, "浙M5K082", "02", "silver", 0, 1))

        with Image.open(io.BytesIO(jpeg)) as picture:
            assert (picture.format, picture.size) == ("JPEG", (1280, 960))
        assert 10_000 < len(jpeg) < 80_000, shot


def test_the_same_order_gives_the_same_bytes_and_another_take_others() -> None:
    order = Order("near", "浙MD06618", "52", "red", 2, 7)

    assert photos.draw(order) == photos.draw(order)
    assert photos.draw(order) != photos.draw(Order("near", "浙MD06618", "52", "red", 2, 8))


@pytest.mark.parametrize(
    ("plate_type", "look"), [("02", "blue"), ("52", "green"), ("01", "yellow"), ("15", "yellow")]
)
def test_a_plate_has_the_colour_of_its_type(plate_type: str, look: str) -> None:
    assert photos.look_of(plate_type) == look


def test_a_plate_can_be_drawn_without_a_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    photos.plate.cache_clear()
    bare = photos.plate("", "02").tobytes()
    monkeypatch.setattr(photos, "_font", lambda: None)

    drawn = photos.plate("浙M5K082", "02")

    photos.plate.cache_clear()
    left = drawn.crop((30, 30, 95, 150))
    assert drawn.tobytes() != bare
    assert len(left.getcolors(maxcolors=100_000) or ()) > 1


def test_vehicles_are_mostly_of_the_place_itself() -> None:
    rng = Random(5)

    found = [vehicles.vehicle(rng) for _ in range(500)]

    assert 0.75 < sum(plate.is_home(one.number, "浙M") for one in found) / 500 < 0.95


# the whole, through the product


@pytest.fixture
def city(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small city in this test's database; returns what the command said."""
    out = io.StringIO()
    call_command("make_city", "--violations=50", "--tasks=12", stdout=out, stderr=io.StringIO(), verbosity=0)
    return out.getvalue()


@pytest.mark.server
def test_a_city_is_made_through_the_products_own_operations(city: str) -> None:
    assert "50 violations, 12 tasks" in city
    assert (Unit.objects.count(), User.objects.count(), Terminal.objects.filter(state="active").count()) == (
        10,
        62,
        30,
    )
    assert (Violation.objects.count(), Task.objects.count()) == (50, 12)
    (aside,) = Received.objects.exclude(outcome="admitted")
    assert (aside.type, aside.decision) == ("amendment", "waiting"), "the desk has something to judge"
    assert Entry.objects.filter(kind="violation.recorded").count() == 50
    assert Shift.objects.filter(closed_at=None).count() == Position.objects.count() + _without_position()
    assert set(Violation.objects.values_list("state", flat=True)) >= {"recorded", "confirmed"}
    assert not Violation.objects.filter(offence=None).exists()
    assert VehicleKey.objects.exists() and Offence.objects.filter(area="330900").exists()
    _nothing_is_doubted_but_what_was_planned()
    _every_photo_is_in_the_store()
    _every_record_lies_on_a_road()
    _accounts_are_for_their_owner_only()
    _what_was_paid_was_owed()
    _a_citizen_can_try_every_state()
    _a_second_time_is_refused()


def _nothing_is_doubted_but_what_was_planned() -> None:
    doubts = {doubt for one in Violation.objects.all() for doubt in one.doubts}
    assert doubts <= {"photo_gap", "place_poor", "clock"}


def _without_position() -> int:
    on_duty = Shift.objects.filter(closed_at=None).values_list("user_id", flat=True)
    return User.objects.filter(pk__in=on_duty, position=None).count()


def _every_photo_is_in_the_store() -> None:
    arrived = Photo.objects.filter(arrived_at__isnull=False)
    assert arrived.count() > 80
    for digest, size in set(arrived.values_list("digest", "size")):
        with photo_store().open(digest) as file:
            content = file.read()
        assert (len(content), sha256(content).hexdigest()) == (size, digest)


def _every_record_lies_on_a_road() -> None:
    assert Road.objects.filter(network__name=NETWORK).count() > 1000
    for violation in Violation.objects.all()[:10]:
        assert violation.point is not None
        near = nearest_road((violation.point.x, violation.point.y), 15)
        assert near is not None
        assert near.road.name in violation.place_text or near.distance_m < 12


def _accounts_are_for_their_owner_only() -> None:
    for path in (Path(settings.DATA) / "demo-accounts.txt", Path(settings.DATA) / "demo" / "terminals.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = (Path(settings.DATA) / "demo-accounts.txt").read_text().splitlines()
    number, *_, passphrase = next(line for line in lines if line.startswith("034501")).split("\t")
    assert User.objects.get(police_number=number).check_password(passphrase)
    kept: list[dict[str, Any]] = json.loads((Path(settings.DATA) / "demo" / "terminals.json").read_text())
    newest = {one["id"]: one["seq"] for one in kept}
    for terminal in Terminal.objects.all():
        assert newest[terminal.id] == Received.objects.filter(terminal=terminal.id).count()


def _what_was_paid_was_owed() -> None:
    for payment in Payment.objects.all():
        violation = Violation.objects.get(document_number=payment.document_number)
        assert (violation.state, violation.fine) == ("confirmed", payment.amount)


def _a_citizen_can_try_every_state() -> None:
    lines = (Path(settings.DATA) / "demo-accounts.txt").read_text().splitlines()
    slips = [line.split("\t") for line in lines if line.startswith("/t/")]
    assert [one[-1] for one in slips] == [one.value for one in Standing]
    for path, paper, _, state in slips:
        page = Client().get(path).content.decode()
        title = re.search("<h1>(.*)</h1>", page)
        assert title and paper.split()[0][:4] in page
        said = {f"s_{state}", "s_owed"} if state == "in_force" else {f"s_{state}", f"s_{state}_notice"}
        assert title[1].rpartition("，")[2] in {words_in("zh").get(one) for one in said}, (title[1], state)


def _a_second_time_is_refused() -> None:
    before = Violation.objects.count()
    with pytest.raises(CommandError, match="already"):
        call_command("make_city", "--violations=50", stdout=io.StringIO(), stderr=io.StringIO(), verbosity=0)
    assert Violation.objects.count() == before


@pytest.mark.django_db
def test_production_refuses_to_make_a_city() -> None:
    with override_settings(PRODUCTION=True), pytest.raises(CommandError, match="production"):
        call_command("make_city", stdout=io.StringIO(), stderr=io.StringIO(), verbosity=0)

    assert not Demonstration.objects.exists()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_city_of_an_older_product_gets_the_newer_table_s_names(tmp_path: Path) -> None:
    shipped = CATALOGUE / "violation_codes.csv"
    older = tmp_path / shipped.name
    text = shipped.read_text(encoding="utf-8")
    names = {row["code"]: row["name_zh"] for row in csv.DictReader(io.StringIO(text))}
    for code in ("1636", "1721"):
        text = text.replace(names[code], f"{code}的旧名")
    older.write_text(text, encoding="utf-8")
    import_offences(older, area="", default_from=None, actor="system", now=NOW)
    with pytest.raises(CommandError, match="no demonstration city"):
        call_command("renew_catalogue", stdout=io.StringIO())
    Demonstration.objects.create(id=1, made_at=NOW)

    call_command("renew_catalogue", stdout=io.StringIO())

    found = Offence.objects.filter(code__in=["1636", "1721"]).values_list("code", "name_zh")
    assert sorted(found) == [(code, names[code]) for code in ("1636", "1721")]
    before = list(Offence.objects.order_by("pk").values_list())
    call_command("renew_catalogue", stdout=io.StringIO())
    assert list(Offence.objects.order_by("pk").values_list()) == before


@pytest.mark.django_db
def test_a_city_of_nothing_is_refused() -> None:
    with pytest.raises(CommandError, match="at least one"):
        call_command("make_city", "--violations=0", stdout=io.StringIO(), stderr=io.StringIO())
