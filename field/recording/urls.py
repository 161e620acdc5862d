"""Addresses of violations and of the catalogue, below /api/."""

from django.urls import path

from field.recording import api, catalogue_api

urlpatterns = [
    path("violations", api.ViolationsView.as_view(), name="violations"),
    path("violations/<uuid:violation>", api.ViolationView.as_view(), name="violation"),
    path("figures", api.FiguresView.as_view(), name="figures"),
    path("offences/pack", catalogue_api.OffencePack.as_view(), name="offences-pack"),
]
