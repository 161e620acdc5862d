"""Backup and restore, on real programs: what was backed up comes back proved, and what was altered does not pass."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from deploy.bringup.places import DataFolder
from deploy.bringup.stack import Stack

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
PHOTO, OTHER = b"a photo's bytes", b"another's"
HISTORY = f"""
import django; django.setup()
import io
from hashlib import sha256
from django.utils import timezone
from accounts.operations import make_unit
from evidence.sealer import seal_now
from evidence.storage import photo_store, remember
for n in range(5):
    make_unit(code=f"33090{{n}}000000", name_zh=f"第{{n}}支队", name_en=f"Detachment {{n}}", level="detachment", parent=None, by=None, now=timezone.now())
for raw in ({PHOTO!r}, {OTHER!r}):
    remember(photo_store().put_once(sha256(raw).hexdigest(), io.BytesIO(raw)), now=timezone.now())
seal_now()
"""


def place_of(raw: bytes, below: Path) -> Path:
    """Where a photo lies in a store."""
    digest = sha256(raw).hexdigest()
    return below / "photos" / digest[:2] / digest[2:4] / digest


@dataclass
class Machine:
    """A stack's stores with a little history, and a place for backups."""

    stack: Stack
    shelf: Path

    def environment(self, database: str = "luqin") -> dict[str, str]:
        url = self.stack.environment()["DATABASE_URL"]
        return {
            **self.stack.environment(),
            "LUQIN_MODE": "test",
            "DATABASE_URL": url.rpartition("/")[0] + f"/{database}",
            "PATH": f"{self.stack.programs.postgres_bin}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    def do(
        self, *words: str, database: str = "luqin", data: Path | None = None, **further: str
    ) -> "subprocess.CompletedProcess[str]":
        environment = {**self.environment(database), **further}
        if data:
            environment["LUQIN_DATA"] = str(data)
        return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    folder = Path(tempfile.mkdtemp(prefix="luqin-backup-"))
    with Stack(DataFolder(folder / "data"), durable=False) as stack:
        stack.prepare(None)
        one = Machine(stack, folder / "shelf")
        assert stack.database.query("CREATE DATABASE fresh TEMPLATE luqin") is not None
        done = one.do(sys.executable, "-c", HISTORY)
        assert done.returncode == 0, done.stderr
        yield one
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def backup(machine: Machine) -> Path:
    done = machine.do("deploy/machine/backup", str(machine.shelf))
    assert done.returncode == 0, done.stderr + done.stdout
    (made,) = (one for one in machine.shelf.iterdir() if one.name != "photos")
    return made


def test_a_backup_says_up_to_where_it_holds(machine: Machine, backup: Path) -> None:
    assert machine.stack.database.query("SELECT max(size) FROM backup_mark") == "5"
    assert [place_of(raw, machine.shelf).read_bytes() for raw in (PHOTO, OTHER)] == [PHOTO, OTHER]


def marks(machine: Machine) -> str | None:
    return machine.stack.database.query("SELECT count(*) FROM backup_mark")


def test_half_a_photo_that_a_cut_copy_left_on_the_shelf_is_mended(machine: Machine, backup: Path) -> None:
    place = place_of(PHOTO, machine.shelf)
    place.unlink()
    place.write_bytes(PHOTO[:7])

    done = machine.do("deploy/machine/backup", str(machine.shelf))

    assert done.returncode == 0, done.stderr
    assert place.read_bytes() == PHOTO


def test_nothing_is_marked_while_a_photo_is_not_on_the_shelf(machine: Machine, backup: Path) -> None:
    before, stored = marks(machine), place_of(OTHER, machine.stack.data.path)
    shelf = machine.shelf.parent / "poor-shelf"
    away = stored.rename(stored.with_name("away"))
    try:
        done = machine.do("deploy/machine/backup", str(shelf))
    finally:
        away.rename(stored)

    assert done.returncode != 0
    assert sha256(OTHER).hexdigest() in done.stderr
    assert marks(machine) == before


def empty(machine: Machine, name: str) -> None:
    assert machine.stack.database.query(f"CREATE DATABASE {name}") is not None


def restored_at(machine: Machine, name: str) -> Path:
    """A data folder that holds the log's public key, as a machine is furnished before a restore."""
    data = machine.shelf.parent / name
    shutil.copytree(machine.stack.data.path / "log", data / "log")
    (data / "log" / "newest.note").unlink(missing_ok=True)
    return data


def test_the_server_burned_down_and_a_handheld_brings_back_what_no_backup_held(machine: Machine) -> None:
    """The drill of README.md, by its commands. What is left of the machine is what lay elsewhere: the shelf, and the sealer's own folder."""
    data, state = restored_at(machine, "burned"), machine.shelf.parent / "handheld"
    shelf = machine.shelf.parent / "burned-shelf"
    script = str(ROOT / "tests" / "deploy" / "returning.py")
    assert machine.stack.database.query("CREATE DATABASE burned TEMPLATE fresh") is not None

    def do(*words: str, **further: str) -> str:
        done = machine.do(*words, database="burned", data=data, LUQIN_SETTLED_BY="backup", **further)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    do(sys.executable, script, "before", str(state), str(shelf))
    (made,) = (one for one in shelf.iterdir() if one.name != "photos")
    shutil.rmtree(data / "photos")
    assert machine.stack.database.query("DROP DATABASE burned", database="postgres") is not None
    empty(machine, "burned")

    said = do("deploy/machine/restore", str(made))
    assert re.search(
        r"restored and proved: \d+ entries. \d+ were signed: the log must go on under a new name", said
    )
    assert place_of(b"a photo that is on the shelf", data).is_file()
    renamed = {"LUQIN_LOG_ORIGIN": "luqin.example/after-the-fire"}
    said = do(sys.executable, "manage.py", "succeed_log", "the server burned down", **renamed)
    assert "luqin.example/after-the-fire goes on from there" in said
    do(sys.executable, script, "after", str(state), **renamed)
    assert "all as sealed" in do(sys.executable, "manage.py", "verify_ledger", **renamed)


def test_a_dump_whose_bytes_changed_is_not_restored(machine: Machine, backup: Path) -> None:
    empty(machine, "bitten")
    altered = backup.with_name("altered")
    shutil.copytree(backup, altered)
    dump = altered / "database.dump"
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)

    done = machine.do(
        "deploy/machine/restore", str(altered), database="bitten", data=restored_at(machine, "bitten")
    )

    assert done.returncode == 1
    assert "not restored" in done.stderr
    assert machine.stack.database.query("SELECT to_regclass('accounts_unit')", database="bitten") == ""


def test_a_restore_over_a_living_database_is_refused(machine: Machine, backup: Path) -> None:
    done = machine.do("deploy/machine/restore", str(backup))

    assert done.returncode == 1
    assert "isn't empty" in done.stderr


def test_a_row_that_was_changed_before_the_dump_is_found_after_the_restore(
    machine: Machine, backup: Path
) -> None:
    assert machine.stack.database.query("CREATE DATABASE changed TEMPLATE luqin") is not None
    machine.stack.database.query(
        "UPDATE accounts_unit SET name_zh = '别的' WHERE code = '330901000000'", database="changed"
    )
    shelf = machine.shelf.parent / "other-shelf"
    done = machine.do("deploy/machine/backup", str(shelf), database="changed")
    assert done.returncode == 0, done.stderr
    (made,) = (one for one in shelf.iterdir() if one.name != "photos")
    empty(machine, "after_change")

    done = machine.do(
        "deploy/machine/restore",
        str(made),
        database="after_change",
        data=restored_at(machine, "after_change"),
    )

    assert done.returncode == 1
    assert "NOT PROVED" in done.stderr
