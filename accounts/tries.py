"""How often a password may be tried, and by whom: django-axes with buckets that fit handhelds.

A try that comes with an enrolled terminal's signature is counted in that terminal's own bucket; any other in the bucket of its address,
and all others of one account together have a ceiling. So guessing from many addresses is slow, and nobody far away can lock an officer
out of the terminal in the officer's hand.
"""

import datetime as dt
import ipaddress
from collections.abc import Mapping
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from accounts.address import address_of
from accounts.models import Terminal
from accounts.refusals import Refusal

TERMINALS = ipaddress.IPv6Network("fd4c:7571:696e::/64")
"""Addresses that stand for terminals: a key id is 64 bits, which is the lower half of an address in a network that is nowhere (RFC 4193)."""
_PREFIX = "fd4c:7571:696e:"
UNSIGNED_PER_ACCOUNT = 20
"""Tries an hour for one account from all addresses together."""


class SignInRefused(Refusal):
    """Unknown number, wrong password or disabled person: one answer."""

    status = 401
    code = "sign_in_refused"


class TooManyTries(Refusal):
    """No password is looked at for a while."""

    status = 429
    code = "too_many_tries"

    def facts(self) -> Mapping[str, Any]:
        return {"wait_minutes": int(settings.AXES_COOLOFF_TIME * 60)}


def count_for(request: HttpRequest, terminal: Terminal) -> None:
    """Have this request's try counted in the terminal's own bucket; only after its signature was checked."""
    request.signed_terminal = terminal  # type: ignore[attr-defined]


def bucket(request: HttpRequest) -> str | None:
    """The address in whose bucket a try is counted (setting AXES_CLIENT_IP_CALLABLE)."""
    terminal: Terminal | None = getattr(request, "signed_terminal", None)
    return address_of(request) if terminal is None else str(TERMINALS[int(terminal.id, 16)])


class Tries(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """Counts in the database, with a ceiling for each account over all addresses that are no terminal's."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Say whether no password is looked at now."""
        if super().is_locked(request, credentials):
            return True
        if getattr(request, "signed_terminal", None) is not None:
            return False
        since = timezone.now() - dt.timedelta(hours=settings.AXES_COOLOFF_TIME)
        tried = AccessAttempt.objects.filter(
            username=(credentials or {}).get(settings.AXES_USERNAME_FORM_FIELD), attempt_time__gte=since
        ).exclude(ip_address__startswith=_PREFIX)
        total: int = tried.aggregate(total=Sum("failures_since_start"))["total"] or 0
        return total >= UNSIGNED_PER_ACCOUNT


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: object) -> HttpResponse:
    """What is answered while tries are locked (setting AXES_LOCKOUT_CALLABLE), in the words of every other refusal."""
    refusal = TooManyTries()
    return JsonResponse({"code": refusal.code, "facts": refusal.facts()}, status=refusal.status)
