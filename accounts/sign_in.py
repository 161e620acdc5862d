"""Signing in, at a desk or on a handheld, and taking a shift up again: what the doors call with a request in hand."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest

from accounts import challenges, sessions, tries
from accounts.capabilities import works_at_a_desk
from accounts.models import Shift, ShiftKey, User
from accounts.operations.shifts import Opened, ShiftEnded, open_shift, resume_hash
from accounts.refusals import Refusal


class TerminalNeeded(Refusal):
    """This person works on the road only, and so signs in on a terminal."""

    status = 403
    code = "terminal_needed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handheld says when it was challenged."""

    terminal: str
    challenge: str
    signature: str


def sign_in_at_desk(request: HttpRequest, police_number: str, password: str, *, now: dt.datetime) -> User:
    """Sign somebody in without a terminal.

    :raises tries.SignInRefused: unknown, disabled or wrong
    :raises TerminalNeeded: the role has no work at a desk
    """
    user = _known(request, police_number, password)
    if not works_at_a_desk(user):
        raise TerminalNeeded
    sessions.begin(request, user, shift=None, now=now)
    return user


def sign_in_on_terminal(
    request: HttpRequest, police_number: str, password: str, answer: Answer, *, now: dt.datetime
) -> Opened:
    """Sign somebody in on a handheld, which opens a shift.

    :raises challenges.ChallengeRefused: fetch another one
    :raises challenges.SignatureWrong: not the terminal's key
    :raises TerminalRefused: the terminal is not active
    :raises tries.SignInRefused: unknown, disabled or wrong
    :raises NotPermitted: the role does not work on the road
    """
    terminal = challenges.answered_by(
        answer.terminal, challenge=answer.challenge, signature=answer.signature, now=now
    )
    tries.count_for(request, terminal)
    user = _known(request, police_number, password)
    with transaction.atomic():
        opened = open_shift(user, terminal, now=now)
        sessions.begin(request, user, shift=opened.shift, now=now)
    return opened


def take_up_again(request: HttpRequest, secret: str, answer: Answer, *, now: dt.datetime) -> Shift:
    """Give a handheld that was opened by PIN a new session for the shift it still has.

    :raises challenges.ChallengeRefused: fetch another one
    :raises challenges.SignatureWrong: not the terminal's key
    :raises TerminalRefused: the terminal is not active
    :raises ShiftEnded: no such shift on this terminal, it is over, or the person was disabled: sign in with the password
    """
    terminal = challenges.answered_by(
        answer.terminal, challenge=answer.challenge, signature=answer.signature, now=now
    )
    key = (
        ShiftKey.objects.select_related("shift__user__unit", "shift__terminal")
        .filter(
            resume_sha256=resume_hash(secret),
            shift__terminal=terminal,
            shift__closed_at=None,
            shift__ends_at__gt=now,
            shift__user__is_active=True,
        )
        .first()
    )
    if key is None:
        raise ShiftEnded
    sessions.begin(request, key.shift.user, shift=key.shift, now=now)
    return key.shift


def _known(request: HttpRequest, police_number: str, password: str) -> User:
    user = authenticate(request, police_number=police_number, password=password)
    if not isinstance(user, User):
        raise tries.SignInRefused
    return user
