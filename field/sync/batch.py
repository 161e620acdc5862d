"""Some envelopes that are taken in together, and what has to be known about all of them: asked once, not once for each."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Shift, Terminal
from evidence import replay
from evidence.ledger import Entry
from field.models import Received, Violation
from field.recording.arrival import PhotosHere, photos_here
from field.recording.tickets import remember_tickets
from field.rules import record_text as records
from field.rules.intake import Outcome, Reason, SetAside
from field.sync.opening import Envelope, NothingSigned, Opened, open_envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one envelope. `entry` is its ledger entry, None where there is none (yet)."""

    text_sha256: str
    uid: UUID | None
    outcome: Outcome
    reason: str = ""
    entry: int | None = None


class Batch:
    """What is known of these envelopes while they are taken in."""

    def __init__(self, envelopes: Sequence[Envelope], sender: str, now: dt.datetime) -> None:
        self.now = now
        self.looked_up: dict[object, Any] = {}
        self.together: replay.Together | None = replay.Together()
        """Where rows wait for the end of the batch; None: each is written at once."""
        self.tickets: list[Entry] = []
        """Entries whose tickets are remembered at the end of the batch."""
        self.opened: list[Opened | Verdict] = []
        self.shifts: dict[UUID, Shift] = {}
        self.photos_here: PhotosHere = {}
        """These three as `look_up` found them."""
        self._envelopes, self._sender = envelopes, sender
        self._hints = [records.hint(one.text) for one in envelopes]
        self._under_uid: dict[UUID, str] = {}
        self._under_number: dict[tuple[str, int], str] = {}

    @property
    def texts(self) -> list[str]:
        """The keys of the texts."""
        return [one.text_sha256 for one in self._envelopes]

    @property
    def terminal_ids(self) -> set[str]:
        """The terminals that the texts name, or else the sender."""
        return {one.terminal or self._sender for one in self._hints}

    def look_up(self) -> None:
        """Read terminals, shifts, and the names that are taken; call it when it is these terminals' turn."""
        terminals = Terminal.objects.select_related("unit").in_bulk(self.terminal_ids)
        self.opened = [_open(one, self._sender, terminals) for one in self._envelopes]
        named = {one.record.head.shift for one in self.opened if isinstance(one, Opened) and one.record}
        self.shifts = Shift.objects.select_related("unit", "user__unit").in_bulk(named)
        self.photos_here = photos_here(
            self.terminal_ids, (digest for one in self._hints for digest, _ in one.photos)
        )
        uids = {one.uid for one in self._hints if one.uid is not None}
        numbers = {one.seq for one in self._hints if one.seq is not None}
        taken = Received.objects.filter(Q(uid__in=uids) | Q(terminal__in=self.terminal_ids, seq__in=numbers))
        for text, uid, terminal, seq in taken.order_by("-entry").values_list(
            "text_sha256", "uid", "terminal", "seq"
        ):
            if uid is not None:
                self._under_uid[uid] = text
            if seq is not None:
                self._under_number[terminal, seq] = text
        for violation in Violation.objects.filter(id__in=uids).values_list("id", flat=True):
            self._under_uid.setdefault(violation, "")  # of a text that nobody had signed when it first came

    def write(self) -> None:
        """Write the rows and tickets that wait: before the transaction ends."""
        if self.together is not None:
            self.together.write()
            remember_tickets(self.tickets)

    def refuse_taken(self, opened: Opened) -> None:
        """:raises SetAside: another text has this uid, or this number in the terminal's sequence"""
        uid, seq = opened.hint.uid, opened.hint.seq
        if uid is not None and uid in self._under_uid:
            raise SetAside(Reason.UID_TAKEN, Outcome.CONFLICT)
        if seq is not None and (opened.key, seq) in self._under_number:
            raise SetAside(Reason.NUMBER_TAKEN, Outcome.CONFLICT)

    def other_side(self, opened: Opened) -> str | None:
        """The text that was first: SHA-256 of what stands under the same uid, or the same number."""
        uid, seq = opened.hint.uid, opened.hint.seq
        under_uid = self._under_uid.get(uid, "") if uid is not None else ""
        return under_uid or (self._under_number.get((opened.key, seq)) if seq is not None else None)

    def taken(self, opened: Opened, outcome: Outcome, reason: str, entry: Entry) -> Verdict:
        """Note that this text is in; what it is named is taken for the next ones."""
        if opened.is_signed:
            if opened.hint.uid is not None:
                self._under_uid.setdefault(opened.hint.uid, opened.text_sha256)
            if opened.hint.seq is not None:
                self._under_number.setdefault((opened.key, opened.hint.seq), opened.text_sha256)
        return Verdict(
            text_sha256=opened.text_sha256,
            uid=opened.hint.uid,
            outcome=outcome,
            reason=reason,
            entry=entry.id,
        )


def _open(envelope: Envelope, sender: str, terminals: Mapping[str, Terminal]) -> Opened | Verdict:
    try:
        return open_envelope(envelope, sender=sender, terminals=terminals)
    except NothingSigned:
        hint = records.hint(envelope.text)
        return Verdict(text_sha256=envelope.text_sha256, uid=hint.uid, outcome=Outcome.UNREADABLE)
