"""The doors of the papers: numbers for a handheld, what became of them for the desk, and the tables that papers are made from."""

import base64
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from PIL import ImageChops
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability, may, require
from accounts.doors import WHY, asker, why
from accounts.middleware import terminal_of
from accounts.models import Terminal, User
from accounts.problem import problems
from accounts.refusals import Refusal
from field.documents import accounting, operations, serializers
from field.documents.drawing import FORMS, draw
from field.documents.queries import explained
from field.documents.slip import seal_as_dots
from field.rules.documents.book import FOLDER, book
from field.rules.documents.number import Fate

KEPT_NOWHERE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class OnATerminalOnly(Refusal):
    """Numbers are leased to handhelds: this request comes from none."""

    status = 403
    code = "on_a_terminal_only"


def _terminal(request: Request) -> Terminal:
    terminal = terminal_of(request._request)
    if terminal is None:
        raise OnATerminalOnly
    return terminal


class LeaseView(APIView):
    """POST /api/numbers/lease"""

    @extend_schema(
        summary="Numbers for papers, used without the network",
        request=serializers.LeaseSerializer,
        responses={200: serializers.LeasedSerializer, **problems(400, 401, 403, 409, 415)},
    )
    def post(self, request: Request) -> Response:
        """A new block is leased when few are left; ask as often as you like."""
        person, terminal = asker(request), _terminal(request)
        asked = serializers.LeaseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        blocks = operations.lease(terminal, **asked.validated_data, by=person, now=timezone.now())
        fates = explained(blocks)
        return Response(
            {
                "form": _form(),
                "blocks": [
                    {
                        "id": block.id,
                        "kind": block.kind,
                        "first": block.first,
                        "last": block.last,
                        "taken": [
                            stem
                            for one in fates[block.id]
                            if one.fate in (Fate.USED, Fate.SET_ASIDE, Fate.VOIDED)
                            for stem in range(one.first, one.last + 1)
                        ],
                    }
                    for block in blocks
                ],
            }
        )


class VoidView(APIView):
    """POST /api/numbers/void"""

    @extend_schema(
        summary="Void one number of this handheld",
        request=serializers.VoidSerializer,
        responses={200: serializers.VoidedSerializer, **problems(400, 401, 403, 404, 409, 415)},
    )
    def post(self, request: Request) -> Response:
        """It is never used again. Said twice it stays as it was said first."""
        person, terminal = asker(request), _terminal(request)
        require(person, Capability.RECORD)
        asked = serializers.VoidSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        voided = operations.void_number(
            **asked.validated_data, terminal=terminal, by=person, now=timezone.now()
        )
        return Response(
            {
                "number": settings.NUMBER_FORM.written(voided.id),
                "reason": voided.reason,
                "voided_at": voided.voided_at.isoformat(),
            }
        )


class BlocksView(APIView):
    """GET /api/numbers"""

    @extend_schema(
        summary="Number blocks, and what became of each number",
        parameters=[serializers.BlocksWantedSerializer],
        responses={200: serializers.NumberBlocksSerializer, **problems(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Of the terminals of one's own units; the technician and the auditor see all. The newest hundred."""
        person = _who_sees_numbers(request)
        asked = serializers.BlocksWantedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        blocks = accounting.blocks_of(
            person, missing=asked.validated_data["fate"] == Fate.MISSING, now=timezone.now()
        )
        fates = explained(blocks)
        written = settings.NUMBER_FORM.written
        return Response(
            {
                "blocks": [
                    {
                        "id": block.id,
                        "kind": block.kind,
                        "terminal": block.terminal_id,
                        "terminal_number": block.terminal.number,
                        "unit": block.terminal.unit_id,
                        "leased_at": block.leased_at.isoformat(),
                        "voided_at": block.voided_at.isoformat() if block.voided_at else None,
                        "void_reason": block.void_reason,
                        "numbers": [
                            {
                                "first": written(one.first),
                                "last": written(one.last),
                                "fate": one.fate.value,
                                "count": one.last - one.first + 1,
                            }
                            for one in fates[block.id]
                        ],
                    }
                    for block in blocks
                ]
            }
        )


class BlockView(APIView):
    """GET /api/numbers/<block>"""

    @extend_schema(
        summary="Each number of one block, and what stands behind its fate",
        responses={200: serializers.BlockInFullSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, block: str) -> Response:
        """Where it stands on a paper its record is named; what is missing has its item once 24 hours have passed."""
        return Response(accounting.block_in_full(block, _who_sees_numbers(request)))


def _who_sees_numbers(request: Request) -> User:
    person = asker(request)
    if not (may(person, Capability.ENROL_TERMINAL) or may(person, Capability.AUDIT)):
        require(person, Capability.SEE_UNIT)
    return person


class PaperView(APIView):
    """POST /api/violations/<id>/paper"""

    @extend_schema(
        summary="The paper of a violation, drawn from its signed record",
        parameters=[WHY],
        request=serializers.DrawSerializer,
        responses={
            **{(200, kind.partition(";")[0]): OpenApiTypes.BINARY for kind in FORMS.values()},
            **problems(400, 401, 403, 404, 415, 503),
        },
    )
    def post(self, request: Request, violation: UUID) -> HttpResponse:
        """A look with a reason each time, by whom and in which form. The header Luqin-Digest is the SHA-256 of the text."""
        asked = serializers.DrawSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        drawn = draw(
            violation,
            **asked.validated_data,
            why=why(request),
            viewer=asker(request),
            terminal=terminal_of(request._request),
            now=timezone.now(),
        )
        response = HttpResponse(drawn.content, content_type=drawn.content_type, headers=KEPT_NOWHERE)
        response["Luqin-Digest"] = drawn.digest
        response["Content-Disposition"] = "attachment"  # never a page of this origin
        return response


class PapersPackView(APIView):
    """GET /api/documents/pack"""

    @extend_schema(
        summary="The tables that papers are made from, for a handheld that makes them by itself",
        responses={200: serializers.PapersPackSerializer, **problems(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """The very bytes that this server makes papers from."""
        asker(request)
        files = [file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.json"))]
        return Response(
            {
                "digest": book().digest,
                "files": files,
                "setting": {**settings.PAPER_SETTING, "pack_days": str(settings.PACK_DAYS)},
                "form": _form(),
                "seal": _seal(),
                "bridge": settings.PRINT_BRIDGE,
            }
        )


def _seal() -> dict[str, Any] | None:
    """The seal as handhelds print it; none where the roll bears it."""
    if not settings.SEAL_FILE:
        return None
    dots = seal_as_dots(Path(settings.SEAL_FILE).read_bytes())
    black = ImageChops.invert(dots).tobytes()
    return {"width": dots.width, "height": dots.height, "dots": base64.b64encode(black).decode()}


def _form() -> dict[str, Any]:
    form = settings.NUMBER_FORM
    return {
        "area": form.area,
        "classes": dict(form.classes),
        "digits": form.digits,
        "check_character": form.check,
    }
