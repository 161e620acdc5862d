"""Addresses of the log, mounted at /api/log/."""

from django.urls import path

from evidence import api
from evidence.succession_api import succession

app_name = "log"

urlpatterns = [
    path("checkpoint", api.checkpoint, name="checkpoint"),
    path("key", api.key, name="key"),
    path("succession", succession, name="succession"),
    path("consistency", api.consistency, name="consistency"),
    path("proof", api.proof, name="proof"),
    path("tile/<int:level>/<int:index>", api.tile, name="tile"),
]
