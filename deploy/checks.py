"""Wrong settings are system checks with ids: the server refuses to start and says what to set.

A demonstration and the tests are let off where it is harmless; production is let off nothing.
"""

import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils import timezone

from deploy import policy
from deploy.models import Demonstration
from field.rules.calendar import NotACalendar, calendar

DEVELOPMENT_HOSTS = {"localhost", "127.0.0.1", "[::1]", "testserver", "*", ""}
SHORTEST_KEY = 32
DEMONSTRATION_WORDS = ("demonstration", "for-tests", "change-me", "changeme", "insecure")


@register("luqin")
def mode_is_known(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """E001: LUQIN_MODE has one of three values; a typing error must not become a half-open production."""
    if settings.MODE not in ("production", "demo", "test"):
        yield Error(
            f"LUQIN_MODE is {settings.MODE!r}", hint="Set it to production, demo or test.", id="luqin.E001"
        )


def _secret_key() -> str:
    """The key, or nothing: Django raises when an empty one is read, before it could be said what to do."""
    try:
        return str(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return ""


@register("luqin")
def keys_are_own(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """E002, E003: in production the secret keys are long, and not those of the demonstration."""
    if not settings.PRODUCTION:
        return
    for number, name, value in (
        ("E002", "LUQIN_SECRET_KEY", _secret_key()),
        ("E003", "LUQIN_LOOKUP_KEY", settings.LOOKUP_KEY),
    ):
        if len(value) < SHORTEST_KEY or any(word in value for word in DEMONSTRATION_WORDS):
            yield Error(
                f"{name} is missing, short or the demonstration's",
                hint=f"Set {name} to at least {SHORTEST_KEY} random characters, e.g. from `openssl rand -base64 48`.",
                id=f"luqin.{number}",
            )


@register("luqin")
def origin_is_https(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """E004: in production there is one origin, and it is https."""
    if not settings.PRODUCTION:
        return
    parts = urlparse(settings.ORIGIN)
    if parts.scheme != "https" or not parts.hostname or parts.hostname in DEVELOPMENT_HOSTS:
        yield Error(
            f"LUQIN_ORIGIN is {settings.ORIGIN!r}",
            hint="Set it to the address that officers and citizens open, e.g. https://luqin.example.",
            id="luqin.E004",
        )


@register("luqin")
def hosts_are_named(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """E005: in production the hosts are named, and none of them is a developer's."""
    if not settings.PRODUCTION:
        return
    wrong = [host for host in settings.ALLOWED_HOSTS if host in DEVELOPMENT_HOSTS]
    if wrong or not settings.ALLOWED_HOSTS:
        yield Error(
            f"LUQIN_HOSTS names {', '.join(map(repr, wrong)) or 'nothing'}",
            hint="Set LUQIN_HOSTS to the public host names, separated by commas.",
            id="luqin.E005",
        )


@register("luqin")
def log_is_named(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """E006, E007: in production the log has a name of its own and the public half of its key is there.

    The private half is not asked for: only the sealer may read it.
    """
    if not settings.PRODUCTION:
        return
    if not settings.LOG_ORIGIN or "example/demo" in settings.LOG_ORIGIN:
        yield Error(
            f"LUQIN_LOG_ORIGIN is {settings.LOG_ORIGIN!r}",
            hint="Give the log a name that is never used again, e.g. luqin.jianglan.example/log1.",
            id="luqin.E006",
        )
    if not settings.LOG_PUBLIC_FILE.is_file():
        yield Error(
            f"the log's public key is not at {settings.LOG_PUBLIC_FILE}",
            hint="Run `manage.py make_log_key` once, and set LUQIN_LOG_PUBLIC_FILE where it lies elsewhere.",
            id="luqin.E007",
        )


@register("luqin")
def database_is_postgis(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """E008: in production the database's address is given; the default is a developer's."""
    if not settings.PRODUCTION:
        return
    if not os.environ.get("DATABASE_URL"):
        yield Error(
            "DATABASE_URL is not set", hint="postgis://user:password@host:5432/luqin", id="luqin.E008"
        )


@register("luqin")
def papers_have_numbers_and_a_seal(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """E011, E012, W002: the form of the papers' numbers is one; a seal that is printed is there; without one no decision is printed."""
    fault = settings.NUMBER_FORM.fault()
    if fault:
        yield Error(
            f"the numbers of papers can't be written: {fault}",
            hint="LUQIN_NUMBER_AREA has six digits, LUQIN_NUMBER_CLASSES gives each paper a digit of its own, LUQIN_NUMBER_DIGITS"
            " is 4 to 8, LUQIN_NUMBER_CHECK is none, luhn or mod_11_10.",
            id="luqin.E011",
        )
    if settings.PAPER_SETTING["seal"] == "raster" and not Path(settings.SEAL_FILE).is_file():
        yield Error(
            f"the seal's picture is not at {settings.SEAL_FILE!r}",
            hint="Set LUQIN_SEAL_FILE to a PNG of the seal, or LUQIN_SEAL to pre_stamped.",
            id="luqin.E012",
        )
    if settings.PAPER_SETTING["seal"] not in ("pre_stamped", "raster"):
        yield Warning(
            "LUQIN_SEAL is not set: no decision, certificate or notice to appear can be printed",
            hint="pre_stamped where the paper bears the authority's seal, raster where it is printed.",
            id="luqin.W002",
        )


@register("luqin")
def printers_are_the_handhelds_own(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """E015: papers go to no other machine than the handheld that made them."""
    try:
        policy.application(settings.PRINT_BRIDGE)
    except policy.NoLoopback:
        yield Error(
            f"LUQIN_PRINT_BRIDGE is {settings.PRINT_BRIDGE!r}",
            hint="An address of the handheld itself with its port, e.g. http://127.0.0.1:8123/print, or nothing.",
            id="luqin.E015",
        )


@register("luqin")
def the_second_holder_is_one(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """E014: who the second holder of the evidence is decides what handhelds delete; PostgreSQL's standby holds no photos."""
    if settings.SETTLED_BY not in ("none", "backup", "standby"):
        yield Error(
            f"LUQIN_SETTLED_BY is {settings.SETTLED_BY!r}", hint="none, backup or standby.", id="luqin.E014"
        )
    if settings.SETTLED_BY == "standby" and not settings.PHOTOS_ARE_REPLICATED:
        yield Error(
            "LUQIN_SETTLED_BY=standby lets handhelds delete photos of which there is one copy",
            hint="Say LUQIN_PHOTOS_ARE_REPLICATED=1 if the photos' folder itself is written to a second machine before a write"
            " returns; else use backup.",
            id="luqin.E014",
        )


@register("luqin")
def holidays_are_known(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """E013, W003: the file of holidays can be read; in production the coming thirty days lie in years whose notice is known."""
    try:
        known = calendar(settings.HOLIDAYS)
    except NotACalendar as reason:
        yield Error(
            str(reason), hint="LUQIN_HOLIDAYS is JSON as in field/rules/holidays.json.", id="luqin.E013"
        )
        return
    soon = timezone.localdate() + dt.timedelta(days=30)
    if settings.PRODUCTION and not known.knows(soon):
        yield Warning(
            f"the holidays of {soon.year} are not known: working days are counted by weekends alone",
            hint="Write the State Council's notice of that year into a file, and name it in LUQIN_HOLIDAYS.",
            id="luqin.W003",
        )


@register("luqin", "database")
def no_demonstration_accounts(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> Iterable[CheckMessage]:
    """E009: the demonstration's people, whose passwords are printed, do not exist in production.

    A look at the database; asked with `check --database default`, and by `deploy` before it serves.
    """
    if not settings.PRODUCTION or not databases:
        return
    try:
        found = Demonstration.objects.exists()
    except DatabaseError as reason:
        yield Warning(f"the accounts could not be looked at: {reason}", id="luqin.W001")
        return
    if found:
        yield Error(
            "this database holds a demonstration, and its passwords are printed for everybody",
            hint="Production starts with an empty database.",
            id="luqin.E009",
        )


@register("luqin")
def demonstration_stays_at_home(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """E010: a demonstration answers on loopback only, unless it was started for handhelds on purpose."""
    if not settings.DEMO or os.environ.get("LUQIN_LAN") == "1":
        return
    host = urlparse(settings.ORIGIN).hostname or ""
    if host not in ("localhost", "127.0.0.1", "::1"):
        yield Error(
            f"a demonstration must not answer at {settings.ORIGIN!r}",
            hint="Use `deploy/up --lan` to show it to handhelds, or LUQIN_MODE=production for real work.",
            id="luqin.E010",
        )
