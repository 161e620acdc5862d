"""What the clock does to measures: after 24 hours without approval they lapse. Needs PostgreSQL alone; safe to run late, or twice."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from evidence import replay
from evidence.ledger import Entry
from field.measures.operations import lapse_held
from field.measures.projection import MEASURE
from field.models import Measure
from field.rules.measure import State


def due(now: dt.datetime) -> list[Entry]:
    """Let each measure lapse that nobody has approved within its 24 hours; return the entries that were written."""
    late = Measure.objects.filter(state=State.TAKEN, due_at__lte=now).order_by("due_at")
    return [entry for one in late.values_list("id", flat=True) if (entry := _lapse(one, now)) is not None]


@transaction.atomic
def _lapse(measure_id: UUID, now: dt.datetime) -> Entry | None:
    replay.hold(MEASURE, str(measure_id))
    measure = Measure.objects.select_related("unit").get(id=measure_id)
    if measure.state != State.TAKEN or now < measure.due_at:
        return None
    return lapse_held(measure, now)
