"""What a browser may do with our answers. Plain values: Django sends them with pages, the web server with the built front end."""

import re

MARKUP_POLICIES = ("vue", "default", "luqin-worker")
"""Trusted Types: who may make markup or a script's address of text, in a browser that knows them (Chrome 83 and newer).

`vue` is the framework's own, for the fixed parts of its compiled templates; `default` lets through the one probe by which the map
library asks for SVG (frontend/src/ui/shared/leaflet.ts); `luqin-worker` the service worker's address (device/worker.ts).
"""

_APPLICATION = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'{bridge}",
        "worker-src 'self'",
        "manifest-src 'self'",
        "font-src 'self'",
        "media-src 'self' blob:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        f"trusted-types {' '.join(MARKUP_POLICIES)}",
    ]
)


class NoLoopback(Exception):
    """The address of the built-in printers' service is none of this handheld alone."""


_LOOPBACK = re.compile(r"(http://127\.0\.0\.1:[1-9][0-9]{1,4})(/[A-Za-z0-9/_-]*)?")


def application(bridge: str = "") -> str:
    """Content-Security-Policy of the officer's app and the desk: only what we built ourselves runs, and it asks nobody else.

    `bridge` is where built-in printers take papers on the handheld itself (http://127.0.0.1:8123/print), if this place has such.

    :raises NoLoopback: it is something else
    """
    found = _LOOPBACK.fullmatch(bridge) if bridge else None
    if bridge and not found:
        raise NoLoopback(bridge)
    return _APPLICATION.replace("{bridge}", f" {found[1]}" if found else "")


PAGE = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
"""For what Django answers: the citizen's pages have no script at all, and an answer of the API shows nothing."""

APPLICATION_MAY = "bluetooth=(self), camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"
PAGE_MAY = "bluetooth=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()"
"""Permissions-Policy of each."""
