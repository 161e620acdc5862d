"""What the clock asks of the papers: which numbers stayed away."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from evidence.queries import ask
from field.documents.queries import explained
from field.models import NumberBlock
from field.rules.documents.number import Fate
from field.rules.items import OUTSTANDING_AFTER

LOOKED_BACK = dt.timedelta(days=90)
"""Blocks leased before that are not asked any more: what was missing in them has its item."""
WITH_GAPS = """
SELECT block.id, greatest(papers.highest, voids.highest)
FROM field_numberblock block
CROSS JOIN LATERAL (
  SELECT max(CASE WHEN number ~ '^[0-9]+$' THEN left(number, %(stem)s)::bigint END) highest,
         count(DISTINCT number) many
  FROM (
    SELECT document_number AS number FROM field_violation
    WHERE document_number >= block.first::text AND document_number < (block.last + 1)::text AND arrived_at <= %(before)s
    UNION ALL SELECT number FROM field_measure
    WHERE number >= block.first::text AND number < (block.last + 1)::text AND arrived_at <= %(before)s) borne
  WHERE length(number) = %(length)s) papers
CROSS JOIN LATERAL (
  SELECT max(id) highest, count(*) many FROM field_voidednumber
  WHERE id BETWEEN block.first AND block.last AND voided_at <= %(before)s) voids
WHERE block.leased_at >= %(since)s
  AND greatest(papers.highest, voids.highest) - block.first + 1 > papers.many + voids.many"""


@dataclass(frozen=True, slots=True)
class MissingPaper:
    """A number that stayed away, as it would stand on paper, and the block it is of."""

    number: str
    block: NumberBlock


def with_gaps(*, before: dt.datetime, since: dt.datetime) -> dict[str, int]:
    """Blocks leased since then in which a number is missing below one that came before: by the block, its highest number that came."""
    form = settings.NUMBER_FORM
    stem = len(form.area) + 1 + form.digits
    length = stem + (form.check != "none")
    return dict(ask(WITH_GAPS, {"stem": stem, "length": length, "before": before, "since": since}))


def missing_papers(now: dt.datetime) -> list[MissingPaper]:
    """Each number below one that came over 24 hours ago, of which neither a paper nor a reason has come."""
    form = settings.NUMBER_FORM
    highest = with_gaps(before=now - OUTSTANDING_AFTER, since=now - LOOKED_BACK)
    blocks = NumberBlock.objects.select_related("terminal__unit").filter(id__in=highest).order_by("first")
    return [
        MissingPaper(form.written(number), block)
        for block in blocks
        for one in explained([block])[block.id]
        if one.fate is Fate.MISSING
        for number in range(one.first, min(one.last, highest[block.id]) + 1)
    ]


def is_explained(number: str) -> bool:
    """Whether this number is no longer missing."""
    stem = settings.NUMBER_FORM.stem_of(number)
    if stem is None:
        return True
    block = NumberBlock.objects.select_related("terminal").filter(first__lte=stem, last__gte=stem).first()
    if block is None:
        return True
    fate = next(one.fate for one in explained([block])[block.id] if one.first <= stem <= one.last)
    return fate is not Fate.MISSING
