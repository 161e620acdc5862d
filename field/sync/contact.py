"""One contact with a handheld: the write lane for whoever signed, the read lane for whoever is signed in on that very handheld."""

import base64
import datetime as dt
import hmac
import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.conf import settings

from accounts.models import Shift, Terminal, TerminalContact
from evidence import queries as evidence
from evidence.queries import Receipt, Signed, Waiting
from evidence.storage import photo_store
from field.dispatch.operations.stepping import mark_delivered, mark_opened
from field.duty.operations import record_positions
from field.models import Photo, Received
from field.rules import record_text as records
from field.rules.intake import Outcome, Reason
from field.sync.batch import Verdict
from field.sync.feed import Reader, feed
from field.sync.intake import Taken, take_in
from field.sync.opening import Envelope
from field.sync.post import Post

WAIT_S = 1.0
"""So long an answer waits for the seal; later receipts come with a later contact."""
UNREADABLE = Verdict(text_sha256="", uid=None, outcome=Outcome.UNREADABLE)
KNOWN_SIGNER = frozenset({Outcome.ADMITTED, Outcome.QUARANTINED, Outcome.CONFLICT})


def contact(
    post: Post, *, shift: Shift | None, had_session: bool, now: dt.datetime, address: str = ""
) -> dict[str, Any]:
    """Take what came, and answer: verdicts with receipts, photos still wanted, and, for who is signed in, what is new.

    `shift` is the one of the session, already checked to be running, on an active terminal; None: nothing is read out.
    """
    if shift is not None and shift.terminal_id != post.terminal:
        shift = None
    envelopes = [one for one in post.envelopes if one is not None]
    taken = take_in(envelopes, sender=post.terminal, now=now, address=address)
    until = time.monotonic() + WAIT_S
    sealed = _wait(taken.waiting, until)
    pending = _pending(post, {one.text_sha256 for one in taken.verdicts})
    photos = _photos(post, envelopes)
    newest, receipts = _receipts([*taken.verdicts, *pending], [one for one, _ in photos], sealed, until)
    terminal = _terminal(post, shift, taken)
    if terminal is not None and (shift is not None or _is_heard(terminal, taken.verdicts)):
        _note(terminal, post, now, read=shift is not None)
    answer = {
        "now": now.isoformat(timespec="milliseconds"),
        "verdicts": [
            *(_say(one, receipts) for one in _in_their_places(post.envelopes, taken.verdicts)),
            *(_say(one, receipts) for one in pending),
        ],
        "photos": [_say_photo(one, wanted, receipts) for one, wanted in photos],
        "feed": _read_lane(post, shift, now) if shift is not None else None,
        "checkpoint": _checkpoint(newest, post.verified),
        "settled_up_to": evidence.settled_up_to(),
        "settled_by": settings.SETTLED_BY,
        "minimum_version": settings.HANDHELD_MINIMUM_VERSION,
        "session": "ok" if shift is not None else "ended" if had_session else "none",
        "terminal_state": terminal.state if terminal else "unknown",
    }
    return answer


def _in_their_places(envelopes: Iterable[Envelope | None], verdicts: Iterable[Verdict]) -> Iterable[Verdict]:
    said = iter(verdicts)
    return [UNREADABLE if one is None else next(said) for one in envelopes]


def _terminal(post: Post, shift: Shift | None, taken: Taken) -> Terminal | None:
    """The sender, as this request has read it a moment ago, else asked for."""
    if shift is not None:
        return shift.terminal
    return taken.terminals.get(post.terminal) or Terminal.objects.filter(id=post.terminal).first()


def _wait(waiting: Collection[Waiting], until: float) -> frozenset[int]:
    """Let what is new be sealed, waiting for all of it together no longer than until then; return what is."""
    sealed: frozenset[int] = frozenset()
    for one in waiting:
        sealed |= one.wait(max(0.0, until - time.monotonic()))
    return sealed


def _pending(post: Post, just_said: Collection[str]) -> list[Verdict]:
    """Texts that this terminal sent before and has no receipt of.

    This door asks for no session, and a receipt carries the text: it goes to whoever shows the text's own signature, which stands in no
    list and no file that leaves. Of other texts nothing is said, not even that they are here.
    """
    shown = {one.text_sha256: one.signature for one in post.pending if one.text_sha256 not in just_said}
    if not shown:
        return []
    rows = list(Received.objects.filter(text_sha256__in=shown, terminal=post.terminal).order_by("entry"))
    signatures = evidence.signatures([row.entry for row in rows])
    return [
        Verdict(
            text_sha256=row.text_sha256,
            uid=row.uid,
            outcome=Outcome(row.outcome),
            reason=row.reason,
            entry=row.entry,
        )
        for row in rows
        if row.entry in signatures and hmac.compare_digest(shown[row.text_sha256], signatures[row.entry])
    ]


def _photos(post: Post, envelopes: Collection[Envelope]) -> list[tuple[Photo, bool]]:
    """One row for each photo of this terminal that the envelopes name or that is asked about, and whether its bytes are wanted.

    A photo that has arrived and is gone from the store (a lost file, a failover) is wanted again: its terminal may hold the last copy.
    Of one that the handheld merely holds still, nothing is said where all is well.
    """
    asked = {digest for one in envelopes for digest, _ in records.hint(one.text).photos}
    asked.update(post.pending_photos)
    named = asked.union(post.held_photos)
    if not named:
        return []
    rows = Photo.objects.filter(terminal=post.terminal, digest__in=named)
    found: dict[str, Photo] = {}
    for row in rows.order_by("digest", "arrived_entry"):  # nulls last: a row that is still wanted wins below
        if row.digest not in found or row.arrived_entry is None:
            found[row.digest] = row
    store = photo_store()
    said = [(row, row.arrived_entry is None or not store.exists(row.digest)) for row in found.values()]
    return [(row, wanted) for row, wanted in said if wanted or row.digest in asked]


def _receipts(
    verdicts: Iterable[Verdict], photos: Iterable[Photo], sealed: Collection[int], until: float
) -> tuple[Signed | None, dict[int, Receipt]]:
    """All receipts of this answer under one checkpoint, the newest, and that checkpoint itself.

    A handheld that follows the answer's checkpoint then believes each of them without asking for another proof. A photo that came a
    moment ago may still wait for its seal; `sealed` are those that wait no more.
    """
    named = {one.entry for one in verdicts} | {one.arrived_entry for one in photos}
    wanted = {one for one in named if one is not None}
    rest = wanted.difference(sealed)
    evidence.wait_sealed(rest - evidence.numbers(rest).keys(), max(0.0, until - time.monotonic()))
    return evidence.receipts_now(wanted)


def _is_heard(terminal: Terminal, verdicts: Iterable[Verdict]) -> bool:
    """Whether some envelope shows that it is this terminal that speaks: what it says of itself is not taken from just anybody."""
    return any(
        one.outcome in KNOWN_SIGNER and one.reason not in (Reason.UNKNOWN_TERMINAL, Reason.BAD_SIGNATURE)
        for one in verdicts
    )


def _note(terminal: Terminal, post: Post, now: dt.datetime, *, read: bool) -> None:
    """Write down what the handheld says of itself: technical, no evidence."""
    said = {**post.contact, "seen_at": now}
    if 0 < post.verified <= evidence.head():
        said["verified_size"] = post.verified
    if read and post.cursor is not None:
        said["feed_cursor"] = post.cursor
    TerminalContact.objects.bulk_create(
        [TerminalContact(terminal=terminal, **said)],
        update_conflicts=True,
        unique_fields=["terminal"],
        update_fields=list(said),
    )


def _read_lane(post: Post, shift: Shift, now: dt.datetime) -> dict[str, Any]:
    """What only a signed-in handheld gets, and what it says of its officer."""
    if post.positions:
        record_positions(shift, shift.terminal, post.positions, now)
    answer = feed(Reader(shift.user, shift.terminal, now), epoch=post.epoch, cursor=post.cursor)
    if post.cursor is not None and not answer["start_over"]:
        mark_delivered(shift.user, shift.terminal, cursor=post.cursor, now=now)
    if post.opened:
        mark_opened(shift.user, shift.terminal, tasks=post.opened, now=now)
    return answer


def _checkpoint(newest: Signed | None, verified: int) -> dict[str, Any] | None:
    """The answer's checkpoint, with the proof that the one which the handheld verified is a prefix of it."""
    if newest is None:
        return None
    known = 0 < verified <= newest.size
    proof = evidence.consistency(verified, newest.size) if known else None
    return {"note": newest.note, "consistency": proof if proof is None else [b64(one) for one in proof]}


def _say(verdict: Verdict, receipts: Mapping[int, Receipt]) -> dict[str, Any]:
    receipt = receipts.get(verdict.entry) if verdict.entry is not None else None
    return {
        "text_sha256": verdict.text_sha256,
        "uid": str(verdict.uid) if verdict.uid else None,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "receipt": receipt.to_wire() if receipt else None,
    }


def _say_photo(photo: Photo, wanted: bool, receipts: Mapping[int, Receipt]) -> dict[str, Any]:
    receipt = receipts.get(photo.arrived_entry) if photo.arrived_entry is not None else None
    return {
        "digest": photo.digest,
        "state": "wanted" if wanted else "arrived",
        "receipt": receipt.to_wire() if receipt else None,
    }


def b64(raw: bytes) -> str:
    """Base64, as proofs are written."""
    return base64.b64encode(raw).decode()
