"""How every refusal is answered: `{"code": word, "facts": {...}}` and a status. The sentence is said by the front end, in both languages.

No door catches anything; what is expected is a Refusal with a code of its own, what the framework refuses gets a word here, what
passes by itself (faults.py) is answered with the time to wait, wherever it was raised: in a door, a page or around them. What
nobody expected is logged by its kind and place (never by its text, which may hold a person's data) and answered as `failed`.
"""

import logging
import sys
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.defaults import page_not_found, server_error
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.refusals import Refusal
from field.faults import Passing, give_up_connections, passing

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


_COME_AGAIN = (
    '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>请稍后再试</title>'
    '<meta name="viewport" content="width=device-width"><h1>系统正忙，请过一分钟再试。</h1>'
    '<p lang="en">The service is busy. Please try again in a minute.</p></html>'
)
"""Without a template, a style or a question to anybody: it is shown when something is away."""


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
        case UnreadablePostError():
            return say(400, "cut_off", {})  # nobody is there to read it
        case _:
            fault = _passing(error)
            return None if fault is None else _say_passing(fault)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler for an address that no door has: below /api/ said like any other refusal, elsewhere as a page."""
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "not_found", "facts": {}}, status=404)
    return page_not_found(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler for what no door has answered, raised in a plain view or around the views. The log says what, the answer doesn't."""
    fault = _passing(sys.exc_info()[1])
    if fault is not None:
        return _page_passing(request, fault)
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "failed", "facts": {}}, status=500)
    return server_error(request)


def say(code_status: int, code: str, facts: Mapping[str, Any]) -> Response:
    """One refusal as an answer."""
    return Response({"code": code, "facts": dict(facts)}, status=code_status)


def _passing(error: BaseException | None) -> Passing | None:
    """The answer to a fault that passes; what is broken by it is given up, so that the next request finds it whole."""
    fault = passing(error)
    if fault is not None:
        log.warning("%s: %s", fault.code, type(error).__name__)
        give_up_connections()
    return fault


def _say_passing(fault: Passing) -> Response:
    response = say(fault.status, fault.code, {})
    response["Retry-After"] = str(fault.wait_s)
    return response


def _page_passing(request: HttpRequest, fault: Passing) -> HttpResponse:
    response: HttpResponse
    if request.path.startswith("/api/"):
        response = JsonResponse({"code": fault.code, "facts": {}}, status=fault.status)
    else:
        response = HttpResponse(_COME_AGAIN, status=fault.status)
    response["Retry-After"] = str(fault.wait_s)
    response["Cache-Control"] = "no-store"
    return response


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
