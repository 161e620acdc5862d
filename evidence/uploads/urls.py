"""Addresses of uploads, mounted at /api/uploads/."""

from django.urls import path

from evidence.uploads import api

app_name = "uploads"

urlpatterns = [
    path("", api.uploads, name="uploads"),
    path("<uuid:upload_id>", api.upload, name="upload"),
]
