"""Run the checks, go on after a failure, and say how long each took.

Those that need no server run in two lanes side by side, the server's language in one and the browser's in the other. What measures or
starts servers runs alone, after them.
"""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.bringup import process, say
from deploy.bringup.places import ROOT
from deploy.bringup.say import Trouble
from deploy.verify.counts import Count, of_status

HEARTBEAT_S = 30.0
SHOWN_OF_A_FAILURE = 80
"""Lines."""


@dataclass(frozen=True)
class Check:
    """One check: a program to run, and how to count what it found."""

    name: str
    argv: Sequence[str | Path] = ()
    cwd: Path = ROOT
    limit_s: float = 600
    fast: bool = False
    """Needs no server and takes seconds."""
    lane: str = ""
    """Where it may run beside others; empty: alone."""
    after: tuple[str, ...] = ()
    """Names of what must have gone well before; where it has not, this fails without being run."""
    do: Callable[[Path], None] | None = None
    """Instead of a program: a function of the log's path that raises Trouble."""
    count: Callable[[int], Count] = of_status


@dataclass
class Run:
    """A run over many checks."""

    logs: Path
    environment: Mapping[str, str]
    total: Count = field(default_factory=Count)
    lines: list[str] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    _telling: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def all(self, checks: Sequence[Check]) -> None:
        """The lanes side by side, then the rest one after the other."""
        lanes = {
            check.lane: [one for one in checks if one.lane == check.lane] for check in checks if check.lane
        }
        threads = [threading.Thread(target=self._lane, args=(mine,)) for mine in lanes.values()]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self._lane([check for check in checks if not check.lane])
        except BaseException:
            self._stopping.set()
            for thread in threads:
                thread.join()
            raise

    def _lane(self, checks: Sequence[Check]) -> None:
        for check in checks:
            if not self._stopping.is_set():
                self.check(check)

    def check(self, check: Check) -> None:
        """Run it; print a line with its time, and the end of its log when it failed."""
        hindered = [name for name in check.after if name in self.failed]
        begun = time.monotonic()
        log = self.logs / f"{check.name}.log"
        print(f"▸ {check.name}", flush=True)
        if hindered:
            log.write_text(f"not run: {', '.join(hindered)} failed\n")
            count = Count(failed=1)
        elif check.do:
            count = of_status(self._do(check.do, log))
        else:
            count = check.count(self._program(check, log))
        line = f"{check.name:<14} {count.line():<36} {time.monotonic() - begun:7.1f} s"
        with self._telling:
            if count.failed:
                self.failed.add(check.name)
                print(say.tail(log, SHOWN_OF_A_FAILURE), flush=True)
                print(f"✗ {line}   (all of it: {log})", flush=True)
            else:
                print(f"✓ {line}", flush=True)
            self.lines.append(("✗ " if count.failed else "✓ ") + line)
            self.total += count

    def _do(self, do: Callable[[Path], None], log: Path) -> int:
        try:
            do(log)
        except Trouble as trouble:
            with log.open("a") as out:
                out.write(trouble.text() + "\n")
            return 1
        return 0

    def _program(self, check: Check, log: Path) -> int:
        begun = beat = time.monotonic()
        log.write_text("$ " + " ".join(str(word) for word in check.argv) + "\n")
        try:
            program = process.start(check.argv, log=log, env=self.environment, cwd=check.cwd)
        except OSError as reason:
            log.write_text(f"can't be started: {reason}\n")
            return 127
        try:
            while program.poll() is None:
                time.sleep(0.05)
                now = time.monotonic()
                if self._stopping.is_set():
                    process.stop(program)
                    return 130
                if now - beat > HEARTBEAT_S:
                    beat = now
                    print(f"  … {check.name}, {now - begun:.0f} s: {say.last_line(log)[-110:]}", flush=True)
                if now - begun > check.limit_s:
                    process.stop(program, how=signal.SIGINT, wait_s=15)
                    with log.open("a") as out:
                        out.write(f"\nstopped: not done within {check.limit_s:.0f} s\n")
                    return 124
        except BaseException:
            process.stop(program)
            raise
        # what the check itself left behind goes with it
        process.signal_group(program, signal.SIGKILL)
        return subprocess.Popen.poll(program) or 0
