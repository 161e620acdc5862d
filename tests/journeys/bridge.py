"""A built-in printer's service as the journeys have it: a real HTTP server on the loopback address, which keeps what it printed."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.field.documents.printer import printed

DOTS = 384


class Bridge:
    """It listens from the start. `dead`: it takes the bytes and never answers, as a printer that hangs."""

    def __init__(self, port: int) -> None:
        self.papers: list[bytes] = []
        self.dead = threading.Event()
        self._over = threading.Event()
        bridge = self

        class Handler(BaseHTTPRequestHandler):
            def do_OPTIONS(self) -> None:
                self._answer(204)

            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                if bridge.dead.is_set():
                    bridge._over.wait(60)
                    return
                bridge.papers.append(data)
                self._answer(200)

            def _answer(self, status: int) -> None:
                self.send_response(status)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Access-Control-Allow-Headers", "content-type")
                self.send_header("Access-Control-Allow-Methods", "POST")
                self.send_header("Access-Control-Allow-Private-Network", "true")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{port}/print"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def last(self) -> str:
        """The text of the paper that came out last, without the line breaks of the roll."""
        return "".join("".join(printed(self.papers[-1], dots=DOTS).texts).split())

    def close(self) -> None:
        """Stop listening."""
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
