"""The OpenAPI document and the doors agree: whatever is asked, no 5xx, and no answer that is not written down.

A machine asks (schemathesis, drawn from the document itself), each time as one of eight: on a handheld, at a desk, or as nobody. LUQIN_EXAMPLES
says how many questions each door gets; few here, many in a long run. LUQIN_SEED makes them the same again.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.wsgi import application
from evidence.uploads.api import BYTES
from tests import scenes
from tests.cast import Browser, Cast, Desk, Handheld

EXAMPLES = int(os.environ.get("LUQIN_EXAMPLES", "24"))
SEED = int(os.environ.get("LUQIN_SEED", "20261125"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@contextmanager
def one_connection() -> Iterator[None]:
    """The application is asked within the test's own transaction, so the end of a request must not hang up."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def everybody(cast: Cast) -> dict[str, Browser]:
    """An officer and an auxiliary on their handhelds, five at desks, and somebody who hasn't signed in."""
    return {
        "wen": Handheld.at_work(cast.wen, cast.qiu),
        "fu": Handheld.at_work(cast.fu, cast.qiu),
        **{who: Desk.of(getattr(cast, who)) for who in ("li", "fan", "qiu", "du", "ji")},
        "nobody": Browser(),
    }


def signed_in(browser: Browser) -> str:
    """The police number of who is signed in here."""
    officer = browser.get("/api/session").body["officer"]
    return str(officer["police_number"]) if officer else "nobody"


def sends(browser: Browser) -> dict[str, str]:
    """What the browser sends with every question: who it is, and that it is no foreign page."""
    token = browser.wire.cookie("csrf")
    return {"X-CSRF-Token": token, "Cookie": f"{browser.cookies}; csrf={token}"}


@pytest.mark.server
@pytest.mark.timeout(600 if EXAMPLES <= 24 else 0)
def test_no_question_at_all_gets_an_answer_that_is_not_written_down(cast: Cast) -> None:
    scene = scenes.complete_violation(cast)
    scenes.record_set_aside(cast)
    browsers = everybody(cast)
    people = {who: signed_in(browser) for who, browser in browsers.items()}
    headers = {who: sends(browser) for who, browser in browsers.items()}
    asked: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []

    with one_connection():
        for found in schemathesis.openapi.from_wsgi("/api/schema", application).get_all_operations():
            operation: Any = cast_to_any(found).ok()
            if operation.path not in LEFT_OUT:
                ask_all_kinds(operation, headers, str(scene.id), asked, wrong)

    assert len({door for door, _ in asked}) > 40, asked
    assert {who for _, who in asked} == set(browsers)
    assert {who: signed_in(browser) for who, browser in browsers.items()} == people, (
        "a question signed somebody out"
    )
    assert wrong == []


def cast_to_any(value: Any) -> Any:
    """The library's own types are two for one thing."""
    return value


@schemathesis.serializer(BYTES)
def as_it_is(context: object, value: Any) -> bytes:
    """A piece of a photo goes up as its bytes."""
    return value if isinstance(value, bytes) else str(value).encode()


LEFT_OUT = frozenset({"/api/session/sign-in", "/api/session/sign-out", "/api/shift/close"})
"""They end or change the session that asks; their own tests walk them."""


def ask_all_kinds(
    operation: Any,
    headers: Mapping[str, Mapping[str, str]],
    violation: str,
    asked: Counter[tuple[str, str]],
    wrong: list[str],
) -> None:
    """Questions that fit the document, and questions that don't, by everybody."""
    # draws begin with the first of a list: at each door that is somebody else
    first = len({door for door, _ in asked}) % len(headers)
    people = [*headers][first:] + [*headers][:first]
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        who, mode = data.draw(st.sampled_from(people)), data.draw(st.sampled_from(modes))
        case: Any = data.draw(operation.as_strategy(generation_mode=mode))
        if "violation" in (case.path_parameters or {}) and data.draw(st.booleans()):
            case.path_parameters["violation"] = violation
        response = case.call(headers=headers[who])
        name = f"{operation.method.upper()} {operation.path}"
        asked[name, who] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failures:
            wrong.extend(
                f"{who}: {name}: {response.status_code}: {str(one)[:600]}" for one in failures.exceptions
            )

    try:
        ask()
    except schemathesis.errors.SchemathesisError as none:
        wrong.append(f"{operation.path}: {none}")
