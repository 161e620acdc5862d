"""A peer to measure beside: the `websockets` library's own broadcast, with nothing around it. A line on stdin is sent to all."""

import asyncio
import resource
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main(port: int) -> None:
    """Serve until stdin ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, hard), hard))
    lines: set[ServerConnection] = set()

    async def hold(line: ServerConnection) -> None:
        lines.add(line)
        try:
            await line.wait_closed()
        finally:
            lines.discard(line)

    async with serve(hold, "127.0.0.1", port, compression=None, backlog=2048):
        loop = asyncio.get_running_loop()
        while text := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
            broadcast(lines, text)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
