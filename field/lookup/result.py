"""What a citizen reads of one violation: which sentences, with which facts in them. The words stand in words.*.json."""

import datetime as dt

from django.utils import timezone

from field.lookup.pages import sentence
from field.lookup.plate_types import PUBLIC_TYPES
from field.lookup.saying import say_day, say_moment, say_sum
from field.lookup.words import words_in
from field.rules.violation import Kind
from field.rules.visibility import MeasureView, PublicView, ReducedRow, Standing

_TYPES = {"zh": {code: zh for code, zh, _ in PUBLIC_TYPES}, "en": {code: en for code, _, en in PUBLIC_TYPES}}


def said(view: PublicView, language: str, *, today: dt.date) -> dict[str, object]:
    """The facts of the result page, and the sentences that depend on them."""
    called = _called(language, view.called_zh, view.called_en)
    facts: dict[str, object] = {
        "v": view,
        "called": called,
        "called_in_chinese": called == view.called_zh,
        "plate_type": _TYPES[language].get(view.plate_type, ""),
        "unit": view.unit_en if language == "en" else view.unit_zh,
        "over": -view.days_left if view.days_left is not None else 0,
        "occurred": say_moment(view.occurred_at, language),
        "surcharge": say_sum(view.surcharge) if view.surcharge else "",
        **{name: say_day(day, language, today=today) if day else "" for name, day in _days(view).items()},
    }
    chip = chip_of(view)
    return facts | {
        "state": sentence(state_of(view), language, facts),
        "chip": sentence(chip, language, facts) if chip else "",
        "chip_look": "done" if chip in ("chip_paid", "chip_annulled") else "wait",
        "sum_title": sentence(sum_title_of(view), language, facts) if sum_title_of(view) else "",
        "points": sentence(points_of(view), language, facts),
        "explained": sentence(explanation_of(view), language, facts),
        "objection": sentence(objection_of(view), language, facts),
    }


def measure_said(view: MeasureView, language: str) -> dict[str, object]:
    """The facts of a coercive measure's page, and the sentences that depend on its state."""
    words = words_in(language)
    moments = {"taken": view.taken_at, "decided": view.decided_at, "given_back": view.given_back_at}
    return {
        "v": view,
        "called": words["list_comma"].join(words[f"m_{kind}"] for kind in view.kinds),
        "state": words[f"ms_{view.state}"],
        "explained": words[f"mx_{view.state}"],
        "unit": view.unit_en if language == "en" else view.unit_zh,
        **{
            name: say_moment(timezone.localtime(moment), language) if moment else ""
            for name, moment in moments.items()
        },
    }


def row_said(row: ReducedRow, language: str) -> dict[str, object]:
    """The facts of one line of the reduced answer."""
    called = _called(language, row.offence, row.offence_en)
    return {
        "called": called,
        "in_chinese": called == row.offence,
        "day": say_day(row.day, language),
    }


def _called(language: str, zh: str, en: str) -> str:
    return en[:1].upper() + en[1:] if language == "en" else zh


def _days(view: PublicView) -> dict[str, dt.date | None]:
    return {
        "occurred_day": view.occurred_at.date(),
        "arrived_day": view.arrived_at.date(),
        "reviewed_day": view.reviewed_at.date() if view.reviewed_at else None,
        "paid_day": view.paid_on,
        "pay_day": view.pay_by,
        "reconsider_day": view.reconsider_by,
    }


def sum_title_of(view: PublicView) -> str:
    """The key of the heading over fine and points; empty where neither was imposed."""
    if view.standing is Standing.PAID:
        return "paid_title"
    return "" if not view.decided else "to_pay" if view.pay_by else "decided"


def points_of(view: PublicView) -> str:
    """The key of what is said of points."""
    return "points_unknown" if view.points is None else "points" if view.points else "points_none"


def state_of(view: PublicView) -> str:
    """The key of what stands beside the act in the title."""
    if view.standing is Standing.IN_FORCE and view.pay_by and view.payments_known:
        return "s_owed"
    if view.standing is Standing.REVIEWED and view.kind is Kind.NOTICE:
        return "s_reviewed_notice"
    return f"s_{view.standing}"


def chip_of(view: PublicView) -> str:
    """The key of the one thing to know at a glance; empty where the title says it all."""
    match view.standing:
        case Standing.IN_FORCE if view.days_left is not None:
            return (
                "chip_over" if view.days_left < 0 else "chip_last_day" if view.days_left == 0 else "chip_left"
            )
        case Standing.PAID | Standing.ANNULLED:
            return f"chip_{view.standing}"
        case Standing.REVIEWED if view.kind is Kind.NOTICE:
            return "chip_reviewed_notice"
        case _:
            return ""


def explanation_of(view: PublicView) -> str:
    """The key of the sentence that says what the standing means for this kind of paper."""
    if view.standing in (Standing.REVIEWED, Standing.BEING_REVIEWED):
        return f"x_{view.standing}_{view.kind}"
    if view.standing is Standing.PAID and not view.decided:
        return "x_paid_notice"
    return f"x_{view.standing}"


def objection_of(view: PublicView) -> str:
    """The key of the sentence on what one may do against it: remedies belong to a decision, and follow the law of its day."""
    if view.decided:
        return "object_decision" if view.reconsideration_first else "object_decision_before_2024"
    return "object_notice" if view.kind is Kind.NOTICE else "object_record"
