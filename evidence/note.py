"""Signed notes and checkpoints in the public text formats (C2SP signed-note and tlog-checkpoint), signed with Ed25519.

A note is text, an empty line, and signature lines `— name base64(key id || signature)`. Lines of unknown keys are ignored, so that
witnesses and further algorithms can sign the same text; a line that names a known key and does not verify spoils the whole note.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from evidence.chain import HASH_BYTES

ED25519 = b"\x01"
MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
DASH = "\N{EM DASH} "
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteRefused(Exception):
    """The note, or a key's text, is malformed or not signed by the key asked for."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name it signs under."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """First 4 bytes of SHA-256(name || 0x0A || 0x01 || public key)."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def text(self) -> str:
        """The key as one line for people and programs: `name+keyid+base64(0x01 || key)`."""
        return f"{self.name}+{self.key_id.hex()}+{_b64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read what `text` wrote. :raises NoteRefused: it is not such a line"""
        name, identifier, key = _key_parts(text.strip())
        verifier = cls(name, key)
        if verifier.key_id.hex() != identifier:
            raise NoteRefused("the key's id does not belong to its name and bytes")
        return verifier


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with the name it signs under. Its text is a secret; nothing prints it."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> "Signer":
        """A fresh key."""
        _check_name(name)
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(
            self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        )

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519 over the message."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def text(self) -> str:
        """The secret key as one line: `PRIVATE+KEY+name+keyid+base64(0x01 || seed)`."""
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{_b64(ED25519 + self.seed)}"

    @classmethod
    def parse(cls, text: str) -> "Signer":
        """Read what `text` wrote. :raises NoteRefused: it is not such a line"""
        prefix = "PRIVATE+KEY+"
        if not text.startswith(prefix):
            raise NoteRefused("not a private key")
        name, identifier, seed = _key_parts(text.strip().removeprefix(prefix))
        signer = cls(name, seed)
        if signer.verifier.key_id.hex() != identifier:
            raise NoteRefused("the key's id does not belong to its name and bytes")
        return signer


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log claims at one moment: its name, how many leaves it has, and their root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{_b64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the first three lines of a note's text; extension lines may follow. :raises NoteRefused: malformed"""
        lines = text.split("\n")
        if (
            len(lines) < 4
            or not lines[0]
            or not _SIZE.fullmatch(lines[1])
            or any(not line for line in lines[3:-1])
        ):
            raise NoteRefused("not a checkpoint")
        root = _unb64(lines[2])
        if len(root) != HASH_BYTES:
            raise NoteRefused("a root has 32 bytes")
        return cls(lines[0], int(lines[1]), root)


def sign_note(text: str, *signers: Signer) -> str:
    """Return the note: the text, an empty line, one signature line for each signer.

    :raises ValueError: the text is empty, lacks its last newline, or has control characters
    """
    if not text.endswith("\n") or _has_control(text) or not signers:
        raise ValueError("a note's text ends in a newline and has no other control characters")
    lines = [f"{DASH}{one.name} {_b64(one.verifier.key_id + one.sign(text.encode()))}\n" for one in signers]
    return text + "\n" + "".join(lines)


def open_note(note: str, verifier: Verifier) -> str:
    """Return the text of a note that this key has signed.

    :raises NoteRefused: malformed, not signed by the key, or a signature in its name that does not verify
    """
    if len(note.encode()) > MAX_NOTE_BYTES or _has_control(note):
        raise NoteRefused("too long, or control characters in it")
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise NoteRefused("no signature lines")
    text += "\n"
    lines = signatures.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteRefused("too many signature lines")
    found: bytes | None = None
    for line in lines:
        name, identifier, signature = _signature_parts(line)
        if found is None and (name, identifier) == (verifier.name, verifier.key_id):
            found = signature
    if found is None:
        raise NoteRefused(f"not signed by {verifier.name}")
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(found, text.encode())
    except InvalidSignature as error:
        raise NoteRefused(f"the signature of {verifier.name} does not verify") from error
    return text


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """Return the checkpoint as a signed note."""
    return sign_note(checkpoint.text(), signer)


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """Return the checkpoint in a note that the log has signed; its origin must be the log's name.

    :raises NoteRefused: not signed by the log, malformed, or another log's checkpoint
    """
    checkpoint = Checkpoint.parse(open_note(note, verifier))
    if checkpoint.origin != verifier.name:
        raise NoteRefused(f"a checkpoint of {checkpoint.origin}, not of {verifier.name}")
    return checkpoint


def _signature_parts(line: str) -> tuple[str, bytes, bytes]:
    name, space, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not space:
        raise NoteRefused("a signature line is malformed")
    _check_name(name)
    decoded = _unb64(encoded)
    if len(decoded) < 5:
        raise NoteRefused("a signature is too short")
    return name, decoded[:4], decoded[4:]


def _key_parts(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    identifier, _, encoded = rest.partition("+")
    _check_name(name)
    key = _unb64(encoded)
    if key[:1] != ED25519 or len(key) != 33:
        raise NoteRefused("not an Ed25519 key")
    return name, identifier, key[1:]


def _check_name(name: str) -> None:
    if not name or "+" in name or any(one.isspace() for one in name):
        raise NoteRefused("a key's name is not empty and has neither space nor plus")


def _has_control(text: str) -> bool:
    return any(ord(one) < 0x20 and one != "\n" for one in text)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unb64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise NoteRefused("not base64") from error
    if _b64(raw) != text:
        raise NoteRefused("not the one base64 of these bytes")
    return raw
