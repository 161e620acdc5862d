"""Wrong settings of this room, as system checks with ids."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from accounts.capabilities import CAPABILITIES, Capability
from accounts.models import Role


@register("luqin")
def closing_is_heard(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """accounts.E001: somebody hears that open lines must be closed."""
    try:
        import_string(settings.ACCOUNTS_CLOSED)
    except ImportError as reason:
        yield Error(
            f"ACCOUNTS_CLOSED names {settings.ACCOUNTS_CLOSED!r}: {reason}",
            hint="Name a function that takes audience keys and a close code.",
            id="accounts.E001",
        )


@register("luqin")
def table_of_roles_is_lawful(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """accounts.E002: every role stands in the table, and an auxiliary never decides a penalty."""
    missing = [role.value for role in Role if role not in CAPABILITIES]
    if missing:
        yield Error(f"roles without a line in the table: {', '.join(missing)}", id="accounts.E002")
    if Capability.DECIDE_PENALTY in CAPABILITIES.get(Role.AUXILIARY, frozenset()):
        yield Error("an auxiliary may not decide a penalty (Order 157)", id="accounts.E002")


@register("luqin")
def passwords_are_argon2(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """accounts.E003: outside tests, passwords are kept with Argon2."""
    if not settings.TEST and "Argon2" not in settings.PASSWORD_HASHERS[0]:
        yield Error("passwords are not kept with Argon2", id="accounts.E003")
