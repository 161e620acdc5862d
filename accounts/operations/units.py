"""Making the tree of units."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts import audience
from accounts.capabilities import Capability, require
from accounts.models import Unit, User
from accounts.projections import UNITS
from accounts.refusals import NotFound, Refusal
from evidence import ledger
from evidence.replay import hold, project

ORDER = [Unit.Level.PROVINCE, Unit.Level.DETACHMENT, Unit.Level.BRIGADE, Unit.Level.SQUADRON]
_CODE = re.compile(r"[0-9]{12}")


class UnitRefused(Refusal):
    """The unit can't stand there: its code is none, is taken, or it is not below its parent."""

    status = 409
    code = "unit_refused"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def facts(self) -> Mapping[str, Any]:
        return {"why": self.why}


@transaction.atomic
def make_unit(
    *,
    code: str,
    name_zh: str,
    name_en: str,
    level: str,
    parent: Unit | None,
    by: User | None,
    now: dt.datetime,
) -> Unit:
    """Make a unit with its 12-digit code below `parent` (None: a top), and return it.

    :raises NotPermitted: `by` may not manage people
    :raises UnitRefused: `not_a_code`, `taken`, or `not_below_parent`
    """
    if by is not None:
        require(by, Capability.MANAGE_PEOPLE)
    if not _CODE.fullmatch(code):
        raise UnitRefused("not_a_code")
    if Unit.objects.filter(code=code).exists():
        raise UnitRefused("taken")
    if parent is not None and ORDER.index(Unit.Level(level)) <= ORDER.index(Unit.Level(parent.level)):
        raise UnitRefused("not_below_parent")
    path = [*(parent.path if parent else []), code]
    entry = ledger.append(
        kind="unit.created",
        subject=code,
        actor=by.police_number if by else "system",
        at=now,
        body={
            "name_zh": name_zh,
            "name_en": name_en,
            "level": str(level),
            "parent": parent.code if parent else None,
            "path": path,
        },
        audience=[f"unit:{one}" for one in path],
    )
    project(UNITS, entry)
    return Unit.objects.get(code=code)


@transaction.atomic
def rename_unit(code: str, *, name_zh: str, name_en: str, by: User | None, now: dt.datetime) -> Unit:
    """Call a unit otherwise; its code and place stay.

    :raises NotPermitted: `by` may not manage people
    :raises NotFound: there is no such unit
    """
    if by is not None:
        require(by, Capability.MANAGE_PEOPLE)
    hold(UNITS, code)
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise NotFound
    entry = ledger.append(
        kind="unit.changed",
        subject=code,
        actor=by.police_number if by else "system",
        at=now,
        body={"name_zh": name_zh, "name_en": name_en},
        audience=audience.of_unit(unit),
    )
    project(UNITS, entry)
    return Unit.objects.get(code=code)
