"""The settings refuse what must not run."""

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.utils import timezone
from pytest_django import Settings

from deploy import checks
from deploy.models import Demonstration
from field.rules.documents.number import Form

Check = Callable[..., Iterable[CheckMessage]]


def ids(check: Check, **kwargs: Any) -> list[str | None]:
    return [message.id for message in check(None, **kwargs)]


@pytest.fixture
def production(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a city that does everything right."""
    settings.MODE, settings.PRODUCTION, settings.DEMO, settings.TEST = "production", True, False, False
    settings.SECRET_KEY = "k" * 48
    settings.LOOKUP_KEY = "l" * 48
    settings.ORIGIN = "https://luqin.jianglan.gov.cn"
    settings.ALLOWED_HOSTS = ["luqin.jianglan.gov.cn"]
    settings.LOG_ORIGIN = "luqin.jianglan.gov.cn/log1"
    settings.LOG_PUBLIC_FILE = tmp_path / "key.pub"
    settings.LOG_PUBLIC_FILE.write_text("a public key\n")
    monkeypatch.setenv("DATABASE_URL", "postgis://luqin:secret@db/luqin")
    return settings


ALL = [
    checks.mode_is_known,
    checks.keys_are_own,
    checks.origin_is_https,
    checks.hosts_are_named,
    checks.log_is_named,
    checks.database_is_postgis,
    checks.papers_have_numbers_and_a_seal,
    checks.demonstration_stays_at_home,
]


def test_a_city_that_does_everything_right_is_refused_nothing(production: Settings) -> None:
    assert [identity for check in ALL for identity in ids(check)] == []


@pytest.mark.parametrize(
    ("name", "value", "check", "refusal"),
    [
        ("MODE", "prodution", checks.mode_is_known, "luqin.E001"),
        ("SECRET_KEY", "", checks.keys_are_own, "luqin.E002"),
        ("SECRET_KEY", "short", checks.keys_are_own, "luqin.E002"),
        (
            "SECRET_KEY",
            "only-for-a-demonstration-on-loopback-and-for-tests",
            checks.keys_are_own,
            "luqin.E002",
        ),
        ("LOOKUP_KEY", "", checks.keys_are_own, "luqin.E003"),
        ("LOOKUP_KEY", "lookup-key-of-a-demonstration-and-long", checks.keys_are_own, "luqin.E003"),
        ("ORIGIN", "http://luqin.jianglan.gov.cn", checks.origin_is_https, "luqin.E004"),
        ("ORIGIN", "https://localhost:8000", checks.origin_is_https, "luqin.E004"),
        ("ALLOWED_HOSTS", [""], checks.hosts_are_named, "luqin.E005"),
        ("ALLOWED_HOSTS", ["*"], checks.hosts_are_named, "luqin.E005"),
        ("ALLOWED_HOSTS", ["luqin.jianglan.gov.cn", "localhost"], checks.hosts_are_named, "luqin.E005"),
        ("LOG_ORIGIN", "", checks.log_is_named, "luqin.E006"),
        ("LOG_ORIGIN", "luqin.example/demo", checks.log_is_named, "luqin.E006"),
        ("LOG_PUBLIC_FILE", Path("/nowhere/key.pub"), checks.log_is_named, "luqin.E007"),
        (
            "NUMBER_FORM",
            Form(area="330900", classes={"decision": "2"}, digits=8, check="mod_7"),
            checks.papers_have_numbers_and_a_seal,
            "luqin.E011",
        ),
        ("PAPER_SETTING", {"seal": "raster"}, checks.papers_have_numbers_and_a_seal, "luqin.E012"),
        ("PRINT_BRIDGE", "http://10.0.0.7:8123/", checks.printers_are_the_handhelds_own, "luqin.E015"),
        ("PAPER_SETTING", {"seal": ""}, checks.papers_have_numbers_and_a_seal, "luqin.W002"),
    ],
)
def test_production_refuses(
    production: Settings, name: str, value: object, check: Check, refusal: str
) -> None:
    setattr(production, name, value)

    assert ids(check) == [refusal]


def test_production_refuses_to_guess_where_its_database_is(
    production: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")

    assert ids(checks.database_is_postgis) == ["luqin.E008"]


@pytest.mark.server
@pytest.mark.django_db
def test_production_refuses_a_database_that_holds_a_demonstration(production: Settings) -> None:
    assert ids(checks.no_demonstration_accounts, databases=["default"]) == []

    Demonstration.objects.create(id=1, made_at=timezone.now())

    assert ids(checks.no_demonstration_accounts, databases=["default"]) == ["luqin.E009"]


@pytest.mark.parametrize("origin", ["http://192.168.1.20:8000", "https://luqin.example"])
def test_a_demonstration_stays_on_this_machine(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, origin: str
) -> None:
    settings.DEMO, settings.ORIGIN = True, origin
    monkeypatch.delenv("LUQIN_LAN", raising=False)
    assert ids(checks.demonstration_stays_at_home) == ["luqin.E010"]

    monkeypatch.setenv("LUQIN_LAN", "1")
    assert ids(checks.demonstration_stays_at_home) == []


@pytest.mark.parametrize(
    ("said", "replicated", "found"),
    [
        ("none", False, []),
        ("backup", False, []),
        ("standby", True, []),
        ("standby", False, ["luqin.E014"]),
        ("Standby", True, ["luqin.E014"]),
        ("", False, ["luqin.E014"]),
    ],
)
def test_handhelds_let_go_of_photos_only_for_a_holder_of_photos(
    settings: Any, said: str, replicated: bool, found: list[str]
) -> None:
    settings.SETTLED_BY, settings.PHOTOS_ARE_REPLICATED = said, replicated

    assert ids(checks.the_second_holder_is_one) == found


def test_production_is_told_before_the_holidays_it_knows_run_out(
    production: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: dt.date(2026, 11, 25))
    assert ids(checks.holidays_are_known) == []

    monkeypatch.setattr(timezone, "localdate", lambda: dt.date(2026, 12, 20))
    assert ids(checks.holidays_are_known) == ["luqin.W003"]

    production.HOLIDAYS = tmp_path / "nowhere.json"
    assert ids(checks.holidays_are_known) == ["luqin.E013"]
