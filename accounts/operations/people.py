"""Enlisting people, changing what they may do, and their passwords."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audience
from accounts.capabilities import Capability, require
from accounts.closing import COME_AGAIN, ENDED, REVOKED, close_after_commit
from accounts.models import Role, Unit, User
from accounts.projections import PEOPLE
from accounts.refusals import NotFound, Overtaken, Refusal
from evidence import ledger
from evidence.replay import hold, project

_SWORN, _AUXILIARY = re.compile(r"[0-9]{6}"), re.compile(r"F[0-9]{5}")


class PoliceNumberRefused(Refusal):
    """Not a police number of this role (six digits; auxiliaries F and five), or somebody has it already."""

    status = 409
    code = "police_number_refused"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def facts(self) -> Mapping[str, Any]:
        return {"why": self.why}


class PasswordRefused(Refusal):
    """The password is too short, too common or too near to the person's own data."""

    status = 400
    code = "password_refused"

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = list(reasons)

    def facts(self) -> Mapping[str, Any]:
        return {"reasons": self.reasons}


class NotOneself(Refusal):
    """Nobody changes their own role or enables themselves."""

    status = 403
    code = "not_oneself"


@transaction.atomic
def enlist(
    *,
    police_number: str,
    name: str,
    role: str,
    unit: Unit,
    password: str | None,
    by: User | None,
    now: dt.datetime,
) -> User:
    """Add a person with their first password, and return them. Without one they choose it with a code (password_codes.py).

    :raises NotPermitted: `by` may not manage people
    :raises PoliceNumberRefused: `form` (not a number of this role) or `taken`
    :raises PasswordRefused: the password is not good enough
    """
    if by is not None:
        require(by, Capability.MANAGE_PEOPLE)
    form = _AUXILIARY if role == Role.AUXILIARY else _SWORN
    if not form.fullmatch(police_number):
        raise PoliceNumberRefused("form")
    if User.objects.filter(police_number=police_number).exists():
        raise PoliceNumberRefused("taken")
    if password is not None:
        _judge(password, User(police_number=police_number, name=name))
    entry = ledger.append(
        kind="user.enlisted",
        subject=police_number,
        actor=by.police_number if by else "system",
        at=now,
        body={"name": name, "role": str(role), "unit": unit.code},
        audience=[audience.of_person(police_number), *audience.of_unit(unit)],
    )
    project(PEOPLE, entry)
    if password is None:
        User.objects.filter(police_number=police_number).update(password=make_password(None))
    else:
        _keep(police_number, password, by, now)
    return User.objects.select_related("unit").get(police_number=police_number)


@transaction.atomic
def change_role(police_number: str, *, role: str, unit: Unit, by: User | None, now: dt.datetime) -> User:
    """Give a person another role or unit. Their sockets close and come again, and their feed starts over, since they may see other things.

    :raises NotPermitted: `by` may not manage people
    :raises NotOneself: it is their own role
    :raises PoliceNumberRefused: the number is not one of that role (an auxiliary does not become sworn by a click)
    """
    _manages(by, police_number)
    person = _held(police_number)
    if (role == Role.AUXILIARY) != police_number.startswith("F"):
        raise PoliceNumberRefused("form")
    body = {"role": str(role), "unit": unit.code, "was": {"role": person.role, "unit": person.unit_id}}
    concerned = [
        audience.of_person(police_number),
        *audience.of_unit(person.unit),
        *audience.of_unit(unit),
    ]
    entry = ledger.append(
        kind="user.changed",
        subject=police_number,
        actor=by.police_number if by else "system",
        at=now,
        body=body,
        audience=concerned,
    )
    project(PEOPLE, entry)
    close_after_commit([audience.of_person(police_number)], COME_AGAIN)
    return User.objects.select_related("unit").get(police_number=police_number)


def disable(police_number: str, *, reason: str, by: User | None, now: dt.datetime) -> User:
    """End a person's access at once; what they signed stays, and still comes in.

    :raises NotPermitted: `by` may not manage people
    :raises Overtaken: it has ended already
    """
    return _switch(police_number, False, reason=reason, by=by, now=now)


def enable(police_number: str, *, reason: str, by: User | None, now: dt.datetime) -> User:
    """Let a disabled person in again.

    :raises NotPermitted: `by` may not manage people
    :raises Overtaken: they may come in
    """
    return _switch(police_number, True, reason=reason, by=by, now=now)


@transaction.atomic
def set_password(police_number: str, *, password: str, by: User, now: dt.datetime) -> None:
    """Set a password, one's own or as one who manages people. All sessions of the person end.

    :raises NotPermitted: neither oneself nor one who manages people
    :raises PasswordRefused: the password is not good enough
    """
    if by.police_number != police_number:
        require(by, Capability.MANAGE_PEOPLE)
    person = _held(police_number)
    _judge(password, person)
    _keep(police_number, password, by, now)
    close_after_commit([audience.of_person(police_number)], ENDED)


@transaction.atomic
def _switch(police_number: str, active: bool, *, reason: str, by: User | None, now: dt.datetime) -> User:
    _manages(by, police_number)
    person = _held(police_number)
    if person.is_active == active:
        raise Overtaken("active" if active else "suspended")
    entry = ledger.append(
        kind="user.changed",
        subject=police_number,
        actor=by.police_number if by else "system",
        at=now,
        body={"is_active": active, "reason": reason},
        audience=[audience.of_person(police_number), *audience.of_unit(person.unit)],
    )
    project(PEOPLE, entry)
    if not active:
        close_after_commit([audience.of_person(police_number)], REVOKED)
    return User.objects.select_related("unit").get(police_number=police_number)


def _manages(by: User | None, police_number: str) -> None:
    if by is None:
        return
    require(by, Capability.MANAGE_PEOPLE)
    if by.police_number == police_number:
        raise NotOneself


def _held(police_number: str) -> User:
    hold(PEOPLE, police_number)
    person = User.objects.select_related("unit").filter(police_number=police_number).first()
    if person is None:
        raise NotFound
    return person


def _judge(password: str, person: User) -> None:
    try:
        validate_password(password, person)
    except ValidationError as refused:
        raise PasswordRefused([one.code or "refused" for one in refused.error_list]) from None


def _keep(police_number: str, password: str, by: User | None, now: dt.datetime) -> None:
    """Store the hash; that it was set is an entry, the password is in none."""
    User.objects.filter(police_number=police_number).update(password=make_password(password))
    ledger.append(
        kind="user.password_set",
        subject=police_number,
        actor=by.police_number if by else "system",
        at=now,
        body={},
    )
