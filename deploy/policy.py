"""What a browser may do with our answers. Plain values: Django sends them with pages, the web server with the built front end."""

MARKUP_POLICIES = ("vue", "default", "luqin-worker")
"""Trusted Types: who may make markup or a script's address of text, in a browser that knows them (Chrome 83 and newer).

`vue` is the framework's own, for the fixed parts of its compiled templates; `default` lets through the one probe by which the map
library asks for SVG (frontend/src/ui/shared/leaflet.ts); `luqin-worker` the service worker's address (device/worker.ts).
"""

APPLICATION = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
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
"""For the officer's app and the desk: only what we built ourselves runs."""

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

APPLICATION_MAY = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"
PAGE_MAY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
"""Permissions-Policy of each."""
