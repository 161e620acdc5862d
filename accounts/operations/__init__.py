"""Everything that changes who may do what. Each writes its entry in its own transaction and says who did it and when.

`by` is the person who acts; None is the house itself (the first technician, a demonstration), and the ledger says `system`.
"""

from accounts.operations.enlisting import enlist_table, read_table
from accounts.operations.enrolment import enrol_terminal, fingerprint, make_enrolment_code
from accounts.operations.password_codes import choose_password, make_password_codes
from accounts.operations.people import change_role, disable, enable, enlist, set_password
from accounts.operations.shifts import close_shift, open_shift
from accounts.operations.terminals import approve_terminal, resume, revoke, suspend
from accounts.operations.units import make_unit, rename_unit

__all__ = [
    "approve_terminal",
    "change_role",
    "choose_password",
    "close_shift",
    "disable",
    "enable",
    "enlist",
    "enlist_table",
    "enrol_terminal",
    "fingerprint",
    "make_enrolment_code",
    "make_password_codes",
    "make_unit",
    "open_shift",
    "read_table",
    "rename_unit",
    "resume",
    "revoke",
    "set_password",
    "suspend",
]
