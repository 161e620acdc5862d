"""The tus 1.0 door: creation, creation-with-upload, checksum, termination, expiration (https://tus.io/protocols/resumable-upload).

Plain views: a body here is bytes in a stream, and the protocol is described by its own document. A door has no session and needs no
CSRF token: every request carries the terminal's signature.
"""

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from evidence.storage import StoreFailing, StoreFull
from evidence.uploads import operations
from evidence.uploads.admission import Refused, admit

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
BYTES = "application/offset+octet-stream"
MOST_METADATA = 4096
LATER_S = "60"
"""A disk that is full or failing waits for a person."""

Answer = Callable[[HttpRequest, UUID], HttpResponse]


@csrf_exempt
def uploads(request: HttpRequest) -> HttpResponse:
    """The place where uploads are made: OPTIONS and POST."""
    return _answer(request, {"OPTIONS": _options, "POST": _create})


@csrf_exempt
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """One upload: HEAD, PATCH, DELETE and OPTIONS."""
    return _answer(
        request,
        {
            "OPTIONS": _options,
            "HEAD": lambda one: _head(one, upload_id),
            "PATCH": lambda one: _patch(one, upload_id),
            "DELETE": lambda one: _delete(one, upload_id),
        },
    )


def _answer(request: HttpRequest, doors: dict[str, Callable[[HttpRequest], HttpResponse]]) -> HttpResponse:
    method = request.headers.get("X-HTTP-Method-Override") or request.method or ""
    try:
        if method not in doors:
            raise Refused(405, "method_not_allowed", {"allowed": ", ".join(doors)})
        if method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            raise Refused(412, "tus_version", {"supported": VERSION})
        response = doors[method](request)
    except Refused as refused:
        response = _refusal(refused)
    except StoreFull:
        response = _refusal(Refused(HTTPStatus.INSUFFICIENT_STORAGE, "store_full"))
        response["Retry-After"] = LATER_S
    except StoreFailing:
        response = _refusal(Refused(HTTPStatus.SERVICE_UNAVAILABLE, "store_failing"))
        response["Retry-After"] = LATER_S
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    return response


def _options(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
            "Tus-Checksum-Algorithm": ",".join(operations.ALGORITHMS),
        },
    )


def _create(request: HttpRequest) -> HttpResponse:
    who, now = admit(request.headers), timezone.now()
    metadata = request.headers.get("Upload-Metadata", "")  # empty or absent: both are sent by real clients
    if len(metadata) > MOST_METADATA:
        raise Refused(413, "too_large", {"most": str(MOST_METADATA)})
    carries = request.content_type == BYTES and _length(request) > 0
    checksum = _checksum(request) if carries else None
    state = operations.begin(who, _whole(request, "Upload-Length"), metadata, now=now)
    if carries:
        state = operations.extend(
            state.id, who, operations.Piece(0, _length(request), request, checksum), now=now
        )
    response = HttpResponse(status=201, headers=_expires(state.expires_at))
    response["Location"] = reverse("uploads:upload", args=[state.id])
    if carries:
        response["Upload-Offset"] = str(state.offset)
    return response


def _head(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    state = operations.state(upload_id, admit(request.headers), now=timezone.now())
    headers = {"Upload-Offset": str(state.offset), "Upload-Length": str(state.length)} | _expires(
        state.expires_at
    )
    if state.metadata:
        headers["Upload-Metadata"] = state.metadata
    return HttpResponse(headers=headers)


def _patch(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    who = admit(request.headers)
    if request.content_type != BYTES:
        raise Refused(415, "media_type", {"expected": BYTES})
    piece = operations.Piece(_whole(request, "Upload-Offset"), _length(request), request, _checksum(request))
    state = operations.extend(upload_id, who, piece, now=timezone.now())
    return HttpResponse(status=204, headers={"Upload-Offset": str(state.offset)} | _expires(state.expires_at))


def _delete(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    operations.end(upload_id, admit(request.headers), now=timezone.now())
    return HttpResponse(status=204)


def _refusal(refused: Refused) -> HttpResponse:
    response = JsonResponse({"code": refused.code, "facts": refused.facts}, status=refused.status)
    if refused.status == 412:
        response["Tus-Version"] = VERSION
    if refused.status == 405:
        response["Allow"] = refused.facts["allowed"]
    return response


def _checksum(request: HttpRequest) -> tuple[str, bytes] | None:
    header = request.headers.get("Upload-Checksum")
    return operations.read_checksum(header) if header else None


def _length(request: HttpRequest) -> int:
    """How long the body says it is. Without a length nobody could tell a cut from an end."""
    if not request.headers.get("Content-Length", ""):
        if "Transfer-Encoding" in request.headers:
            raise Refused(411, "length_required")
        return 0
    return _whole(request, "Content-Length")


def _whole(request: HttpRequest, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise Refused(400, "not_understood", {"where": header})
    return int(text)


def _expires(at: dt.datetime) -> dict[str, str]:
    return {"Upload-Expires": http_date(at.timestamp())}
