"""A terminal's signature covers exactly its bytes."""

import base64
import hashlib
import json
from typing import Any

import pytest

from evidence.signature import SignatureRefused, key_id, verify
from tests.evidence.cases import CASES
from tests.evidence.world import Terminal

SHARED = json.loads((CASES / "signatures.json").read_text())


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize("case", SHARED["signatures"], ids=lambda one: one["name"])
def test_signatures_are_believed_or_not(case: dict[str, Any]) -> None:
    def claim() -> None:
        verify(raw(case["spki"]), case["text"].encode(), raw(case["signature"]))

    if case["believed"]:
        claim()
    else:
        with pytest.raises(SignatureRefused):
            claim()


def test_the_shared_cases_hold_truths_and_lies() -> None:
    believed = [one["believed"] for one in SHARED["signatures"]]

    assert believed.count(True) >= 4 and believed.count(False) >= 20


@pytest.mark.parametrize("case", SHARED["key_ids"], ids=lambda one: one["id"])
def test_a_key_is_named_by_the_start_of_its_hash(case: dict[str, str]) -> None:
    assert key_id(raw(case["spki"])) == case["id"] == hashlib.sha256(raw(case["spki"])).hexdigest()[:16]


def test_no_single_flipped_bit_is_believed(terminal: Terminal) -> None:
    text = b'{"v":1}'
    genuine = terminal.sign(text)
    verify(terminal.spki, text, genuine)

    for bit in range(len(genuine) * 8):
        flipped = bytearray(genuine)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SignatureRefused):
            verify(terminal.spki, text, bytes(flipped))
