"""A note is believed only as its signer wrote it."""

import json
from typing import Any

import pytest

from evidence.note import (
    Checkpoint,
    NoteRefused,
    Signer,
    Verifier,
    open_checkpoint,
    open_note,
    sign_checkpoint,
    sign_note,
)
from tests.evidence.cases import CASES, b64

NOTES = json.loads((CASES / "notes.json").read_text())


@pytest.mark.parametrize("case", NOTES["notes"], ids=lambda one: one["name"])
def test_notes_are_opened_or_refused(case: dict[str, Any]) -> None:
    verifier = Verifier.parse(case["key"])

    if case["text"] is not None:
        assert open_note(case["note"], verifier) == case["text"]
    else:
        with pytest.raises(NoteRefused):
            open_note(case["note"], verifier)


@pytest.mark.parametrize("case", NOTES["checkpoints"], ids=lambda one: one["origin"])
def test_checkpoints_are_read(case: dict[str, Any]) -> None:
    read = Checkpoint.parse(case["text"])

    assert (read.origin, read.size, b64(read.root)) == (case["origin"], case["size"], case["root"])


@pytest.mark.parametrize("text", NOTES["refused_checkpoints"])
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        Checkpoint.parse(text)


def test_keys_are_read_as_they_are_written() -> None:
    signer = Signer.generate("luqin.example/demo")

    assert Signer.parse(signer.text()) == signer
    assert Verifier.parse(signer.verifier.text()) == signer.verifier
    assert signer.seed.hex() not in repr(signer)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.replace("demo", "demi"),
        lambda one: one[:-1],
        lambda one: one.replace("+", " "),
        lambda one: "",
    ],
)
def test_spoilt_keys_are_refused(spoil: Any) -> None:
    signer = Signer.generate("luqin.example/demo")

    for parse, text in ((Verifier.parse, signer.verifier.text()), (Signer.parse, signer.text())):
        with pytest.raises(NoteRefused):
            parse(spoil(text))


def test_a_checkpoint_of_another_log_is_refused_even_if_this_key_signed_it() -> None:
    signer = Signer.generate("luqin.example/demo")
    foreign = sign_note(Checkpoint("another.example/log", 1, bytes(32)).text(), signer)

    with pytest.raises(NoteRefused, match="another"):
        open_checkpoint(foreign, signer.verifier)


def test_what_is_signed_is_opened() -> None:
    signer, checkpoint = Signer.generate("luqin.example/demo"), Checkpoint("luqin.example/demo", 5, bytes(32))

    assert open_checkpoint(sign_checkpoint(checkpoint, signer), signer.verifier) == checkpoint


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n"])
def test_a_text_that_could_not_be_opened_again_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="newline"):
        sign_note(text, Signer.generate("x"))
