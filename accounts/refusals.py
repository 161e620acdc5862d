"""What every refusal has in common: a status, a word, and its parts. The sentence is said by the front end, in both languages."""

from collections.abc import Mapping
from typing import Any, ClassVar


class Refusal(Exception):
    """An expected no. Each one is a class of its own beside what raises it; field/errors.py turns it into an answer."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def facts(self) -> Mapping[str, Any]:
        """The parts of the sentence, as JSON can hold them. Never a personal datum, never a secret."""
        return {}


class NotFound(Refusal):
    """There is no such thing, or it is not theirs to see: both are answered alike."""

    status = 404
    code = "not_found"


class Overtaken(Refusal):
    """Somebody else was faster: the thing is in another state than it was when this began."""

    status = 409
    code = "overtaken"

    def __init__(self, state: str, by: str = "", name: str = "") -> None:
        super().__init__(state)
        self.state, self.by, self.name = state, by, name

    def facts(self) -> Mapping[str, Any]:
        return {"state": self.state, "by": self.by, "name": self.name}
