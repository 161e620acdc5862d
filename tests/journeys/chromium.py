"""A browser as a process of its own: it can be killed with SIGKILL and started again on the same profile, as a handheld is.

Playwright speaks to it over the debugging port; when the process dies, only the connection is lost.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

CHROMIUM = next(
    (p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), "chromium"
)
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--lang=zh-CN",
)
ON_A_HANDHELD = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
START_WITHIN_S = 30.0
TELL_REFUSED = """document.addEventListener('securitypolicyviolation', (event) => {
  tellRefused(`${location.pathname}: ${event.effectiveDirective} refused ${event.blockedURI} ${event.sample}`)
})"""


@dataclass
class Chromium:
    """One browser with one profile. `width` and `height` are of its pages, in CSS px."""

    playwright: Playwright
    profile: Path
    width: int = 360
    height: int = 720
    flags: Sequence[str] = ON_A_HANDHELD
    init_script: str = ""
    """Runs before anything else in every page: takes APIs away, as an old browser would lack them."""
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    browser: Browser | None = field(default=None, init=False)
    refused: list[str] = field(default_factory=list, init=False)
    """What a page's content policy refused: nothing of ours may want it, so that whatever is refused later is an attack."""

    def __enter__(self) -> "Chromium":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None and self.process.poll() is None:
            for page in self.context.pages:
                page.evaluate("0")  # what a page told before this answer has then been heard
        self.kill()
        if error is None:
            assert not self.refused, f"the content policy stood in our own way: {self.refused}"

    def start(self) -> None:
        """Start it on its profile and connect."""
        self.profile.mkdir(parents=True, exist_ok=True)
        for left in self.profile.glob("Singleton*"):  # what a killed browser leaves
            left.unlink(missing_ok=True)
        port = free_port()
        argv = [
            CHROMIUM,
            *QUIET,
            *self.flags,
            f"--user-data-dir={self.profile}",
            f"--remote-debugging-port={port}",
            f"--window-size={self.width},{self.height}",
            "about:blank",
        ]
        with (self.profile / "browser.log").open("ab") as log:
            self.process = subprocess.Popen(argv, stdout=log, stderr=log, start_new_session=True)
        _await(f"http://127.0.0.1:{port}/json/version")
        self.browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")

    def kill(self) -> None:
        """End it as a dead battery would: the whole process group, at once."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process, self.browser = None, None

    @property
    def context(self) -> BrowserContext:
        """The one profile."""
        assert self.browser is not None
        return self.browser.contexts[0]

    def page(self, url: str, *, position: tuple[float, float] | None = None) -> Page:
        """A fresh page of this size on which `url` is open; `position` is (latitude, longitude), accurate to 8 m."""
        page = self.context.new_page()
        page.set_default_timeout(20_000)
        page.set_viewport_size({"width": self.width, "height": self.height})
        origin = "/".join(url.split("/")[:3])
        tools = self.context.new_cdp_session(page)
        tools.send(
            "Browser.grantPermissions",
            {
                "origin": origin,
                "permissions": [
                    "geolocation",
                    "videoCapture",
                    "durableStorage",
                    "wakeLockScreen",
                    "backgroundSync",
                ],
            },
        )
        if position:
            tools.send(
                "Emulation.setGeolocationOverride",
                {"latitude": position[0], "longitude": position[1], "accuracy": 8},
            )
        page.expose_binding("tellRefused", lambda _, told: self.refused.append(told))
        page.add_init_script(TELL_REFUSED)
        if self.init_script:
            page.add_init_script(self.init_script)
        page.goto(url)
        return page


def free_port() -> int:
    """A port of the machine's own choosing, far from the fixed ones that others may take meanwhile."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await(url: str) -> None:
    until = time.monotonic() + START_WITHIN_S
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        try:
            opener.open(url, timeout=2).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def forget(profile: Path) -> None:
    """Throw a profile away."""
    shutil.rmtree(profile, ignore_errors=True)
