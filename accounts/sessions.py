"""Who a cookie is, at each request and for each open line: one answer for pages, API and sockets.

A handheld's session stands for a shift and is worth what the shift, the terminal and the person are worth now. A desk's session ends
after thirty minutes without a person doing something, and after twelve hours in any case.
"""

import datetime as dt
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, login, logout
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.capabilities import Capability, may, works_at_a_desk
from accounts.closing import ENDED, close_after_commit
from accounts.models import Shift, ShiftKey, Terminal, User
from accounts.queries import reader_keys

BACKEND = "accounts.backends.PoliceNumberBackend"
_SHIFT, _BEGAN, _SEEN, _ROLE = "shift", "began", "seen", "role"
NOTE_EVERY_S = 60
"""A desk's activity is written down at most this often; the row would else be written at each click."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who is signed in: at a desk, or with a shift on a terminal."""

    user: User
    shift: Shift | None
    terminal: Terminal | None
    session_key: str

    @property
    def keys(self) -> tuple[str, ...]:
        """What an open line of theirs listens under: their audience keys, and one for the session itself."""
        return (*reader_keys(self.user, self.terminal), line_key(self.session_key))


def line_key(session_key: str) -> str:
    """Key under which the lines of one session can be closed; it gives nothing away of the session's own key."""
    return f"session:{sha256(session_key.encode()).hexdigest()[:32]}"


def standing_of(session_key: str, now: dt.datetime) -> Standing | None:
    """Say who the cookie with this session key is now; None: nobody. For sockets; it counts as no activity."""
    return standing(_store(session_key), now)


def standing(session: SessionBase, now: dt.datetime) -> Standing | None:
    """Say who this session is now; None: nobody (any more)."""
    number, key = session.get(SESSION_KEY), session.session_key
    if number is None or key is None or session.get(BACKEND_SESSION_KEY) != BACKEND:
        return None
    if _SHIFT in session:
        return _on_shift(session, key, str(number), now)
    seen, began = session.get(_SEEN, 0), session.get(_BEGAN, 0)
    idle, age = now.timestamp() - seen, now.timestamp() - began
    if idle > settings.DESK_IDLE_MINUTES * 60 or age > settings.SHIFT_HOURS * 3600:
        return None
    user = User.objects.select_related("unit").filter(police_number=number, is_active=True).first()
    if user is None or not _password_is_the_same(session, user):
        return None
    if session.get(_ROLE, user.role) != user.role and not works_at_a_desk(user):
        return None  # the role was changed to one that has no work at a desk
    return Standing(user, None, None, key)


def _on_shift(session: SessionBase, key: str, number: str, now: dt.datetime) -> Standing | None:
    shift = (
        Shift.objects.select_related("user__unit", "terminal__unit")
        .filter(
            id=session[_SHIFT],
            user_id=number,
            user__is_active=True,
            terminal__state=Terminal.State.ACTIVE,
            closed_at=None,
            ends_at__gt=now,
        )
        .first()
    )
    if (
        shift is None
        or not may(shift.user, Capability.RECORD)
        or not _password_is_the_same(session, shift.user)
    ):
        return None
    return Standing(shift.user, shift, shift.terminal, key)


def note_activity(session: SessionBase, now: dt.datetime) -> None:
    """Keep a desk's session awake: a person did something."""
    if _SHIFT not in session and now.timestamp() - session.get(_SEEN, 0) >= NOTE_EVERY_S:
        session[_SEEN] = now.timestamp()


@transaction.atomic
def begin(request: HttpRequest, user: User, *, shift: Shift | None, now: dt.datetime) -> None:
    """Sign this person in under a new session key. On a terminal, every other session there ends: one person reads at a time."""
    request.session.flush()  # Django keeps the key when the same person signs in again
    login(request, user, backend=BACKEND)
    session = request.session
    session[_BEGAN] = session[_SEEN] = now.timestamp()
    session[_ROLE] = user.role
    if shift is None:
        return
    session[_SHIFT] = str(shift.id)
    session.save()
    assert session.session_key is not None
    end_sessions_on(shift.terminal, but=session.session_key)
    ShiftKey.objects.filter(shift=shift).update(session=session.session_key)


@transaction.atomic
def end(request: HttpRequest) -> None:
    """Sign out: the session is gone from the server, and its open lines are closed."""
    if request.session.session_key:
        close_after_commit([line_key(request.session.session_key)], ENDED)
    logout(request)


def end_sessions_on(terminal: Terminal, *, but: str = "") -> None:
    """End the sessions that read on this terminal, in the caller's transaction. Shifts go on: what was sealed in them comes in."""
    reading = ShiftKey.objects.filter(shift__terminal=terminal).exclude(session__in=["", but])
    keys = list(reading.values_list("session", flat=True))
    for key in keys:
        _store(key).delete(key)
    reading.update(session="")
    if keys:
        close_after_commit([line_key(key) for key in keys], ENDED)


def _store(session_key: str) -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return store


def _password_is_the_same(session: SessionBase, user: User) -> bool:
    """A session ends when the password is set anew."""
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
