"""Addresses of the field, below /api/: each room brings its own."""

from django.urls import URLPattern, URLResolver, include, path

_ROOMS = ("sync", "recording", "review", "dispatch", "duty", "targeting", "law", "documents", "measures")

urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"field.{room}.urls")) for room in _ROOMS]
