"""A terminal goes from one officer's hand into another's with records that were not sent: they go up, and are nobody else's to see."""

import json

import pytest

from field.models import Photo, Violation
from tests import scenes
from tests.cast import Answered, Cast, Desk, Handheld, photo

PLATE, NAME = "浙M9Q7W3", "鹪鹩之"
PERSON = {"name": NAME, "licence": "330901197703077712", "phone": "13976543210"}
SHOT = b"what Wen has photographed"


def shown(answered: Answered) -> str:
    """What of an answer is news: the verdicts on what the terminal itself holds are not."""
    return json.dumps({**answered.body, "verdicts": None, "photos": None}, ensure_ascii=False)


@pytest.mark.parametrize("ended", ["still on her shift", "her shift closed"])
def test_what_the_first_left_unsent_goes_up_under_the_second_and_stays_the_first_s(
    cast: Cast, ended: str
) -> None:
    terminal = Handheld.at_work(cast.wen, cast.qiu)
    unsent = terminal.violation(plate=PLATE, person=PERSON, photos=[photo(SHOT)])
    if ended == "her shift closed":
        assert terminal.post("/api/shift/close").status == 204

    assert terminal.sign_in(cast.mei).status == 200
    own = terminal.violation(plate="浙M00001")
    answered = terminal.sync(unsent, own)
    uploaded = terminal.upload(SHOT)
    news = terminal.sync()

    assert [one["outcome"] for one in answered.body["verdicts"]] == ["admitted", "admitted"]
    assert uploaded.status == 201
    assert Violation.objects.get(id=unsent.uid).officer == cast.wen
    assert Violation.objects.get(id=own.uid).officer == cast.mei
    assert Photo.objects.get(record=unsent.uid).arrived_entry is not None
    for one in (answered, news):
        assert PLATE not in shown(one) and NAME not in shown(one) and unsent.uid not in shown(one)
    assert own.uid in shown(answered) + shown(news)
    assert terminal.look(f"/api/violations/{unsent.uid}", "own").status == 404
    assert terminal.look(f"/api/violations/{unsent.uid}", "x").status == 404


def test_the_first_finds_her_records_again_on_whatever_terminal_she_takes(cast: Cast) -> None:
    terminal = Handheld.at_work(cast.wen, cast.qiu)
    unsent = terminal.violation(plate=PLATE, person=PERSON)
    terminal.sign_in(cast.mei)
    terminal.sync(unsent)
    another = Handheld.at_work(cast.wen, cast.qiu)

    feed = another.sync().body["feed"]

    assert [(one["id"], one["view"]["plate"]) for one in feed["items"]] == [(unsent.uid, PLATE)]
    assert Desk.of(cast.li).look(f"/api/violations/{unsent.uid}", "review").status == 200


def test_the_second_can_say_nothing_in_the_first_s_name(cast: Cast) -> None:
    """Whoever holds the terminal holds its key: what counts is in whose shift it was made, and that shift must be the officer's."""
    terminal = Handheld.at_work(cast.wen, cast.qiu)
    wens_shift = terminal.shift
    terminal.sign_in(cast.mei)

    mixed = [
        terminal.violation(officer=cast.wen.police_number),
        terminal.violation(shift=wens_shift),
    ]
    verdicts = terminal.sync(*mixed).body["verdicts"]

    assert [(one["outcome"], one["reason"]) for one in verdicts] == [("quarantined", "wrong_shift")] * 2
    assert not Violation.objects.exists()


def test_the_first_s_pin_opens_her_shift_and_the_second_s_session_reads_no_more(cast: Cast) -> None:
    """Each has a secret of their own behind their PIN; one person at a time is signed in on a terminal."""
    terminal = Handheld.at_work(cast.wen, cast.qiu)
    hers, wens_shift = terminal.resume_secret, terminal.shift
    unsent = terminal.violation(plate=PLATE)
    scenes.sent(terminal, unsent)
    assert terminal.sign_in(cast.mei).status == 200
    meis, meis_cookie = terminal.resume_secret, terminal.session_cookie
    assert hers != meis
    assert terminal.sync().body["feed"]["items"] == []

    terminal.resume_secret = hers
    resumed = terminal.resume()

    assert (resumed.status, resumed.body["officer"]["police_number"]) == (200, cast.wen.police_number)
    assert resumed.body["shift"]["id"] == wens_shift
    assert terminal.session_cookie != meis_cookie
    terminal.epoch = terminal.cursor = None
    assert [one["id"] for one in terminal.sync().body["feed"]["items"]] == [unsent.uid]
    other = Handheld(key=terminal.key)
    other.wire.client.cookies["session"] = meis_cookie  # type: ignore[attr-defined]
    assert other.sync().body["feed"] is None, "her colleague's session ended with it"
    assert Handheld.approved(cast.east_first, cast.qiu).sync().body["feed"] is None


def test_a_pin_s_secret_is_worth_nothing_on_another_terminal(cast: Cast) -> None:
    terminal = Handheld.at_work(cast.wen, cast.qiu)
    thief = Handheld.at_work(cast.mei, cast.qiu)

    thief.resume_secret = terminal.resume_secret

    assert thief.resume().status in (403, 409)
