"""Numbers of papers: leased without overlap, used without the network, each one explained, none ever used twice."""

import base64
import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, connection, transaction
from PIL import Image

from accounts import operations as accounts
from evidence.verification import verify
from field import overdue, timers
from field.documents.operations import lease
from field.models import Item, NumberBlock, VoidedNumber
from tests import scenes
from tests.cast import Answered, Cast, Desk, Handheld

DAY = dt.timedelta(days=1)
form = configured.NUMBER_FORM


def leased(handheld: Handheld, kind: str = "simple_decision", left: int = 0) -> Answered:
    return handheld.post("/api/numbers/lease", {"kind": kind, "left": left})


def stems(answered: Answered) -> list[int]:
    assert answered.status == 200, answered
    taken = {stem for block in answered.body["blocks"] for stem in block["taken"]}
    return [
        stem
        for block in answered.body["blocks"]
        for stem in range(block["first"], block["last"] + 1)
        if stem not in taken
    ]


def decision(handheld: Handheld, stem: int, **said: Any) -> tuple[str, str]:
    """What becomes of an on-the-spot decision with this number."""
    record = handheld.violation(kind="on_the_spot", served=True, document_number=form.written(stem), **said)
    verdict = scenes.sent(handheld, record)
    return verdict["outcome"], verdict["reason"]


def fates(cast: Cast) -> list[tuple[str, int]]:
    """Of all blocks that the technician sees: what became of how many."""
    blocks = Desk.of(cast.qiu).get("/api/numbers").body["blocks"]
    return [
        (one["fate"], (form.stem_of(one["last"]) or 0) - (form.stem_of(one["first"]) or 0) + 1)
        for block in blocks
        for one in block["numbers"]
    ]


def test_a_terminal_gets_a_block_keeps_it_and_gets_the_next_before_it_runs_out(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    first = stems(leased(wen))

    assert len(first) == configured.NUMBERS_IN_A_BLOCK
    assert stems(leased(wen, left=50)) == first
    assert len(form.written(first[0])) == 16 and form.written(first[0]).startswith("3309001")

    more = stems(leased(wen, left=5))
    assert more[:50] == first and len(more) == 100
    other = stems(leased(Handheld.at_work(cast.mei, cast.qiu)))
    assert not set(other) & set(more)


def test_a_handheld_that_always_says_it_has_none_does_not_drain_the_series(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)

    for _ in range(6):
        leased(wen, left=0)

    assert NumberBlock.objects.count() == 3


def test_an_auxiliary_gets_no_numbers_but_where_a_local_rule_names_the_notice(
    cast: Cast, settings: Any
) -> None:
    fu = Handheld.at_work(cast.fu, cast.qiu)

    assert leased(fu).status == leased(fu, "parking_notice").status == 403
    settings.AUXILIARY_MAY_ISSUE_NOTICE = "江澜市辅警管理办法第9条"
    assert leased(fu).status == 403
    assert leased(fu, "parking_notice").status == 200
    assert Desk.of(cast.li).post("/api/numbers/lease", {"kind": "decision", "left": 0}).status == 403


def test_a_series_that_is_used_up_says_so_and_starts_nowhere_again(cast: Cast, settings: Any) -> None:
    settings.NUMBER_FORM = replace(form, digits=4)
    settings.NUMBERS_IN_A_BLOCK = 9_000
    one, two, three = (Handheld.at_work(person, cast.qiu) for person in (cast.wen, cast.mei, cast.hao))

    assert len(stems(leased(one))) == 9_000
    assert len(stems(leased(two))) == 999
    assert (leased(three).status, leased(three).body["code"]) == (409, "numbers_used_up")


def test_papers_without_a_class_here_get_no_numbers(cast: Cast, settings: Any) -> None:
    settings.NUMBER_FORM = replace(form, classes={"simple_decision": "1"})

    answered = leased(scenes.wens_handheld(cast), "parking_notice")

    assert (answered.status, answered.body["code"]) == (409, "no_numbers_for_this")


def test_a_voided_number_is_never_used_again_and_a_used_one_is_not_voided(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    spoilt, good, *_ = stems(leased(wen))
    void = {"number": form.written(spoilt), "reason": "misprint"}

    said = wen.post("/api/numbers/void", void)

    assert said.status == 200
    assert wen.post("/api/numbers/void", void | {"reason": "other"}).body == said.body
    assert spoilt not in stems(leased(wen))
    assert decision(wen, spoilt) == ("quarantined", "paper_number_void")
    assert decision(wen, good) == ("admitted", "")
    used = wen.post("/api/numbers/void", void | {"number": form.written(good)})
    assert (used.status, used.body["code"]) == (409, "number_used")
    mei = Handheld.at_work(cast.mei, cast.qiu)
    assert mei.post("/api/numbers/void", void).status == 404
    assert VoidedNumber.objects.count() == 1


def test_the_same_number_on_two_papers_is_a_conflict_from_wherever_it_comes(cast: Cast) -> None:
    wen, cloned = scenes.wens_handheld(cast), Handheld.at_work(cast.mei, cast.qiu)
    number = stems(leased(wen))[0]

    first = wen.violation(kind="on_the_spot", served=True, document_number=form.written(number))
    assert scenes.sent(wen, first)["outcome"] == "admitted"
    assert decision(wen, number) == ("conflict", "paper_number_taken")
    assert decision(cloned, number) == ("conflict", "paper_number_taken")
    for row in Desk.of(cast.fan).get("/api/quarantine").body["rows"]:
        both = Desk.of(cast.fan).get(f"/api/quarantine/{row['text_sha256']}").body
        assert both["other"]["text"] == first.text  # the reviewer sees both sides
    one, two = (wen.violation(kind="on_the_spot", served=True, document_number="A-17") for _ in range(2))
    outcomes = [one["outcome"] for one in wen.sync(one, two).body["verdicts"]]
    assert outcomes == ["admitted", "conflict"]  # a paper form's number, twice in one batch
    assert verify().sound


def test_a_correction_keeps_its_paper_s_number(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    number = form.written(stems(leased(wen, "parking_notice"))[0])
    notice = wen.violation(document_number=number)

    assert scenes.sent(wen, notice)["outcome"] == "admitted"
    assert scenes.sent(wen, wen.amendment(notice, plate="浙M5K083"))["outcome"] == "admitted"
    other = wen.violation()
    assert scenes.sent(wen, other)["outcome"] == "admitted"
    taken = scenes.sent(wen, wen.amendment(other, document_number=number))
    assert (taken["outcome"], taken["reason"]) == ("conflict", "paper_number_taken")


def test_a_number_of_another_terminal_waits_until_somebody_has_seen_the_paper(cast: Cast) -> None:
    wen, mei = scenes.wens_handheld(cast), Handheld.at_work(cast.mei, cast.qiu)
    first, _, number, *_ = stems(leased(wen))
    record = mei.violation(kind="on_the_spot", served=True, document_number=form.written(number))

    answered = mei.sync(record)

    verdict = answered.body["verdicts"][0]
    assert (verdict["outcome"], verdict["reason"]) == ("quarantined", "paper_number_void")
    told = next(one["view"] for one in answered.body["feed"]["items"] if one["id"] == str(record.uid))
    assert (told["checking"], told["reason"]) == (True, "paper_number_void")
    queue = Desk.of(cast.fan).get("/api/quarantine").body["rows"]
    assert [(one["text_sha256"], one["reason"]) for one in queue] == [(record.sha256, "paper_number_void")]
    assert fates(cast) == [("held", 2), ("set_aside", 1), ("held", 47)], "nothing of the holder's is missing"
    assert number not in stems(leased(wen, left=50)), (
        "the paper is about: its holder writes none with that number"
    )
    assert decision(wen, first) == ("admitted", "")
    admit = Desk.of(cast.fan).post(f"/api/quarantine/{record.sha256}/admit", {"ground": "paper_seen"})
    assert admit.status == 200, admit
    assert fates(cast) == [("used", 1), ("held", 1), ("used", 1), ("held", 47)]
    assert decision(wen, number) == ("conflict", "paper_number_taken")


def test_a_number_on_a_text_that_nobody_signed_is_still_the_terminal_s(cast: Cast) -> None:
    wen, stranger = scenes.wens_handheld(cast), Handheld()
    number = stems(leased(wen))[0]
    record = wen.violation(kind="on_the_spot", served=True, document_number=form.written(number))
    forged = replace(record, signature=stranger.violation().signature)

    verdict = scenes.sent(wen, forged)

    assert (verdict["outcome"], verdict["reason"]) == ("quarantined", "bad_signature")
    assert fates(cast) == [("held", 50)]


def test_a_wrong_check_character_is_not_our_number(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    number = form.written(stems(leased(wen))[0])
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

    verdict = scenes.sent(wen, wen.violation(kind="on_the_spot", served=True, document_number=wrong))

    assert (verdict["outcome"], verdict["reason"]) == ("quarantined", "paper_number_void")


def test_a_revoked_terminal_s_block_is_voided_and_what_still_comes_is_set_aside_and_explained(
    cast: Cast,
) -> None:
    wen = scenes.wens_handheld(cast)
    one, two, three, *_ = stems(leased(wen))
    assert decision(wen, one) == ("admitted", "")
    accounts.revoke(wen.id, reason="丢失", by=cast.qiu, now=scenes.now())

    timers.beat(scenes.now())

    block = NumberBlock.objects.get()
    assert (block.voided_at is not None, block.void_reason) == (True, "terminal_revoked")
    assert leased(wen).status == 401
    assert decision(wen, three) == ("quarantined", "terminal_revoked")
    assert fates(cast) == [("used", 1), ("missing", 1), ("set_aside", 1), ("block_voided", 47)]
    assert verify().sound
    assert two


def test_a_number_that_stays_away_opens_an_item_and_its_paper_closes_it(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    one, two, three, *_ = stems(leased(wen))
    late = wen.violation(kind="on_the_spot", served=True, document_number=form.written(two))
    assert decision(wen, one) == decision(wen, three) == ("admitted", "")

    assert overdue.papers_missing(scenes.now() + DAY - dt.timedelta(minutes=1)) == []
    timers.tidy(scenes.now() + DAY + dt.timedelta(minutes=1))

    item = Item.objects.get(kind="paper_missing")
    assert (item.subject, item.unit_id) == (form.written(two), "330900010100")
    overdue.no_longer_so(scenes.now() + DAY)
    assert Item.objects.filter(kind="paper_missing", closed_at=None).exists()
    assert scenes.sent(wen, late)["outcome"] == "admitted"
    overdue.no_longer_so(scenes.now() + DAY)
    assert not Item.objects.filter(kind="paper_missing", closed_at=None).exists()


def test_who_sees_the_blocks(cast: Cast) -> None:
    leased(scenes.wens_handheld(cast))

    def seen(person: Any) -> Any:
        answered = Desk.of(person).get("/api/numbers")
        return len(answered.body["blocks"]) if answered.status == 200 else answered.status

    assert [seen(one) for one in (cast.qiu, cast.li, cast.ji, cast.zhao)] == [1, 1, 1, 0]
    assert scenes.wens_handheld(cast).get("/api/numbers").status == 403


def test_the_pack_has_the_tables_and_the_place_s_settings(cast: Cast) -> None:
    pack = scenes.wens_handheld(cast).get("/api/documents/pack").body

    assert pack["setting"]["government"] == "江澜市人民政府"
    assert len(pack["files"]) == 3 and pack["form"]["check_character"] == "luhn"
    assert (pack["seal"], pack["bridge"]) == (None, "")


def test_the_pack_has_the_seal_in_dots_where_it_is_printed(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.SEAL_FILE = str(tmp_path / "seal.png")
    seal = Image.new("L", (10, 3), 255)
    seal.putpixel((9, 1), 0)
    seal.save(settings.SEAL_FILE)

    pack = scenes.wens_handheld(cast).get("/api/documents/pack").body

    assert pack["seal"] == {
        "width": 10,
        "height": 3,
        "dots": base64.b64encode(bytes([0, 0, 0, 0x40, 0, 0])).decode(),
    }


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_lets_no_two_blocks_overlap(cast: Cast) -> None:
    terminal = scenes.wens_handheld(cast).row
    now = scenes.now()

    def block(first: int, last: int) -> None:
        with transaction.atomic():
            NumberBlock.objects.create(
                id=str(first), terminal=terminal, kind="decision", first=first, last=last, leased_at=now
            )

    block(100, 149)
    block(150, 199)
    for first, last in ((90, 100), (149, 149), (120, 130), (50, 500), (210, 200)):
        with pytest.raises(IntegrityError):
            block(first, last)


@pytest.mark.django_db(transaction=True)
def test_leases_at_once_never_overlap_and_one_terminal_gets_one_block(cast: Cast) -> None:
    terminals = [Handheld.approved(cast.east_first, cast.qiu).row for _ in range(6)]
    crowd = [*terminals, *terminals]

    at_once(
        len(crowd),
        lambda at: lease(
            crowd[at], "simple_decision", left=0 if at < 6 else 50, by=cast.wen, now=scenes.now()
        ),
    )

    blocks = list(NumberBlock.objects.order_by("first"))
    assert 6 <= len(blocks) <= 12
    assert {one.terminal_id for one in blocks} == {one.id for one in terminals}
    assert all(one.last < after.first for one, after in pairwise(blocks))
    assert blocks[-1].last - blocks[0].first + 1 == 50 * len(blocks)  # and no hole between them


@pytest.mark.django_db(transaction=True)
def test_two_papers_with_one_number_at_once_are_one_record_and_one_conflict(cast: Cast) -> None:
    pair = [scenes.wens_handheld(cast), Handheld.at_work(cast.mei, cast.qiu)]
    records = [one.violation(kind="on_the_spot", served=True, document_number="B-2026-1") for one in pair]
    outcomes: list[str] = []

    def send(at: int) -> None:
        for _ in range(5):
            outcome = scenes.sent(pair[at], records[at])["outcome"]
            if outcome != "again":
                break
        outcomes.append(outcome)

    at_once(2, send)

    assert sorted(outcomes) == ["admitted", "conflict"]


def at_once(many: int, work: Callable[[int], Any]) -> None:
    gate = threading.Barrier(many)

    def one(at: int) -> None:
        gate.wait()
        try:
            work(at)
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as threads:
        list(threads.map(one, range(many)))
