"""Keyed hashes under which secrets of the public door are stored, so that the table tells nobody what to ask for. Pure."""

import hashlib
import hmac

LICENCE_ENDING = 4
"""How many characters of a licence number go with a paper's number."""


def keyed_hash(key: str, purpose: str, *parts: str) -> str:
    """Return HMAC-SHA256 in hex over the purpose and its parts.

    Parts are joined with their lengths, so that no two lists of parts can give the same input.
    """
    text = "|".join([purpose, *(f"{len(part)}:{part}" for part in parts)])
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def paper_hash(key: str, document_number: str, licence_ending: str) -> str:
    """The keyed hash of a paper's number with the last four of its person's licence number."""
    return keyed_hash(key, "paper", document_number, licence_ending.upper())
