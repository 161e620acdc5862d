"""The one address plan. What the web server answers by itself (the built front end, tiles) is in machine/nginx.conf.template."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from deploy import readiness

_ROOMS = [
    ("api/log/", "evidence.urls"),
    ("api/uploads/", "evidence.uploads.urls"),
    ("api/", "accounts.urls"),
    ("api/", "field.urls"),
    ("", "field.lookup.urls"),
]


def _built(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/alive", readiness.alive, name="alive"),
    path("api/ready", readiness.ready, name="ready"),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    *(path(prefix, include(module)) for prefix, module in _ROOMS if _built(module)),
]
