"""People as a list: whom a technician manages, whom a leader or an auditor sees, page by page."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import BooleanField, Case, DateTimeField, Max, Q, QuerySet, Value, When

from accounts.capabilities import Capability, may, require
from accounts.models import User
from accounts.scope import visible

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which people. `text` is part of a name or the beginning of a number; `active` None: both."""

    number: str = ""
    unit: str = ""
    role: str = ""
    text: str = ""
    active: bool | None = None
    cursor: str = ""


def managed_by(user: User) -> QuerySet[User]:
    """Everybody whom this person manages: all of the city. :raises NotPermitted: they manage nobody"""
    require(user, Capability.MANAGE_PEOPLE)
    return User.objects.filter(unit__path__contains=[user.unit.path[0]]).order_by("police_number")


def page(wanted: Wanted, *, viewer: User, now: dt.datetime) -> tuple[Sequence[User], str | None]:
    """People by number, suspended ones too, and where the next page begins (None: there is none).

    Each has `has_password` (has chosen one) and `code_until` (a code was handed out and is good until then).

    :raises NotPermitted: the viewer neither manages people nor sees into a unit
    """
    rows = _seen_by(viewer).select_related("unit").order_by("police_number")
    if wanted.number:
        rows = rows.filter(police_number=wanted.number)
    if wanted.unit:
        rows = rows.filter(unit__path__contains=[wanted.unit])
    if wanted.role:
        rows = rows.filter(role=wanted.role)
    if wanted.text:
        rows = rows.filter(Q(name__contains=wanted.text) | Q(police_number__istartswith=wanted.text))
    if wanted.active is not None:
        rows = rows.filter(is_active=wanted.active)
    if wanted.cursor:
        rows = rows.filter(police_number__gt=wanted.cursor)
    none = Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    good = Q(password_codes__used_at=None, password_codes__expires_at__gt=now)
    found = list(
        rows.annotate(
            has_password=Case(
                When(none, then=Value(False)), default=Value(True), output_field=BooleanField()
            ),
            code_until=Max("password_codes__expires_at", filter=good, output_field=DateTimeField()),
        )[: PAGE + 1]
    )
    more = len(found) > PAGE
    found = found[:PAGE]
    return found, found[-1].police_number if more else None


def _seen_by(viewer: User) -> QuerySet[User]:
    if may(viewer, Capability.MANAGE_PEOPLE):
        return managed_by(viewer)
    require(viewer, Capability.SEE_UNIT)
    return visible(User.objects.all(), viewer)
