"""The QR of a measure's certificate opens it: what was done, when, where to go, and what one may do against it; no person, no officer."""

import base64
import re
from hashlib import sha256

import pytest
from django.test import Client
from django.utils import timezone

from field.measures import operations
from field.measures.timers import due
from field.models import Measure
from tests.cast import Cast
from tests.field.measures.scene import NUMBER, Taken, taken

TOKEN = "Y2VydGlmaWNhdGUtdG9rZQ"
SIGNED = sha256(base64.urlsafe_b64decode(TOKEN + "==")).hexdigest()


@pytest.fixture
def scene(cast: Cast) -> Taken:
    return taken(cast, token_sha256=SIGNED)


def page(language: str = "") -> str:
    answered = Client().get(f"{language}/t/{TOKEN}")
    assert answered.status_code == 200
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", answered.content.decode()))


def test_it_says_what_was_done_where_to_go_and_the_remedies_and_names_nobody(scene: Taken) -> None:
    shown = page()

    for told in (
        "扣留机动车驾驶证",
        "正在审批",
        "24 小时内有结果",
        "3399 0130",
        "十五个工作日内",
        "行政复议",
    ):
        assert told in shown, told
    for kept in ("文静", "梅芳", "034512", "034513", "王小明", scene.violation.said["plate"], "一本"):
        assert kept not in shown, kept
    assert "being reviewed" in page("/en")
    assert NUMBER not in shown  # it stands there in fours


def test_each_state_is_said_in_plain_words_in_both_languages(scene: Taken, cast: Cast) -> None:
    operations.refuse(scene.row.id, ground="not_necessary", remark="不说", by=cast.li, now=timezone.now())
    shown = page()
    assert "没有批准这项措施，已经解除" in shown and "不说" not in shown
    operations.give_back(scene.row.id, remark="", by=cast.li, now=timezone.now())
    assert "已经归还" in page() and "given back" in page("/en")


def test_what_lapsed_is_said_to_have_ended(scene: Taken) -> None:
    assert due(scene.row.due_at)

    assert "24 小时内没有批准" in page()


def test_a_row_changed_by_hand_is_not_shown(scene: Taken) -> None:
    Measure.objects.filter(id=scene.row.id).update(state="ended")

    assert "对不上" in page()


def test_another_token_opens_nothing(scene: Taken) -> None:
    assert Client().get("/t/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404
