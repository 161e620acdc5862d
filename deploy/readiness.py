"""Says of each part whether it answers, honestly: used by the web server's health check and by `deploy/up --check`."""

import datetime as dt
from dataclasses import asdict, dataclass

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

from deploy.worker import app
from evidence import queries as evidence

SEAL_MAY_TAKE = dt.timedelta(seconds=5)
"""The sealer beats every 20 ms: an entry that waits longer than this waits for nobody."""


@dataclass(frozen=True)
class Part:
    """One part: its name, whether it answers, and what it said. Never an address, a version or a person."""

    name: str
    up: bool
    said: str


def database() -> Part:
    """Whether PostgreSQL with PostGIS answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT postgis_lib_version()")
    except DatabaseError:
        return Part("database", False, "does not answer")
    return Part("database", True, "answers")


def doorbell() -> Part:
    """Whether Redis answers. Without it nothing is lost, but news come by the poll."""
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping()
    except redis.RedisError:
        return Part("redis", False, "does not answer")
    return Part("redis", True, "answers")


def sealer(now: dt.datetime) -> Part:
    """Whether entries become numbers: none has waited longer than the sealer may take."""
    try:
        late = evidence.oldest_unsealed(now - SEAL_MAY_TAKE)
    except DatabaseError:
        return Part("sealer", False, "cannot be judged: the database does not answer")
    if late is None:
        return Part("sealer", True, "entries get their numbers")
    return Part(
        "sealer", False, f"an entry has waited {int((now - late[1]).total_seconds())} s for its number"
    )


def worker(bell: Part) -> Part:
    """Whether a Celery worker answers. Without one renditions wait, and nothing else.

    Without Redis it isn't asked: Celery would try that again and again, and who asks us would hear nothing about anybody.
    """
    if not bell.up:
        return Part("worker", False, "cannot be asked: Redis does not answer")
    try:
        answered = app.control.ping(timeout=1.5, limit=1)
    except (OSError, KombuError, redis.RedisError):
        return Part("worker", False, "cannot be asked: Redis does not answer")
    return Part("worker", bool(answered), "answers" if answered else "does not answer")


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """GET: 200 when every part answers, else 503; the body names each part."""
    bell = doorbell()
    parts = [database(), bell, sealer(timezone.now()), worker(bell)]
    answer = JsonResponse(
        {"ready": all(part.up for part in parts), "parts": [asdict(part) for part in parts]},
        status=200 if all(part.up for part in parts) else 503,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """GET: 200 as long as this process answers, whatever the others do."""
    return JsonResponse({"alive": True}, headers={"Cache-Control": "no-store"})
