"""The open line: sockets only, in a process of its own. REST and pages are served by wsgi.py."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
_pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402 (models can be imported only after Django is set up)
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import OriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import path  # noqa: E402
from field.live.consumer import Line  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": _pages,
        "websocket": OriginValidator(
            AuthMiddlewareStack(URLRouter([path("ws/", Line.as_asgi())])), [settings.ORIGIN]
        ),
    }
)
