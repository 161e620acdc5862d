"""Addresses of the law, below /api/."""

from django.urls import path

from field.law.api import LawPackView, VerdictView

urlpatterns = [
    path("law/pack", LawPackView.as_view(), name="law-pack"),
    path("law/verdict", VerdictView.as_view(), name="law-verdict"),
]
