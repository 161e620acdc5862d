"""Addresses of the roads, below /api/."""

from django.urls import path

from field.targeting import api

urlpatterns = [
    path("roads/pack", api.RoadPackView.as_view(), name="roads-pack"),
    path("map/roads", api.MapRoads.as_view(), name="map-roads"),
]
