"""Who is on the road, where they last were and how long ago that is, and who is free near a place. Nothing is guessed."""

import datetime as dt
from typing import Any

from django.db.models import Q

from accounts.models import Shift, User
from accounts.queries import field_force_of
from field.models import Assignment, Position
from field.rules.position import Age, age_of, distance_m
from field.rules.task import AssignmentState, TaskState

BUSY = (AssignmentState.SIGNED, AssignmentState.ON_SITE, AssignmentState.SENT_BACK)
"""States in which an officer is at work on a task."""
View = dict[str, Any]


def officers(viewer: User, now: dt.datetime, *, near: tuple[float, float] | None = None) -> list[View]:
    """The field force of the viewer's units, each with position, age and present task; with `near` ([lon, lat]) by distance.

    `offered` says whether to send this one; `why` is the word of the reason either way: `free`, `has_task`, `asleep`, `no_position`,
    `off_duty`. Those who are not offered are named all the same, after the others. Off duty there is no position.
    """
    people = list(field_force_of(viewer))
    on_duty = _on_duty(people, now)
    positions = {
        one.officer_id: one for one in Position.objects.filter(officer__in=people, shift__in=on_duty.values())
    }
    tasks = _at_work_on(people)
    views = [
        _view(person, person.pk in on_duty, positions.get(person.pk), tasks.get(person.pk, []), near, now)
        for person in people
    ]
    return sorted(views, key=_nearest_first)


def _on_duty(people: list[User], now: dt.datetime) -> dict[str, Any]:
    """Police number to the shift that is running; the newest where there are several."""
    running = Shift.objects.filter(
        Q(closed_at__isnull=True) & Q(ends_at__gt=now) & Q(opened_at__lte=now), user__in=people
    ).order_by("opened_at")
    return {shift.user_id: shift.pk for shift in running}


def _at_work_on(people: list[User]) -> dict[str, list[View]]:
    found: dict[str, list[View]] = {}
    parts = (
        Assignment.objects.filter(officer__in=people, state__in=BUSY, task__state=TaskState.OPEN)
        .select_related("task")
        .order_by("task__due_at")
    )
    for part in parts:
        found.setdefault(part.officer_id, []).append(
            {
                "id": str(part.task_id),
                "title": part.task.title,
                "urgency": part.task.urgency,
                "state": part.state,
            }
        )
    return found


def _view(
    person: User,
    on_duty: bool,
    position: Position | None,
    tasks: list[View],
    near: tuple[float, float] | None,
    now: dt.datetime,
) -> View:
    age = age_of(position.measured_at, now) if position else None
    why = _why(on_duty, age, bool(tasks))
    return {
        "police_number": person.police_number,
        "name": person.name,
        "role": person.role,
        "unit": person.unit_id,
        "unit_name": person.unit.name_zh,
        "on_duty": on_duty,
        "position": _place(position, age, now) if position and age else None,
        "tasks": tasks,
        "distance_m": _distance(position, near),
        "offered": why == "free",
        "why": why,
    }


def _why(on_duty: bool, age: Age | None, busy: bool) -> str:
    if not on_duty:
        return "off_duty"
    if age is None:
        return "no_position"
    if age is Age.ASLEEP:
        return "asleep"
    return "has_task" if busy else "free"


def _place(position: Position, age: Age, now: dt.datetime) -> View:
    return {
        "point": [position.point.x, position.point.y],
        "acc_m": position.accuracy_m,
        "measured_at": position.measured_at.isoformat(),
        "age_s": max(0, int((now - position.measured_at).total_seconds())),
        "age": age.value,
        "source": position.source,
        "crs": position.coordinate_system,
    }


def _distance(position: Position | None, near: tuple[float, float] | None) -> int | None:
    if position is None or near is None:
        return None
    return round(distance_m(near[1], near[0], position.point.y, position.point.x))


def _nearest_first(view: View) -> tuple[bool, bool, float, str]:
    distance = view["distance_m"]
    return (
        not view["offered"],
        distance is None,
        distance if distance is not None else 0.0,
        view["police_number"],
    )
