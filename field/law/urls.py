"""Addresses of the law, below /api/."""

from django.urls import path

from field.law.api import VerdictView

urlpatterns = [path("law/verdict", VerdictView.as_view(), name="law-verdict")]
