"""One-time codes with which people choose their own password: the first one, or a new one when it was forgotten.

Nobody ever holds another person's password: who is enlisted from a list has none until their code was used. Only a code's hash is kept.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction

from accounts.capabilities import Capability, require
from accounts.models import PasswordCode, User
from accounts.operations.enrolment import LETTERS, CodeRefused
from accounts.operations.people import set_password
from accounts.refusals import NotFound
from evidence import ledger

LENGTH = 16
"""74 bits: nobody guesses one, so tries need no counting."""
LASTS = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FreshCode:
    """A code as it is handed out, once: four groups of four."""

    person: User
    code: str
    expires_at: dt.datetime


@transaction.atomic
def make_password_codes(people: Sequence[User], *, by: User | None, now: dt.datetime) -> list[FreshCode]:
    """Make a code for each of these people; an earlier one of theirs that was not used is void from now on.

    :raises NotPermitted: `by` may not manage people
    :raises NotFound: one of them is suspended: a suspended person gets no code
    """
    if by is not None:
        require(by, Capability.MANAGE_PEOPLE)
    if not all(one.is_active for one in people):
        raise NotFound
    PasswordCode.objects.filter(person__in=people, used_at=None).delete()
    return [_make(one, by, now) for one in people]


@transaction.atomic
def choose_password(police_number: str, *, code: str, password: str, now: dt.datetime) -> None:
    """Set one's own password with a code that was handed out. The code is used up, and every session of the person ends.

    :raises CodeRefused: no such code for this person, too old, used, or the person is suspended: one answer
    :raises PasswordRefused: the password is not good enough; the code stays good
    """
    found = (
        PasswordCode.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(
            code_sha256=_hash(code),
            person=police_number,
            used_at=None,
            expires_at__gt=now,
            person__is_active=True,
        )
        .first()
    )
    if found is None:
        raise CodeRefused
    set_password(police_number, password=password, by=found.person, now=now)
    found.used_at = now
    found.save(update_fields=["used_at"])


def _make(person: User, by: User | None, now: dt.datetime) -> FreshCode:
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    fresh = FreshCode(person, "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4)), now + LASTS)
    PasswordCode.objects.create(
        code_sha256=_hash(letters), person=person, made_by=by, made_at=now, expires_at=fresh.expires_at
    )
    ledger.append(
        kind="user.code_made",
        subject=person.police_number,
        actor=by.police_number if by else "system",
        at=now,
        body={"expires_at": fresh.expires_at.isoformat()},
    )
    return fresh


def _hash(code: str) -> str:
    """Of the letters alone, however they were typed."""
    letters = "".join(one for one in code.upper() if one in LETTERS)
    return sha256(letters.encode()).hexdigest()
