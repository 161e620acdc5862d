"""How every refusal is answered: `{"code": word, "facts": {...}}` and a status. The sentence is said by the front end, in both languages.

No door catches anything; what is expected is a Refusal with a code of its own, what the framework refuses gets a word here, and what
nobody expected is logged by its kind and place (never by its text, which may hold a person's data) and answered as `failed`.
"""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import page_not_found, server_error
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.refusals import Refusal

log = logging.getLogger(__name__)

_WORDS: dict[type[exceptions.APIException], str] = {
    exceptions.ParseError: "not_json",
    exceptions.ValidationError: "not_understood",
    exceptions.NotAuthenticated: "not_signed_in",
    exceptions.AuthenticationFailed: "not_signed_in",
    exceptions.PermissionDenied: "not_permitted",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "media_type",
    exceptions.Throttled: "too_many",
}


class TooLarge(Refusal):
    """More bytes than this door takes in one piece."""

    status = 413
    code = "too_large"

    def __init__(self, most_bytes: int) -> None:
        super().__init__(most_bytes)
        self.most_bytes = most_bytes

    def facts(self) -> Mapping[str, Any]:
        return {"most_bytes": self.most_bytes}


class NotUnderstood(Refusal):
    """A value that this door can't use. `where` names it, `problem` says what is wrong with it."""

    status = 400
    code = "not_understood"

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, problem)
        self.where, self.problem = where, problem

    def facts(self) -> Mapping[str, Any]:
        return {"where": self.where, "problem": self.problem}


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Django REST framework's exception handler: the answer for what a view raised, None where nobody expected it."""
    set_rollback()
    match error:
        case Refusal():
            return say(error.status, error.code, error.facts())
        case RequestDataTooBig():
            return say(413, "too_large", {})
        case Http404():
            return say(404, "not_found", {})
        case PermissionDenied():
            return say(403, "not_permitted", {})
        case exceptions.ValidationError():
            return say(
                400, "not_understood", {"where": ", ".join(_places(error.detail)), "problem": "wrong_type"}
            )
        case exceptions.MethodNotAllowed() | exceptions.APIException():
            return _of_the_framework(error)
        case RecursionError():
            return say(400, "not_json", {})  # thousands of brackets in each other
        case OperationalError() | InterfaceError():
            log.warning("the database is away: %s", type(error).__name__)
            return say(503, "come_again", {})
        case _:
            return None


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler for an address that no door has: below /api/ said like any other refusal, elsewhere as a page."""
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "not_found", "facts": {}}, status=404)
    return page_not_found(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler for what nobody expected; the log says what, the answer doesn't."""
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "failed", "facts": {}}, status=500)
    return server_error(request)


def say(code_status: int, code: str, facts: Mapping[str, Any]) -> Response:
    """One refusal as an answer."""
    return Response({"code": code, "facts": dict(facts)}, status=code_status)


def _of_the_framework(error: exceptions.APIException) -> Response:
    word = next((_WORDS[one] for one in type(error).__mro__ if one in _WORDS), "refused")
    # an anonymous caller gets 401, so that a handheld whose shift has ended knows what to do; the framework would say 403
    code_status = 401 if word == "not_signed_in" else error.status_code
    response = say(code_status, word, {})
    wait_s: float | None = getattr(error, "wait", None)
    if wait_s is not None:
        response["Retry-After"] = str(int(wait_s) + 1)
    if code_status == status.HTTP_401_UNAUTHORIZED:
        response["WWW-Authenticate"] = "Session"
    return response


def _places(detail: object, at: str = "") -> list[str]:
    """Names of the values that were refused; their contents are not repeated."""
    if isinstance(detail, Mapping):
        return [
            place
            for key, inner in detail.items()
            for place in _places(inner, f"{at}.{key}" if at else str(key))
        ]
    if isinstance(detail, list) and any(isinstance(one, Mapping) for one in detail):
        return [place for number, inner in enumerate(detail) for place in _places(inner, f"{at}[{number}]")]
    return [at or "body"] if detail else []
