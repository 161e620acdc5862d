"""Words for what becomes of a text that came in, and why one is set aside. Pure."""

from enum import StrEnum


class Outcome(StrEnum):
    """What the server says of one envelope."""

    ADMITTED = "admitted"
    QUARANTINED = "quarantined"
    CONFLICT = "conflict"
    AGAIN = "again"
    """It is being worked on, or the database was busy: the same envelope is to come again."""
    UNREADABLE = "unreadable"
    """Nothing that anybody signed: there is nothing to keep."""


class Reason(StrEnum):
    """Why a text was set aside."""

    UNKNOWN_TERMINAL = "unknown_terminal"
    BAD_SIGNATURE = "bad_signature"
    TERMINAL_PENDING = "terminal_pending"
    TERMINAL_SUSPENDED = "terminal_suspended"
    TERMINAL_REVOKED = "terminal_revoked"
    UNKNOWN_VERSION = "unknown_version"
    UNREADABLE = "unreadable"
    WRONG_SHIFT = "wrong_shift"
    OFFICER_DISABLED = "officer_disabled"
    MAY_NOT_RECORD = "may_not_record"
    """The officer's role may not do what the record says was done, such as an auxiliary's penalty."""
    AMENDS_NOTHING = "amends_nothing"
    """It amends a record that is not here (yet)."""
    AMENDS_OTHERS = "amends_others"
    """It amends a record of another officer."""
    UID_TAKEN = "uid_taken"
    """Another text came under the same uid before."""
    NUMBER_TAKEN = "number_taken"
    """Another text of this terminal came with the same sequence number before: one key on two handhelds."""
    PAPER_NUMBER_TAKEN = "paper_number_taken"
    """Another paper bears the same number: a copied terminal, or a number used twice."""
    PAPER_NUMBER_VOID = "paper_number_void"
    """Its paper's number is of another terminal's block, was voided, or is not written as numbers are here."""
    NOT_PROCESSED = "not_processed"
    """The server met a fault of its own while it took this record in: the technician's, and nothing is lost."""
    NOT_SECOND = "not_second"
    """It confirms as second officer what names another one, or nobody."""
    CONFIRMS_OTHER = "confirms_other"
    """It confirms another text than the paper that stands."""
    CANT_BE_AMENDED = "cant_be_amended"
    """It amends a decision that was handed over, or one that is confirmed or annulled."""


UNSIGNED = frozenset({Reason.UNKNOWN_TERMINAL, Reason.BAD_SIGNATURE})
"""Nobody whom we know stands for these bytes: they are kept, but they take no uid, no number, and promise no photos."""
TERMINAL_STATES = {
    "pending": Reason.TERMINAL_PENDING,
    "suspended": Reason.TERMINAL_SUSPENDED,
    "revoked": Reason.TERMINAL_REVOKED,
}
FOR_TECHNICIAN = frozenset({Reason.UNKNOWN_VERSION, Reason.NOT_PROCESSED})
"""Judged by the technician: not whether it is true, but whether the server should have known the version."""
REFUSAL_GROUNDS = (
    "not_genuine",
    "duplicate",
    "not_on_duty",
    "terminal_misused",
    "not_readable",
    "other",
)
"""Grounds on which a text that was set aside is refused for good."""
ADMISSION_GROUNDS = ("checked_with_officer", "paper_seen", "clock_explained", "technical_cause", "other")
"""Grounds on which it is admitted after all."""


class SetAside(Exception):
    """The record can't count as it stands: it is kept, logged and receipted, and somebody judges it."""

    def __init__(self, reason: Reason, outcome: Outcome = Outcome.QUARANTINED, other: str = "") -> None:
        """`other`: SHA-256 of the text that it stands against, where whoever refuses it knows."""
        super().__init__(reason)
        self.reason, self.outcome, self.other = reason, outcome, other
