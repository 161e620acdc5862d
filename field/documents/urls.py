"""Addresses of the papers, below /api/."""

from django.urls import path

from field.documents import api

urlpatterns = [
    path("documents/pack", api.PapersPackView.as_view(), name="papers-pack"),
    path("violations/<uuid:violation>/paper", api.PaperView.as_view(), name="violation-paper"),
    path("numbers", api.BlocksView.as_view(), name="number-blocks"),
    path("numbers/lease", api.LeaseView.as_view(), name="lease-numbers"),
    path("numbers/void", api.VoidView.as_view(), name="void-number"),
    path("numbers/<str:block>", api.BlockView.as_view(), name="number-block"),
]
