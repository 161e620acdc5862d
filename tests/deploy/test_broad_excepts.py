"""Nothing is caught wholesale but in the places named here, each of which tells of it in the log or goes on raising it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("deploy", "field", "accounts", "evidence")
KNOWN = {
    # nothing of the batch is in; taken one by one, the one at fault is named (tests/field/sync/test_intake.py)
    ("field/sync/intake.py", "_take_or_say_again"),
    # one record's fault: it is set aside with its bytes, its receipt and a place in the technician's queue
    ("field/sync/intake.py", "_take_carefully"),
    # the wait for seals is given up with the transaction, and the fault goes on
    ("field/sync/intake.py", "_take_together"),
    # one rule's fault stops no other, and the rule is asked again at the next beat (tests/field/test_timers.py)
    ("field/timers.py", "_ask"),
    # an interrupted command kills what it started, and goes on being interrupted
    ("deploy/bringup/say.py", "run"),
    ("deploy/verify/runner.py", "all"),
    ("deploy/verify/runner.py", "_program"),
}


def broad(handler: ast.ExceptHandler) -> bool:
    """Without a type, or with one that is everything."""
    named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(one is None or ast.unparse(one) in ("Exception", "BaseException") for one in named)


def handlers() -> Iterator[tuple[str, str, ast.ExceptHandler]]:
    """Every broad one of the product: file, function, and what it does."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    for node in ast.walk(function):
                        if isinstance(node, ast.ExceptHandler) and broad(node):
                            yield str(path.relative_to(ROOT)), function.name, node


def test_everything_is_caught_only_where_the_list_says_and_is_told_or_raised_on() -> None:
    found = list(handlers())

    assert {(path, function) for path, function, _ in found} == KNOWN
    for path, function, handler in found:
        inside = [node for one in handler.body for node in ast.walk(one)]
        told = any(isinstance(one, ast.Call) and ast.unparse(one.func).startswith("log.") for one in inside)
        raised = any(isinstance(one, ast.Raise) and one.exc is None for one in inside)
        assert told or raised, f"{path}, {function}: swallowed"
