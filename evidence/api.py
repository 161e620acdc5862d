"""Doors of the log for anybody: checkpoint, proofs, tiles, the verifier key. They keep no state and show hashes only.

Leaves are salted, so that a published tile gives nothing away. Texts and tiles are those of C2SP tlog-tiles.
"""

import base64

from django.http import HttpRequest, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from evidence import queries
from evidence.chain import HASH_BYTES, TILE_WIDTH
from evidence.keys import KeyMissing, log_verifier
from evidence.tree import prove_inclusion, tile_hashes

MAX_SIZE = 1 << 62
MAX_TILE = 1 << 54
WRONG = inline_serializer(
    "LogRefusal",
    {"code": serializers.CharField(), "facts": serializers.DictField(child=serializers.CharField())},
)
TEXT = {(200, "text/plain"): OpenApiTypes.STR, (404, "application/json"): WRONG}


def _number(name: str, text: str, *, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.INT64, required=required, description=text)


@extend_schema(summary="The newest signed checkpoint", responses=TEXT, auth=[])
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def checkpoint(request: Request) -> HttpResponse | Response:
    """The newest checkpoint as a C2SP signed note."""
    newest = queries.newest_checkpoint()
    if newest is None:
        return _refused(404, "log_empty")
    return HttpResponse(
        newest.note, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


@extend_schema(summary="The log's verifier key", responses=TEXT, auth=[])
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def key(request: Request) -> HttpResponse | Response:
    """The public key as `name+keyid+base64`."""
    try:
        return HttpResponse(log_verifier().text() + "\n", content_type="text/plain; charset=utf-8")
    except KeyMissing:
        return _refused(404, "log_empty")


@extend_schema(
    summary="Proof that a smaller log is a prefix of a larger one",
    parameters=[_number("old", "size that is known, at least 1"), _number("new", "size to be proved")],
    responses={
        200: inline_serializer(
            "LogConsistency",
            {
                "old": serializers.IntegerField(),
                "new": serializers.IntegerField(),
                "proof": serializers.ListField(child=serializers.CharField()),
            },
        ),
        400: WRONG,
    },
    auth=[],
)
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def consistency(request: Request) -> Response:
    """Consistency proof between two sizes (RFC 6962 section 2.1.2)."""
    try:
        old, new = _whole(request, "old"), _whole(request, "new")
        proof = queries.consistency(old, new)
    except ValueError as error:
        return _refused(400, "not_provable", why=str(error))
    return Response({"old": old, "new": new, "proof": _b64(proof)})


@extend_schema(
    summary="Proof that a leaf stands in the log",
    parameters=[
        _number("index", "number of the entry"),
        _number("size", "size of the log; the newest if left out", required=False),
    ],
    responses={
        200: inline_serializer(
            "LogInclusion",
            {
                "index": serializers.IntegerField(),
                "size": serializers.IntegerField(),
                "leaf_hash": serializers.CharField(),
                "proof": serializers.ListField(child=serializers.CharField()),
            },
        ),
        400: WRONG,
    },
    auth=[],
)
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def proof(request: Request) -> Response:
    """Inclusion proof of one leaf (RFC 6962 section 2.1.1); what the leaf holds is not told here."""
    head = queries.head()
    try:
        index = _whole(request, "index")
        size = _whole(request, "size") if "size" in request.query_params else head
        if size > head:
            raise ValueError(f"the log has not grown to {size}")
        leaf, path = prove_inclusion(queries.ask, index, size)
    except ValueError as error:
        return _refused(400, "not_provable", why=str(error))
    return Response({"index": index, "size": size, "leaf_hash": _b64([leaf])[0], "proof": _b64(path)})


@extend_schema(
    summary="A tile of the tree",
    responses={
        (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY),
        (404, "application/json"): WRONG,
    },
    auth=[],
)
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def tile(request: Request, level: int, index: int) -> HttpResponse | Response:
    """Up to 256 hashes of 32 bytes: leaf hashes at level 0, roots of the tiles below above it. The right-most is unfinished."""
    if level > 7 or index > MAX_TILE:
        return _refused(404, "not_grown")
    hashes = tile_hashes(queries.ask, level, index)
    if not hashes:
        return _refused(404, "not_grown")
    finished = len(hashes) == TILE_WIDTH * HASH_BYTES
    kept = "public, max-age=31536000, immutable" if finished else "no-store"
    return HttpResponse(hashes, content_type="application/octet-stream", headers={"Cache-Control": kept})


def _whole(request: HttpRequest | Request, name: str) -> int:
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > MAX_SIZE:
        raise ValueError(f"{name} is a whole number")
    return int(text)


def _refused(status: int, code: str, **facts: str) -> Response:
    return Response({"code": code, "facts": facts}, status=status)


def _b64(hashes: list[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]
