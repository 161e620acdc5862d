"""What a browser may do with our answers. Plain values: Django sends them with pages, the web server with the built front end."""

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
