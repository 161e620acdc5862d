"""Numbers of papers: the blocks that are leased to terminals, and the single numbers that were voided.

No two blocks share a number: the database refuses it, whatever two requests do at once.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from accounts.models import Terminal


class NumberBlock(models.Model):
    """Numbers leased to one terminal, from `first` to `last`, both included, without check characters. The id is `first` as text."""

    id = models.CharField(max_length=20, primary_key=True)
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    """Which paper: a word of rules/documents."""
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    leased_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    """From then on what is not used of it will never be."""
    void_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="number_blocks_never_overlap",
                expressions=[
                    (
                        Func(
                            F("first"),
                            F("last"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="number_block_has_numbers"),
        ]
        indexes = [models.Index(fields=["terminal", "kind", "first"], name="number_block_of_terminal")]


class VoidedNumber(models.Model):
    """One number that will never be used: misprinted, spoilt. The id is the number without its check character."""

    id = models.BigIntegerField(primary_key=True)
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    remark = models.TextField(blank=True)
    voided_by = models.CharField(max_length=6, blank=True)
    voided_at = models.DateTimeField()
