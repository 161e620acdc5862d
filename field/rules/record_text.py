"""Reading a record from the exact text that a handheld signed. Pure.

Nobody serialises a record again: what is read here is a view of bytes that stay as they came. A reader that was ever used stays for
ever, since a handheld may come back after weeks with texts of an older version.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from field.rules.measure import Measure
from field.rules.reading import Problem, Read, Unreadable, json_object
from field.rules.record import (
    AmendmentRecord,
    Clock,
    DraftClosedRecord,
    Head,
    LawSaid,
    MeasureRecord,
    NamedPhoto,
    PaperSaid,
    PaperStep,
    PaperStepRecord,
    Person,
    PhotoSource,
    Place,
    PlaceSource,
    Record,
    Said,
    Seen,
    Step,
    System,
    TaskStepRecord,
    VerdictSaid,
    ViolationRecord,
)
from field.rules.shots import Shot
from field.rules.violation import Kind

T = TypeVar("T")
MAX_BYTES = 65_536
MAX_PHOTOS = 40
MAX_PHOTO_BYTES = 12_000_000
MAX_PAPER = 16_000
"""Characters of a paper's text; the longest of twenty acts has some six thousand."""
MAX_OFFSET_MS = 4_200_000_000_000
"""A clock that starts in 1970, or shows 2099, is still told; 133 years are not."""


class UnknownVersion(Exception):
    """A text of a version or type that this server does not know yet; it is kept until one does."""

    def __init__(self, version: object, kind: object) -> None:
        super().__init__(f"version {version!r}, type {kind!r}")
        self.version, self.kind = version, kind


@functools.lru_cache(maxsize=32)
def _object(text: str) -> Read:
    """The JSON of a text, which both readers below ask for within a moment; neither changes it."""
    return json_object(text, max_bytes=MAX_BYTES)


@functools.lru_cache(maxsize=256)
def read(text: str) -> Record:
    """Read the exact text of a record. Remembered for a moment, since several tables ask for the same text.

    :raises Unreadable: it is no record, with the problem and the place
    :raises UnknownVersion: it says of itself that it is of another version or type
    """
    said = _object(text)
    version, kind = said.value("v"), said.value("type")
    # `True == 1` in a dictionary's eyes: a version is a whole number and a type is a text, or they are unknown
    if type(version) is not int or not isinstance(kind, str) or (version, kind) not in READERS:
        raise UnknownVersion(version, kind)
    return READERS[version, kind](said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What can be made out of a text that can't be read as a record: each part only if it stands there as it should."""

    uid: UUID | None = None
    type: str = ""
    terminal: str = ""
    seq: int | None = None
    prev: str = ""
    officer: str = ""
    photos: tuple[tuple[str, int], ...] = ()
    """Digest and size of each photo that it promises: the bytes are taken, whatever becomes of the record."""


@functools.lru_cache(maxsize=256)
def hint(text: str) -> Hint:
    """Make out what is possible; never refuses. Remembered for a moment."""
    try:
        said = _object(text)
    except Unreadable:
        return Hint()
    return Hint(
        uid=_if_readable(lambda: said.uuid("uid")),
        type=_if_readable(lambda: said.text("type", most=40)) or "",
        terminal=_if_readable(lambda: said.key_id("terminal")) or "",
        seq=_if_readable(lambda: said.whole("seq", least=1)),
        prev=_if_readable(lambda: said.digest("prev", empty=True)) or "",
        officer=_if_readable(lambda: said.text("officer", most=6)) or "",
        photos=_if_readable(lambda: _promised(said)) or (),
    )


def _if_readable(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except Unreadable:
        return None


def _promised(said: Read) -> tuple[tuple[str, int], ...]:
    named = {
        one.digest("sha256"): one.whole("bytes", least=1, most=MAX_PHOTO_BYTES)
        for one in said.many("photos", most=MAX_PHOTOS)
    }
    return tuple(named.items())


def _head(said: Read) -> Head:
    seq = said.whole("seq", least=1)
    prev = said.digest("prev", empty=True)
    if (seq == 1) != (prev == ""):
        said.refuse("prev", Problem.OUT_OF_RANGE)
    return Head(
        type=said.text("type", most=40),
        uid=said.uuid("uid"),
        terminal=said.key_id("terminal"),
        seq=seq,
        prev=prev,
        officer=said.text("officer", least=6, most=6),
        shift=said.uuid("shift"),
        claimed_at=said.moment("claimed_at"),
        mono_ms=said.whole("mono_ms"),
        clock=_clock(said.inner("clock")),
        seen=said.maybe("seen", lambda key: _seen(said.inner(key))),
        app=said.text("app", most=40),
        photos=_photos(said),
    )


def _clock(said: Read) -> Clock:
    return Clock(
        offset_ms=said.maybe(
            "offset_ms", lambda key: said.whole(key, least=-MAX_OFFSET_MS, most=MAX_OFFSET_MS)
        ),
        unc_ms=said.maybe("unc_ms", lambda key: said.whole(key, most=MAX_OFFSET_MS)),
        synced_at=said.maybe("synced_at", said.moment),
    )


def _seen(said: Read) -> Seen:
    return Seen(size=said.whole("size"), root=said.text("root", most=44))


def _place(said: Read) -> Place:
    said.word("crs", System)
    return Place(
        lat=said.number("lat", least=-90, most=90),
        lon=said.number("lon", least=-180, most=180),
        acc_m=said.number("acc_m", least=0, most=1_000_000),
        source=said.word("source", PlaceSource),
        at=said.moment("at"),
    )


def _maybe_place(said: Read) -> Place | None:
    return said.maybe("place", lambda key: _place(said.inner(key)))


def _photos(said: Read) -> tuple[NamedPhoto, ...]:
    named = tuple(_photo(one) for one in said.many("photos", most=MAX_PHOTOS))
    if len({one.sha256 for one in named}) != len(named):
        said.refuse("photos", Problem.KEY_TWICE)
    return named


def _photo(said: Read) -> NamedPhoto:
    return NamedPhoto(
        sha256=said.digest("sha256"),
        size=said.whole("bytes", least=1, most=MAX_PHOTO_BYTES),
        px=said.maybe("px", lambda key: _pixels(said, key)),
        shot=said.word("shot", Shot),
        source=said.word("source", PhotoSource),
        taken_at=said.moment("taken_at"),
        place=_maybe_place(said),
    )


def _pixels(said: Read, key: str) -> tuple[int, int]:
    value = said.value(key)
    if not isinstance(value, list) or len(value) != 2 or any(type(one) is not int for one in value):
        said.refuse(key, Problem.WRONG_TYPE)
    if not all(1 <= one <= 100_000 for one in value):
        said.refuse(key, Problem.OUT_OF_RANGE)
    return value[0], value[1]


def _person(said: Read) -> Person:
    return Person(
        name=said.text("name", most=60),
        licence=said.text("licence", most=18),
        phone=said.text("phone", most=20),
    )


def _said(said: Read) -> Said:
    return Said(
        kind=said.word("kind", Kind),
        plate=said.text("plate", most=12),
        plate_type=said.text("plate_type", most=2),
        offence=said.text("offence", least=1, most=8),
        occurred_at=said.moment("occurred_at"),
        place=_maybe_place(said),
        place_text=said.text("place_text", most=120),
        road=_road(said),
        direction=said.text("direction", most=20),
        measured=said.maybe("measured", said.decimal),
        limit=said.maybe("limit", said.decimal),
        person=said.maybe("person", lambda key: _person(said.inner(key))),
        note=said.text("note", most=2000),
        document_number=said.text("document_number", most=20),
        served=said.truth("served"),
        token_sha256=said.digest("token_sha256", empty=True),
        pack=said.text("pack", most=64),
        fine=said.maybe("fine", lambda key: said.whole(key, most=10_000_000)),
        points=said.maybe("points", lambda key: said.whole(key, most=99)),
        paper=_paper(said),
        second=_second(said),
        law=_law(said),
    )


def _second(said: Read) -> str:
    """The key is there only where a second officer is named."""
    return said.text("second", least=6, most=6) if "second" in said.said else ""


def _law(said: Read) -> LawSaid | None:
    """The key is there only where the handheld judged. Its facts are the judge's to read, and may be of a language of tomorrow."""
    if "law" not in said.said:
        return None
    law = said.inner("law")
    verdict = law.inner("verdict")
    return LawSaid(
        pack=law.digest("pack"),
        facts=law.inner("facts").said,
        verdict=VerdictSaid(
            outcome=verdict.text("outcome", least=1, most=40),
            fine_min=verdict.maybe("fine_min", lambda key: verdict.whole(key, most=10_000_000)),
            fine_max=verdict.maybe("fine_max", lambda key: verdict.whole(key, most=10_000_000)),
            points=verdict.maybe("points", lambda key: verdict.whole(key, most=999)),
            procedure=verdict.maybe("procedure", lambda key: verdict.text(key, most=40)),
            documents=verdict.texts("documents", most=12),
            measures=verdict.texts("measures", most=12),
        ),
    )


def _paper(said: Read) -> PaperSaid | None:
    """The key is there only where there is a paper."""
    if "paper" not in said.said:
        return None
    paper = said.inner("paper")
    return PaperSaid(
        kind=paper.text("kind", least=1, most=40),
        digest=paper.digest("digest"),
        text=paper.text("text", least=1, most=MAX_PAPER),
    )


def _road(said: Read) -> int | str | None:
    value = said.value("road")
    if value is None:
        return None
    return said.text("road", most=60) if isinstance(value, str) else said.whole("road")


def _violation_1(said: Read) -> Record:
    return ViolationRecord(head=_head(said), said=_said(said))


def _amendment_1(said: Read) -> Record:
    return AmendmentRecord(
        head=_head(said),
        said=_said(said),
        amends=said.uuid("amends"),
        reason=said.text("reason", most=200),
    )


def _draft_closed_1(said: Read) -> Record:
    return DraftClosedRecord(head=_head(said), draft=said.uuid("draft"), reason=said.text("reason", most=200))


def _paper_step_1(said: Read) -> Record:
    step = said.word("step", PaperStep)
    if step is PaperStep.CONFIRMED:
        return _confirmation(said)
    return PaperStepRecord(
        head=_head(said),
        number=said.text("number", least=1, most=20),
        violation=said.maybe("violation", said.uuid),
        step=step,
        reason=said.text("reason", least=0 if step is PaperStep.SERVED else 1, most=200),
    )


def _confirmation(said: Read) -> Record:
    """What the second officer confirms has its violation, and the digest of the paper they read where there is one."""
    said.text("reason", most=0)
    return PaperStepRecord(
        head=_head(said),
        number=said.text("number", most=20),
        violation=said.uuid("violation"),
        step=PaperStep.CONFIRMED,
        reason="",
        digest=said.digest("digest", empty=True),
    )


def _measure_1(said: Read) -> Record:
    words = said.texts("measures", least=1, most=len(Measure))
    if len(set(words)) != len(words):
        said.refuse("measures", Problem.KEY_TWICE)
    if not set(words) <= set(Measure):
        said.refuse("measures", Problem.UNKNOWN_WORD)
    return MeasureRecord(
        head=_head(said),
        violation=said.uuid("violation"),
        measures=tuple(Measure(one) for one in words),
        items=said.text("items", most=500),
        kept_at=said.text("kept_at", most=120),
        reason=said.text("reason", most=500),
        place=_maybe_place(said),
        number=said.text("number", least=1, most=20),
        paper=_paper(said),
        second=_second(said),
        token_sha256=said.digest("token_sha256", empty=True),
    )


def _task_step_1(said: Read) -> Record:
    return TaskStepRecord(
        head=_head(said),
        task=said.uuid("task"),
        step=said.word("step", Step),
        place=_maybe_place(said),
        feedback=said.maybe("feedback", lambda key: said.inner(key).said) or {},
    )


READERS: dict[tuple[int, str], Callable[[Read], Record]] = {
    (1, "violation"): _violation_1,
    (1, "amendment"): _amendment_1,
    (1, "draft_closed"): _draft_closed_1,
    (1, "task_step"): _task_step_1,
    (1, "paper_step"): _paper_step_1,
    (1, "measure"): _measure_1,
}
"""Every version that was ever written. None is taken out."""
