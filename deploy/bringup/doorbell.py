"""A private Redis: it only says "look now", so nothing of it is kept on disk."""

import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.bringup import process
from deploy.bringup.packages import Programs
from deploy.bringup.places import DataFolder

SETTINGS = """\
bind 127.0.0.1
port {port}
requirepass {password}
daemonize no
save ""
appendonly no
maxmemory 256mb
maxmemory-policy noeviction
dir "{folder}"
loglevel warning
"""


@dataclass
class Doorbell:
    """One Redis on loopback with a password of its own."""

    data: DataFolder
    programs: Programs
    port: int

    @property
    def url(self) -> str:
        """For REDIS_URL."""
        return f"redis://:{self.data.secret('redis')}@127.0.0.1:{self.port}/0"

    def start(self) -> "subprocess.Popen[bytes]":
        """Start it; it ends with us."""
        folder = self.data.run / "redis"
        folder.mkdir(exist_ok=True)
        # the password stands in a file for its owner, since everybody can read command lines
        conf = folder / "redis.conf"
        conf.touch(mode=0o600)
        conf.write_text(SETTINGS.format(port=self.port, password=self.data.secret("redis"), folder=folder))
        return process.start(
            [self.programs.redis, conf],
            log=self.data.logs / "redis.log",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **self.programs.environment},
            cwd=Path(folder),
        )

    def answers(self) -> bool:
        """Whether it says PONG."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.data.secret('redis')}\r\nPING\r\n".encode())
                with line.makefile("rb") as said:
                    return said.readline() == b"+OK\r\n" and said.readline() == b"+PONG\r\n"
        except OSError:
            return False
