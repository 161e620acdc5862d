"""Signing in with police number and password: the same answer, after the same work, for an unknown number and a wrong password."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from accounts.models import User


class PoliceNumberBackend(BaseBackend):
    """Finds the person and checks the password; hashes one all the same where there is nobody to check it against."""

    def authenticate(  # type: ignore[override]  # Django asks each backend by the names that it takes
        self,
        request: HttpRequest | None,
        police_number: str | None = None,
        password: str | None = None,
    ) -> User | None:
        """The person, or None: unknown, disabled or wrong password, which take the same time and are not told apart."""
        if police_number is None or password is None:
            return None
        user = User.objects.select_related("unit").filter(police_number=police_number).first()
        if user is None:
            make_password(password)
            return None
        right = user.check_password(password)
        return user if right and user.is_active else None

    def get_user(self, user_id: str) -> User | None:
        """The person of a session, if they may still come in."""
        return User.objects.select_related("unit").filter(police_number=user_id, is_active=True).first()


class CookieAuthentication(SessionAuthentication):
    """The session cookie, already judged by the middleware; without one the answer is 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        """A scheme that no browser answers with a window of its own."""
        return "Session"


class CsrfFirst(CookieAuthentication):
    """For doors that sign somebody in: the token is asked of nobody too, so that no other site can sign a victim in as somebody else."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        self.enforce_csrf(request)
        return super().authenticate(request)


class CookieScheme(SessionScheme):  # type: ignore[no-untyped-call]  # registers itself
    """How the OpenAPI document calls the cookie."""

    target_class = "accounts.backends.CookieAuthentication"
    match_subclasses = True
