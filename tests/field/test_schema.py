"""The OpenAPI document and the doors agree: whatever is asked, no 5xx, and no answer that is not written down.

A machine asks (schemathesis, drawn from the document itself), signed in as different people. LUQIN_EXAMPLES says how many questions each
door gets from each; few here, many in a long run. LUQIN_SEED makes them the same again.
"""

import os
from collections.abc import Iterator
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
from tests import scenes
from tests.cast import Browser, Cast, Desk

EXAMPLES = int(os.environ.get("LUQIN_EXAMPLES", "3"))
SEED = int(os.environ.get("LUQIN_SEED", "20261125"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PEOPLE = ("li", "fan", "qiu", "nobody")


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


@pytest.mark.server
@pytest.mark.timeout(600 if EXAMPLES < 10 else 0)
@pytest.mark.parametrize("who", PEOPLE)
def test_no_question_at_all_gets_an_answer_that_is_not_written_down(cast: Cast, who: str) -> None:
    scene = scenes.complete_violation(cast)
    scenes.record_set_aside(cast)
    browser = Browser() if who == "nobody" else Desk.of(getattr(cast, who))
    browser.get("/api/session")
    token = browser.wire.cookie("csrf")
    headers = {"X-CSRF-Token": token, "Cookie": f"{browser.cookies}; csrf={token}"}
    asked: dict[str, int] = {}
    wrong: list[str] = []

    with one_connection():
        for found in schemathesis.openapi.from_wsgi("/api/schema", application).get_all_operations():
            operation: Any = cast_to_any(found).ok()
            if operation.path not in LEFT_OUT:
                ask_all_kinds(operation, headers, str(scene.id), asked, wrong)

    assert len(asked) > 40, asked
    assert wrong == []


def cast_to_any(value: Any) -> Any:
    """The library's own types are two for one thing."""
    return value


LEFT_OUT = frozenset({"/api/session/sign-in", "/api/session/sign-out", "/api/shift/close"})
"""They end or change the session that asks; their own tests walk them."""


def ask_all_kinds(
    operation: Any, headers: dict[str, str], violation: str, asked: dict[str, int], wrong: list[str]
) -> None:
    """Questions that fit the document, and questions that don't."""
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES * 2,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from(modes))
        case: Any = data.draw(operation.as_strategy(generation_mode=mode))
        if "violation" in (case.path_parameters or {}) and data.draw(st.booleans()):
            case.path_parameters["violation"] = violation
        response = case.call(headers=headers)
        name = f"{operation.method.upper()} {operation.path}"
        asked[name] = asked.get(name, 0) + 1
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failures:
            wrong.extend(f"{name}: {response.status_code}: {str(one)[:600]}" for one in failures.exceptions)

    try:
        ask()
    except schemathesis.errors.SchemathesisError as none:
        wrong.append(f"{operation.path}: {none}")
