"""What comes from the distribution: the table, and the ways when there is no right to install."""

import os
import tomllib
from pathlib import Path

import pytest

from deploy.bringup import packages
from deploy.bringup.say import Trouble

DISTRIBUTIONS = ("debian-12", "debian-13", "ubuntu-22.04", "ubuntu-24.04")
TABLE = tomllib.loads(packages.TABLE.read_text())


def test_the_table_has_a_row_for_each_distribution_that_is_promised() -> None:
    assert set(TABLE) == set(DISTRIBUTIONS)


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_a_row_names_one_postgresql_with_its_postgis(distribution: str) -> None:
    row = TABLE[distribution]
    version = row["postgresql"]

    assert f"postgresql-{version}" in row["serve"]["postgis"]
    assert f"postgresql-{version}-postgis-3" in row["serve"]["postgis"]
    assert f"postgresql-{version}-postgis-3-scripts" in row["serve"]["postgis"]
    assert all(version in name for name in row["serve"]["postgis"])
    assert row["serve"]["redis"] and row["serve"]["nginx"] and row["python"]
    assert set(row["serve"]) == {"postgis", "redis", "nginx", "fonts"}
    assert set(row["test"]) == {"chromium"}


@pytest.mark.parametrize(
    ("release", "name"),
    [
        ('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n', "debian-12"),
        ('NAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n', "ubuntu-24.04"),
        ("ID=arch\n", "arch-"),
    ],
)
def test_the_distribution_is_named_as_in_the_table(tmp_path: Path, release: str, name: str) -> None:
    (tmp_path / "os-release").write_text(release)

    assert packages.distribution(tmp_path / "os-release") == name


def test_an_unknown_distribution_is_told_what_to_install() -> None:
    with pytest.raises(Trouble, match="arch-") as refused:
        packages.names_for("arch-", ["postgis", "redis"])

    assert "postgis, redis" in refused.value.what
    assert "PostgreSQL with PostGIS" in refused.value.todo


def test_without_any_way_to_install_there_is_a_plain_list(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LUQIN_PACKAGES", "list")

    with pytest.raises(Trouble) as refused:
        packages.fetch(["redis-server", "nginx"], tmp_path)

    assert refused.value.todo.endswith("apt-get install redis-server nginx")


def furnished(root: Path, version: str, *, postgis: bool) -> None:
    (root / f"usr/lib/postgresql/{version}/bin").mkdir(parents=True)
    (root / f"usr/lib/postgresql/{version}/bin/initdb").touch()
    extension = root / f"usr/share/postgresql/{version}/extension"
    extension.mkdir(parents=True)
    if postgis:
        (extension / "postgis.control").touch()


def test_the_newest_postgresql_that_has_postgis_is_taken(tmp_path: Path) -> None:
    furnished(tmp_path, "9", postgis=True)
    furnished(tmp_path, "15", postgis=True)
    furnished(tmp_path, "17", postgis=False)

    assert packages.postgres_bin([tmp_path]) == tmp_path / "usr/lib/postgresql/15/bin"


def test_a_postgresql_without_postgis_counts_as_missing(tmp_path: Path) -> None:
    furnished(tmp_path, "17", postgis=False)

    assert packages.postgres_bin([tmp_path]) is None
    lacking = packages.missing([tmp_path], need_database=True, need_redis=False, for_tests=False)
    assert "postgis" in lacking


def test_a_given_database_asks_for_no_postgresql(tmp_path: Path) -> None:
    lacking = packages.missing([tmp_path], need_database=False, need_redis=False, for_tests=False)

    assert "postgis" not in lacking
    assert "redis" not in lacking


def test_nothing_is_fetched_where_all_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUQIN_PACKAGES", "list")  # a fetch would raise

    programs = packages.provide(tmp_path)

    assert os.access(programs.postgres_bin / "initdb", os.X_OK)
