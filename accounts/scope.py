"""The one scoping function. Everybody sees their own unit's subtree, and nothing else unless a capability says so.

What is not there and what is not theirs look alike to the asker, so that nobody learns from the difference.
"""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from accounts.capabilities import Capability, may
from accounts.models import Unit, User
from accounts.refusals import NotFound

M = TypeVar("M", bound=Model)


def root_seen(user: User) -> str | None:
    """Code of the unit whose whole subtree this person may see; None: no unit's.

    With SEE_CITY it is the top of the tree to which the person's own unit belongs.
    """
    if may(user, Capability.SEE_CITY):
        return str(user.unit.path[0])
    if may(user, Capability.SEE_UNIT):
        return str(user.unit_id)
    return None


def units_of(user: User) -> set[str]:
    """Codes of all units that this person may see into; empty for those who see only what is their own."""
    root = root_seen(user)
    if root is None:
        return set()
    return set(Unit.objects.filter(path__contains=[root]).values_list("code", flat=True))


def visible(queryset: QuerySet[M], user: User, path: str = "unit", *, own: str = "") -> QuerySet[M]:
    """Only the rows that this person may see: those of the units they see into, and their own.

    `path` leads from a row to its unit ("" where the rows are units); `own`, where given, leads to the person whose row it is.
    """
    seen = Q(pk__in=[])
    root = root_seen(user)
    if root is not None:
        seen |= Q(**{f"{path}__path__contains" if path else "path__contains": [root]})
    if own and user.is_active:
        seen |= Q(**{own: user})
    return queryset.filter(seen)


def find_visible(queryset: QuerySet[M], user: User, path: str = "unit", *, own: str = "", **named: Any) -> M:
    """The one row that is named, if this person may see it.

    :raises NotFound: there is none, or it is not theirs to see
    """
    found = visible(queryset, user, path, own=own).filter(**named).first()
    if found is None:
        raise NotFound
    return found


def sees_unit(user: User, unit: Unit) -> bool:
    """Say whether this person may see into this unit."""
    return root_seen(user) in unit.path
