"""Grounds and remarks: the words with which somebody's decision is explained, and how long a remark may be."""

from collections.abc import Collection, Mapping
from typing import Any

from accounts.refusals import Refusal

LONGEST_REMARK = 500


class GroundNeeded(Refusal):
    """A decision of this kind needs one of the known grounds; `other` needs a remark that says which."""

    status = 400
    code = "ground_needed"

    def __init__(self, field: str, known: Collection[str]) -> None:
        super().__init__(field)
        self.field, self.known = field, known

    def facts(self) -> Mapping[str, Any]:
        return {"field": self.field, "known": list(self.known)}


def must_be_one_of(field: str, ground: str, known: Collection[str], remark: str | None = None) -> None:
    """Go on only with a known ground, and where it is `other` with a remark (if remarks are asked for at all).

    :raises GroundNeeded: it isn't, or there is none
    """
    if ground not in known or (ground == "other" and remark is not None and not remark.strip()):
        raise GroundNeeded(field, known)
