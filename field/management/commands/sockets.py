"""`manage.py sockets`: serve the open lines. One process; its limits stand here and nowhere else."""

import logging
import socket
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from field.live.consumer import LARGEST_FRAME
from field.live.hub import SLOW_AFTER_S

PING_EVERY_S = 20.0
PONG_WITHIN_S = 20.0
"""A half-open line is found dead after at most forty seconds."""
WAITING_TO_BE_ACCEPTED = 2048


class Command(BaseCommand):
    help = "Serves /ws/. Ends on SIGTERM or SIGINT."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8001)
        parser.add_argument("--application", default=settings.ASGI_APPLICATION, help="for tests and figures")
        parser.add_argument("--ping-every", type=float, default=PING_EVERY_S, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        name, _, attribute = options["application"].rpartition(".")
        config = uvicorn.Config(
            f"{name}:{attribute}",
            ws_ping_interval=options["ping_every"],
            ws_ping_timeout=min(PONG_WITHIN_S, options["ping_every"]),
            ws_max_size=LARGEST_FRAME,
            # twenty bytes don't get smaller, and a compressor a line costs more memory than all the rest of it
            ws_per_message_deflate=False,
            lifespan="off",
            access_log=False,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=3,
        )
        logging.getLogger("uvicorn.error").addFilter(is_ours)
        uvicorn.Server(config).run(sockets=[listening(options["host"], options["port"])])


def is_ours(line: logging.LogRecord) -> bool:
    """Keep out of the log what a client did wrong: bytes that are no text would else put a traceback there each time."""
    return not (line.exc_info and isinstance(line.exc_info[1], UnicodeDecodeError))


def listening(host: str, port: int) -> socket.socket:
    """A listening socket whose connections the kernel gives up when the peer takes nothing for as long as a slow line may."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ours = socket.socket(family, socket.SOCK_STREAM)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Without this a closed line whose buffer is full would stay until its peer reads: for ever, if it never does.
    ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(SLOW_AFTER_S * 1000))
    ours.bind((host, port))
    ours.listen(WAITING_TO_BE_ACCEPTED)
    return ours
