"""Addresses of the second look, below /api/."""

from django.urls import path, register_converter

from field.review import api


class ItemId:
    """An item's id in a path: `<kind>:<subject>:<n>`."""

    regex = r"[a-z_]{1,40}:[A-Za-z0-9_:.\-]{1,78}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(ItemId, "item")

urlpatterns = [
    path("violations/<uuid:violation>/confirm", api.ConfirmView.as_view(), name="violation-confirm"),
    path("violations/<uuid:violation>/return", api.ReturnView.as_view(), name="violation-return"),
    path(
        "violations/<uuid:violation>/propose-annulment", api.ProposeView.as_view(), name="violation-propose"
    ),
    path("violations/<uuid:violation>/agree-annulment", api.AgreeView.as_view(), name="violation-agree"),
    path("violations/<uuid:violation>/refuse-annulment", api.RefuseView.as_view(), name="violation-refuse"),
    path("items", api.ItemsView.as_view(), name="items"),
    path("items/<item:item>/close", api.CloseItemView.as_view(), name="item-close"),
]
