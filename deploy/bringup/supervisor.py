"""Keep the parts running: one that dies is started again, later each time, and it is said. One thread, no more."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.bringup import process, say

FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0
STEADY_AFTER_S = 60.0
"""Who has run this long starts with a short wait again."""


@dataclass
class Running:
    """One part that should be running."""

    name: str
    start: Callable[[], "subprocess.Popen[bytes]"]
    last_words: Callable[[], str]
    how_to_stop: signal.Signals = signal.SIGTERM
    wait_s: float = 10.0
    before: Callable[[], None] | None = None
    """What has to be cleared away before it may start again."""
    process: "subprocess.Popen[bytes] | None" = None
    since: float = 0.0
    next_wait_s: float = FIRST_WAIT_S
    due: float | None = None
    wanted: bool = True


@dataclass
class Supervisor:
    """Starts, watches and stops; `changed` is called whenever a process was started or has ended."""

    changed: Callable[[], None] = lambda: None
    parts: dict[str, Running] = field(default_factory=dict)

    def add(self, part: Running) -> None:
        """Start a part and watch it from now on."""
        self.parts[part.name] = part
        self._launch(part)

    def _launch(self, part: Running) -> None:
        if part.before:
            part.before()
        part.process, part.since, part.due, part.wanted = part.start(), time.monotonic(), None, True
        self.changed()

    def look(self) -> None:
        """Notice who has died, and start again whose waiting time is over. Call it a few times a second."""
        now = time.monotonic()
        for part in self.parts.values():
            if not part.wanted:
                continue
            if part.due is not None:
                if now >= part.due:
                    self._launch(part)
                continue
            if part.process is None or part.process.poll() is None:
                continue
            process.signal_group(part.process, signal.SIGKILL)
            if now - part.since > STEADY_AFTER_S:
                part.next_wait_s = FIRST_WAIT_S
            say.line(
                f"! {part.name} ended with status {part.process.returncode}; it is started again in {part.next_wait_s:g} s"
            )
            for one in part.last_words().splitlines()[-8:]:
                say.line(f"    | {one}")
            part.due = now + part.next_wait_s
            part.next_wait_s = min(part.next_wait_s * 2, LONGEST_WAIT_S)
            self.changed()

    def down(self) -> list[str]:
        """Names of wanted parts that don't run now."""
        return [
            part.name
            for part in self.parts.values()
            if part.wanted and (part.process is None or part.process.poll() is not None)
        ]

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a part and all its children at once, and don't start it again until `launch`: for drills."""
        part = self.parts[name]
        part.wanted = False
        if part.process is not None:
            process.signal_group(part.process, how)
            part.process.wait(30)
            process.signal_group(part.process, signal.SIGKILL)
        self.changed()

    def launch(self, name: str) -> None:
        """Start a part that was killed."""
        self._launch(self.parts[name])

    def stop(self) -> None:
        """Stop all, those that were started last first; the ones in between at the same time would be quicker but lose requests."""
        for part in reversed(list(self.parts.values())):
            part.wanted = False
            if part.process is not None and part.process.poll() is None:
                part.process.send_signal(part.how_to_stop)
        for part in reversed(list(self.parts.values())):
            if part.process is not None:
                process.stop(part.process, how=part.how_to_stop, wait_s=part.wait_s)
        self.parts.clear()
