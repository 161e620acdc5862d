"""Makes tests/cases/merkle.json and notes.json: proofs and notes that must be believed, and mutations of them that must not.

`python -m tests.evidence.cases` writes the files; a test holds them to this module. The verdict of a mutation comes from a second,
recursive reading of RFC 6962, not from the code under test. Vitest reads the same files.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from evidence.chain import consistency_proof, inclusion_proof, leaf_hash, node_hash, root_of
from evidence.note import Checkpoint, Signer, sign_note
from evidence.tiles import Tile, Tiles, tile_of

CASES = Path(__file__).resolve().parents[1] / "cases"
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
"""The leaves that the public Certificate Transparency vectors use."""
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Their published roots, by size."""


def tree_of(leaves: Sequence[bytes]) -> Tiles:
    """The tree over these leaf hashes (fewer than 65,536)."""

    def read(level: int, index: int) -> Tile:
        start = index * 256
        if level == 0:
            return tile_of(b"".join(leaves[start : start + 256]))
        full = range(start, min(start + 256, len(leaves) // 256))
        return tile_of(b"".join(root_of(leaves[one * 256 : one * 256 + 256]) for one in full))

    return Tiles(read)


def believes_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """RFC 6962 section 2.1.1 read backwards, recursively."""

    def climb(index: int, size: int, proof: list[bytes]) -> bytes | None:
        if size == 1:
            return None if proof else leaf
        if not proof:
            return None
        half = 1 << ((size - 1).bit_length() - 1)
        left = index < half
        inner = climb(index, half, proof[:-1]) if left else climb(index - half, size - half, proof[:-1])
        if inner is None:
            return None
        return node_hash(inner, proof[-1]) if left else node_hash(proof[-1], inner)

    if not 0 <= index < size or any(len(one) != 32 for one in [leaf, root, *proof]):
        return False
    return climb(index, size, proof) == root


def believes_consistency(old: int, new: int, proof: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    """RFC 6962 section 2.1.2 read backwards, recursively."""

    def climb(old: int, new: int, proof: list[bytes], whole: bool) -> tuple[bytes, bytes] | None:
        if old == new:
            if whole:
                return None if proof else (old_root, old_root)
            return (proof[0], proof[0]) if len(proof) == 1 else None
        if not proof:
            return None
        half = 1 << ((new - 1).bit_length() - 1)
        if old <= half:
            inner = climb(old, half, proof[:-1], whole)
            return inner and (inner[0], node_hash(inner[1], proof[-1]))
        inner = climb(old - half, new - half, proof[:-1], False)
        return inner and (node_hash(proof[-1], inner[0]), node_hash(proof[-1], inner[1]))

    if not 0 < old <= new or any(len(one) != 32 for one in [old_root, new_root, *proof]):
        return False
    return climb(old, new, proof, True) == (old_root, new_root)


def mutated_proofs(proof: list[bytes], stray: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """The same proof, spoilt in every way that has fooled somebody's verifier."""
    yield "a hash too many at the end", [*proof, stray]
    yield "a hash too many at the start", [stray, *proof]
    yield "an empty hash at the end", [*proof, b""]
    if proof:
        yield "no hash at all", []
        yield "the last hash missing", proof[:-1]
        yield "the first hash missing", proof[1:]
        yield "the last hash twice", [*proof, proof[-1]]
        yield "one bit of the first hash", [bytes([proof[0][0] ^ 1]) + proof[0][1:], *proof[1:]]
        yield "one bit of the last hash", [*proof[:-1], proof[-1][:-1] + bytes([proof[-1][-1] ^ 128])]
        yield "a hash cut short", [proof[0][:31], *proof[1:]]
        yield "a hash made longer", [proof[0] + b"\0", *proof[1:]]
    if len(proof) > 1:
        yield "the first two swapped", [proof[1], proof[0], *proof[2:]]
        yield "backwards", proof[::-1]


def merkle() -> dict[str, Any]:
    """All of merkle.json."""
    leaves = [leaf_hash(bytes.fromhex(one)) for one in INPUTS]
    tree, stray = tree_of(leaves), sha256(b"stray").digest()
    inclusion, consistency = [], []

    def include(name: str, leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> None:
        believed = believes_inclusion(leaf, index, size, proof, root)
        case = {
            "name": name,
            "leaf_hash": b64(leaf),
            "index": index,
            "size": size,
            "proof": [*map(b64, proof)],
            "root": b64(root),
        }
        inclusion.append(case | {"believed": believed})

    def consist(name: str, old: int, new: int, proof: list[bytes], old_root: bytes, new_root: bytes) -> None:
        believed = believes_consistency(old, new, proof, old_root, new_root)
        case = {
            "name": name,
            "old": old,
            "new": new,
            "proof": [*map(b64, proof)],
            "old_root": b64(old_root),
            "new_root": b64(new_root),
        }
        consistency.append(case | {"believed": believed})

    for index, size in ((0, 1), (0, 8), (5, 8), (2, 3), (1, 5), (6, 7)):
        leaf, root, proof = leaves[index], bytes.fromhex(ROOTS[size]), inclusion_proof(index, size, tree.node)
        include("genuine", leaf, index, size, proof, root)
        for name, spoilt in mutated_proofs(proof, stray):
            include(name, leaf, index, size, spoilt, root)
        for what, other in (
            ("before", index - 1),
            ("after", index + 1),
            ("beyond the end", size),
            ("flipped", index ^ 2),
        ):
            include(f"index {what}", leaf, other, size, proof, root)
        for what, other in (
            ("doubled", 2 * size),
            ("halved", size // 2),
            ("nothing", 0),
            ("one less", size - 1),
        ):
            include(f"size {what}", leaf, index, other, proof, root)
        include("another leaf", stray, index, size, proof, root)
        include("another root", leaf, index, size, proof, stray)
        include("no root", leaf, index, size, proof, b"")
        include("the leaf as the root", leaf, index, size, proof, leaf)
    for old, new in ((1, 1), (1, 8), (6, 8), (2, 5), (3, 7), (4, 8), (7, 8)):
        proof = consistency_proof(old, new, tree.node)
        roots = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
        consist("genuine", old, new, proof, *roots)
        for name, spoilt in mutated_proofs(proof, stray):
            consist(name, old, new, spoilt, *roots)
        consist("from the empty tree", 0, new, [], bytes.fromhex(ROOTS[0]), roots[1])
        consist("from the empty tree with this proof", 0, new, proof, *roots)
        consist("old one less", old - 1, new, proof, *roots)
        consist("old one more", old + 1, new, proof, *roots)
        consist("new doubled", old, 2 * new, proof, *roots)
        consist("sizes swapped", new + 1, old, proof, *roots)
        consist("another old root", old, new, proof, stray, roots[1])
        consist("another new root", old, new, proof, roots[0], stray)
        consist("roots swapped", old, new, proof, roots[1], roots[0] if old != new else stray)
        consist("the old root for both", old, new, proof, roots[0], roots[0] if old != new else stray)
    return {
        "about": (
            "RFC 6962 trees. roots: size n is the tree over the first n of inputs (hex). inclusion and consistency: verify with these"
            " arguments; believed says whether it must succeed. Hashes are base64, sizes and indexes numbers."
            " Written by tests/evidence/cases.py."
        ),
        "inputs": INPUTS,
        "roots": [b64(bytes.fromhex(one)) for one in ROOTS],
        "inclusion": inclusion,
        "consistency": consistency,
    }


def notes() -> dict[str, Any]:
    """All of notes.json."""
    log, witness = (
        Signer("luqin.example/demo", bytes(range(32))),
        Signer("witness.example/w1", bytes(range(32, 64))),
    )
    impostor = Signer("luqin.example/demo", bytes(range(64, 96)))
    text = Checkpoint(log.name, 20852163, sha256(b"root").digest()).text()
    note = sign_note(text, log)
    line = note.splitlines()[-1]
    signature = bytearray(base64.b64decode(line.rpartition(" ")[2]))
    signature[20] ^= 1
    flipped = f"{text}\n— {log.name} {b64(bytes(signature))}\n"
    neumann = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann"
        " x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    key = log.verifier.text()
    spoilt = {
        "another size": note.replace("20852163", "20852164"),
        "another origin": note.replace("demo\n", "demi\n", 1),
        "one bit of the signature": flipped,
        "signed by an impostor under the same name": sign_note(text, impostor),
        "signed by somebody else": sign_note(text, witness),
        "no signature": text + "\n",
        "no empty line": note.replace("\n\n", "\n"),
        "a hyphen for the dash": note.replace("— ", "- "),
        "a space too many": note.replace("— ", "—  "),
        "the last newline missing": note.removesuffix("\n"),
        "a carriage return": note.replace("\n", "\r\n"),
        "a line added to the text": note.replace("\n\n", "\nextension\n\n", 1),
        "a malformed line beside the good one": note + "— nobody AAAA\n",
        "base64 with stray bits": note.replace(line, line[:-2] + chr(ord(line[-2]) + 1) + line[-1]),
        "base64url": note.replace(line, line.replace("+", "-").replace("/", "_")),
        "an empty note": "",
    }
    cases = [
        {"name": "genuine", "key": key, "note": note, "text": text},
        {"name": "with a witness after it", "key": key, "note": sign_note(text, log, witness), "text": text},
        {
            "name": "with an unknown key before it",
            "key": key,
            "note": sign_note(text, witness, log),
            "text": text,
        },
        {
            "name": "the witness's line",
            "key": witness.verifier.text(),
            "note": sign_note(text, log, witness),
            "text": text,
        },
        {
            "name": "the Go documentation's note",
            "key": "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "note": neumann,
            "text": neumann.rpartition("\n\n")[0] + "\n",
        },
        *(
            {"name": name, "key": key, "note": one, "text": None}
            for name, one in spoilt.items()
            if one != note
        ),
    ]
    root = b64(sha256(b"root").digest())
    good = [
        {"text": f"luqin.example/demo\n7\n{root}\n", "origin": "luqin.example/demo", "size": 7, "root": root},
        {"text": f"a\n0\n{root}\nextension\n", "origin": "a", "size": 0, "root": root},
    ]
    bad = [
        "",
        "a\n7\n",
        f"a\n07\n{root}\n",
        f"a\n-7\n{root}\n",
        f"a\n7 \n{root}\n",
        f"\n7\n{root}\n",
        f"a\n7\n{root[:-4]}\n",
        f"a\n7\n{root}",
        f"a\n{'9' * 20}\n{root}\n",
    ]
    return {
        "about": (
            "C2SP signed notes. notes: open the note with the verifier key; text is what must come out, null where it must be refused."
            " checkpoints: parse the text; origin, size and root (base64) must come out, refused texts must not parse."
            " Written by tests/evidence/cases.py."
        ),
        "notes": cases,
        "checkpoints": good,
        "refused_checkpoints": bad,
    }  # fmt: skip


def b64(raw: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(raw).decode()


def text_of(cases: dict[str, Any]) -> str:
    """A file's text."""
    return json.dumps(cases, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (CASES / "merkle.json").write_text(text_of(merkle()))
    (CASES / "notes.json").write_text(text_of(notes()))
