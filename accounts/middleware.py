"""Who asks: sets `request.user`, `request.shift` and `request.terminal` from the session, anew at each request."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import sessions
from accounts.models import Shift, Terminal

UNATTENDED = "Luqin-Unattended"
"""Header of a request that no person made: it keeps no desk awake."""


def shift_of_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A closed shift, a suspended or revoked terminal, a disabled person or an idle desk: the request is nobody's, at once."""

    def answer(request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        who = sessions.standing(request.session, now) if request.session.session_key else None
        request.user = who.user if who else AnonymousUser()
        request.shift = who.shift if who else None  # type: ignore[attr-defined]
        request.terminal = who.terminal if who else None  # type: ignore[attr-defined]
        if who and not _unattended(request):
            sessions.note_activity(request.session, now)
        return get_response(request)

    return answer


def _unattended(request: HttpRequest) -> bool:
    return UNATTENDED in request.headers or request.path in settings.UNATTENDED_PATHS


def shift_of(request: HttpRequest) -> Shift | None:
    """The shift under which this request comes, None at a desk or for nobody."""
    shift: Shift | None = getattr(request, "shift", None)
    return shift


def terminal_of(request: HttpRequest) -> Terminal | None:
    """The handheld from which this request comes, None at a desk or for nobody."""
    terminal: Terminal | None = getattr(request, "terminal", None)
    return terminal
