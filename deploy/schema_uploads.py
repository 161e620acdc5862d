"""What the OpenAPI document says of uploads, by hand: their door speaks tus 1.0 in headers and bytes, of which no serializer knows.

The protocol itself is described where it is kept (https://tus.io/protocols/resumable-upload); here stands what this door wants besides, and
every answer that it gives. The same machine that asks all other doors asks this one, so an answer that isn't written down is found.
"""

from typing import Any

from evidence.uploads.admission import DIGEST, SIGNATURE, TERMINAL, signed_text
from evidence.uploads.api import BYTES, VERSION

Said = dict[str, Any]
TAGS = ["uploads"]
REFUSED = {
    400: "A header is missing or not understood; the facts name it.",
    403: "Unknown terminal, wrong signature, or no record of this terminal names the photo.",
    404: "There is no such upload, or it is another terminal's.",
    405: "This address does not know the method.",
    409: "The upload stands at another offset; the facts say at which.",
    410: "The upload has expired.",
    411: "A body needs a Content-Length.",
    412: f"Another version of tus than {VERSION}.",
    413: "More bytes than the record promised.",
    415: f"A piece is {BYTES}.",
    423: "Another request is writing this upload.",
    429: "This terminal has too many bytes under way.",
    460: "The checksum of the piece, or the SHA-256 of the whole, is another: what was sent is discarded.",
    503: "The disk fails; come again.",
    507: "The server's disk is full; come again.",
}


def with_uploads(result: Said, generator: object, request: object, public: bool) -> Said:
    """A hook of drf-spectacular: add the two addresses at the end."""
    result["paths"] |= PATHS
    return result


def _header(name: str, means: str, *, required: bool = True, **schema: Any) -> Said:
    return {
        "in": "header",
        "name": name,
        "schema": {"type": "string", **schema},
        "required": required,
        "description": means,
    }


def _number(name: str, means: str, **how: Any) -> Said:
    return _header(name, means, pattern="^[0-9]{1,15}$", **how)


ADMITTED = [
    _header("Tus-Resumable", "The version of the protocol.", enum=[VERSION]),
    _header(TERMINAL, "Id of the terminal."),
    _header(DIGEST, "SHA-256 of the whole photo, in hex, as the record names it.", pattern="^[0-9a-f]{64}$"),
    _header(
        SIGNATURE, f"The terminal's signature over `{signed_text('<terminal>', '<digest>')}`, base64url."
    ),
]
CHECKSUM = _header("Upload-Checksum", "Algorithm and base64 of the piece's checksum.", required=False)
WHICH = {
    "in": "path",
    "name": "upload_id",
    "schema": {"type": "string", "format": "uuid"},
    "required": True,
}
PIECE = {"content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}


def _does(
    method: str, summary: str, done: tuple[int, str, list[str]], refused: list[int], **more: Any
) -> Said:
    """One operation: its good answer with the headers that tell of it, and its refusals (HEAD's have no body)."""
    status, means, told = done
    headers = {name: {"schema": {"type": "string"}} for name in told}
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers: Said = {str(status): {"description": means, **({"headers": headers} if headers else {})}}
    for one in sorted(refused):
        answers[str(one)] = {
            "description": REFUSED[one],
            **({} if method == "head" else {"content": body}),
        }
    one_upload = WHICH in more.get("parameters", [])
    return {
        "operationId": f"{method}_uploads{'_by_upload_id' if one_upload else ''}",
        "summary": summary,
        "tags": TAGS,
        "security": [{}],
        **more,
        "responses": answers,
    }


UNDERSTOOD = (
    204,
    "In headers.",
    ["Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm"],
)
OF_ONE = [400, 403, 404, 405, 410, 412, 423, 460, 503, 507]
PATHS: Said = {
    "/api/uploads/": {
        "options": _does("options", "What of tus is understood here", UNDERSTOOD, []),
        "post": _does(
            "post",
            "Begin the upload of a photo, with its first bytes or without",
            (201, "Begun.", ["Location", "Upload-Offset", "Upload-Expires"]),
            [*OF_ONE, 409, 411, 413, 429],
            parameters=[
                *ADMITTED,
                _number("Upload-Length", "Bytes of the whole photo."),
                _header("Upload-Metadata", "Kept and told again, never read.", required=False),
                CHECKSUM,
            ],
            requestBody=PIECE,
        ),
    },
    "/api/uploads/{upload_id}": {
        "options": _does("options", "What of tus is understood here", UNDERSTOOD, [404], parameters=[WHICH]),
        "head": _does(
            "head",
            "How far an upload has come",
            (200, "In headers.", ["Upload-Offset", "Upload-Length", "Upload-Expires", "Upload-Metadata"]),
            OF_ONE,
            parameters=[WHICH, *ADMITTED],
        ),
        "patch": _does(
            "patch",
            "The next bytes; with the last one the photo is hashed, kept, and written into the ledger",
            (204, "Taken.", ["Upload-Offset", "Upload-Expires"]),
            [*OF_ONE, 409, 411, 413, 415],
            parameters=[
                WHICH,
                *ADMITTED,
                _number("Upload-Offset", "Where the piece begins: what HEAD said."),
                CHECKSUM,
            ],
            requestBody={**PIECE, "required": True},
        ),
        "delete": _does(
            "delete", "Give an upload up", (204, "Gone.", []), OF_ONE, parameters=[WHICH, *ADMITTED]
        ),
    },
}
