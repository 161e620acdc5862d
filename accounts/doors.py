"""What doors ask of a request: the person behind it, what it says, and why they look."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from accounts.looks import WhyNeeded
from accounts.models import User

WHY = OpenApiParameter(
    "Luqin-Why",
    str,
    OpenApiParameter.HEADER,
    description="`review`, `annulment` or `own` where that is the work in hand, else a typed reason: UTF-8, percent-encoded.",
)


def asker(request: Request) -> User:
    """The person who asks.

    :raises NotAuthenticated: nobody is signed in
    """
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def said_in(request: Request, shape: type[Serializer[object]]) -> Mapping[str, Any]:
    """The body, as this shape reads it.

    :raises ValidationError: it is not of this shape
    """
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    said: Mapping[str, Any] = asked.validated_data
    return said


def why(request: Request) -> str:
    """The reason that came in the header Luqin-Why, empty where none did. An address would be written into logs and histories.

    :raises WhyNeeded: it can't be read
    """
    said = str(request.headers.get("Luqin-Why", ""))
    try:
        # WSGI hands over a header's bytes as Latin-1
        return unquote_to_bytes(said.encode("latin-1")).decode().strip()
    except UnicodeError:
        raise WhyNeeded from None
