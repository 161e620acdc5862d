"""Some envelopes that are taken in together, and what has to be known about all of them: asked once, not once for each."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models import Shift, Terminal
from evidence import replay
from evidence.ledger import Entry
from evidence.queries import ask_often
from field.recording.arrival import PhotosHere, photos_here
from field.recording.tickets import remember_tickets
from field.rules import record_text as records
from field.rules.intake import Outcome, Reason, SetAside
from field.sync.opening import Envelope, NothingSigned, Opened, open_envelope, record_in

TAKEN = """SELECT text_sha256, uid, terminal, seq, outcome, reason, entry FROM field_received WHERE text_sha256 = ANY(%s::text[])
UNION SELECT text_sha256, uid, terminal, seq, outcome, reason, entry FROM field_received WHERE uid = ANY(%s::uuid[])
UNION SELECT text_sha256, uid, terminal, seq, outcome, reason, entry FROM field_received
WHERE terminal = ANY(%s::text[]) AND seq = ANY(%s::bigint[])
UNION ALL SELECT NULL, id, NULL, NULL, NULL, NULL, NULL FROM field_violation WHERE id = ANY(%s::uuid[])"""
"""Texts that are here already or bear one of these names; and the violations, of texts that nobody had signed when they first came."""


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
        self.known: dict[str, Verdict] = {}
        """The verdicts on those texts that were received before; the other texts are opened only where some are new."""
        self.terminals: dict[str, Terminal] = {}
        self.shifts: dict[UUID, Shift] = {}
        self.photos_here: PhotosHere = {}
        """These five as `look_up` found them."""
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
        """Read what is here already, terminals, shifts, and the names that are taken; call it when it is these terminals' turn."""
        self._look_for_names()
        if len(self.known) == len(self._envelopes):
            return
        records_read = [record_in(one.text) for one in self._envelopes]
        named = {one.head.shift for one in records_read if one is not None}
        of_shifts = Shift.objects.select_related("unit", "user__unit", "terminal__unit")
        self.shifts = of_shifts.in_bulk(named) if named else {}
        ids = self.terminal_ids
        self.terminals = {
            one.terminal_id: one.terminal for one in self.shifts.values() if one.terminal_id in ids
        }
        if others := ids.difference(self.terminals):
            self.terminals |= Terminal.objects.select_related("unit").in_bulk(others)
        self.opened = [_open(one, self._sender, self.terminals) for one in self._envelopes]
        self.photos_here = photos_here(ids, (digest for one in self._hints for digest, _ in one.photos))

    def _look_for_names(self) -> None:
        uids = [one.uid for one in self._hints if one.uid is not None]
        numbers = [one.seq for one in self._hints if one.seq is not None]
        rows = ask_often(TAKEN, [self.texts, uids, list(self.terminal_ids), numbers, uids])
        texts = set(self.texts)
        unsigned = [uid for text, uid, *_ in rows if text is None]
        received = [row for row in rows if row[0] is not None]
        for text, uid, terminal, seq, outcome, reason, entry in sorted(received, key=lambda row: -row[6]):
            if text in texts:
                self.known[text] = Verdict(
                    text_sha256=text, uid=uid, outcome=Outcome(outcome), reason=reason, entry=entry
                )
            if uid is not None:
                self._under_uid[uid] = text  # the first one's stands in the end
            if seq is not None:
                self._under_number[terminal, seq] = text
        for violation in unsigned:
            self._under_uid.setdefault(violation, "")

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
