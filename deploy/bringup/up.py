"""`deploy/up`: one command from a clone to a running product."""

import argparse
import fcntl
import json
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import TextIO

from deploy.bringup import authority, environment, frontend, packages, process, say
from deploy.bringup.places import ROOT, DataFolder
from deploy.bringup.say import Trouble
from deploy.bringup.stack import Stack, ask

SHOWN_OF_A_ROLE = 2
GIVEN = ("DATABASE_URL", "REDIS_URL")


class Stopped(BaseException):
    """Ctrl-C or SIGTERM: stop everything in good order."""


def arguments(words: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="deploy/up",
        description="Install what is missing, and run the whole product with a demonstration city.",
        epilog='DATABASE_URL and REDIS_URL name servers to use instead of private ones; LUQIN_CITY="--violations 50 --tasks 6"'
        " makes a small city. All that can be chosen: deploy/docs/bringup.md.",
    )
    parser.add_argument(
        "--check", action="store_true", help="say which part is down, and end (status 1 if one is)"
    )
    parser.add_argument(
        "--lan",
        nargs="?",
        const="",
        metavar="NAME",
        help="answer handhelds in this network, with TLS; NAME: under which they reach this machine, where its address isn't the one",
    )
    parser.add_argument(
        "--data", type=Path, default=ROOT / ".data", metavar="DIR", help="data folder (.data)"
    )
    parser.add_argument(
        "--port", type=int, metavar="N", help="port of the one address (8000, or the next free one)"
    )
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Run the command; the exit status."""
    asked = arguments(words)
    data = DataFolder(asked.data.absolute())
    try:
        if asked.check:
            return check(data)
        if os.environ.get("LUQIN_MODE", "demo") != "demo":
            raise Trouble(
                f"LUQIN_MODE is {os.environ['LUQIN_MODE']}, and deploy/up runs a demonstration only",
                "Unset LUQIN_MODE. For real work see deploy/machine/README.md.",
            )
        return up(data, lan=asked.lan, port=asked.port)
    except Trouble as trouble:
        return say.fail(trouble)


def up(data: DataFolder, *, lan: str | None, port: int | None) -> int:
    """Bring everything up, stay until told to stop, and leave no process. `lan` is None for loopback only, else a name or ""."""
    begun = time.monotonic()
    data.furnish()
    lock = _alone(data)
    external = {name: os.environ[name] for name in GIVEN if os.environ.get(name)}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stopped)
    try:
        with say.step("programs"):
            packages.provide(
                data.logs,
                need_database="DATABASE_URL" not in external,
                need_redis="REDIS_URL" not in external,
            )
        with say.step("Python environment"):
            environment.provide(environment.SERVE, logs=data.logs)
        with say.step("front end"):
            frontend.build(data.logs)
        network = authority.provide(data, lan) if lan is not None else None
        with Stack(data, web_port=port, lan=network, external=external) as stack:
            stack.prepare()
            with say.step("parts"):
                stack.serve()
            _tell(stack, time.monotonic() - begun)
            _stay(stack)
    except Stopped:
        say.line("stopped: no process is left")
    finally:
        lock.close()
    return 0


def check(data: DataFolder) -> int:
    """Say of each part whether it is up; 1 when one is down."""
    try:
        state = json.loads(data.state_file.read_text())
    except (OSError, ValueError):
        say.line(f"down: nothing runs from {data.path}. Start it with deploy/up.")
        return 1
    down = [name for name, pid in state["pids"].items() if not process.is_running(pid)]
    answers = ask(state["ports"], state["address"])
    down += [f"up (process {state['up']})"] if not process.is_running(state["up"]) else []
    for name in sorted(state["pids"]):
        said = [one for one in answers if one.split(":")[0] in (name, _ALSO.get(name))]
        if name in down:
            say.line(f"  {name:<9} DOWN: its process is gone")
        elif said:
            say.line(f"  {name:<9} DOWN: {said[0].partition(': ')[2]}")
        else:
            say.line(f"  {name:<9} up")
    for name in state.get("waiting", []):
        say.line(f"  {name:<9} DOWN: it ended and is started again soon; see {data.logs / name}.log")
    if down or answers or state.get("waiting"):
        for one in answers:
            say.line(f"! {one}")
        say.line(f"logs: {data.logs}")
        return 1
    say.line(f"all parts answer at {state['address']}")
    return 0


_ALSO = {"postgres": "database"}


def _tell(stack: Stack, seconds: float) -> None:
    say.line("")
    say.line(f"Luqin answers at {stack.address}  (up in {seconds:.1f} s)")
    say.line(f"  citizens   {stack.address}/")
    say.line(f"  officers   {stack.address}/app/")
    say.line(f"  leaders    {stack.address}/desk/")
    if stack.lan:
        say.line("")
        say.line("Handhelds must trust this machine's authority first (once each):")
        say.line(
            f"  1. open  http://{stack.lan.host}:{stack.ports['plain']}/luqin-authority.crt  on the handheld"
        )
        say.line(
            "  2. Android: Settings > Security > Encryption & credentials > Install a certificate > CA certificate"
        )
        say.line(f"  3. compare its SHA-256: {authority.fingerprint(stack.lan.authority)}")
        say.line("Everybody in this network can reach the demonstration now; its passwords are below.")
    if stack.data.accounts_file.is_file():
        say.line("")
        for one in _a_few(stack.data.accounts_file.read_text()):
            say.line(one)
        say.line(f"all of them: {stack.data.accounts_file}")
    say.line("")
    say.line("Ctrl-C stops everything. From another window: deploy/up --check")


def _a_few(accounts: str) -> list[str]:
    """The file's headings, two people of each role, and the citizens' examples; there are dozens."""
    kept, shown = [], Counter[str]()
    for one in accounts.splitlines():
        columns = one.split("\t")
        role = columns[1] if len(columns) > 3 and not one.startswith("#") else ""
        shown[role] += 1
        if not role or shown[role] <= SHOWN_OF_A_ROLE:
            kept.append(one)
    return kept


def _stay(stack: Stack) -> None:
    while True:
        stack.supervisor.look()
        time.sleep(0.25)


def _stopped(number: int, frame: FrameType | None) -> None:
    # the second one, from somebody in a hurry, must not break the stopping
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    say.line("\nstopping …")
    raise Stopped


def _alone(data: DataFolder) -> TextIO:
    """Hold the data folder's lock; two stacks on one database would be two sealers."""
    lock = (data.run / "up.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as reason:
        lock.close()
        raise Trouble(
            f"another deploy/up already runs from {data.path}",
            "Use that one (deploy/up --check), stop it, or start a second one with --data DIR.",
        ) from reason
    return lock


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
