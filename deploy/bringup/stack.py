"""The whole product as processes on one machine: for `deploy/up`, for journeys in a browser, for benchmarks.

with Stack(DataFolder(folder)) as stack:
    stack.prepare(city=["--violations", "50"])
    stack.serve()
    ... stack.address, stack.environment(), stack.kill("redis"), stack.launch("redis") ...
"""

import json
import os
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType

from deploy.bringup import city, environment, frontend, nginx, packages, process, say
from deploy.bringup.database import Database
from deploy.bringup.doorbell import Doorbell
from deploy.bringup.packages import Programs
from deploy.bringup.parts import LOOPBACK, PARTS
from deploy.bringup.places import ROOT, DataFolder
from deploy.bringup.say import Trouble
from deploy.bringup.supervisor import Running, Supervisor

ANSWER_WITHIN_S = 150.0
"""Seconds on an idle machine; this is for a busy one."""
ASK_S = 5.0


@dataclass(frozen=True)
class Lan:
    """For handhelds: the names under which this machine is reached, and the certificate for them."""

    host: str
    hosts: tuple[str, ...]
    certificate: Path
    key: Path
    authority: Path


@dataclass
class Stack:
    """One running product. Use it as a context: what it started ends with it."""

    data: DataFolder
    web_port: int | None = None
    lan: Lan | None = None
    external: Mapping[str, str] = field(default_factory=dict)
    """DATABASE_URL and REDIS_URL of servers that are there already; empty: private ones."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """More environment for the parts."""
    durable: bool = True
    """False: it is thrown away at the end, so it need not survive a power cut."""
    programs: Programs = field(init=False)
    ports: dict[str, int] = field(init=False)
    supervisor: Supervisor = field(init=False)

    def __enter__(self) -> "Stack":
        self.data.furnish()
        self.programs = packages.provide(
            self.data.logs,
            need_database="DATABASE_URL" not in self.external,
            need_redis="REDIS_URL" not in self.external,
        )
        self.ports = self.data.ports(self.web_port)
        self.supervisor = Supervisor(changed=self._remember)
        self.database = Database(self.data, self.programs, self.ports["postgres"], self.durable)
        self.doorbell = Doorbell(self.data, self.programs, self.ports["redis"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.supervisor.stop()
        self.data.state_file.unlink(missing_ok=True)
        if not self.durable:
            self.database.discard()

    @property
    def address(self) -> str:
        """What a person opens; the one origin."""
        if self.lan:
            return f"https://{self.lan.host}:{self.ports['web']}"
        return f"http://localhost:{self.ports['web']}"

    def environment(self) -> dict[str, str]:
        """What every part of this stack runs under."""
        own = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LUQIN_", "PG", "DJANGO_"))
            # each part would compile the product anew, which is half of what a start takes
            and name != "PYTHONDONTWRITEBYTECODE"
        }
        hosts = ["localhost", "127.0.0.1", "[::1]", *(self.lan.hosts if self.lan else ())]
        return {
            **own,
            "DJANGO_SETTINGS_MODULE": "deploy.settings",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "LUQIN_MODE": "demo",
            "LUQIN_DATA": str(self.data.path),
            "LUQIN_ORIGIN": self.address,
            "LUQIN_HOSTS": ",".join(hosts),
            "LUQIN_LAN": "1" if self.lan else "0",
            "LUQIN_SECRET_KEY": self.data.secret("django"),
            "LUQIN_LOOKUP_KEY": self.data.secret("lookup"),
            "DATABASE_URL": self.external.get("DATABASE_URL", self.database.url),
            "REDIS_URL": self.external.get("REDIS_URL", self.doorbell.url),
            **self.extra,
        }

    def start_stores(self) -> None:
        """Start the private database and Redis, those that aren't given, and wait until they answer."""
        if "DATABASE_URL" not in self.external:
            self._add("postgres", self.database.start, signal.SIGINT, 30.0, self.database.prepare)
        if "REDIS_URL" not in self.external:
            self._add("redis", self.doorbell.start)
        if "DATABASE_URL" not in self.external:
            self._await("postgres", self.database.answers)
            self.database.furnish()
        if "REDIS_URL" not in self.external:
            self._await("redis", self.doorbell.answers)

    def prepare(self, city_options: Sequence[str] | None = ()) -> None:
        """Stores, tables, the log's key and the demonstration city (None: no city). What is done already is not done again."""
        self.start_stores()
        with say.step("tables and keys"):
            city.migrate(self.data, self.environment())
        if city_options is not None:
            city.make_once(self.data, self.environment(), city_options)

    def serve(self) -> None:
        """Start the product's own parts and the web server, and wait until all answer."""
        python = str(environment.python())
        for part in PARTS:
            argv = part.argv(python, host=LOOPBACK, ports=self.ports, run=str(self.data.run))
            env = {**self.environment(), "LUQIN_PART": part.name}
            self._add(part.name, partial(self._start, part.name, argv, env))
        conf = nginx.write(self._site(), self.data.run)
        argv = [str(self.programs.nginx), "-e", "stderr", "-p", str(self.data.run), "-c", str(conf)]
        env = {"PATH": "/usr/sbin:/usr/bin:/bin", **self.programs.environment}
        self._add("nginx", partial(self._start, "nginx", argv, env))
        self._await("all parts", self.is_ready)

    def is_ready(self) -> bool:
        """Whether every part answers, asked through the front door."""
        return not self.supervisor.down() and not self.unready()

    def unready(self) -> list[str]:
        """What doesn't answer, each with what it said."""
        return ask(self.ports, self.address)

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Kill a part and keep it down."""
        self.supervisor.kill(name, how)

    def launch(self, name: str) -> None:
        """Start a killed part again, and wait until it answers where that can be asked."""
        self.supervisor.launch(name)
        asks = {"postgres": self.database.answers, "redis": self.doorbell.answers}
        if name in asks:
            self._await(name, asks[name])

    def pids(self) -> dict[str, int]:
        """Process id of each part that runs."""
        return {
            name: part.process.pid
            for name, part in self.supervisor.parts.items()
            if part.process is not None and part.process.poll() is None
        }

    def _start(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        return process.start(argv, log=self.data.logs / f"{name}.log", env=env, cwd=ROOT)

    def _add(
        self,
        name: str,
        start: Callable[[], "subprocess.Popen[bytes]"],
        how: signal.Signals = signal.SIGTERM,
        wait_s: float = 10.0,
        before: Callable[[], None] | None = None,
    ) -> None:
        log = self.data.logs / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        self.supervisor.add(Running(name, start, lambda: say.tail(log, 8), how, wait_s, before))

    def _await(self, name: str, answers: Callable[[], bool]) -> None:
        until = time.monotonic() + ANSWER_WITHIN_S
        while not answers():
            self.supervisor.look()
            if time.monotonic() > until:
                silent = self.unready() if name == "all parts" else [name]
                logs = "\n".join(
                    f"[{one}]\n" + say.tail(self.data.logs / f"{one.split(':')[0]}.log", 8) for one in silent
                )
                raise Trouble(
                    f"no answer within {ANSWER_WITHIN_S:.0f} s from: {'; '.join(silent)}",
                    f"The logs are in {self.data.logs}",
                    logs,
                )
            time.sleep(0.1)

    def _site(self) -> nginx.Site:
        web = self.ports["web"]
        return nginx.Site(
            origin=self.address,
            listen=f"0.0.0.0:{web}" if self.lan else f"127.0.0.1:{web}",
            rest=f"{LOOPBACK}:{self.ports['rest']}",
            sockets=f"{LOOPBACK}:{self.ports['sockets']}",
            run=str(self.data.run),
            dist=str(frontend.DIST),
            tiles=str(self.data.path / "tiles"),
            access_log=str(self.data.logs / "access.log"),
            mime_types=str(self.programs.mime_types),
            certificate=str(self.lan.certificate) if self.lan else "",
            key=str(self.lan.key) if self.lan else "",
            authority=str(self.lan.authority) if self.lan else "",
            plain_listen=f"0.0.0.0:{self.ports['plain']}" if self.lan else "",
        )

    def _remember(self) -> None:
        self.data.state_file.write_text(
            json.dumps({"address": self.address, "ports": self.ports, "pids": self.pids(), "up": os.getpid()})
        )


def ask(ports: Mapping[str, int], address: str) -> list[str]:
    """What doesn't answer at these ports: asked as a browser would, and the rest from the server's own word.

    The web server's certificate isn't judged here: this asks whether it answers.
    """
    wrong = []
    try:
        _get(f"http://{LOOPBACK}:{ports['sockets']}/alive")
    except OSError as reason:
        wrong.append(f"sockets: {reason}")
    scheme = address.partition(":")[0]
    try:
        body = _get(f"{scheme}://{LOOPBACK}:{ports['web']}/api/ready")
    except urllib.error.HTTPError as refusal:
        body = refusal.read()
    except TimeoutError:
        # the web server took the question and waits itself
        return [*wrong, f"rest: no answer within {ASK_S:.0f} s"]
    except OSError as reason:
        return [*wrong, f"nginx: {reason}"]
    try:
        parts = json.loads(body)["parts"]
    except (ValueError, KeyError):
        return [*wrong, "rest: the web server gets no answer from it"]
    return wrong + [f"{part['name']}: {part['said']}" for part in parts if not part["up"]]


def _get(url: str) -> bytes:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    # no proxy of the environment stands between us and ourselves
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    with opener.open(url, timeout=ASK_S) as answer:
        body: bytes = answer.read()
    return body
