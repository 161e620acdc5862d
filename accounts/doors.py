"""What doors ask of a request: the person behind it."""

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from accounts.models import User


def asker(request: Request) -> User:
    """The person who asks.

    :raises NotAuthenticated: nobody is signed in
    """
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
