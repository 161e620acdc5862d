"""Addresses of measures, below /api/."""

from django.urls import path

from field.measures import api

urlpatterns = [
    path("measures", api.MeasuresView.as_view(), name="measures"),
    path("measures/<uuid:measure>", api.MeasureView.as_view(), name="measure"),
    path("measures/<uuid:measure>/approve", api.ApproveView.as_view(), name="measure-approve"),
    path("measures/<uuid:measure>/refuse", api.RefuseView.as_view(), name="measure-refuse"),
    path("measures/<uuid:measure>/give-back", api.GiveBackView.as_view(), name="measure-give-back"),
]
