"""Addresses of the duty room, below /api/."""

from django.urls import path

from field.duty import api

urlpatterns = [path("officers", api.OfficersView.as_view(), name="officers")]
