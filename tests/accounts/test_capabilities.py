"""Who may do what: every cell of the table, and the scope of every role over every unit."""

import datetime as dt

import pytest

from accounts import operations
from accounts.audience import of_unit
from accounts.capabilities import CAPABILITIES, Capability, NotPermitted, may, require, works_at_a_desk
from accounts.models import Role, Unit, User
from accounts.operations.people import NotOneself, PoliceNumberRefused
from accounts.queries import epoch, field_force_of, people_of, reader_keys, terminals_of
from accounts.refusals import NotFound
from accounts.scope import find_visible, sees_unit, units_of, visible
from tests.cast import Cast, Desk, Handheld

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)

# officer, auxiliary, leader, legal reviewer, duty desk, technician, auditor
TABLE = {
    Capability.RECORD: "o a l . . . .",
    Capability.DECIDE_PENALTY: "o . l . . . .",
    Capability.HANDLE_TASK: "o a l . . . .",
    Capability.ASSIGN: ". . l . d . .",
    Capability.REVIEW: ". . l . . . .",
    Capability.PROPOSE_ANNULMENT: ". . l . . . .",
    Capability.AGREE_ANNULMENT: ". . . r . . .",
    Capability.REPRINT: ". . l . d . .",
    Capability.JUDGE_QUARANTINE: ". . . r . . .",
    Capability.JUDGE_VERSIONS: ". . . . . t .",
    Capability.ENROL_TERMINAL: ". . . . . t .",
    Capability.SEE_UNIT: ". . l r d . u",
    Capability.SEE_CITY: ". . . r d . u",
    Capability.AUDIT: ". . . . . . u",
    Capability.MANAGE_PEOPLE: ". . . . . t .",
    Capability.TAKE_RESCUE: ". . l . . t .",
    Capability.APPROVE_MEASURE: ". . l . . . .",
    Capability.SUPERVISE: ". . . r . . u",
}
ROLES = [
    Role.OFFICER,
    Role.AUXILIARY,
    Role.LEADER,
    Role.LEGAL_REVIEWER,
    Role.DUTY_DESK,
    Role.TECHNICIAN,
    Role.AUDITOR,
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("capability", Capability)
def test_every_cell_of_the_table(role: Role, capability: Capability) -> None:
    person = User(police_number="000001", role=role, is_active=True)
    granted = TABLE[capability].split()[ROLES.index(role)] != "."

    assert may(person, capability) is granted
    if granted:
        require(person, capability)
    else:
        with pytest.raises(NotPermitted) as refused:
            require(person, capability)
        assert refused.value.facts() == {"capability": capability.value}


def test_the_table_of_this_test_is_whole() -> None:
    assert set(TABLE) == set(Capability) and set(ROLES) == set(Role) == set(CAPABILITIES)


@pytest.mark.parametrize("capability", Capability)
@pytest.mark.parametrize("role", Role)
def test_a_disabled_person_may_do_nothing(role: Role, capability: Capability) -> None:
    assert not may(User(role=role, is_active=False), capability)


def test_nobody_holds_both_ends_of_an_annulment_and_an_auditor_changes_no_record() -> None:
    for held in CAPABILITIES.values():
        assert not {Capability.PROPOSE_ANNULMENT, Capability.AGREE_ANNULMENT} <= held
    looking = {Capability.AUDIT, Capability.SEE_UNIT, Capability.SEE_CITY}
    assert CAPABILITIES[Role.AUDITOR] == {*looking, Capability.SUPERVISE}


def test_officers_and_auxiliaries_have_no_work_at_a_desk() -> None:
    at_desks = {role for role in Role if works_at_a_desk(User(role=role, is_active=True))}

    assert at_desks == set(Role) - {Role.OFFICER, Role.AUXILIARY}


# what each may see into: d detachment, e east brigade, 1 its first squadron, 2 its second, w west brigade, x its first
SEES = {
    "wen": "",
    "mei": "",
    "fu": "",
    "hao": "",
    "qiu": "",
    "li": "1",
    "zhao": "x",
    "fan": "de12wx",
    "du": "de12wx",
    "ji": "de12wx",
}


@pytest.mark.parametrize("name", SEES)
def test_everybody_sees_their_own_subtree_and_nothing_else(cast: Cast, name: str) -> None:
    person: User = getattr(cast, name)
    theirs = {unit.code for letter, unit in zip("de12wx", cast.units, strict=True) if letter in SEES[name]}

    assert units_of(person) == theirs
    assert set(visible(Unit.objects.all(), person, "").values_list("code", flat=True)) == theirs
    assert {unit.code for unit in cast.units if sees_unit(person, unit)} == theirs
    for one in cast.people:
        found = visible(User.objects.filter(police_number=one.police_number), person)
        assert found.exists() == (one.unit_id in theirs), one
        if one.unit_id in theirs:
            assert find_visible(User.objects.all(), person, police_number=one.police_number) == one
        else:
            with pytest.raises(NotFound):
                find_visible(User.objects.all(), person, police_number=one.police_number)


def test_a_brigade_leader_sees_the_squadrons_below_but_not_the_detachment_above(cast: Cast) -> None:
    chen = operations.enlist(
        police_number="031001",
        name="陈总",
        role=Role.LEADER,
        unit=cast.east,
        password="a leader of the east brigade",
        by=cast.qiu,
        now=NOW,
    )

    assert units_of(chen) == {cast.east.code, cast.east_first.code, cast.east_second.code}


def test_what_is_ones_own_is_seen_without_any_unit(cast: Cast) -> None:
    shifts = Handheld.at_work(cast.wen, cast.qiu).row.shifts.all()

    assert visible(shifts, cast.wen, own="user").count() == 1
    assert visible(shifts, cast.mei, own="user").count() == 0
    assert visible(shifts, cast.wen).count() == 0
    assert visible(shifts, cast.li).count() == 1
    assert visible(shifts, cast.zhao, own="user").count() == 0


def test_unknown_and_forbidden_look_alike(cast: Cast) -> None:
    with pytest.raises(NotFound) as forbidden:
        find_visible(User.objects.all(), cast.li, police_number=cast.hao.police_number)
    with pytest.raises(NotFound) as unknown:
        find_visible(User.objects.all(), cast.li, police_number="999999")

    assert (forbidden.value.status, forbidden.value.facts()) == (unknown.value.status, unknown.value.facts())


def test_a_reader_hears_of_their_own_things_and_of_the_units_they_see(cast: Cast) -> None:
    terminal = Handheld.at_work(cast.wen, cast.qiu).row

    assert reader_keys(cast.wen, terminal) == ("user:034512", f"terminal:{terminal.id}")
    assert reader_keys(cast.li, None) == ("user:031007", f"unit:{cast.east_first.code}")
    assert reader_keys(cast.fan, None) == ("user:030501", f"unit:{cast.detachment.code}", "desk:legal")
    assert reader_keys(cast.qiu, None) == ("user:030901", "desk:tech")
    assert set(reader_keys(cast.du, None)) & set(of_unit(cast.west_first))
    assert not set(reader_keys(cast.zhao, None)) & set(of_unit(cast.east_first))


def test_nobody_hears_anything_on_a_revoked_terminal_or_when_disabled(cast: Cast) -> None:
    handheld = Handheld.at_work(cast.wen, cast.qiu)
    operations.revoke(handheld.id, reason="丢失", by=cast.qiu, now=NOW)
    left = operations.disable(cast.li.police_number, reason="调离", by=cast.qiu, now=NOW)

    assert reader_keys(cast.wen, handheld.row) == ()
    assert reader_keys(left, None) == ()


def test_the_epoch_changes_with_what_one_may_see_and_only_then(cast: Cast) -> None:
    before = epoch(cast.li, None)
    moved = operations.change_role("031007", role=Role.LEADER, unit=cast.east, by=cast.qiu, now=NOW)
    back = operations.change_role("031007", role=Role.LEADER, unit=cast.east_first, by=cast.qiu, now=NOW)

    assert epoch(moved, None) != before
    assert epoch(back, None) == before
    assert epoch(cast.li, Handheld.approved(cast.east_first, cast.qiu).row) != before


def test_people_who_can_be_sent_out_are_those_of_ones_own_units(cast: Cast) -> None:
    assert [one.name for one in field_force_of(cast.li)] == ["李正", "文静", "梅芳", "傅强"]
    assert {one.name for one in field_force_of(cast.du)} == {"李正", "文静", "梅芳", "傅强", "赵勇", "郝亮"}
    assert list(people_of(cast.wen)) == []
    assert list(terminals_of(cast.wen)) == []


def test_a_technician_changes_nobody_into_a_sworn_officer_and_not_themselves(cast: Cast) -> None:
    with pytest.raises(PoliceNumberRefused):
        operations.change_role("F00231", role=Role.OFFICER, unit=cast.east, by=cast.qiu, now=NOW)
    with pytest.raises(NotOneself):
        operations.change_role("030901", role=Role.AUDITOR, unit=cast.east, by=cast.qiu, now=NOW)
    with pytest.raises(NotPermitted):
        operations.change_role("034512", role=Role.LEADER, unit=cast.east, by=cast.li, now=NOW)


def test_a_leader_names_units_of_the_own_subtree_and_a_technician_those_of_the_city(cast: Cast) -> None:
    of_li = [one["code"] for one in Desk.of(cast.li).get("/api/units").body["units"]]
    of_qiu = [one["code"] for one in Desk.of(cast.qiu).get("/api/units").body["units"]]

    assert of_li == [cast.east_first.code]
    assert of_qiu == sorted(one.code for one in cast.units)
