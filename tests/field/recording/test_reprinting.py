"""A slip printed once more at a desk: a secret of its own, told once, entered in the log, and no way in to anything else."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from deploy.logs import QuietFormatter
from evidence.ledger import Entry
from evidence.queries import entries_about
from evidence.verification import verify
from field.lookup.keys import token_key
from field.lookup.words import words_in
from field.models import PublicToken
from field.review import operations as review
from field.rules.violation import Kind, State, may_be_reprinted
from tests import scenes
from tests.cast import Answered, Cast, Desk, Handheld

WHY = "当事人丢了单子，窗口办理"


@pytest.fixture
def notice(cast: Cast) -> scenes.Scene:
    """A notice with the slip that the handheld printed."""
    return scenes.recorded_violation(
        cast, served=True, document_number="3399016000182746", token_sha256="ab" * 32
    )


def printed(desk: Desk, scene: scenes.Scene, why: str = WHY) -> Answered:
    return desk.post(f"/api/violations/{scene.id}/reprint", {"why": why})


def reprints(scene: scenes.Scene) -> list[Entry]:
    return [one for one in entries_about(scene.id) if one.kind == "ticket.reprinted"]


def opens(token: str) -> str:
    page: str = Client().get(f"/t/{token}").content.decode()
    return page


@pytest.mark.parametrize("who", ["li", "du"])
def test_the_unit_s_leader_and_the_duty_desk_print_a_slip_that_opens_the_record(
    cast: Cast, notice: scenes.Scene, who: str
) -> None:
    slip = printed(Desk.of(getattr(cast, who)), notice)

    assert slip.status == 200, slip
    assert re.fullmatch("[A-Za-z0-9_-]{22}", slip.body["token"])
    assert slip.headers["Cache-Control"] == "no-store"
    assert slip.headers["Referrer-Policy"] == "no-referrer"
    assert (slip.body["plate"], slip.body["document_number"]) == ("浙M5K082", "3399016000182746")
    assert "3399 0160 0018 2746" in opens(slip.body["token"])


def test_each_print_is_a_further_secret_and_the_earlier_ones_stay_valid(
    cast: Cast, notice: scenes.Scene
) -> None:
    desk = Desk.of(cast.li)
    before = set(PublicToken.objects.values_list("keyed_hash", flat=True))

    first, second = (printed(desk, notice).body["token"] for _ in range(2))

    assert first != second
    assert "3399 0160 0018 2746" in opens(first)
    assert "3399 0160 0018 2746" in opens(second)
    kept = set(PublicToken.objects.values_list("keyed_hash", flat=True))
    assert kept == before | {token_key(first), token_key(second)}


def test_each_print_is_an_entry_that_says_who_and_why_and_a_look(cast: Cast, notice: scenes.Scene) -> None:
    desk = Desk.of(cast.li)
    token = printed(desk, notice).body["token"]

    (entry,) = reprints(notice)
    assert (entry.actor, entry.body["why"]) == (cast.li.police_number, WHY)
    assert PublicToken.objects.get(entry=entry.id).keyed_hash == entry.body["keyed_hash"] == token_key(token)
    look = next(one for one in entries_about(notice.id) if one.kind == "look")
    assert (look.actor, look.body["why"]) == (cast.li.police_number, WHY)
    assert verify().sound
    told = desk.look(f"/api/violations/{notice.id}", "review").body["history"]
    assert [(one["what"], one["by"], one["remark"]) for one in told][-1] == (
        "reprinted",
        cast.li.police_number,
        WHY,
    )


def test_the_secret_stands_in_no_table_no_entry_and_no_line_of_any_log(
    cast: Cast, notice: scenes.Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(QuietFormatter())

    token = printed(Desk.of(cast.li), notice).body["token"]
    Client().get(f"/t/{token}")
    Client().get(f"/t/{token}/nothing")

    assert token not in caplog.text
    assert token not in json.dumps([dict(one.body) for one in entries_about(notice.id)])
    assert not [table for table, row in _every_row() if token in row], "only its keyed hash is kept"


def _every_row() -> Iterator[tuple[str, str]]:
    for table in connection.introspection.table_names():
        if table.startswith(("field_", "accounts_", "entry", "axes_", "django_session")):
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                for (row,) in cursor.fetchall():
                    yield table, row


@pytest.mark.parametrize("who", ["fan", "ji", "qiu"])
def test_nobody_else_prints(cast: Cast, notice: scenes.Scene, who: str) -> None:
    assert printed(Desk.of(getattr(cast, who)), notice).status == 403
    assert reprints(notice) == []


def test_neither_the_officer_on_the_road_nor_somebody_unknown_prints(
    cast: Cast, notice: scenes.Scene
) -> None:
    path = f"/api/violations/{notice.id}/reprint"

    assert notice.handheld.post(path, {"why": WHY}).status == 403
    assert Client().post(path, {"why": WHY}, content_type="application/json").status_code in (401, 403)
    assert reprints(notice) == []


def test_a_leader_of_another_unit_finds_nothing_to_print(cast: Cast, notice: scenes.Scene) -> None:
    assert printed(Desk.of(cast.zhao), notice).status == 404
    assert reprints(notice) == []


@pytest.mark.parametrize("why", ["", "   ", "x" * 201])
def test_without_a_reason_nothing_is_printed(cast: Cast, notice: scenes.Scene, why: str) -> None:
    assert printed(Desk.of(cast.li), notice, why).status == 400
    assert reprints(notice) == []


def test_a_reason_is_kept_without_the_plate(cast: Cast, notice: scenes.Scene) -> None:
    assert printed(Desk.of(cast.li), notice, "浙M·5K082 的车主丢了单子").status == 200

    assert "5K082" not in reprints(notice)[0].body["why"]


# kind, served: in which states its paper may be printed again
STANDS = {State.RECORDED, State.CONFIRMED, State.ANNUL_PROPOSED}
MAY: dict[tuple[Kind, bool], set[State]] = {
    (Kind.NOTICE, True): STANDS,
    (Kind.NOTICE, False): STANDS,
    (Kind.ON_THE_SPOT, True): STANDS,
    (Kind.ON_THE_SPOT, False): set(),
    (Kind.RECORD_ONLY, True): set(),
    (Kind.RECORD_ONLY, False): set(),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("paper", MAY, ids=lambda paper: f"{paper[0]}-{paper[1]}")
def test_only_a_paper_that_stands_may_be_printed_again(paper: tuple[Kind, bool], state: State) -> None:
    kind, served = paper

    assert may_be_reprinted(kind, state, served) is (state in MAY[paper])


def test_what_was_returned_is_not_printed_again(cast: Cast) -> None:
    scene, desk = scenes.returned_violation(cast), Desk.of(cast.li)

    refused = printed(desk, scene)

    assert (refused.status, refused.body["code"]) == (409, "nothing_to_reprint")
    assert reprints(scene) == []
    full = desk.look(f"/api/violations/{scene.id}", WHY)
    assert full.body["may"]["reprint"] is False


def test_a_notice_names_no_sum_and_a_decision_names_sum_points_and_last_day(
    cast: Cast, notice: scenes.Scene, settings: LazySettings
) -> None:
    desk = Desk.of(cast.li)
    decision = scenes.recorded_violation(
        cast,
        handheld=Handheld.at_work(cast.mei, cast.qiu),
        kind="on_the_spot",
        served=True,
        document_number="3399016000182747",
        fine=100,
        points=1,
        occurred_at="2026-11-23T14:28:00.000+08:00",
    )

    def sums(slip: Any) -> tuple[Any, ...]:
        return slip["fine"], slip["points"], slip["pay_by"]

    assert sums(printed(desk, notice).body) == (None, None, None)
    assert sums(printed(desk, decision).body) == (100, 1, "2026-12-08")


def test_a_reprinted_slip_of_what_is_annulled_later_says_so(cast: Cast, notice: scenes.Scene) -> None:
    token = printed(Desk.of(cast.li), notice).body["token"]

    review.propose_annulment(notice.id, ground="rescue", remark="", by=cast.li, now=scenes.now())
    review.agree_to_annul(notice.id, remark="", by=cast.fan, now=scenes.now())

    assert words_in("zh")["x_annulled"] in opens(token)
