"""Tables, the log's key, and the demonstration city: each made once, and the making is shown."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.bringup import environment, say
from deploy.bringup.places import ROOT, DataFolder, digest_of, is_fresh
from deploy.bringup.say import Trouble


def migrate(data: DataFolder, env: Mapping[str, str]) -> None:
    """Bring the tables up to the code's state and make the log's key if there is none."""
    stamp = data.path / "tables.stamp"
    digest = digest_of(list(ROOT.glob("*/migrations/*.py"))) + env["DATABASE_URL"]
    if not is_fresh(stamp, digest):
        manage(
            data, env, "migrate", "--no-input", todo="The database isn't as the migrations expect; see above."
        )
        stamp.touch(mode=0o600)
        stamp.write_text(digest)
    if not (data.path / "log" / "key").is_file():
        manage(data, env, "make_log_key", todo="See above.")


def make_once(data: DataFolder, env: Mapping[str, str], options: Sequence[str]) -> None:
    """Make the demonstration city, unless this data folder has it.

    :raises Trouble: it could not be made; the half-made one is said, since going on with it would be worse
    """
    stamp = data.path / "city.stamp"
    begun = data.path / "city.begun"
    if stamp.exists():
        _renew_catalogue(data, env)
        return
    if begun.exists():
        raise Trouble(
            "the demonstration city was begun here before and never finished",
            f"Remove {data.path} (it holds only the demonstration) and start again.",
        )
    begun.touch()
    # e.g. LUQIN_CITY="--violations 50 --tasks 6" where minutes matter
    options = [*options, *shlex.split(os.environ.get("LUQIN_CITY", ""))]
    say.line("  the demonstration city (once) …")
    started = time.monotonic()
    done = subprocess.run(
        [str(environment.python()), "manage.py", "make_city", *options],
        env=_for_reading(env),
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        raise Trouble(
            f"the demonstration city could not be made (status {done.returncode})",
            f"See above. Then remove {data.path} and start again.",
        )
    begun.rename(stamp)
    _catalogue_stamp(data).write_text(_catalogue())
    say.line(f"  the demonstration city: done in {time.monotonic() - started:.1f} s")


def _renew_catalogue(data: DataFolder, env: Mapping[str, str]) -> None:
    """Take newer tables of offences into a city that was made with older ones."""
    stamp = _catalogue_stamp(data)
    if is_fresh(stamp, _catalogue()):
        return
    manage(data, env, "renew_catalogue", todo="See above.")
    stamp.touch(mode=0o600)
    stamp.write_text(_catalogue())


def _catalogue_stamp(data: DataFolder) -> Path:
    return data.path / "catalogue.stamp"


def _catalogue() -> str:
    return digest_of(sorted((ROOT / "deploy" / "catalogue").glob("*.csv")))


def _for_reading(env: Mapping[str, str]) -> dict[str, str]:
    """A bar that moves is for a screen; in a file each move is a line, so there it moves seldom."""
    return dict(env) if sys.stderr.isatty() else {**env, "TQDM_MININTERVAL": "10"}


def manage(data: DataFolder, env: Mapping[str, str], *words: str, todo: str) -> None:
    """Run one of Django's commands to its end."""
    say.run(
        [environment.python(), "manage.py", *words],
        log=Path(data.logs) / f"{words[0]}.log",
        todo=todo,
        env=env,
        cwd=ROOT,
    )
