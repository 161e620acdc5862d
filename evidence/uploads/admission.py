"""Who may upload what: decided elsewhere, by the function that the setting UPLOAD_ADMISSION names.

It gets the request's headers (`Luqin-Terminal`, `Luqin-Digest`, `Luqin-Signature` over `luqin-upload:1:<terminal>:<digest>`) with every
request of an upload and answers with an Admission, or raises Refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

TERMINAL, DIGEST, SIGNATURE = "Luqin-Terminal", "Luqin-Digest", "Luqin-Signature"


@dataclass(frozen=True, slots=True)
class Admission:
    """This terminal may send the bytes with this SHA-256 (64 hex digits), at most so many."""

    terminal: str
    digest: str
    max_bytes: int


@dataclass(eq=False)
class Refused(Exception):
    """A request is answered with this status and code. `facts` are its parts."""

    status: int
    code: str
    facts: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status} {self.code}"


def signed_text(terminal: str, digest: str) -> str:
    """The text a terminal signs, once for each photo, to be let in."""
    return f"luqin-upload:1:{terminal}:{digest}"


def admit(headers: Mapping[str, str]) -> Admission:
    """Ask the house whether this request is let in. :raises Refused: it is not"""
    return cast(Callable[[Mapping[str, str]], Admission], import_string(settings.UPLOAD_ADMISSION))(headers)
