"""The clone as a whole: what stands at the top, what must not be in any file, and who may import whom."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("deploy", "field", "accounts", "evidence")


def tracked() -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def test_only_the_agreed_names_stand_at_the_top() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1}
    files = {path.name for path in tracked() if path.parent == ROOT}

    assert folders == {".ci", "accounts", "deploy", "evidence", "field", "frontend", "tests"}
    assert files <= {
        ".gitignore",
        "CHANGELOG.md",
        "DECISIONS.md",
        "LICENSE",
        "README.md",
        "README.zh-CN.md",
        "manage.py",
        "pyproject.toml",
        "requirements-dev.txt",
        "requirements-node.txt",
        "requirements.txt",
    }


HOSTS = [
    "py" + "pi.org",
    "pythonhosted" + ".org",
    "npm" + "js.org",
    "deb.debian" + ".org",
    "archive.ubuntu" + ".com",
    "docker" + ".io",
]
"""Written in two halves, so that this file doesn't find itself."""
PLACES = ["/wo" + "rk/", "/ro" + "ot/", "/home" + "/"]


def test_no_file_names_a_package_registry_or_a_place_on_one_machine() -> None:
    looked, found = 0, []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        looked += 1
        found += [
            f"{path.relative_to(ROOT)}: {word}"
            for word in HOSTS + PLACES
            if re.search(rf"(?<![\w.]){re.escape(word)}", text)
        ]

    assert looked > 100
    assert found == []


def test_ci_calls_deploy_test_and_nothing_else() -> None:
    lines = [
        line for line in (ROOT / ".ci/run").read_text().splitlines() if line and not line.startswith("#")
    ]

    assert lines == ['exec "$(dirname -- "$0")/../deploy/test"']


def test_every_package_is_pinned_by_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-node.txt"):
        text = (ROOT / name).read_text().replace("\\\n", " ")
        pins = [line for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]

        assert pins, name
        assert [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


class TestRooms:
    """The import contracts of pyproject.toml, and that they look at something."""

    def contracts(self) -> list[dict[str, object]]:
        config = tomllib.loads((ROOT / "pyproject.toml").read_text())
        found: list[dict[str, object]] = config["tool"]["importlinter"]["contracts"]
        return found

    def test_every_room_and_layer_that_a_contract_names_exists_and_holds_code(self) -> None:
        graph = grimp.build_graph(*ROOMS, include_external_packages=True, cache_dir=None)

        named = []
        for contract in self.contracts():
            for key in ("layers", "source_modules"):
                for line in contract.get(key, []):  # type: ignore[attr-defined]
                    named += [one.strip() for one in line.split("|")]
        assert len(named) > 10
        for module in named:
            assert module in graph.modules, f"a contract watches {module}, which isn't there"
            lines = sum(
                len((ROOT / (one.replace(".", "/") + ".py")).read_text().splitlines())
                for one in graph.find_descendants(module) | {module}
                if (ROOT / (one.replace(".", "/") + ".py")).is_file()
            )
            assert lines > 20, f"a contract watches {module}, which holds nothing"

    @pytest.mark.parametrize(
        ("file", "line"),
        [
            ("evidence/chain.py", "import accounts.models"),
            ("evidence/chain.py", "import django.db"),
            ("accounts/models.py", "import field.models"),
            ("field/rules/violation.py", "import django.utils"),
            ("field/review/__init__.py", "import field.dispatch"),
            ("field/live/__init__.py", "import field.sync"),
            ("field/models/violation.py", "import field.recording"),
            ("field/models/violation.py", "import deploy.settings"),
        ],
    )
    @pytest.mark.long
    def test_a_wrong_import_is_found(self, tmp_path: Path, file: str, line: str) -> None:
        for room in ROOMS:
            shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tmp_path)
        wrong = tmp_path / file
        text = wrong.read_text()
        wrong.write_text(text + f"\n{line}\n")

        done = subprocess.run(
            [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 1, done.stdout + done.stderr
        assert "BROKEN" in done.stdout
