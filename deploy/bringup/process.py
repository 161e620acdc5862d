"""Start programs so that none is ever left behind, and stop them in good order.

Each runs in a session of its own (Ctrl-C reaches only us) and asks the kernel for a signal when we die, however we die. The kernel
counts the death of the *thread* that started it, so start programs from the main thread only.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _tie(parent: int, death: signal.Signals, user: pwd.struct_passwd | None) -> Callable[[], None]:
    def before_exec() -> None:
        if user is not None:
            os.initgroups(user.pw_name, user.pw_gid)
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        # after the change of user, which clears it
        _libc.prctl(PR_SET_PDEATHSIG, int(death), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)  # the parent died before the kernel knew

    return before_exec


def start(
    argv: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str],
    cwd: Path,
    user: str | None = None,
    death: signal.Signals = signal.SIGTERM,
) -> "subprocess.Popen[bytes]":
    """Start a program that ends with us; what it says is added to `log`."""
    account = pwd.getpwnam(user) if user else None
    with log.open("ab") as out:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd="/" if user else cwd,
            start_new_session=True,
            preexec_fn=_tie(os.getpid(), death, account),
        )


def signal_group(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Send to the program and all that it started."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def stop(
    process: "subprocess.Popen[bytes]", *, how: signal.Signals = signal.SIGTERM, wait_s: float = 10
) -> None:
    """Ask it to end, wait, and then make it end together with everything it started."""
    if process.poll() is None:
        try:
            process.send_signal(how)
            process.wait(wait_s)
        except subprocess.TimeoutExpired:
            signal_group(process, signal.SIGKILL)
            process.wait(10)
    # a worker that its master did not take along
    signal_group(process, signal.SIGKILL)


def wait_until(answers: Callable[[], bool], *, within_s: float, every_s: float = 0.05) -> bool:
    """Ask again and again; whether it answered in time."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if answers():
            return True
        time.sleep(every_s)
    return answers()


def is_running(pid: int, *words: str) -> bool:
    """Whether this process lives and its command line has all these words (numbers are used again by the system)."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z" and all(word in command for word in words)
