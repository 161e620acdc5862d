"""Questions about who: whose feed, whose shift, which people and terminals somebody may see."""

import datetime as dt
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts import audience
from accounts.capabilities import Capability, capabilities_of, may
from accounts.models import Role, Shift, Terminal, Unit, User
from accounts.refusals import Overtaken
from accounts.scope import root_seen, visible

GRACE = dt.timedelta(minutes=10)
"""How far outside its shift a record may say it was made: clocks, and a record begun before the shift ended."""

FEED_FORMAT = 1


def reader_keys(user: User, terminal: Terminal | None) -> tuple[str, ...]:
    """Audience keys of what this person gets told: on a handheld their own things, at a desk their unit's too.

    A disabled person, or a terminal that is not active, gets nothing.
    """
    if not user.is_active:
        return ()
    if terminal is not None:
        if terminal.state != Terminal.State.ACTIVE:
            return ()
        return (audience.of_person(user.police_number), audience.of_terminal(terminal.id))
    keys = [audience.of_person(user.police_number)]
    root = root_seen(user)
    if root is not None:
        keys.append(f"unit:{root}")
    if may(user, Capability.JUDGE_QUARANTINE):
        keys.append(audience.LEGAL_DESK)
    if may(user, Capability.ENROL_TERMINAL) or may(user, Capability.JUDGE_VERSIONS):
        keys.append(audience.TECHNICAL_DESK)
    return tuple(keys)


def epoch(user: User, terminal: Terminal | None) -> str:
    """A word that changes when what this person may see changes (role, unit, capabilities, the log itself): then the feed starts over."""
    parts = [
        str(FEED_FORMAT),
        settings.LOG_ORIGIN,
        user.police_number,
        user.role,
        user.unit_id,
        *sorted(capabilities_of(user)),
        *reader_keys(user, terminal),
    ]
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def names_of(police_numbers: Iterable[str]) -> dict[str, str]:
    """What the people with these numbers are called; numbers that nobody has, and terminals' ids, are left out."""
    asked = {one for one in police_numbers if one}
    return dict(User.objects.filter(police_number__in=asked).values_list("police_number", "name"))


def overtaken(state: str, by: str = "") -> Overtaken:
    """The refusal that says who was faster, by number and name, and what state it is in by now."""
    return Overtaken(state, by, names_of([by]).get(by, ""))


def shift_matches(shift_id: UUID, officer: str, terminal: str, at: dt.datetime | None) -> bool:
    """Say whether this officer is the one who opened this shift on this terminal, and whether it was running at `at`.

    `at` is when the thing was made, as far as the server can tell (the claimed time, put right by the measured offset); None where the
    handheld's clock can't be believed: then only who and where count. GRACE applies at both ends.
    """
    shift = Shift.objects.filter(id=shift_id, user_id=officer, terminal_id=terminal).first()
    return shift is not None and shift_covers(shift, at)


def shift_covers(shift: Shift, at: dt.datetime | None) -> bool:
    """Say whether this shift was running at `at`, which is as in `shift_matches`."""
    if at is None:
        return True
    ended = min(shift.closed_at, shift.ends_at) if shift.closed_at else shift.ends_at
    return bool(shift.opened_at - GRACE <= at <= ended + GRACE)


def on_duty(user: User, now: dt.datetime) -> bool:
    """Say whether this person has a shift that is running. Nobody is located off duty."""
    return Shift.objects.filter(user=user, closed_at=None, ends_at__gt=now, opened_at__lte=now).exists()


def people_of(user: User) -> QuerySet[User]:
    """The active people whom this person may see by their unit, by number."""
    return visible(User.objects.filter(is_active=True).select_related("unit"), user).order_by("police_number")


def field_force_of(user: User) -> QuerySet[User]:
    """Of those, the ones who can be sent out: officers, auxiliaries and leaders."""
    return people_of(user).filter(role__in=[Role.OFFICER, Role.AUXILIARY, Role.LEADER])


def terminals_of(user: User) -> QuerySet[Terminal]:
    """Terminals with what they last said of themselves: the technician's are all of the city, a leader's those of the unit."""
    terminals = Terminal.objects.select_related("unit", "contact").order_by("number")
    if may(user, Capability.ENROL_TERMINAL):
        return terminals.filter(unit__path__contains=[user.unit.path[0]])
    return visible(terminals, user)


def units_named_by(user: User) -> QuerySet[Unit]:
    """Units that this person may name for a task or a terminal: those they see into; the technician's are all of the city."""
    units = Unit.objects.order_by("code")
    if may(user, Capability.ENROL_TERMINAL):
        return units.filter(path__contains=[user.unit.path[0]])
    return visible(units, user, path="")


def person(police_number: str) -> User | None:
    """The person with this number, disabled ones too."""
    return User.objects.select_related("unit").filter(Q(police_number=police_number)).first()
