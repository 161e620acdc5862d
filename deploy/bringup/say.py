"""Say what is being done, how long it took, and, when it fails, what is wrong and what to do."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

LAST_LINES = 25
HEARTBEAT_S = 10.0


class Trouble(Exception):
    """Something that keeps the product from standing: what is wrong, what to do about it, and what a program said."""

    def __init__(self, what: str, todo: str, said: str = "") -> None:
        super().__init__(what)
        self.what, self.todo, self.said = what, todo, said

    def text(self) -> str:
        """For a person: the program's last words, then what is wrong and what to do."""
        said = "".join(f"    | {line}\n" for line in self.said.splitlines()[-LAST_LINES:])
        return f"{said}  wrong:   {self.what}\n  to do:   {self.todo}"


def line(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say the step's name before it, and how long it took after it."""
    begun = time.monotonic()
    print(f"  {name} …", flush=True)
    yield
    print(f"  {name}: done in {time.monotonic() - begun:.1f} s", flush=True)


def run(
    argv: Sequence[str | Path],
    *,
    log: Path,
    todo: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    show: bool = False,
) -> None:
    """Run a program to its end. What it says goes to `log` (to the screen with `show`); the screen says that it still runs.

    :raises Trouble: it can't be started or ends with another status than 0
    """
    name = " ".join(str(part) for part in argv[:4])
    log.parent.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with log.open("w") as out:
        out.write("$ " + " ".join(str(part) for part in argv) + "\n")
        out.flush()
        try:
            process = subprocess.Popen(
                [str(part) for part in argv],
                stdout=None if show else out,
                stderr=None if show else subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=env,
                cwd=cwd,
            )
        except OSError as reason:
            raise Trouble(f"{name} can't be started: {reason}", todo) from reason
        try:
            while not _ended(process, HEARTBEAT_S):
                if not show:
                    beat = time.monotonic() - begun
                    print(f"    … {beat:.0f} s: {last_line(log)[:100]}", flush=True)
        except BaseException:
            process.terminate()
            process.wait(10)
            raise
    if process.returncode:
        raise Trouble(f"{name} ended with status {process.returncode}", todo, tail(log))


def _ended(process: "subprocess.Popen[bytes]", within_s: float) -> bool:
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def last_line(log: Path) -> str:
    """The last line that isn't empty, or nothing."""
    lines = [one.strip() for one in tail(log).splitlines() if one.strip()]
    return lines[-1] if lines else ""


def tail(log: Path, lines: int = LAST_LINES) -> str:
    """The end of a log, or a sentence that says there is none."""
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 16_000))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(it said nothing)"


def fail(trouble: Trouble) -> int:
    """Print the trouble; the exit status to end with."""
    print(trouble.text(), file=sys.stderr, flush=True)
    return 1
