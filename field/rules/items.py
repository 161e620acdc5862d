"""Things that somebody must look at: which kinds there are, when a rule opens one, and when a deadline is. Pure."""

import datetime as dt
from enum import StrEnum


class ItemKind(StrEnum):
    """Kinds of open items."""

    PHOTOS_OUTSTANDING = "photos_outstanding"
    """A record whose photos have not all arrived after 24 hours."""
    RETURN_UNANSWERED = "return_unanswered"
    """A returned record that its officer has not amended after three working days."""
    NUMBER_MISSING = "number_missing"
    """A hole in a terminal's sequence, older than 24 hours: a record was made and has not come."""
    PAPER_MISSING = "paper_missing"
    """A number of a paper, below one that came over 24 hours ago, of which neither a paper nor a reason has come."""
    QUARANTINE_WAITING = "quarantine_waiting"
    """A text set aside that nobody has judged for three working days."""
    UNSETTLED = "unsettled"
    """Entries that no backup or standby holds after 24 hours."""
    VERDICT_DIFFERS = "verdict_differs"
    """A record whose facts, judged again by the date of the violation, give another verdict than the handheld's."""
    PAPER_FAULTY = "paper_faulty"
    """A paper that the tables of its day don't make, or that says other than its record."""
    PACK_PAST = "pack_past"
    """A paper made from tables that were past their last day."""
    READING_DIFFERS = "reading_differs"
    """A breath or blood reading that is one number in the record and another in its facts or on its paper."""
    SECOND_AS_FIRST = "second_as_first"
    """A drink-driving handled as the first, though it is not (RTSL art. 91)."""
    OFFENCE_LOWERED = "offence_lowered"
    """An offence changed to one that costs less after its paper was made (Order 163 art. 33)."""
    MEASURE_UNAPPROVED = "measure_unapproved"
    """A coercive measure that no leader has approved within 24 hours: it lapsed."""
    SECOND_UNCONFIRMED = "second_unconfirmed"
    """A record whose second officer has not confirmed it within 24 hours."""
    SECOND_MISSING = "second_missing"
    """A record that takes two officers, and names one."""
    LOG_STOPPED = "log_stopped"
    """Entries that have not been sealed for minutes: receipts stand still."""


OUTSTANDING_AFTER = dt.timedelta(hours=24)
UNANSWERED_AFTER_WORKING_DAYS = 3
LOG_STOPPED_AFTER = dt.timedelta(minutes=15)

SUPERVISION = frozenset(
    {
        ItemKind.VERDICT_DIFFERS,
        ItemKind.PAPER_FAULTY,
        ItemKind.PACK_PAST,
        ItemKind.READING_DIFFERS,
        ItemKind.SECOND_AS_FIRST,
        ItemKind.OFFENCE_LOWERED,
        ItemKind.MEASURE_UNAPPROVED,
        ItemKind.SECOND_UNCONFIRMED,
        ItemKind.SECOND_MISSING,
    }
)
"""What the unit itself may have neglected: the legal reviewer and the auditor look at it and close it, and not the unit's leader."""

CLOSING_GROUNDS = ("done", "explained", "terminal_lost", "not_needed", "other")


def missing_between(below: int, came: int, *, most: int) -> list[int]:
    """Which sequence numbers are missing between two neighbours that came (0: there is none below), at most `most`, lowest first.

    A terminal counts from 1 without a gap when it seals, so a number that stays away names a record that was withheld or lost.
    """
    return list(range(below + 1, min(came, below + 1 + max(0, most))))
