"""Several at the same moment: a code, a challenge and a terminal's number are given out once each."""

import base64
import datetime as dt
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts import challenges, operations
from accounts.models import Shift, Terminal
from accounts.refusals import Refusal
from tests.cast import Handheld, assemble

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
MANY = 8


def at_once(act: Callable[[int], object]) -> Counter[str]:
    """Do it MANY times at the same moment, each on its own connection; count what came of it."""
    start = Barrier(MANY)

    def one(number: int) -> str:
        start.wait()
        try:
            act(number)
        except Refusal as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(MANY) as pool:
        return Counter(pool.map(one, range(MANY)))


def spki(handheld: Handheld) -> str:
    return base64.b64encode(handheld.spki).decode()


def test_one_code_enrols_one_of_many_handhelds() -> None:
    cast = assemble(NOW)
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=NOW).code
    handhelds = [Handheld() for _ in range(MANY)]

    came = at_once(
        lambda n: operations.enrol_terminal(code=code, public_key_spki=spki(handhelds[n]), label="", now=NOW)
    )

    assert came == {"done": 1, "code_used": MANY - 1}
    assert Terminal.objects.count() == 1


def test_handhelds_enrolled_at_once_get_numbers_without_a_gap() -> None:
    cast = assemble(NOW)
    codes = [operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=NOW).code for _ in range(MANY)]
    handhelds = [Handheld() for _ in range(MANY)]

    came = at_once(
        lambda n: operations.enrol_terminal(
            code=codes[n], public_key_spki=spki(handhelds[n]), label="", now=NOW
        )
    )

    assert came == {"done": MANY}
    assert sorted(Terminal.objects.values_list("number", flat=True)) == list(range(1, MANY + 1))


def test_a_replayed_answer_is_taken_once_however_fast() -> None:
    cast = assemble(NOW)
    handheld = Handheld.approved(cast.east_first, cast.qiu)
    made = challenges.make_challenge(NOW)
    signature = handheld.sign(f"luqin-sign-in:1:{made.challenge}".encode())

    came = at_once(
        lambda n: challenges.answered_by(handheld.id, challenge=made.challenge, signature=signature, now=NOW)
    )

    assert came == {"done": 1, "challenge_refused": MANY - 1}


def test_a_terminal_is_revoked_once_and_no_shift_opens_after_it() -> None:
    cast = assemble(NOW)
    handheld = Handheld.approved(cast.east_first, cast.qiu)
    terminal = handheld.row

    came = at_once(
        lambda n: (
            operations.revoke(terminal.id, reason="丢失", by=cast.qiu, now=NOW)
            if n % 2
            else operations.open_shift(cast.wen, terminal, now=NOW)
        )
    )

    opened = Shift.objects.count()
    assert came["overtaken"] == MANY // 2 - 1
    assert came["terminal_refused"] == MANY // 2 - opened
    assert handheld.row.state == "revoked"
