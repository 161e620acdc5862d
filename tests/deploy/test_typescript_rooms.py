"""The front end's arrows: ui -> sync, store, device, domain; sync -> types of store and of domain; domain -> nothing."""

import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "frontend" / "src"
MAY_IMPORT = {
    "domain": set(),
    "store": {"domain"},
    "remote": {"domain"},
    "device": {"domain", "store"},
    "sync": {"domain", "store", "remote"},
    "ui": {"domain", "store", "remote", "device", "sync"},
}
TYPES_ONLY = {("ui", "remote")}
"""The interface speaks to the server through sync; it may name only what a type says."""
FOR_TESTS = {"domain/cases.ts"}
"""Reads the cases that both languages share, and is part of nothing that is built."""
IMPORT = re.compile(
    r"""(?:^|[;\s])(import|export)\s+(type\s)?[^;'"]*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)""",
    re.M,
)
OWN_PACKAGES = {"domain": {"@noble/ed25519", "@noble/hashes", "uqr"}}
"""Packages that need no browser."""


def imports(text: str) -> list[tuple[str, bool]]:
    """What a source names, and whether it takes only types from there."""
    return [(found[3] or found[4], bool(found[2])) for found in IMPORT.finditer(text)]


def room_of(source: Path, named: str, root: Path) -> str | None:
    """The room that an import leads to; None for a package."""
    if named.startswith("@/"):
        return named.removeprefix("@/").split("/")[0]
    if named.startswith("."):
        where = (source.parent / named).resolve()
        return where.relative_to(root.resolve()).parts[0] if where.is_relative_to(root.resolve()) else ".."
    return None


def wrong_imports(root: Path) -> tuple[int, list[str]]:
    """How many imports were looked at, and which of them go the wrong way."""
    looked, wrong = 0, []
    for source in [*root.rglob("*.ts"), *root.rglob("*.vue")]:
        room = source.relative_to(root).parts[0]
        if room not in MAY_IMPORT or ".test." in source.name or str(source.relative_to(root)) in FOR_TESTS:
            continue
        for named, types_only in imports(source.read_text()):
            looked += 1
            target = room_of(source, named, root)
            where = f"{source.relative_to(root)} -> {named}"
            if target is None:
                if room == "domain" and not any(named.startswith(one) for one in OWN_PACKAGES["domain"]):
                    wrong.append(f"{where}: domain is plain TypeScript")
            elif target in MAY_IMPORT and target != room:
                if target not in MAY_IMPORT[room]:
                    wrong.append(f"{where}: {room} may not know {target}")
                elif (room, target) in TYPES_ONLY and not types_only:
                    wrong.append(f"{where}: {room} may name only types of {target}")
    return looked, wrong


def test_every_import_goes_the_right_way() -> None:
    looked, wrong = wrong_imports(SOURCES)

    assert looked > 50
    assert wrong == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("domain/plate.ts", 'import { put } from "../store/outbox";'),
        ("domain/plate.ts", 'import { ref } from "vue";'),
        ("domain/deep/plate.ts", 'import { put } from "@/store/outbox";'),
        ("store/outbox.ts", 'import { push } from "@/sync/push";'),
        ("ui/officer/Home.vue", 'import {\n  ask,\n  tell,\n} from "@/remote/ask";'),
        ("ui/officer/Home.vue", 'export { ask } from "@/remote/ask";'),
        ("store/outbox.ts", 'import { ask } from "@/remote/ask";'),
        ("sync/push.ts", 'const late = await import("@/ui/officer/Home.vue");'),
        ("device/camera.ts", 'import Home from "@/ui/officer/Home.vue";'),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, file: str, line: str) -> None:
    source = tmp_path / file
    source.parent.mkdir(parents=True)
    source.write_text(f"// a source\n{line}\n")

    looked, wrong = wrong_imports(tmp_path)

    assert looked == 1
    assert len(wrong) == 1


def test_types_of_the_network_may_be_named_by_the_interface(tmp_path: Path) -> None:
    source = tmp_path / "ui" / "Home.vue"
    source.parent.mkdir()
    source.write_text('import type { Task } from "@/remote/types";\n')

    assert wrong_imports(tmp_path) == (1, [])
