"""What must come from the distribution: what is there, what is missing, and three ways to get it.

As root (or with a sudo that asks nothing) apt installs it. Without either the packages are downloaded and unpacked into the data
folder and run from there. Where that can't be, a plain list says what to install.
"""

import glob
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from deploy.bringup import say
from deploy.bringup.places import ROOT
from deploy.bringup.say import Trouble

TABLE = ROOT / "deploy" / "packages.toml"
SYSTEM = Path("/")
"""Where the distribution's own programs lie."""
UNPACKED = ROOT / ".data" / "unpacked"
"""Where packages lie that could not be installed; one place for every stack of this clone."""
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
"""Where the package puts the font that pages are drawn with."""
LOCK_WAIT_S = 300
POLICY = Path("/usr/sbin/policy-rc.d")
KEEP_SERVICES_DOWN = "#!/bin/sh\n# put here by luqin for the time of one apt run, so that no system-wide service starts\nexit 101\n"


@dataclass(frozen=True)
class Programs:
    """Where the programs are that the stack runs, and what they need in their environment."""

    postgres_bin: Path
    redis: Path
    nginx: Path
    mime_types: Path = Path("/etc/nginx/mime.types")
    environment: dict[str, str] = field(default_factory=dict)


def distribution(release: Path | None = None) -> str:
    """The distribution as the table names it, e.g. `debian-12`; an unknown one is named all the same."""
    try:
        text = (release or SYSTEM / "etc/os-release").read_text()
    except OSError:
        return "unknown"
    facts = dict(re.findall(r'^([A-Z_]+)="?([^"\n]*)"?$', text, re.MULTILINE))
    return f"{facts.get('ID', 'unknown')}-{facts.get('VERSION_ID', '')}"


def names_for(dist: str, wanted: list[str]) -> list[str]:
    """The packages that bring these things, e.g. `["postgis", "redis"]`, in this distribution.

    :raises Trouble: the distribution is not in the table
    """
    table = tomllib.loads(TABLE.read_text())
    if dist not in table:
        raise Trouble(
            f"this is {dist}, which has no row in {TABLE.relative_to(ROOT)} (missing here: {', '.join(wanted)})",
            "Install PostgreSQL with PostGIS, Redis and nginx yourself and run this again, or add a row of package names.",
        )
    row = table[dist]
    known = {**row["serve"], **row["test"], "python": row["python"]}
    return [package for thing in wanted for package in known[thing]]


def postgres_bin(roots: list[Path]) -> Path | None:
    """The newest PostgreSQL here that also has PostGIS."""
    found = []
    for root in roots:
        for program in glob.glob(str(root / "usr/lib/postgresql/*/bin/initdb")):
            version = Path(program).parts[-3]
            if (root / f"usr/share/postgresql/{version}/extension/postgis.control").is_file():
                found.append((int(version), Path(program).parent))
    return max(found)[1] if found else None


def _program(name: str, roots: list[Path]) -> Path | None:
    for root in roots:
        for folder in ("usr/sbin", "usr/bin", "usr/local/bin", "usr/local/sbin"):
            if os.access(root / folder / name, os.X_OK):
                return root / folder / name
    found = shutil.which(name)
    return Path(found) if found else None


def chromium() -> Path | None:
    """A Chromium for the journeys; LUQIN_CHROMIUM names another one."""
    return _program(os.environ.get("LUQIN_CHROMIUM", "chromium"), [SYSTEM])


def _fonts(roots: list[Path]) -> bool:
    return any((root / FONT.relative_to("/")).is_file() for root in roots)


def missing(roots: list[Path], *, need_database: bool, need_redis: bool, for_tests: bool) -> list[str]:
    """The things that are not here."""
    lacking = []
    if need_database and postgres_bin(roots) is None:
        lacking.append("postgis")
    if need_redis and _program("redis-server", roots) is None:
        lacking.append("redis")
    if _program("nginx", roots) is None:
        lacking.append("nginx")
    if for_tests and chromium() is None:
        lacking.append("chromium")
    if not _fonts([SYSTEM] if for_tests else roots):  # unpacked ones are none to a browser
        lacking.append("fonts")
    return lacking


def provide(
    logs: Path, *, need_database: bool = True, need_redis: bool = True, for_tests: bool = False
) -> Programs:
    """Find the programs; install or unpack what is missing.

    LUQIN_PACKAGES chooses the way: `apt`, `unpack`, or `list` (only say what to install).

    :raises Trouble: something is missing and can't be had
    """
    roots = [SYSTEM, UNPACKED]
    lacking = missing(roots, need_database=need_database, need_redis=need_redis, for_tests=for_tests)
    if lacking:
        names = names_for(distribution(), lacking)
        say.line(f"    missing: {', '.join(lacking)}; packages: {' '.join(names)}")
        fetch(names, logs)
        still = missing(roots, need_database=need_database, need_redis=need_redis, for_tests=for_tests)
        if still:
            raise Trouble(
                f"still missing after installing: {', '.join(still)}", f"Install by hand: {' '.join(names)}"
            )
    bin_folder = postgres_bin(roots) or Path("/usr/bin")
    redis, nginx = _program("redis-server", roots), _program("nginx", roots)
    return Programs(
        postgres_bin=bin_folder,
        redis=redis or Path("redis-server"),
        nginx=nginx or Path("nginx"),
        mime_types=next(
            (one for root in roots if (one := root / "etc/nginx/mime.types").is_file()), Programs.mime_types
        ),
        environment=_library_environment(UNPACKED),
    )


def fetch(names: list[str], logs: Path) -> None:
    """Install these packages, or unpack them.

    :raises Trouble: neither can be done; it lists them
    """
    way = os.environ.get("LUQIN_PACKAGES", "")
    by_hand = f"Install by hand, as root: apt-get install {' '.join(names)}"
    if way == "list" or shutil.which("apt-get") is None:
        raise Trouble("packages are missing", by_hand)
    prefix = _as_root()
    if way == "apt" and prefix is None:
        raise Trouble("apt was asked for, but this is neither root nor a user with sudo", by_hand)
    if prefix is not None and way != "unpack":
        _install(names, prefix, logs, by_hand)
    else:
        _unpack(names, UNPACKED, logs, by_hand)


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def _install(names: list[str], prefix: list[str], logs: Path, by_hand: str) -> None:
    apt = [
        *prefix,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-o",
        f"DPkg::Lock::Timeout={LOCK_WAIT_S}",
    ]
    say.run([*apt, "update"], log=logs / "apt-update.log", todo=f"Is the network there? {by_hand}")
    mine = not POLICY.exists()
    if mine:
        write = f"umask 022 && printf %s {shlex.quote(KEEP_SERVICES_DOWN)} > {POLICY} && chmod 755 {POLICY}"
        say.run([*prefix, "sh", "-c", write], log=logs / "policy.log", todo=by_hand)
    try:
        say.run(
            [*apt, "install", "-y", "--no-install-recommends", *names],
            log=logs / "apt-install.log",
            todo=by_hand,
        )
    finally:
        if mine:
            say.run([*prefix, "rm", "-f", POLICY], log=logs / "policy.log", todo=f"Remove {POLICY}, as root.")


def _unpack(names: list[str], unpacked: Path, logs: Path, by_hand: str) -> None:
    """Download the packages and all they need that isn't installed, and unpack them; needs no rights at all."""
    state = unpacked / "apt"
    for folder in (state / "lists" / "partial", state / "cache" / "archives" / "partial", unpacked / "debs"):
        folder.mkdir(parents=True, exist_ok=True)
    own = [
        "-o",
        f"Dir::State::lists={state}/lists",
        "-o",
        f"Dir::Cache={state}/cache",
        "-o",
        "Debug::NoLocking=1",
    ]
    say.run(["apt-get", *own, "update"], log=logs / "apt-update.log", todo=f"Is the network there? {by_hand}")
    plan = subprocess.run(
        ["apt-get", *own, "-s", "--no-install-recommends", "install", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    if plan.returncode:
        raise Trouble("apt can't find these packages", by_hand, plan.stdout + plan.stderr)
    every = re.findall(r"^Inst (\S+)", plan.stdout, re.MULTILINE)
    say.run(
        ["apt-get", *own, "download", *every],
        log=logs / "apt-download.log",
        todo=by_hand,
        cwd=unpacked / "debs",
    )
    for package in sorted((unpacked / "debs").glob("*.deb")):
        say.run(
            ["dpkg", "-x", package, unpacked],
            log=logs / "unpack.log",
            todo=f"Is there space in {unpacked}? {by_hand}",
        )
        package.unlink()
    # what update-alternatives would have linked
    for versioned in unpacked.glob("usr/share/postgresql/*/extension/postgis*-3.control"):
        shutil.copy(versioned, versioned.with_name(versioned.name.replace("-3.control", ".control")))


def _library_environment(unpacked: Path) -> dict[str, str]:
    if not unpacked.is_dir():
        return {}
    folders = sorted(
        {str(Path(one).parent) for one in glob.glob(str(unpacked / "**/lib/**/*.so*"), recursive=True)}
    )
    # PostgreSQL's and nginx's own modules are found by them, not by the loader
    folders = [one for one in folders if "/postgresql/" not in one and "/nginx/" not in one]
    found = {"LD_LIBRARY_PATH": ":".join(folders)} if folders else {}
    if (unpacked / "usr/share/proj/proj.db").is_file():
        # PostGIS looks for its map projections where its package would have put them
        found["PROJ_LIB"] = found["PROJ_DATA"] = str(unpacked / "usr/share/proj")
    return found
