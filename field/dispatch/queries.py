"""Reading tasks: what an officer's handheld shows, and the leader's board grouped by what needs a person. Counts are derived here."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.refusals import NotFound
from accounts.scope import visible
from evidence.queries import entries_about
from field.dispatch.board import needs
from field.models import Assignment, Offence, Task
from field.rules import plate
from field.rules.law.names import short_name
from field.rules.task import LIVE, AssignmentState, TaskState

KEPT_FOR = dt.timedelta(hours=24)
"""A task that has ended stays on the screens this long."""
View = dict[str, Any]

RECORDED = """
SELECT part.task_id, part.officer_id, count(v.id)
FROM field_assignment part
JOIN field_task task ON task.id = part.task_id
LEFT JOIN field_violation v ON v.officer_id = part.officer_id AND v.state <> 'annulled'
  AND v.occurred_at BETWEEN greatest(part.assigned_at, task.starts_at)
                        AND coalesce(part.reported_at, part.closed_at, task.due_at)
  AND ST_DWithin(v.point::geography, task.point::geography, task.radius_m)
  AND (task.offence_codes = '{}' OR v.offence_code = ANY(task.offence_codes))
WHERE part.task_id = ANY(%(tasks)s) AND (%(officer)s::text IS NULL OR part.officer_id = %(officer)s)
GROUP BY part.task_id, part.officer_id"""


def tasks_seen(viewer: User) -> QuerySet[Task]:
    """The tasks that this person may see at a desk: of the units they see into, and those given to people of these units."""
    through_people = visible(Assignment.objects.all(), viewer, path="officer__unit").values("task")
    return Task.objects.filter(
        Q(pk__in=visible(Task.objects.all(), viewer).values("pk")) | Q(pk__in=through_people)
    )


def officers_tasks(
    officer: User, now: dt.datetime, tasks: Collection[UUID] | None = None
) -> dict[str, View | None]:
    """What is on the officer's handheld: task id to view. Of the named tasks those that are not (or no longer) his come as None.

    Without names: all that are his now, and those that ended within the last day.
    """
    mine = Assignment.objects.filter(officer=officer).exclude(state=AssignmentState.REASSIGNED)
    if tasks is None:
        mine = mine.filter(Q(state__in=LIVE) | Q(closed_at__gt=now - KEPT_FOR))
    else:
        mine = mine.filter(task__in=tasks)
    parts = list(mine.select_related("task__made_by").order_by("task__due_at"))
    crews = _crews(part.task_id for part in parts)
    recorded = recorded_during([part.task_id for part in parts], officer)
    found: dict[str, View | None] = {str(one): None for one in tasks or ()}
    for part in parts:
        key = str(part.task_id)
        found[key] = _common(part.task) | {
            "mine": {
                "state": part.state,
                "assigned_at": _say(part.assigned_at),
                "signed_at": _say(part.signed_at),
                "arrived_at": _say(part.arrived_at),
                "reported_at": _say(part.reported_at),
                "remark": part.remark,
            },
            "crew": [
                {"police_number": one.officer_id, "name": one.officer.name, "state": one.state}
                for one in crews.get(part.task_id, ())
            ],
            "recorded": recorded.get((part.task_id, officer.police_number), 0),
        }
    return found


def task_board(viewer: User, now: dt.datetime) -> list[View]:
    """The tasks that the leader sees, those that need a person first; those that ended within the last day at the end."""
    lately = Assignment.objects.filter(closed_at__gt=now - KEPT_FOR).values("task")
    shown = tasks_seen(viewer).filter(Q(state=TaskState.OPEN) | Q(pk__in=lately))
    tasks = list(shown.select_related("unit", "made_by"))
    crews = _crews(task.pk for task in tasks)
    recorded = recorded_during([task.pk for task in tasks])
    names = _offence_names(tasks)
    views = [_for_desk(task, crews.get(task.pk, []), recorded, names, now) for task in tasks]
    return sorted(views, key=lambda view: (view["rank"], view["due_at"], view["id"]))


def desk_tasks(viewer: User, tasks: Collection[UUID], now: dt.datetime) -> dict[str, View | None]:
    """These tasks as the board shows them; None for what the viewer does not see (any more)."""
    seen = list(tasks_seen(viewer).filter(pk__in=tasks).select_related("unit", "made_by"))
    crews = _crews(task.pk for task in seen)
    recorded = recorded_during([task.pk for task in seen])
    names = _offence_names(seen)
    found: dict[str, View | None] = {str(one): None for one in tasks}
    return found | {
        str(task.pk): _for_desk(task, crews.get(task.pk, []), recorded, names, now) for task in seen
    }


def desk_task(viewer: User, task_id: UUID, now: dt.datetime) -> View:
    """One task with all that happened to it, late steps and escalations too.

    :raises NotFound: there is none, or it is not theirs to see
    """
    view = desk_tasks(viewer, [task_id], now)[str(task_id)]
    if view is None:
        raise NotFound
    return view | {"history": [_happened(entry) for entry in entries_about(task_id)]}


def recorded_during(tasks: Collection[UUID], officer: User | None = None) -> dict[tuple[UUID, str], int]:
    """How many violations each officer recorded there and then: by (task, police number), counted from the rows at each reading.

    There: within the task's radius. Then: from its assignment (or the task's beginning, where that is later) until the report, the end
    of his part, or the time it is due. Annulled ones don't count. Where the task names offences only those do.
    """
    if not tasks:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(RECORDED, {"tasks": list(tasks), "officer": officer.pk if officer else None})
        return {(task, number): count for task, number, count in cursor.fetchall()}


def _crews(tasks: Iterable[UUID]) -> dict[UUID, list[Assignment]]:
    crews: dict[UUID, list[Assignment]] = {}
    for part in (
        Assignment.objects.filter(task__in=set(tasks))
        .select_related("officer")
        .order_by("assigned_at", "officer_id")
    ):
        crews.setdefault(part.task_id, []).append(part)
    return crews


def _common(task: Task) -> View:
    return {
        "id": str(task.pk),
        "kind": task.kind,
        "urgency": task.urgency,
        "title": task.title,
        "what": task.what,
        "why": task.why,
        "offence_codes": task.offence_codes,
        "plates": task.plates,
        "point": [task.point.x, task.point.y] if task.point else None,
        "radius_m": task.radius_m,
        "place_text": task.place_text,
        "starts_at": _say(task.starts_at),
        "due_at": _say(task.due_at),
        "sign_by": _say(task.sign_by),
        "made_by_name": task.made_by.name,
        "state": task.state,
    }


def _offence_names(tasks: Iterable[Task]) -> dict[str, str]:
    """What the offences that these tasks name are called: the short name that people use, else the newest name in the catalogue."""
    codes = {code for task in tasks for code in task.offence_codes}
    newest = (
        Offence.objects.filter(code__in=codes).order_by("valid_from") if codes else Offence.objects.none()
    )
    names = dict(newest.values_list("code", "name_zh"))
    return {code: short_name(code) or names.get(code, "") for code in codes}


def _for_desk(
    task: Task,
    crew: list[Assignment],
    recorded: dict[tuple[UUID, str], int],
    names: dict[str, str],
    now: dt.datetime,
) -> View:
    need = needs(task, crew, now)
    return _common(task) | {
        "plates": [
            plate.mask(one) for one in task.plates
        ],  # a board is a list; in full they are the crew's, on their handhelds
        "offences": [{"code": code, "name": names.get(code, "")} for code in task.offence_codes],
        "needs": need.value,
        "rank": list(type(need)).index(need),
        "seen": task.newest_entry,
        "completion": task.completion,
        "unit": task.unit_id,
        "unit_name": task.unit.name_zh,
        "made_by": task.made_by_id,
        "made_at": _say(task.made_at),
        "why_rows": task.why_rows,
        "escalations": task.escalations,
        "crew": [
            {
                "police_number": one.officer_id,
                "name": one.officer.name,
                "state": one.state,
                "assigned_at": _say(one.assigned_at),
                "delivered_at": _say(one.delivered_at),
                "opened_at": _say(one.opened_at),
                "signed_at": _say(one.signed_at),
                "arrived_at": _say(one.arrived_at),
                "reported_at": _say(one.reported_at),
                "closed_at": _say(one.closed_at),
                "handheld_times": one.handheld_times,
                "feedback": one.feedback,
                "remark": one.remark,
                "recorded": recorded.get((task.pk, one.officer_id), 0),
            }
            for one in crew
        ],
    }


SHOWN_OF_BODY = (
    "officers",
    "not_needed",
    "from",
    "to",
    "remark",
    "level",
    "late",
    "told",
    "step",
    "state",
    "officer",
)


def _happened(entry: Any) -> View:
    """One line of a task's history: what is named here is shown, a signed record's text is not."""
    return {
        "n": entry.number,
        "what": entry.kind.removeprefix("task."),
        "by": entry.actor,
        "at": _say(entry.at),
        **{key: entry.body[key] for key in SHOWN_OF_BODY if key in entry.body},
    }


def _say(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
