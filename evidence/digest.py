"""SHA-256 of a stream: the name under which a photo's bytes are kept for ever."""

import hashlib
import re
from typing import IO

BLOCK = 1 << 20
_HEX = re.compile(r"[0-9a-f]{64}")


def sha256_of(stream: IO[bytes]) -> tuple[str, int]:
    """Read the stream to its end; return the digest (64 lower-case hex digits) and the number of bytes."""
    hashed, size = hashlib.sha256(), 0
    while block := stream.read(BLOCK):
        hashed.update(block)
        size += len(block)
    return hashed.hexdigest(), size


def is_digest(text: str) -> bool:
    """Say whether the text is a SHA-256 as this house writes it: 64 lower-case hex digits, nothing else."""
    return _HEX.fullmatch(text) is not None
