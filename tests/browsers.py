"""Browsers of the tests: straight into Django, or to a running server. A desk is a browser at which a person has signed in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import requests
from django.conf import settings
from django.test import Client

from accounts.models import User

PASSWORD = "the road is wet tonight"
"""Everybody's in the tests."""


@dataclass(frozen=True)
class Answered:
    """What a door answered."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Wire(Protocol):
    """How a handheld or a desk reaches the server; it keeps cookies."""

    def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """One request, one answer."""
        ...

    def cookie(self, name: str) -> str:
        """The cookie's value, empty where there is none."""
        ...


class InProcess:
    """Straight into Django, with the CSRF check that a browser would meet."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=True)

    def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        response = self.client.generic(
            method, path, body or b"", content_type=content_type, headers=dict(headers or {})
        )
        raw = b"".join(response) if response.streaming else response.content
        return Answered(
            response.status_code, _said(response.headers.get("Content-Type", ""), raw), response.headers
        )

    def cookie(self, name: str) -> str:
        kept = self.client.cookies.get(name)
        return kept.value if kept else ""


class OverHttp:
    """To a running server."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.session = requests.Session()
        self.session.trust_env = False

    def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        response = self.session.request(
            method,
            self.origin + path,
            data=body,
            headers={"Content-Type": content_type, **(headers or {})},
            timeout=30,
        )
        return Answered(
            response.status_code,
            _said(response.headers.get("Content-Type", ""), response.content),
            response.headers,
        )

    def cookie(self, name: str) -> str:
        return self.session.cookies.get(name) or ""


def _said(content_type: str, raw: bytes) -> Any:
    return json.loads(raw) if content_type.startswith("application/json") and raw else raw


class Browser:
    """Somebody's browser: speaks JSON, keeps its cookies, and sends the CSRF token."""

    def __init__(self, wire: Wire | None = None) -> None:
        self.wire = wire or InProcess()

    @property
    def session_cookie(self) -> str:
        """The session's key; empty when signed out."""
        return self.wire.cookie(settings.SESSION_COOKIE_NAME)

    @property
    def cookies(self) -> str:
        """The Cookie header, as a socket needs it."""
        return f"{settings.SESSION_COOKIE_NAME}={self.session_cookie}"

    def get(self, path: str, **headers: str) -> Answered:
        """GET."""
        return self.wire.send("GET", path, headers=headers)

    def look(self, path: str, why: str) -> Answered:
        """GET with the reason for the look."""
        return self.get(path, **{"Luqin-Why": quote(why)})

    def post(self, path: str, said: object = None, **headers: str) -> Answered:
        """POST of JSON with the CSRF token, which is fetched first where there is none yet."""
        if not self.wire.cookie(settings.CSRF_COOKIE_NAME):
            self.get("/api/session")
        token = self.wire.cookie(settings.CSRF_COOKIE_NAME)
        body = b"" if said is None else json.dumps(said).encode()
        return self.wire.send("POST", path, body=body, headers={"X-CSRF-Token": token, **headers})


class Desk(Browser):
    """A person at a desk."""

    @classmethod
    def of(cls, person: User, wire: Wire | None = None, *, password: str = PASSWORD) -> "Desk":
        """A desk at which this person has signed in."""
        desk = cls(wire)
        answered = desk.sign_in(person, password=password)
        assert answered.status == 200, answered
        return desk

    def sign_in(self, person: User | str, *, password: str = PASSWORD) -> Answered:
        """Sign in without a terminal."""
        number = person if isinstance(person, str) else person.police_number
        return self.post("/api/session/sign-in", {"police_number": number, "password": password})
