"""Installing what is missing: who may do it how, which commands are given, and which sentence stands at the end of each failure.

Programs of the names `apt-get`, `dpkg` and `sudo` stand in a folder that is the whole PATH; they note how they were called and bring files
as the packages would. What runs is a copy of the installer, on a system's folder of its own, so that this machine is not touched.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["postgresql-17", "postgresql-17-postgis-3-scripts", "nginx"]
NOBODY = 65534
BRINGS = """\
brings() {  # PACKAGE FOLDER: put there what the package has in it
    case $1 in
    postgresql-client-*) ;;
    postgresql-*-postgis-3-scripts)
        v=${1#postgresql-}; v=${v%%-*}; mkdir -p "$2/usr/share/postgresql/$v/extension"
        echo "$v" > "$2/usr/share/postgresql/$v/extension/postgis$CONTROL" ;;
    postgresql-*-postgis-3) ;;
    postgresql-*) mkdir -p "$2/usr/lib/postgresql/${1#postgresql-}/bin"; program "$2/usr/lib/postgresql/${1#postgresql-}/bin/initdb" ;;
    redis-server) mkdir -p "$2/usr/bin"; program "$2/usr/bin/redis-server" ;;
    nginx) mkdir -p "$2/usr/sbin" "$2/etc/nginx"; program "$2/usr/sbin/nginx"; echo types > "$2/etc/nginx/mime.types" ;;
    fonts-noto-cjk) mkdir -p "$2/usr/share/fonts/opentype/noto"; echo font > "$2/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc" ;;
    esac
}
program() { printf '#!/bin/sh\\n' > "$1"; chmod 755 "$1"; }
"""
NOTE = 'echo "$(basename "$0") $*" >> "$WORLD/calls"\n'
APT = f"""\
{NOTE}
CONTROL=.control
{BRINGS}
for word; do shift; case $word in update | install | download) verb=$word; break ;; -s) dry=yes ;; esac; done
[ "${{FAIL:-}}" = "$verb$dry" ] && {{ echo "E: no room for $verb$dry" >&2; exit 100; }}
case $verb$dry in
install)
    echo "$DEBIAN_FRONTEND $("$WORLD/policy-rc.d"; echo $?)" >> "$WORLD/during-install"
    for package; do brings "$package" "$WORLD/system"; done ;;
installyes)
    echo "Inst libpq5 (15 Debian)"
    for package; do echo "Inst $package (1 Debian)"; done ;;
download)
    for package; do echo "$package" > "$package.deb"; done ;;
esac
exit 0
"""
DPKG = f"""\
{NOTE}
CONTROL=-3.control
{BRINGS}
[ "${{FAIL:-}}" = dpkg ] && {{ echo "dpkg-deb: error: No space left on device" >&2; exit 2; }}
brings "$(cat "$2")" "$3"
"""
SUDO = {
    "asks nothing": 'echo "sudo $1 $2" >> "$WORLD/calls"\nshift\nexec "$@"\n',
    "wants a password": NOTE + 'echo "sudo: a password is required" >&2\nexit 1\n',
}
DRIVER = """
import json, os, sys
from pathlib import Path
from deploy.bringup import packages, say
import pwd, ctypes, tempfile, encodings.idna
world, user, names = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
packages.SYSTEM, packages.POLICY = world / "system", world / "policy-rc.d"
if user != os.geteuid():
    os.setgroups([]); os.setgid(user); os.setuid(user)
try:
    if names:
        packages.fetch(names, world / "logs")
    else:
        found = packages.provide(world / "logs")
        print(found.postgres_bin, found.redis, found.nginx, found.mime_types, sep="\\n")
except say.Trouble as trouble:
    sys.exit(say.fail(trouble))
"""


@dataclass
class Machine:
    """A machine of its own: its programs, its system, and the notes of who was called."""

    world: Path
    given: dict[str, str] = field(default_factory=dict)
    user: int = field(default_factory=os.geteuid)

    def has(self, **programs: str) -> "Machine":
        """Put programs on the path: `apt_get` is `apt-get`."""
        for name, text in programs.items():
            path = self.world / "bin" / name.replace("_", "-")
            path.write_text(f"#!/bin/sh\n{text}")
            path.chmod(0o755)
        return self

    def is_(self, distribution: str) -> "Machine":
        """Let it be this distribution, e.g. `debian-13`."""
        name, _, version = distribution.partition("-")
        (self.world / "system/etc").mkdir(parents=True, exist_ok=True)
        (self.world / "system/etc/os-release").write_text(f'ID={name}\nVERSION_ID="{version}"\n')
        return self

    def install(self, names: Sequence[str] = ()) -> "subprocess.CompletedProcess[str]":
        """Fetch these packages; none: all that the product misses here."""
        if self.user != os.geteuid():
            for path in (self.world, *self.world.rglob("*")):
                os.lchown(path, self.user, self.user)
        return subprocess.run(
            [sys.executable, "-B", "-c", DRIVER, self.world, str(self.user), json.dumps(list(names))],
            cwd=self.world / "clone",
            env={"PATH": str(self.world / "bin"), "WORLD": str(self.world), **self.given},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        """Who was called with which words, without the long options that only say where things lie."""
        lines = (self.world / "calls").read_text() if (self.world / "calls").exists() else ""
        shown = []
        for one in lines.splitlines():
            words = one.replace(str(self.world), "").split()
            kept = [
                word
                for before, word in zip(["", *words], words, strict=False)
                if word != "-o" and before != "-o"
            ]
            shown.append(" ".join(kept))
        return shown


@pytest.fixture
def machine() -> Iterator[Machine]:
    """Debian 13 with apt and dpkg and nothing of what is needed; everybody may look into it."""
    world = Path(tempfile.mkdtemp(prefix="luqin-installing-"))
    world.chmod(0o755)
    for name in ("bin", "logs", "system"):
        (world / name).mkdir()
    shutil.copytree(
        ROOT / "deploy/bringup", world / "clone/deploy/bringup", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("__init__.py", "packages.toml"):
        shutil.copy(ROOT / "deploy" / name, world / "clone/deploy" / name)
    for name in ("env", "sh", "rm", "chmod", "mkdir", "cat", "basename", "true"):
        (world / "bin" / name).symlink_to(str(shutil.which(name)))
    yield Machine(world).has(apt_get=APT, dpkg=DPKG).is_("debian-13")
    shutil.rmtree(world)


@pytest.fixture
def root(machine: Machine) -> Machine:
    """Seen by root, or by somebody whose sudo asks nothing, which must come to the same."""
    return machine if os.geteuid() == 0 else machine.has(sudo=SUDO["asks nothing"])


@pytest.fixture
def user(machine: Machine) -> Machine:
    """Seen by somebody without any right."""
    machine.user = NOBODY if os.geteuid() == 0 else os.geteuid()
    return machine


INSTALLED = ["apt-get update", f"apt-get install -y --no-install-recommends {' '.join(PACKAGES)}"]
UNPACKED = [
    "apt-get update",
    f"apt-get -s --no-install-recommends install {' '.join(PACKAGES)}",
    f"apt-get download libpq5 {' '.join(PACKAGES)}",
    *(
        f"dpkg -x /clone/.data/unpacked/debs/{name}.deb /clone/.data/unpacked"
        for name in ("libpq5", "nginx", "postgresql-17-postgis-3-scripts", "postgresql-17")
    ),
]


def apart_from_sudo(calls: list[str]) -> list[str]:
    return [one for one in calls if not one.startswith("sudo ")]


def test_who_may_installs_with_apt_and_no_service_of_the_machine_starts(root: Machine) -> None:
    done = root.install(PACKAGES)

    assert done.returncode == 0, done.stdout + done.stderr
    assert apart_from_sudo(root.calls()) == INSTALLED
    assert (root.world / "during-install").read_text() == "noninteractive 101\n"
    assert not (root.world / "policy-rc.d").exists()


def test_a_policy_that_the_machine_has_is_left_as_it_is(root: Machine) -> None:
    (root.world / "policy-rc.d").write_text("#!/bin/sh\nexit 104\n")
    (root.world / "policy-rc.d").chmod(0o755)

    assert root.install(PACKAGES).returncode == 0

    assert (root.world / "during-install").read_text() == "noninteractive 104\n"
    assert (root.world / "policy-rc.d").read_text() == "#!/bin/sh\nexit 104\n"


def test_a_user_whose_sudo_asks_nothing_installs_through_it(user: Machine) -> None:
    user.has(sudo=SUDO["asks nothing"])

    done = user.install(PACKAGES)

    assert done.returncode == 0, done.stdout + done.stderr
    calls = user.calls()
    assert calls[0] == "sudo -n true"
    assert apart_from_sudo(calls) == INSTALLED
    changing = [one for one in calls if one.startswith("sudo -n")][1:]
    assert [one.split()[2] for one in changing] == ["env", "sh", "env", "rm"]
    assert not (user.world / "policy-rc.d").exists()


@pytest.mark.parametrize("sudo", ["wants a password", "none"])
def test_a_user_without_that_right_unpacks_all_that_apt_plans_and_changes_nothing_else(
    user: Machine, sudo: str
) -> None:
    if sudo != "none":
        user.has(sudo=SUDO[sudo])

    done = user.install(PACKAGES)

    assert done.returncode == 0, done.stdout + done.stderr
    assert apart_from_sudo(user.calls()) == UNPACKED
    unpacked = user.world / "clone/.data/unpacked"
    assert (unpacked / "usr/share/postgresql/17/extension/postgis.control").read_text() == "17\n"
    assert not list((unpacked / "debs").iterdir())
    assert [one.name for one in (user.world / "system").iterdir()] == ["etc"]


def test_unpacking_can_be_asked_for_by_who_might_install(root: Machine) -> None:
    root.given["LUQIN_PACKAGES"] = "unpack"

    assert root.install(PACKAGES).returncode == 0

    assert apart_from_sudo(root.calls()) == UNPACKED


def refused(done: "subprocess.CompletedProcess[str]") -> str:
    """What was said by an installer that gave up in words."""
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_apt_without_the_right_is_refused_before_anything_is_run(user: Machine) -> None:
    user.given["LUQIN_PACKAGES"] = "apt"

    said = refused(user.install(PACKAGES))

    assert "wrong:   apt was asked for, but this is neither root nor a user with sudo" in said
    assert f"to do:   Install by hand, as root: apt-get install {' '.join(PACKAGES)}" in said
    assert user.calls() == []


def test_a_machine_without_apt_gets_the_list(root: Machine) -> None:
    (root.world / "bin/apt-get").unlink()

    said = refused(root.install(PACKAGES))

    assert f"to do:   Install by hand, as root: apt-get install {' '.join(PACKAGES)}" in said


@pytest.mark.parametrize(
    ("fails", "last_call", "wrong", "todo"),
    [
        ("update", "apt-get update", "ended with status 100", "Is the network there? Install by hand"),
        ("install", INSTALLED[-1], "ended with status 100", "Install by hand, as root: apt-get install"),
    ],
)
def test_an_apt_that_fails_is_quoted_and_leaves_no_policy(
    root: Machine, fails: str, last_call: str, wrong: str, todo: str
) -> None:
    root.given["FAIL"] = fails

    said = refused(root.install(PACKAGES))

    assert f"| E: no room for {fails}" in said
    assert wrong in said and f"to do:   {todo}" in said
    assert apart_from_sudo(root.calls())[-1] == last_call
    assert not (root.world / "policy-rc.d").exists()


@pytest.mark.parametrize(
    ("fails", "calls", "quoted", "wrong", "todo"),
    [
        ("update", 1, "no room for update", "ended with status 100", "Is the network there?"),
        ("installyes", 2, "no room for installyes", "apt can't find these packages", "Install by hand"),
        ("download", 3, "no room for download", "ended with status 100", "Install by hand"),
        ("dpkg", 4, "No space left on device", "dpkg -x", "Is there space in"),
    ],
)
def test_an_unpacking_that_fails_is_quoted_and_goes_no_further(
    user: Machine, fails: str, calls: int, quoted: str, wrong: str, todo: str
) -> None:
    user.given["FAIL"] = fails

    said = refused(user.install(PACKAGES))

    assert quoted in said
    assert wrong in said and f"to do:   {todo}" in said
    assert len(user.calls()) == calls


def test_a_right_to_apt_alone_ends_with_a_sentence(user: Machine) -> None:
    user.has(
        sudo=NOTE + '[ "$2" != sh ] || { echo "Sorry, you may not run sh" >&2; exit 1; }\nshift\nexec "$@"\n'
    )

    said = refused(user.install(PACKAGES))

    assert "| Sorry, you may not run sh" in said
    assert "to do:   Install by hand, as root" in said


@pytest.mark.parametrize(
    ("distribution", "postgresql", "way"),
    [
        ("debian-12", "15", "apt"),
        ("debian-13", "17", "apt"),
        ("debian-13", "17", "unpack"),
        ("ubuntu-22.04", "14", "apt"),
        ("ubuntu-24.04", "16", "apt"),
    ],
)
def test_a_bare_machine_of_each_promised_distribution_comes_to_all_that_is_needed(
    root: Machine, distribution: str, postgresql: str, way: str
) -> None:
    root.is_(distribution).given["LUQIN_PACKAGES"] = way

    done = root.install()

    assert done.returncode == 0, done.stdout + done.stderr
    assert "missing: postgis, redis, nginx, fonts; packages: " in done.stdout
    place = root.world / ("system" if way == "apt" else "clone/.data/unpacked")
    assert done.stdout.splitlines()[-4:] == [
        str(place / one)
        for one in (
            f"usr/lib/postgresql/{postgresql}/bin",
            "usr/bin/redis-server",
            "usr/sbin/nginx",
            "etc/nginx/mime.types",
        )
    ]
    before = len(root.calls())
    assert root.install().returncode == 0
    assert len(root.calls()) == before, "what is there was fetched again"


def test_packages_that_bring_not_what_is_needed_are_named(root: Machine) -> None:
    root.has(apt_get=APT.replace("redis-server)", "another)"))

    said = refused(root.install())

    assert "wrong:   still missing after installing: redis" in said
    assert "to do:   Install by hand: postgresql-17 " in said


def test_a_distribution_without_a_row_is_told_what_it_misses(root: Machine) -> None:
    said = refused(root.is_("debian-11").install())

    assert (
        "this is debian-11, which has no row in deploy/packages.toml (missing here: postgis, redis, nginx"
        in said
    )
    assert root.calls() == []
