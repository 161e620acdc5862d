"""What waits at a desk: counts that lead to their rows, and the points of the map."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.capabilities import Capability, require
from accounts.models import User
from accounts.scope import visible
from field.models import Item, Measure, Violation
from field.recording.queries import iso, offence_names, outstanding
from field.rules.measure import WAITING
from field.rules.violation import State

MAP_SHOWS = dt.timedelta(days=1)
MOST_POINTS = 2000


def figures(viewer: User, now: dt.datetime) -> list[dict[str, Any]]:
    """Counts of what waits, each with the way to its rows. There is none by person, and no sum of tickets or fines."""
    require(viewer, Capability.SEE_UNIT)
    mine = visible(Violation.objects.all(), viewer)
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = midnight.isoformat()
    oldest = (
        mine.filter(state=State.RECORDED).order_by("arrived_at").values_list("arrived_at", flat=True).first()
    )
    items = visible(Item.objects.filter(closed_at__isnull=True), viewer).count()
    return [
        _figure("today", mine.filter(occurred_at__gte=midnight).count(), f"violations?since={today}"),
        _figure(
            "to_review", mine.filter(state=State.RECORDED).count(), "violations?state=recorded&order=oldest"
        )
        | {"oldest": iso(oldest) if oldest else None},
        _figure("returned", mine.filter(state=State.RETURNED).count(), "violations?state=returned"),
        _figure(
            "annul_proposed",
            mine.filter(state=State.ANNUL_PROPOSED).count(),
            "violations?state=annul_proposed",
        ),
        _figure("incomplete", mine.filter(outstanding()).count(), "violations?incomplete=true"),
        _figure("measures", visible(Measure.objects.filter(state__in=WAITING), viewer).count(), "measures"),
        _figure("items", items, "items"),
    ]


def points(viewer: User, now: dt.datetime) -> list[dict[str, Any]]:
    """The violations of the last day that have a place, of the units the viewer sees into: no plate, no person.

    :raises NotPermitted: the viewer sees into no unit
    """
    require(viewer, Capability.SEE_UNIT)
    shown = visible(Violation.objects.all(), viewer).filter(
        occurred_at__gte=now - MAP_SHOWS, point__isnull=False
    )
    rows = list(shown.order_by("-occurred_at")[:MOST_POINTS])
    names = offence_names(rows)
    return [
        {
            "id": str(one.id),
            "state": one.state,
            "kind": one.kind,
            "offence": one.offence_code,
            "offence_name": names[one.id],
            "occurred_at": iso(one.occurred_at),
            "point": [one.point.x, one.point.y] if one.point else [],
        }
        for one in rows
    ]


def _figure(name: str, count: int, rows: str) -> dict[str, Any]:
    return {"name": name, "count": count, "rows": f"/api/{rows}", "oldest": None}
