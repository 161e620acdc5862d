"""The doors of this room."""

from django.urls import include, path

urlpatterns = [
    path("api/log/", include("evidence.urls")),
    path("api/uploads/", include("evidence.uploads.urls")),
]
