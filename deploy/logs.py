"""Logs without people in them: no ticket paths, no questions, and of an error only its kind and place.

An exception's own words often quote what somebody typed ("Key (plate)=(…) already exists"), so they are left out; the frames of the
traceback are lines of our own code and stay.
"""

import logging
import re
import traceback
from types import TracebackType

TICKET_PATH = re.compile(r"(?P<kept>/(?:t|a)/)[^\s/\"'?]+")
QUESTION = re.compile(r"(?P<kept>/[^\s\"'?]*\?)[^\s\"']+")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def masked(text: str) -> str:
    """The text with ticket paths and query strings cut off."""
    return QUESTION.sub(r"\g<kept>-", TICKET_PATH.sub(r"\g<kept>-", text))


class QuietFormatter(logging.Formatter):
    """Formats like its parent, and says nothing that a person has typed."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's line, masked."""
        return masked(super().format(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 (the parent's name)
        """Frames and kinds of the whole chain; none of the words."""
        error = ei[1] if isinstance(ei, tuple) else None
        lines: list[str] = []
        while error is not None:
            lines += [line.rstrip() for line in traceback.format_tb(error.__traceback__)]
            lines.append(kind_of(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def kind_of(error: BaseException) -> str:
    """What the error is called, and for one of the database which rule was broken; never its words."""
    diagnosis = getattr(error, "diag", None)
    rule = getattr(diagnosis, "constraint_name", None)
    state = getattr(error, "sqlstate", None)
    facts = " ".join(str(one) for one in (state, rule) if one)
    return f"{type(error).__module__}.{type(error).__qualname__}" + (f" ({facts})" if facts else "")


class NotPassing(logging.Filter):
    """Leaves out what passes by itself: field/errors.py has told of it in one line, and a traceback for each request of an outage
    would fill the disk."""

    def filter(self, record: logging.LogRecord) -> bool:
        """False for an answer that asks to come again."""
        return getattr(record, "status_code", None) not in (503, 507)
