"""The one address plan. What the web server answers by itself (the built front end, tiles) is in machine/nginx.conf.template."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from deploy import readiness

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/alive", readiness.alive, name="alive"),
    path("api/ready", readiness.ready, name="ready"),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/log/", include("evidence.urls")),
    path("api/uploads/", include("evidence.uploads.urls")),
    path("api/", include("accounts.urls")),
    path("api/", include("field.urls")),
    path("", include("field.lookup.urls")),
]

handler404 = "field.errors.not_found"
handler500 = "field.errors.failed"
