"""Texts that nobody enrolled has signed are kept as far as there is room; those of a known terminal always come in."""

import datetime as dt
from typing import Any

import pytest

from accounts import operations
from field.models import Asked, Received
from field.sync.intake import take_in
from field.sync.opening import Envelope
from field.sync.unsigned import room_for
from tests import scenes
from tests.cast import Cast, Handheld

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)


@pytest.fixture
def three_an_hour(settings: Any) -> None:
    settings.UNSIGNED_TEXTS_AN_HOUR = 3
    settings.UNSIGNED_TEXTS_AN_HOUR_IN_ALL = 5


def outcomes(handheld: Handheld, *records: Any) -> list[str]:
    return [one["outcome"] for one in handheld.sync(*records).body["verdicts"]]


@pytest.mark.usefixtures("three_an_hour")
def test_what_an_unknown_terminal_sends_is_kept_up_to_a_limit_and_then_told_to_come_again(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    stranger = Handheld()
    stranger.shift = wen.shift
    texts = [stranger.violation(officer="034512") for _ in range(5)]

    assert outcomes(stranger, *texts) == ["quarantined"] * 3 + ["again"] * 2
    assert outcomes(stranger, *texts) == ["quarantined"] * 3 + ["again"] * 2, (
        "what is known is said again, uncounted"
    )
    assert Received.objects.count() == 3
    signed = [wen.violation() for _ in range(30)]
    assert outcomes(wen, *signed) == ["admitted"] * 30

    Asked.objects.all().delete()  # another hour
    assert outcomes(stranger, *texts) == ["quarantined"] * 5


@pytest.mark.usefixtures("three_an_hour")
def test_a_wrong_signature_under_a_known_name_is_nobody_s_either_and_does_not_hold_up_its_own(
    cast: Cast,
) -> None:
    wen = scenes.wens_handheld(cast)
    forged = [Envelope(wen.violation().text, "AAAA") for _ in range(5)]
    own = wen.violation()

    taken = take_in(
        [*forged, Envelope(own.text, own.signature)], sender=wen.id, now=scenes.now(), address="192.0.2.7"
    )

    assert [one.outcome.value for one in taken.verdicts] == ["quarantined"] * 3 + ["again"] * 2 + ["admitted"]


@pytest.mark.usefixtures("three_an_hour")
def test_a_revoked_terminal_s_own_texts_are_never_counted(cast: Cast) -> None:
    wen = scenes.wens_handheld(cast)
    texts = [wen.violation() for _ in range(8)]
    operations.revoke(wen.id, reason="丢失", by=cast.qiu, now=scenes.now())

    assert outcomes(wen, *texts) == ["quarantined"] * 8


@pytest.mark.usefixtures("three_an_hour", "db")
def test_one_network_leaves_room_for_others_and_all_together_have_an_end() -> None:
    assert room_for(9, "192.0.2.7", NOW) == 3
    assert room_for(1, "192.0.2.99", NOW) == 0, "the same network"
    assert room_for(9, "198.51.100.1", NOW) == 2, "what is left of all together"
    assert room_for(9, "203.0.113.1", NOW) == 0
    assert room_for(9, "203.0.113.1", NOW + dt.timedelta(hours=1)) == 3
    assert not any("192.0.2" in one.network for one in Asked.objects.all())
