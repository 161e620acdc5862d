"""The proof file that a citizen may take home: leaf, path, checkpoint, and plain words on what they prove."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from evidence.ledger import leaf_of
from evidence.queries import Receipt


@dataclass(frozen=True)
class Proof:
    """What the log proves of this record just now. `receipt` is None until the record's entry is sealed."""

    unchanged: bool
    receipt: Receipt | None
    record_sha256: str


def proof_file(proof: Proof, words: Mapping[str, str]) -> dict[str, object]:
    """The file as JSON can hold it.

    It carries the leaf's hash, not the leaf: the entry holds what the officer signed, with other people's data in it. Whoever is shown
    the entry later (by the police, before a court) can check it against this file and see whether it is the same.

    :raises ValueError: the record's entry is not sealed yet
    """
    if proof.receipt is None:
        raise ValueError("not sealed")
    wire = proof.receipt.to_wire()
    return {
        "what": words["proof_file_what"],
        "how": words["proof_file_how"],
        "record_sha256": proof.record_sha256,
        "index": wire["index"],
        "leaf_hash": base64.b64encode(leaf_of(proof.receipt.salt, proof.receipt.payload)).decode(),
        "path": wire["proof"],
        "checkpoint": wire["checkpoint"],
    }
