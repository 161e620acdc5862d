"""A new build on a handheld, under the whole content policy: it waits until it is asked for, and nothing of it is refused."""

import functools
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy import policy
from deploy.bringup.frontend import DIST
from tests.journeys.chromium import Chromium

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]
LOOK = """async () => {
  const it = await navigator.serviceWorker.ready
  await it.update()
  return it.active.scriptURL
}"""
WAITS = "async () => (await navigator.serviceWorker.ready).waiting !== null"
TAKE = """async () => {
  const it = await navigator.serviceWorker.ready
  while (it.waiting === null) await new Promise((done) => setTimeout(done, 50))
  await new Promise((done) => setTimeout(done, 500))
  if (it.waiting === null) throw new Error('it took over without being asked')
  const taken = new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done))
  it.waiting.postMessage('take-over')
  await taken
}"""


class WebServer(SimpleHTTPRequestHandler):
    """The built front end with the headers that nginx gives it."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", policy.APPLICATION)
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A web server over a copy of the built app: its address, and the folder of the app."""
    shutil.copytree(DIST / "app", tmp_path / "site" / "app")
    handler = functools.partial(WebServer, directory=str(tmp_path / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", tmp_path / "site" / "app"
        server.shutdown()


def test_a_new_build_waits_until_it_is_asked_for(handheld: Chromium, site: tuple[str, Path]) -> None:
    address, app = site
    page = handheld.page(f"{address}/app/")
    assert page.evaluate(LOOK) == f"{address}/app/sw.js"
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    assert not page.evaluate(WAITS)
    with (app / "sw.js").open("a") as worker:
        worker.write("\n// another build\n")

    page.reload()
    page.evaluate(LOOK)

    page.evaluate(TAKE)
    assert not page.evaluate(WAITS)
