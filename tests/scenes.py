"""Scenes: how things stand when a test begins. Each is built through the doors and operations of the product itself, by the cast."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from evidence.sealer import seal_now
from field.models import Received, Violation
from field.review import operations as review
from field.rules.violation import State
from tests.cast import Cast, Handheld, Sealed, photo

FAR = b"far: a car on the pavement, and the street around it"
NEAR = b"near: the whole car"
PLATE = b"plate: legible"


@dataclass(frozen=True)
class Scene:
    """A violation, the handheld it came from, and the record as it was sealed."""

    cast: Cast
    handheld: Handheld
    sealed: Sealed

    @property
    def id(self) -> UUID:
        """The violation's id."""
        return UUID(self.sealed.uid)

    @property
    def violation(self) -> Violation:
        """The row as it stands now."""
        return Violation.objects.get(id=self.id)

    @property
    def received(self) -> Received:
        """What became of the text."""
        return Received.objects.get(text_sha256=self.sealed.sha256)


def now() -> dt.datetime:
    """The moment, for operations."""
    return dt.datetime.now(dt.UTC)


def wens_handheld(cast: Cast) -> Handheld:
    """Wen's handheld: she is signed in and on her shift."""
    return Handheld.at_work(cast.wen, cast.qiu)


def three_photos() -> dict[bytes, dict[str, Any]]:
    """Bytes and names of the pictures a parking notice wants, the last one six minutes after the first."""
    first = now() - dt.timedelta(minutes=6)
    return {
        FAR: photo(FAR, "far", at=first),
        NEAR: photo(NEAR, "near", at=now()),
        PLATE: photo(PLATE, "plate", at=now()),
    }


def sent(handheld: Handheld, sealed: Sealed) -> Mapping[str, Any]:
    """Send one record; return its verdict."""
    answered = handheld.sync(sealed)
    assert answered.status == 200, answered
    verdict: Mapping[str, Any] = answered.body["verdicts"][0]
    return verdict


def recorded_violation(cast: Cast, *, handheld: Handheld | None = None, **said: Any) -> Scene:
    """Wen has recorded a violation, and it is here; without photos unless `said` names some."""
    handheld = handheld or wens_handheld(cast)
    sealed = handheld.violation(**said)
    verdict = sent(handheld, sealed)
    assert verdict["outcome"] == "admitted", verdict
    return Scene(cast, handheld, sealed)


def incomplete_violation(cast: Cast) -> Scene:
    """Wen's record named three photos; two of them are here."""
    scene = recorded_violation(cast, photos=list(three_photos().values()))
    for data in (FAR, NEAR):
        assert scene.handheld.upload(data).status == 201
    return scene


def complete_violation(cast: Cast) -> Scene:
    """Wen's record named three photos, and all are here."""
    scene = incomplete_violation(cast)
    assert scene.handheld.upload(PLATE).status == 201
    return scene


def delivered_decision(cast: Cast) -> Scene:
    """Wen has decided on the spot and handed the paper over."""
    return recorded_violation(cast, kind="on_the_spot", served=True, document_number="3399016000182746")


def notice_on_the_window(cast: Cast) -> Scene:
    """Wen has stuck a parking notice on the window: nothing is decided by that."""
    return recorded_violation(cast, kind="notice", served=True, document_number="3399016000182746")


def confirmed_violation(cast: Cast, **said: Any) -> Scene:
    """Li has confirmed it."""
    scene = recorded_violation(cast, **said)
    review.confirm(scene.id, version=None, by=cast.li, now=now())
    return scene


def returned_violation(cast: Cast) -> Scene:
    """Li has sent it back: the plate can't be read."""
    scene = recorded_violation(cast)
    review.return_to_officer(scene.id, reason="plate_doubtful", remark="看不清", by=cast.li, now=now())
    return scene


def violation_to_annul(cast: Cast, **said: Any) -> Scene:
    """Li has proposed to annul it: an ambulance on duty."""
    scene = recorded_violation(cast, **said)
    review.propose_annulment(scene.id, ground="emergency_vehicle", remark="", by=cast.li, now=now())
    return scene


def void_violation(cast: Cast, **said: Any) -> Scene:
    """It is annulled: Li proposed, Fan agreed."""
    scene = violation_to_annul(cast, **said)
    review.agree_to_annul(scene.id, remark="", by=cast.fan, now=now())
    return scene


IN_STATE: Mapping[State, Callable[..., Scene]] = {
    State.RECORDED: recorded_violation,
    State.CONFIRMED: confirmed_violation,
    State.RETURNED: returned_violation,
    State.ANNUL_PROPOSED: violation_to_annul,
    State.ANNULLED: void_violation,
}
"""One scene for each state of a violation."""


def record_set_aside(cast: Cast) -> Scene:
    """A record under Mei's name came from Wen's shift: it is being checked."""
    handheld = wens_handheld(cast)
    sealed = handheld.violation(officer=cast.mei.police_number)
    verdict = sent(handheld, sealed)
    assert (verdict["outcome"], verdict["reason"]) == ("quarantined", "wrong_shift"), verdict
    return Scene(cast, handheld, sealed)


def sealed_log() -> int:
    """Everything that has committed has its number; return how many there are."""
    return seal_now()
