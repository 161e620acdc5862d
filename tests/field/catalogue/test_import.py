"""Reading tables of offences: dated versions, nothing edited, nothing twice, every refusal with its reason."""

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from evidence.models import Entry
from field.models import CatalogueImport, Offence
from field.recording import catalogue
from field.recording.catalogue_import import Report, WrongTable, content_digest, import_offences
from tests import scenes
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 25, 4, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 25)
TABLE_DAY = dt.date(2022, 4, 1)
ROW = {
    "code": "1039",
    "name_zh": "违法停车",
    "category": "停车",
    "legal_basis": "道交法56条",
    "penalty_basis": "道交法93条2款",
    "fine_min": "20",
    "fine_max": "200",
    "fine_default": "150",
    "points": "0",
    "measure": "可拖移机动车(不收费)",
    "confidence": "high",
    "version_status": "current_likely",
}


def table(folder: Path, *rows: dict[str, str], name: str = "table.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in (ROW, *rows) for key in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def take(path: Path, *, area: str = "", day: dt.date | None = TABLE_DAY, dry_run: bool = False) -> Report:
    return import_offences(path, area=area, default_from=day, actor="system", now=NOW, dry_run=dry_run)


def everything() -> list[tuple[Any, ...]]:
    return list(Offence.objects.order_by("pk").values_list())


def test_a_table_becomes_dated_versions_with_source_and_entry(tmp_path: Path) -> None:
    report = take(table(tmp_path, ROW | {"source": "公安部"}))

    offence = Offence.objects.get()
    assert (report.read, report.added, report.refused) == (1, 1, [])
    assert (offence.code, offence.valid_from, offence.valid_to) == ("1039", TABLE_DAY, None)
    assert (offence.source, offence.confidence, offence.measures) == (
        "公安部",
        "high",
        ["可拖移机动车(不收费)"],
    )
    assert offence.initials == ["wftc", "wftj"]
    entry = Entry.objects.get(kind="catalogue.imported")
    assert entry.subject == report.sha256


@pytest.mark.parametrize(
    ("written", "name", "note"),
    [
        ("机动车超速50%以上(2013-2021, all roads)", "机动车超速50%以上", "2013-2021, all roads"),
        ("机动车超速50%以上（old table）", "机动车超速50%以上", "old table"),
        ("连续驾驶超过4小时(一般机动车)", "连续驾驶超过4小时(一般机动车)", ""),
        ("不按规定驶入ETC车道(ETC)", "不按规定驶入ETC车道(ETC)", ""),
    ],
)
def test_a_collector_s_note_behind_a_name_is_no_part_of_it(
    tmp_path: Path, written: str, name: str, note: str
) -> None:
    report = take(table(tmp_path, ROW | {"name_zh": written}))

    offence = Offence.objects.get()
    assert (offence.name_zh, offence.note) == (name, note)
    assert bool(report.remarks) == bool(note)


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = table(tmp_path, ROW)
    take(path)
    before = everything()

    again = take(path)

    assert again.already_read
    assert everything() == before
    assert CatalogueImport.objects.count() == Entry.objects.filter(kind="catalogue.imported").count() == 1


def test_the_same_rows_in_another_file_change_nothing(tmp_path: Path) -> None:
    take(table(tmp_path, ROW))
    before = everything()

    report = take(table(tmp_path, ROW, ROW | {"code": "1040", "name_zh": "广告"}, name="more.csv"))

    assert (report.unchanged, report.added) == (1, 1)
    assert everything()[:1] == before


def test_a_changed_row_ends_the_old_version_and_never_edits_it(tmp_path: Path) -> None:
    take(table(tmp_path, ROW))
    old = Offence.objects.values().get()

    report = take(table(tmp_path, ROW | {"fine_default": "100"}, name="new.csv"), day=dt.date(2027, 1, 1))

    first, second = Offence.objects.order_by("valid_from").values()
    assert (report.added, report.ended) == (1, 1)
    assert first == old | {"valid_to": dt.date(2027, 1, 1)}
    assert (second["fine_default"], second["valid_from"], second["valid_to"]) == (
        100,
        dt.date(2027, 1, 1),
        None,
    )
    assert [
        version.fine_default
        for day in (dt.date(2026, 12, 31), dt.date(2027, 1, 1))
        if (version := catalogue.in_force("1039", area="330900", day=day))
    ] == [150, 100]


def test_a_change_for_a_day_that_is_spoken_for_is_refused(tmp_path: Path) -> None:
    take(table(tmp_path, ROW))
    before = everything()

    report = take(table(tmp_path, ROW | {"points": "3"}, name="late.csv"))

    assert [code for _, code, _ in report.refused] == ["1039"]
    assert "later day" in report.refused[0][2]
    assert everything() == before


def corrected(path: Path) -> Report:
    """The same table, as the product ships it later."""
    return import_offences(
        path,
        area="",
        default_from=TABLE_DAY,
        actor="system",
        now=NOW,
        corrected_from=TODAY + dt.timedelta(days=1),
    )


def test_a_version_that_no_record_used_becomes_what_the_same_table_says_now(tmp_path: Path) -> None:
    was = {"version_status": "superseded", "valid_from": "2004-05-01", "valid_to": "2022-04-01"}
    take(table(tmp_path, ROW | was))

    report = corrected(table(tmp_path, ROW | was | {"name_zh": "不按规定停车"}))

    assert (report.corrected, report.added, report.ended, report.refused) == (1, 0, 0, [])
    version = Offence.objects.get()
    assert (version.name_zh, version.initials) == ("不按规定停车", ["bagdtc", "bagdtj"])
    assert (version.valid_from, version.valid_to) == (dt.date(2004, 5, 1), TABLE_DAY)
    assert corrected(table(tmp_path, ROW | was | {"name_zh": "不按规定停车"})).already_read


def test_a_version_that_a_record_used_is_never_edited_but_goes_on_under_the_better_name(
    cast: Cast, tmp_path: Path
) -> None:
    take(table(tmp_path, ROW))
    wen = scenes.wens_handheld(cast)
    first = wen.violation(offence="1039")
    assert scenes.sent(wen, first)["outcome"] == "admitted"
    # the record was corrected to another offence: the version was used all the same
    assert scenes.sent(wen, wen.amendment(first, offence="1040"))["outcome"] == "admitted"
    old = Offence.objects.values().get()

    report = corrected(table(tmp_path, ROW | {"name_zh": "不按规定停车"}))

    tomorrow = TODAY + dt.timedelta(days=1)
    kept, new = Offence.objects.order_by("valid_from").values()
    assert (report.corrected, report.added, report.ended, report.refused) == (0, 1, 1, [])
    assert kept == old | {"valid_to": tomorrow}
    assert (new["name_zh"], new["valid_from"], new["valid_to"]) == ("不按规定停车", tomorrow, None)
    third = corrected(table(tmp_path, ROW | {"name_zh": "不按规定停车", "source": "公安部"}))
    assert (third.corrected, third.added, third.refused) == (1, 0, []), "nothing has used the new one yet"


def test_a_used_version_that_holds_no_more_stays_and_is_named(cast: Cast, tmp_path: Path) -> None:
    take(table(tmp_path, ROW))
    wen = scenes.wens_handheld(cast)
    assert scenes.sent(wen, wen.violation(offence="1039"))["outcome"] == "admitted"
    Offence.objects.update(valid_to=TODAY)
    before = everything()

    report = corrected(table(tmp_path, ROW | {"name_zh": "不按规定停车"}))

    assert "it stays" in report.refused[0][2]
    assert everything() == before


def test_another_table_s_version_is_not_corrected_by_the_shipped_one(tmp_path: Path) -> None:
    take(table(tmp_path, ROW | {"name_zh": "本地名称"}, name="province.csv"))
    before = everything()

    report = corrected(table(tmp_path, ROW))

    assert "later day" in report.refused[0][2]
    assert everything() == before


def test_a_code_that_a_later_table_calls_superseded_ends_and_stays_for_its_days(tmp_path: Path) -> None:
    take(table(tmp_path, ROW))

    dead = ROW | {"version_status": "superseded"}
    report = take(table(tmp_path, dead, name="dead.csv"), day=dt.date(2027, 1, 1))

    assert (report.ended, report.added) == (1, 0)
    assert catalogue.in_force("1039", area="330900", day=dt.date(2026, 12, 31)) is not None
    assert catalogue.in_force("1039", area="330900", day=dt.date(2027, 1, 1)) is None


def test_a_dry_run_tells_the_truth_and_leaves_nothing(tmp_path: Path) -> None:
    report = take(table(tmp_path, ROW), dry_run=True)

    assert report.added == 1
    assert not Offence.objects.exists()
    assert not CatalogueImport.objects.exists()
    assert not Entry.objects.filter(kind="catalogue.imported").exists()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"code": "39"}, "no code"),
        ({"code": "0039"}, "no code"),
        ({"name_zh": ""}, "no name"),
        ({"fine_min": "300"}, "upside down"),
        ({"fine_max": ""}, "one end only"),
        ({"fine_min": "-20"}, "no sum"),
        ({"points": "13"}, "no offence carries more"),
        ({"valid_from": "2026-02-30"}, "no day"),
        ({"valid_from": "2026-01-01", "valid_to": "2026-01-01"}, "before it begins"),
        ({"confidence": "sure"}, "confidence"),
        ({"category": "停" * 41}, "longer than 40"),
    ],
)
def test_a_row_that_cannot_stand_is_refused_with_its_reason_and_stops_no_other(
    tmp_path: Path, wrong: dict[str, str], reason: str
) -> None:
    report = take(table(tmp_path, ROW | wrong, ROW | {"code": "1116"}))

    assert [said for _, _, said in report.refused if reason in said], report.refused
    assert list(Offence.objects.values_list("code", flat=True)) == ["1116"]


def test_a_code_that_stands_twice_in_a_file_is_taken_once(tmp_path: Path) -> None:
    report = take(table(tmp_path, ROW, ROW | {"fine_default": "100"}))

    assert [(line, code) for line, code, _ in report.refused] == [(3, "1039")]


def test_without_any_day_nothing_is_guessed(tmp_path: Path) -> None:
    report = take(table(tmp_path, ROW), day=None)

    assert "no day" in report.refused[0][2]
    assert not Offence.objects.exists()


def test_a_usual_fine_outside_the_range_is_left_out_and_said(tmp_path: Path) -> None:
    report = take(table(tmp_path, ROW | {"fine_default": "201"}))

    assert Offence.objects.get().fine_default is None
    assert "outside" in report.remarks[0][2]


def test_points_that_depend_on_the_case_are_no_number_and_the_note_says_on_what(tmp_path: Path) -> None:
    take(table(tmp_path, ROW | {"points": "12 if injury; 6 else"}))

    offence = Offence.objects.get()
    assert offence.points is None
    assert offence.note == "points: 12 if injury; 6 else"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"code,name\n1039,x\n", b""])
def test_a_file_that_is_no_table_is_refused_whole(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)

    with pytest.raises(WrongTable):
        take(path)

    assert not CatalogueImport.objects.exists()


def test_an_edit_behind_the_back_shows_in_the_catalogues_digest(tmp_path: Path) -> None:
    take(table(tmp_path, ROW))
    before = content_digest("")

    Offence.objects.update(fine_max=2000)

    assert content_digest("") != before


def test_the_command_reports_rows_and_reasons(tmp_path: Path) -> None:
    out = io.StringIO()

    call_command(
        "import_offences",
        str(table(tmp_path, ROW, ROW | {"code": "x"})),
        "--valid-from=2022-04-01",
        stdout=out,
        stderr=io.StringIO(),
    )

    assert "line 3, x: refused" in out.getvalue()
    assert "2 rows read: 1 versions added" in out.getvalue()
