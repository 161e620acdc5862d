"""The doors of the second look: decisions on violations, and open items."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.doors import asker, said_in
from accounts.problem import problems
from field.models import Violation
from field.review import items, operations, serializers

ANSWERS = {200: serializers.DecidedSerializer, **problems(400, 401, 403, 404, 409, 415)}


class ConfirmView(APIView):
    """Confirm."""

    @extend_schema(summary="Confirm a violation", request=serializers.ConfirmSerializer, responses=ANSWERS)
    def post(self, request: Request, violation: UUID) -> Response:
        """Only complete records, never one's own."""
        said = said_in(request, serializers.ConfirmSerializer)
        operations.confirm(violation, version=said["version"], by=asker(request), now=timezone.now())
        return _decided(violation)


class ReturnView(APIView):
    """Return."""

    @extend_schema(
        summary="Return a violation to its officer", request=serializers.ReturnSerializer, responses=ANSWERS
    )
    def post(self, request: Request, violation: UUID) -> Response:
        """With a reason; not once its paper was handed over."""
        said = said_in(request, serializers.ReturnSerializer)
        operations.return_to_officer(
            violation, reason=said["reason"], remark=said["remark"], by=asker(request), now=timezone.now()
        )
        return _decided(violation)


class ProposeView(APIView):
    """Propose to annul."""

    @extend_schema(summary="Propose to annul", request=serializers.ProposeSerializer, responses=ANSWERS)
    def post(self, request: Request, violation: UUID) -> Response:
        """Effective only when the legal reviewer agrees."""
        said = said_in(request, serializers.ProposeSerializer)
        operations.propose_annulment(
            violation, ground=said["ground"], remark=said["remark"], by=asker(request), now=timezone.now()
        )
        return _decided(violation)


class AgreeView(APIView):
    """Agree to annul."""

    @extend_schema(summary="Agree to annul", request=serializers.RemarkSerializer, responses=ANSWERS)
    def post(self, request: Request, violation: UUID) -> Response:
        """The second pair of eyes."""
        said = said_in(request, serializers.RemarkSerializer)
        operations.agree_to_annul(violation, remark=said["remark"], by=asker(request), now=timezone.now())
        return _decided(violation)


class RefuseView(APIView):
    """Refuse to annul."""

    @extend_schema(summary="Refuse to annul", request=serializers.RefuseSerializer, responses=ANSWERS)
    def post(self, request: Request, violation: UUID) -> Response:
        """With a ground."""
        said = said_in(request, serializers.RefuseSerializer)
        operations.refuse_annulment(
            violation, ground=said["ground"], remark=said["remark"], by=asker(request), now=timezone.now()
        )
        return _decided(violation)


class ItemsView(APIView):
    """Open items."""

    @extend_schema(
        summary="What somebody must look at",
        responses={200: serializers.ItemsSerializer, **problems(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """The open ones of the units one sees into, oldest first."""
        viewer = asker(request)
        found = items.item_views(viewer, items.open_item_ids(viewer))
        return Response({"items": list(found.values())})


class CloseItemView(APIView):
    """Close an item."""

    @extend_schema(
        summary="Close an item",
        request=serializers.CloseSerializer,
        responses={200: serializers.ItemSerializer, **problems(400, 401, 403, 404, 409, 415)},
    )
    def post(self, request: Request, item: str) -> Response:
        """With a ground."""
        viewer = asker(request)
        said = said_in(request, serializers.CloseSerializer)
        items.close_item(item, ground=said["ground"], remark=said["remark"], by=viewer, now=timezone.now())
        return Response(items.item_views(viewer, [item])[item])


def _decided(violation: UUID) -> Response:
    state = Violation.objects.values_list("state", flat=True).get(id=violation)
    return Response({"id": str(violation), "state": state})
