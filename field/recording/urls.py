"""Addresses of violations and of the catalogue, below /api/."""

from django.urls import path

import field.paths  # noqa: F401 - the <sha256:> converter
from field.recording import api, catalogue_api, licence_api

urlpatterns = [
    path("violations", api.ViolationsView.as_view(), name="violations"),
    path("violations/search", api.SearchView.as_view(), name="violations-search"),
    path("violations/<uuid:violation>", api.ViolationView.as_view(), name="violation"),
    path("violations/<uuid:violation>/photos/<sha256:digest>", api.PhotoView.as_view(), name="photo"),
    path("violations/<uuid:violation>/reprint", api.ReprintView.as_view(), name="violation-reprint"),
    path(
        "violations/<uuid:violation>/photos/<sha256:digest>/original",
        api.OriginalView.as_view(),
        name="photo-original",
    ),
    path("persons/flags", licence_api.FlagsView.as_view(), name="person-flags"),
    path("map/violations", api.MapView.as_view(), name="map-violations"),
    path("figures", api.FiguresView.as_view(), name="figures"),
    path("offences/pack", catalogue_api.OffencePack.as_view(), name="offences-pack"),
]
