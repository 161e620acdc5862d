"""A handheld shows that it holds its key: it signs a fresh challenge, which is taken once and for two minutes.

The challenge carries its own date under the server's seal, so none is stored until it is answered.
"""

import datetime as dt
import secrets
from dataclasses import dataclass
from hashlib import sha256

from django.core import signing

from accounts.models import Terminal, UsedChallenge
from accounts.operations.shifts import TerminalRefused
from accounts.refusals import Refusal
from evidence.ledger import read_base64url
from evidence.signature import SignatureRefused, verify

LASTS = dt.timedelta(minutes=2)
SIGNED_TEXT = "luqin-sign-in:1:{challenge}"
"""What a terminal signs: the words say for what, so that the signature is of no use elsewhere."""
_SEAL = "accounts.challenge"


class ChallengeRefused(Refusal):
    """The challenge is not ours, too old, or was answered before: fetch another one."""

    status = 409
    code = "challenge_refused"


class SignatureWrong(Refusal):
    """This was not signed by the terminal's key."""

    status = 403
    code = "signature_wrong"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a handheld is asked to sign, and until when."""

    challenge: str
    expires_at: dt.datetime


def make_challenge(now: dt.datetime) -> Challenge:
    """A fresh challenge; nothing is kept of it."""
    until = now + LASTS
    text = f"{secrets.token_urlsafe(16)}.{int(until.timestamp())}"
    return Challenge(challenge=signing.Signer(salt=_SEAL).sign(text), expires_at=until)


def answered_by(terminal_id: str, *, challenge: str, signature: str, now: dt.datetime) -> Terminal:
    """The terminal that answered the challenge with its signature (raw r || s, base64url); the challenge is spent, whatever follows.

    :raises ChallengeRefused: not ours, too old or answered before
    :raises TerminalRefused: the terminal is unknown, or not active (then its signature was right, and its state is told)
    :raises SignatureWrong: not signed by the terminal's key
    """
    _spend(challenge, now)
    terminal = Terminal.objects.select_related("unit").filter(id=terminal_id).first()
    if terminal is None:
        raise TerminalRefused("unknown")
    text = SIGNED_TEXT.format(challenge=challenge).encode()
    try:
        verify(terminal.spki, text, read_base64url(signature))
    except (ValueError, SignatureRefused):
        raise SignatureWrong from None
    if terminal.state != Terminal.State.ACTIVE:
        raise TerminalRefused(terminal.state)
    return terminal


def _spend(challenge: str, now: dt.datetime) -> None:
    try:
        until = int(signing.Signer(salt=_SEAL).unsign(challenge).rsplit(".", 1)[1])
    except (signing.BadSignature, ValueError, IndexError):
        raise ChallengeRefused from None
    if now.timestamp() > until:
        raise ChallengeRefused
    UsedChallenge.objects.filter(used_at__lt=now - 2 * LASTS).delete()
    hashed = sha256(challenge.encode()).hexdigest()
    _, fresh = UsedChallenge.objects.get_or_create(challenge_sha256=hashed, defaults={"used_at": now})
    if not fresh:
        raise ChallengeRefused
