"""The open line: sockets only, in a process of its own (`manage.py sockets`). REST and pages are served by wsgi.py."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
get_asgi_application()  # sets Django up; its pages are not served here

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 (models can be imported only after Django is set up)
from channels.sessions import CookieMiddleware  # noqa: E402
from django.urls import path  # noqa: E402

from field.live.consumer import Line  # noqa: E402
from field.live.following import Following  # noqa: E402


async def alive(scope: Any, receive: Any, send: Any) -> None:
    """Plain http: 200 at /alive, so that it can be asked whether this process answers; nothing else is here."""
    found = scope["path"] == "/alive"
    await send(
        {
            "type": "http.response.start",
            "status": 200 if found else 404,
            "headers": [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")],
        }
    )
    await send({"type": "http.response.body", "body": b"alive\n" if found else b""})


def application_of(following: Following) -> Any:
    """The application around one set of shared lines. Who a cookie is and which origin is ours is the line's own matter."""
    return ProtocolTypeRouter(
        {
            "http": alive,
            "websocket": CookieMiddleware(URLRouter([path("ws/", Line.as_asgi(following=following))])),
        }
    )


application = application_of(Following())
