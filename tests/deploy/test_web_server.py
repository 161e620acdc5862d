"""The real nginx under the product's own configuration: what it serves by itself, what it passes on, and what it never writes down."""

import contextlib
import http.client
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings

from deploy import policy
from deploy.bringup import nginx, packages, process
from deploy.bringup.places import FRONTEND, free_port

pytestmark = pytest.mark.server
TOKEN = "q5vX0sJmT0mC3u7nB1wZ9A"


@dataclass
class Behind:
    """A server behind the web server, that remembers what reached it."""

    paths: list[str] = field(default_factory=list)
    headers: list[Message] = field(default_factory=list)
    first_bytes: threading.Event = field(default_factory=threading.Event)
    port: int = 0


@dataclass
class Front:
    """The web server, and what lies on its disk."""

    port: int
    folder: Path
    behind: Behind

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, Message, bytes]:
        """One request, as it is: the path isn't touched."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        line.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            line.putheader(name.replace("_", "-"), value)
        line.endheaders()
        answer = line.getresponse()
        body = answer.read()
        line.close()
        return answer.status, answer.headers, body

    def written(self) -> str:
        """Everything that the web server has written about requests and errors."""
        time.sleep(0.1)
        return "".join(file.read_text() for file in self.folder.glob("*.log"))


@pytest.fixture(scope="module")
def behind() -> Iterator[Behind]:
    seen = Behind()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            seen.paths.append(self.path)
            seen.headers.append(self.headers)
            self._say(b"from behind")

        def do_PATCH(self) -> None:
            seen.headers.append(self.headers)
            got = self.rfile.read(5)
            seen.first_bytes.set()
            self.rfile.read(int(self.headers["Content-Length"]) - len(got))
            self._say(b"all of it")

        do_POST = do_PATCH  # noqa: N815 (the names that http.server asks for)

        def _say(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "public, max-age=60")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield seen
    server.shutdown()
    server.server_close()


def start(folder: Path, behind: Behind) -> Iterator[Front]:
    port = free_port(None, set())
    dist = folder / "dist"
    for name, text in (
        ("app/index.html", "<!doctype html>the app"),
        ("app/sw.js", "// worker"),
        ("app/assets/index-0a1b2c.js", "// built" + " " * 2000),
        ("desk/index.html", "<!doctype html>the desk"),
    ):
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_text(text)
    (folder / "tiles").mkdir()
    (folder / "tiles" / "city.pmtiles").write_bytes(bytes(range(256)) * 40)
    site = nginx.Site(
        origin=f"http://localhost:{port}",
        listen=f"127.0.0.1:{port}",
        rest=f"127.0.0.1:{behind.port}",
        sockets=f"127.0.0.1:{behind.port}",
        run=str(folder / "run"),
        dist=str(dist),
        tiles=str(folder / "tiles"),
        access_log=str(folder / "access.log"),
    )
    conf = nginx.write(site, folder / "run")
    program = packages.provide(folder).nginx
    running = process.start(
        [program, "-e", "stderr", "-p", folder / "run", "-c", conf],
        log=folder / "errors.log",
        env={"PATH": os.environ["PATH"]},
        cwd=folder,
    )
    try:

        def answers() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        assert process.wait_until(answers, within_s=10), (folder / "errors.log").read_text()
        yield Front(port, folder, behind)
    finally:
        process.stop(running)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, behind: Behind) -> Iterator[Front]:
    yield from start(tmp_path_factory.mktemp("the front"), behind)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """A web server with nobody behind it."""
    yield from start(tmp_path_factory.mktemp("alone"), Behind(port=free_port(None, set())))


SECRET_PATHS = [
    f"/t/{TOKEN}",
    f"/t/{TOKEN}/proof",
    f"/en/t/{TOKEN}",
    f"/a/{TOKEN}",
    f"/en/a/{TOKEN}/proof",
    f"//t/{TOKEN}",
    f"/%74/{TOKEN}",
    f"/x/../t/{TOKEN}",
    f"/?t={TOKEN}",
    f"/api/violations?plate={TOKEN}",
    f"/app/?t={TOKEN}",
]


@pytest.mark.parametrize("path", SECRET_PATHS)
def test_neither_tickets_nor_questions_are_written_down(front: Front, path: str) -> None:
    front.ask(path, Referer=f"http://localhost/t/{TOKEN}")

    written = front.written()
    assert TOKEN not in written
    assert " 200 " in written.splitlines()[-1]


@pytest.mark.parametrize("path", SECRET_PATHS[:-1])
def test_not_even_when_nobody_answers_behind_it(alone: Front, path: str) -> None:
    status, _, _ = alone.ask(path)

    assert status == 502
    assert TOKEN not in alone.written()
    assert " 502 " in alone.written()


def test_a_request_that_is_no_request_is_not_written_down_either(front: Front) -> None:
    with socket.create_connection(("127.0.0.1", front.port)) as line:
        line.sendall(f"GET /t/{TOKEN}\x01 HTTP/1.1\r\nno header\r\n\r\n".encode())
        line.recv(1000)

    assert TOKEN not in front.written()


def test_nothing_of_a_ticket_is_kept_by_a_browser(front: Front) -> None:
    _, headers, _ = front.ask(f"/t/{TOKEN}")

    assert headers.get_all("Cache-Control") == ["no-store"]


@pytest.mark.parametrize("path", ["/app/", "/app/violations/new", "/app/index.html"])
def test_every_screen_of_the_app_is_the_app_and_is_asked_for_anew(front: Front, path: str) -> None:
    status, headers, body = front.ask(path)

    assert (status, body) == (200, b"<!doctype html>the app")
    assert headers["Cache-Control"] == "no-cache"
    assert headers["Content-Security-Policy"] == policy.application()
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_text_becomes_markup_only_by_the_policies_that_the_front_end_makes() -> None:
    sources = [path.read_text() for path in (FRONTEND / "src").rglob("*.ts") if "test" not in path.name]
    made = {name for text in sources for name in re.findall(r'createPolicy\("([^"]+)"', text)}

    assert "require-trusted-types-for 'script'" in policy.application().split("; ")
    assert made | {"vue"} == set(policy.MARKUP_POLICIES)
    assert "'allow-duplicates'" not in policy.application()


def test_the_app_reaches_a_built_in_printer_where_one_is_configured_and_nobody_else() -> None:
    def allowed(bridge: str = "") -> str:
        (rule,) = (one for one in policy.application(bridge).split("; ") if one.startswith("connect-src"))
        return rule

    assert allowed() == "connect-src 'self'"
    assert allowed("http://127.0.0.1:8123/print") == "connect-src 'self' http://127.0.0.1:8123"
    for other in (
        "https://printer.example/",
        "http://192.168.1.9:8123/",
        "http://127.0.0.1.example:80/",
        "http://127.0.0.1:8123/ https://elsewhere.example",
        "*",
    ):
        with pytest.raises(policy.NoLoopback):
            policy.application(other)


def test_the_desk_is_another_app(front: Front) -> None:
    assert front.ask("/desk/tasks/7")[2] == b"<!doctype html>the desk"


def test_the_worker_is_asked_for_anew(front: Front) -> None:
    status, headers, body = front.ask("/app/sw.js")

    assert (status, body) == (200, b"// worker")
    assert headers["Cache-Control"] == "no-cache"
    assert "javascript" in headers["Content-Type"]


def test_what_carries_a_digest_in_its_name_is_kept_for_good(front: Front) -> None:
    status, headers, _ = front.ask("/app/assets/index-0a1b2c.js", Accept_Encoding="gzip")

    assert status == 200
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    "path", ["/app/assets/", "/app/assets/index-gone.js", "/tiles/", "/app/assets/../../../run/nginx.conf"]
)
def test_a_missing_file_is_not_a_screen_and_no_folder_is_listed(front: Front, path: str) -> None:
    status, _, body = front.ask(path)

    assert status in (400, 403, 404)
    assert b"index-0a1b2c" not in body
    assert b"worker_connections" not in body


def test_a_map_is_read_by_ranges(front: Front) -> None:
    status, headers, body = front.ask("/tiles/city.pmtiles", Range="bytes=256-258")

    assert status == 206
    assert headers["Content-Range"] == "bytes 256-258/10240"
    assert body == b"\x00\x01\x02"


def bodies_in_files(front: Front) -> list[str]:
    """Files that the web server keeps of bodies: they have lost their names at once, and are seen where they are held open."""
    links = []
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            links.append(os.readlink(descriptor))
    return [one for one in links if one.startswith(str(front.folder)) and "/body/" in one]


@pytest.mark.parametrize("path", ["/api/uploads/7", "/api/sync"])
def test_who_sends_slowly_holds_nobody_behind_it_and_lies_in_no_file(front: Front, path: str) -> None:
    front.behind.first_bytes.clear()
    with socket.create_connection(("127.0.0.1", front.port)) as line:
        line.sendall(
            f"PATCH {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 131072\r\n\r\n".encode() + bytes(100_000)
        )

        assert not front.behind.first_bytes.wait(1), "a thread waits for a sender who may take minutes"
        assert not bodies_in_files(front)

        line.sendall(bytes(31_072))
        assert front.behind.first_bytes.wait(5)
        assert b"200" in line.recv(100)


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [("/api/uploads/7", 12_000_000, 200), ("/api/uploads/7", 17_000_000, 413), ("/api/sync", 3_000_000, 413)],
)
def test_bodies_have_a_limit(front: Front, path: str, size: int, status: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", front.port, timeout=20)
    line.putrequest("PATCH", path)
    line.putheader("Content-Length", str(size))
    line.endheaders()
    if status == 200:
        line.send(bytes(size))

    assert line.getresponse().status == status
    line.close()


def test_an_open_line_is_passed_on_as_one(front: Front) -> None:
    front.ask("/ws/", Upgrade="websocket", Connection="Upgrade", Origin="http://localhost")

    passed = front.behind.headers[-1]
    assert passed["Upgrade"] == "websocket"
    assert passed["Connection"].lower() == "upgrade"
    assert passed["Origin"] == "http://localhost"


def test_nobody_can_write_an_address_for_himself(front: Front) -> None:
    front.ask("/api/session", X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="https")

    passed = front.behind.headers[-1]
    assert passed.get_all("X-Forwarded-For") == ["127.0.0.1"]
    assert passed.get_all("X-Forwarded-Proto") == ["http"]


def test_how_the_parts_are_is_told_to_this_machine_only() -> None:
    text = nginx.render(nginx.CONTAINER)
    place = text[text.index("location = /api/ready") :]

    assert place.index("allow 127.0.0.0/8;") < place.index("deny all;") < place.index("proxy_pass")


def test_a_rescue_file_as_large_as_a_desk_takes_passes_the_web_server() -> None:
    text = nginx.render(nginx.CONTAINER)
    place = text[text.index("location = /api/rescue") :]
    bound = re.search(r"client_max_body_size (\d+)m;", place)

    assert bound and int(bound[1]) * 1024 * 1024 > settings.RESCUE_MAX_BYTES
