"""The thirty days as they happen: people open shifts, handhelds sign and send, photos arrive, leaders decide, all through the product's
own operations and in the order of the clock.

One transaction holds what happens to one handheld at one moment. Times are handed in, so the ledger tells thirty days; nothing here
writes a table by itself.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Role, Shift, Terminal, User
from accounts.operations import close_shift, open_shift
from deploy.demo import records
from deploy.demo.people import Person
from deploy.demo.photos import Order
from deploy.demo.plan import STAGES
from deploy.demo.planned import PlannedTask, PlannedViolation, Window
from deploy.demo.records import Picture
from deploy.demo.terminals import Handheld
from field.dispatch import operations as dispatch
from field.review import operations as review
from field.rules.intake import Outcome
from field.rules.task import Completion, TaskKind, Urgency
from field.rules.violation import Kind
from field.sync import photos as sync_photos
from field.sync.contact import contact
from field.sync.intake import take_in
from field.sync.opening import Envelope
from field.sync.post import read_post

SYNCS_APART = dt.timedelta(hours=2)
WATCHED = dt.timedelta(days=1)
"""What happens this long before the end is told to whoever listens, as any day's work."""
NOON = dt.timedelta(hours=12)
Step = Callable[[int], object]


class NotAdmitted(Exception):
    """The product did something else with a record of the demonstration than was planned: the plan or the product is wrong."""


@dataclass(slots=True)
class Story:
    """What is needed to let the plan happen, and what comes of it."""

    users: Mapping[str, User]
    people: Mapping[str, Person]
    handhelds: list[Handheld]
    terminals: Mapping[str, Terminal]
    pictures: Mapping[Order, Picture]
    pack: str
    area: str
    now: dt.datetime
    step: Step
    shifts: dict[int, Shift] = field(default_factory=dict)
    documents: dict[UUID, str] = field(default_factory=dict)
    _serials: Counter[str] = field(default_factory=Counter)
    _here: set[tuple[str, str]] = field(default_factory=set)

    def happen(self, windows: Sequence[Window]) -> None:
        """Let what is planned for these windows happen, moment by moment. Squadrons don't meet: each may have a process of its own."""
        happenings: list[tuple[dt.datetime, int, Callable[[dt.datetime], None]]] = []
        for number, window in enumerate(windows):
            for at, act in self._of_window(number, window):
                happenings.append((at, len(happenings), act))
        for at, _, act in sorted(happenings, key=lambda one: one[:2]):
            with transaction.atomic():
                act(at)
                if at < self.now - WATCHED:
                    # nudges, and copies of photos to be drawn: asked for after the commit for those who watch, and nobody watches the past
                    connection.run_on_commit.clear()

    def _of_window(
        self, number: int, window: Window
    ) -> list[tuple[dt.datetime, Callable[[dt.datetime], None]]]:
        acts: list[tuple[dt.datetime, Callable[[dt.datetime], None]]] = [
            (window.opens_at, lambda at: self._open(number, window, at))
        ]
        end = window.closes_at or self.now
        waiting = list(window.violations)
        sync = window.opens_at + SYNCS_APART
        while waiting:
            moment = min(sync, end - dt.timedelta(minutes=2))
            due = [one for one in waiting if one.written_at <= moment]
            if due:
                acts.append((moment, lambda at, due=due: self._send(number, window, due, at)))  # type: ignore[misc]
                waiting = [one for one in waiting if one not in due]
                for one in due:
                    acts += self._decisions(number, window, one, moment)
            sync += SYNCS_APART
        if window.task is not None:
            acts += self._of_task(number, window, window.task)
        if window.closes_at is not None:
            acts.append((window.closes_at, lambda at: self._close(number, at)))
        else:
            acts.append((self.now, lambda at: self._hello(number, window, at)))
        return acts

    # shifts

    def _open(self, number: int, window: Window, at: dt.datetime) -> None:
        terminal = self.terminals[self.handhelds[window.terminal].id]
        self.shifts[number] = open_shift(self.users[window.person.number], terminal, now=at).shift

    def _close(self, number: int, at: dt.datetime) -> None:
        close_shift(self.shifts[number].id, why="officer", now=at)

    def _hello(self, number: int, window: Window, at: dt.datetime) -> None:
        """The handheld's last contact: where its officer is, and how it is."""
        place = window.violations[-1].place if window.violations else None
        age = dt.timedelta(seconds=(number * 37) % 400)
        position = {"acc_m": 8.0, "at": (at - age).isoformat(), "source": "gps", "crs": "wgs84"}
        said: dict[str, Any] = {
            "terminal": self.handhelds[window.terminal].id,
            "envelopes": [],
            "contact": {
                "app_version": "0.1.0",
                "browser": "Chrome 108 (drawn)",
                "waiting": 0,
                "storage_persisted": True,
                "battery_percent": 40 + number % 55,
            },
            "positions": [] if place is None else [position | {"lat": place.lat, "lon": place.lon}],
        }
        contact(read_post(said), shift=self.shifts[number], had_session=True, now=at)

    # records

    def _send(self, number: int, window: Window, some: list[PlannedViolation], at: dt.datetime) -> None:
        handheld = self.handhelds[window.terminal]
        self._take([handheld.seal(self._violation(number, window, one)) for one in some], handheld, at)
        for one in some:
            for index, photo in enumerate(one.photos):
                if one.photo_held_back and index == len(one.photos) - 1 and index:
                    continue
                self._arrive(handheld, self.pictures[photo.order], at)
        self.step(len(some))

    def _take(
        self,
        envelopes: list[Envelope],
        handheld: Handheld,
        at: dt.datetime,
        becomes: Outcome = Outcome.ADMITTED,
    ) -> None:
        taken = take_in(envelopes, sender=handheld.id, now=at)
        for waiting in taken.waiting:
            waiting.wait(0)  # the sealer may not run: receipts are for handhelds that are there
        for verdict in taken.verdicts:
            if verdict.outcome != becomes:
                raise NotAdmitted(f"{verdict.uid}: {verdict.outcome} {verdict.reason}")

    def _arrive(self, handheld: Handheld, picture: Picture, at: dt.datetime) -> None:
        """As the last byte of an upload does; a picture that this handheld sent before is there already."""
        if (handheld.id, picture.digest) in self._here:
            return
        self._here.add((handheld.id, picture.digest))
        sync_photos.arrived(handheld.id, picture.digest, picture.size, at)

    def _head(
        self, number: int, window: Window, *, kind: str, uid: UUID, at: dt.datetime, clock_ms: int
    ) -> dict[str, Any]:
        return records.head(
            kind=kind,
            uid=uid,
            officer=window.person.number,
            shift=self.shifts[number].id,
            since=window.opens_at,
            at=at,
            clock_ms=clock_ms,
        )

    def _violation(self, number: int, window: Window, one: PlannedViolation) -> dict[str, Any]:
        head = self._head(
            number, window, kind="violation", uid=one.uid, at=one.written_at, clock_ms=one.clock_ms
        )
        return head | self._said(window, one)

    def _said(self, window: Window, one: PlannedViolation) -> dict[str, Any]:
        document = "" if one.kind == Kind.RECORD_ONLY else self._document(window, one)
        return records.violation(one, self.pictures, document_number=document, pack=self.pack)

    def _document(self, window: Window, one: PlannedViolation) -> str:
        """Sixteen digits: area, class (1 decision, 6 notice), the terminal's block and serial, and a last digit that is invented."""
        if one.uid not in self.documents:
            handheld = self.handhelds[window.terminal]
            self._serials[handheld.id] += 1
            kind = "1" if one.kind == Kind.ON_THE_SPOT else "6"
            digits = f"{self.area}{kind}{handheld.number:03d}{self._serials[handheld.id]:05d}"
            self.documents[one.uid] = digits + str(sum(map(int, digits)) % 10)
        return self.documents[one.uid]

    # what becomes of them

    def _decisions(
        self, number: int, window: Window, one: PlannedViolation, sent_at: dt.datetime
    ) -> list[tuple[dt.datetime, Callable[[dt.datetime], None]]]:
        leader, legal = self._leader_of(window.person), self._desk(Role.LEGAL_REVIEWER)
        next_day = sent_at + NOON + dt.timedelta(minutes=(one.uid.int % 240))

        def confirm(at: dt.datetime) -> None:
            review.confirm(one.uid, version=None, by=leader, now=at)

        def give_back(at: dt.datetime) -> None:
            review.return_to_officer(one.uid, reason=one.word, remark="请核对后补正", by=leader, now=at)

        def amend(at: dt.datetime) -> None:
            correct(at, "按退回意见补正", {}, Outcome.ADMITTED)

        def dispute(at: dt.datetime) -> None:
            # a shift that nobody opened: set aside, and the desk has something to judge
            elsewhere = str(UUID(int=one.uid.int ^ 2))
            correct(at, "地点写错", {"shift": elsewhere}, Outcome.QUARANTINED)

        def correct(at: dt.datetime, reason: str, said: dict[str, Any], becomes: Outcome) -> None:
            handheld = self.handhelds[window.terminal]
            uid = UUID(int=one.uid.int ^ 1)
            head = self._head(number, window, kind="amendment", uid=uid, at=at, clock_ms=one.clock_ms)
            words = self._said(window, one) | {"amends": str(one.uid), "reason": reason, "note": "已补正"}
            self._take([handheld.seal(head | words | said)], handheld, at, becomes)

        def propose(at: dt.datetime) -> None:
            review.propose_annulment(one.uid, ground=one.word, remark="", by=leader, now=at)

        def agree(at: dt.datetime) -> None:
            review.agree_to_annul(one.uid, remark="同意", by=legal, now=at)

        def refuse(at: dt.datetime) -> None:
            review.refuse_annulment(
                one.uid, ground="evidence_stands", remark="照片清楚，事实成立", by=legal, now=at
            )

        soon = sent_at + dt.timedelta(minutes=1)
        later = next_day + dt.timedelta(hours=3)
        match one.fate:
            case "confirmed":
                return [(next_day, confirm)]
            case "returned":
                return [(next_day, give_back)]
            case "amended":
                return [(soon, give_back), (sent_at + dt.timedelta(seconds=110), amend), (next_day, confirm)]
            case "proposed":
                return [(next_day, propose)]
            case "checked":
                return [(soon, dispute)]
            case "annulled":
                return [(next_day, propose), (later, agree)]
            case "kept":
                return [(next_day, propose), (later, refuse), (later + dt.timedelta(hours=1), confirm)]
            case _:
                return []

    def _leader_of(self, person: Person) -> User:
        return next(
            self.users[one.number]
            for one in self.people.values()
            if one.role == Role.LEADER and one.unit == person.unit
        )

    def _desk(self, role: Role) -> User:
        return next(self.users[one.number] for one in self.people.values() if one.role == role)

    # tasks

    def _of_task(
        self, number: int, window: Window, task: PlannedTask
    ) -> list[tuple[dt.datetime, Callable[[dt.datetime], None]]]:
        leader = self._leader_of(window.person)

        def give(at: dt.datetime) -> None:
            dispatch.create_task(_new_task(window, task), leader=leader, now=at)
            self.step(1)

        def approve(at: dt.datetime) -> None:
            dispatch.approve(task.uid, leader=leader, now=at)

        acts: list[tuple[dt.datetime, Callable[[dt.datetime], None]]] = [(task.given_at, give)]
        reaches = (*STAGES, "approved").index(task.reaches)
        minutes = {"sign": 1, "arrive": 25, "report": 110}
        for step in ("sign", "arrive", "report")[:reaches]:
            at = task.given_at + dt.timedelta(minutes=minutes[step])
            acts.append((at, lambda at, step=step: self._task_step(number, window, task, step, at)))  # type: ignore[misc]
        if task.reaches == "approved":
            acts.append((task.given_at + dt.timedelta(minutes=150), approve))
        return acts

    def _task_step(self, number: int, window: Window, task: PlannedTask, step: str, at: dt.datetime) -> None:
        handheld = self.handhelds[window.terminal]
        uid = UUID(int=task.uid.int ^ {"sign": 1, "arrive": 2, "report": 3}[step])
        head = self._head(number, window, kind="task_step", uid=uid, at=at, clock_ms=0)
        self._take([handheld.seal(head | records.task_step(task, step, at))], handheld, at)


def _new_task(window: Window, task: PlannedTask) -> dispatch.NewTask:
    return dispatch.NewTask(
        id=task.uid,
        kind=TaskKind(task.kind),
        urgency=Urgency(task.urgency),
        completion=Completion.ALL,
        title=task.title,
        place_text=task.place.text,
        due_at=(window.closes_at or window.opens_at + dt.timedelta(hours=9)),
        unit=window.person.unit,
        what="到场后先拍远景，再处理",
        why=task.why,
        offence_codes=task.codes,
        point=(task.place.lon, task.place.lat),
        radius_m=300,
        starts_at=None,
        officers=[window.person.number],
    )
