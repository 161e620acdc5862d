"""Keyed hashes under which secrets of the public door are stored, so that the table tells nobody what to ask for. Pure."""

import hashlib
import hmac


def keyed_hash(key: str, purpose: str, *parts: str) -> str:
    """Return HMAC-SHA256 in hex over the purpose and its parts.

    Parts are joined with their lengths, so that no two lists of parts can give the same input.
    """
    text = "|".join([purpose, *(f"{len(part)}:{part}" for part in parts)])
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
