"""The one table of parts: what runs, with which command, and how each says that it is well.

`deploy/up` starts them as processes, machine/compose.yaml as containers; a test holds the two together.
"""

from dataclasses import dataclass

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"
COMPOSE_PORTS = {"rest": 8001, "sockets": 8002}


@dataclass(frozen=True)
class Part:
    """A program of the product's own. `command` begins with the environment's Python; {host} and ports are filled in."""

    name: str
    does: str
    command: str

    def argv(self, python: str, *, host: str, ports: dict[str, int], run: str) -> list[str]:
        """The command to run. `run` is a folder for what lives only while it runs."""
        return [python, *(word.format(host=host, run=run, **ports) for word in self.command.split())]


PARTS = (
    Part(
        "sealer",
        "gives entries their numbers and signs checkpoints",
        "manage.py seal",
    ),
    Part(
        "rest",
        "answers the API and the citizen's pages",
        "-m granian --interface wsgi --host {host} --port {rest} --workers 2 --blocking-threads 4 --no-ws"
        " --respawn-failed-workers --log-level warning deploy.wsgi:application",
    ),
    Part(
        "sockets",
        "holds the open lines",
        "manage.py sockets --host {host} --port {sockets}",
    ),
    Part(
        "announce",
        "tells the open lines that there is news",
        "manage.py announce",
    ),
    Part(
        "timers",
        "escalates, expires and sweeps from PostgreSQL alone",
        "manage.py timers",
    ),
    Part(
        "worker",
        "makes renditions and other things that may wait",
        "-m celery -A deploy.worker worker --concurrency 2 --without-gossip --without-mingle --loglevel WARNING"
        " --hostname luqin@%h",
    ),
    Part(
        "beat",
        "calls the worker's regular jobs",
        "-m celery -A deploy.worker beat --loglevel WARNING --schedule {run}/beat --pidfile=",
    ),
)
