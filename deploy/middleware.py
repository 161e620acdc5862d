"""What every answer says about what a browser may do with it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from deploy import policy


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Add the policy of a page without script, unless the view has set one of its own."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy.PAGE)
        response.headers.setdefault("Permissions-Policy", policy.PAGE_MAY)
        return response

    return answer
