"""The tree proves what is so and nothing else."""

import base64
import json
import random

import pytest

from evidence.chain import (
    ProofRefused,
    consistency_proof,
    extend,
    fold,
    inclusion_proof,
    leaf_hash,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.evidence import cases
from tests.evidence.cases import (
    CASES,
    ROOTS,
    believes_consistency,
    believes_inclusion,
    mutated_proofs,
    text_of,
    tree_of,
)

MERKLE = json.loads((CASES / "merkle.json").read_text())
LEAVES = [leaf_hash(number.to_bytes(4)) for number in range(1000)]


def raw(text: str) -> bytes:

    return base64.b64decode(text)


def test_the_shared_cases_are_what_their_generator_writes() -> None:
    assert (CASES / "merkle.json").read_text() == text_of(cases.merkle())
    assert (CASES / "notes.json").read_text() == text_of(cases.notes())


def test_the_shared_cases_hold_more_lies_than_truths() -> None:
    verdicts = [one["believed"] for one in MERKLE["inclusion"] + MERKLE["consistency"]]

    assert len(verdicts) > 250 and verdicts.count(False) > 200 and verdicts.count(True) >= 13


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert root_of(leaf_hash(bytes.fromhex(one)) for one in cases.INPUTS[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    "case", MERKLE["inclusion"], ids=lambda one: f"{one['index']}of{one['size']}-{one['name']}"
)
def test_inclusion_is_believed_or_not(case: dict[str, object]) -> None:
    def claim() -> None:
        proof = [raw(one) for one in case["proof"]]  # type: ignore[attr-defined]
        verify_inclusion(
            raw(str(case["leaf_hash"])),
            int(str(case["index"])),
            int(str(case["size"])),
            proof,
            raw(str(case["root"])),
        )

    if case["believed"]:
        claim()
    else:
        with pytest.raises(ProofRefused):
            claim()


@pytest.mark.parametrize(
    "case", MERKLE["consistency"], ids=lambda one: f"{one['old']}to{one['new']}-{one['name']}"
)
def test_consistency_is_believed_or_not(case: dict[str, object]) -> None:
    def claim() -> None:
        proof = [raw(one) for one in case["proof"]]  # type: ignore[attr-defined]
        verify_consistency(
            int(str(case["old"])),
            int(str(case["new"])),
            proof,
            raw(str(case["old_root"])),
            raw(str(case["new_root"])),
        )

    if case["believed"]:
        claim()
    else:
        with pytest.raises(ProofRefused):
            claim()


def test_every_leaf_of_every_tree_up_to_130_is_proved() -> None:
    tree = tree_of(LEAVES)
    roots = [root_of(LEAVES[:size]) for size in range(131)]

    for size in range(1, 131):
        assert root_at(size, tree.node) == roots[size]
        for index in range(size):
            proof = inclusion_proof(index, size, tree.node)
            assert believes_inclusion(LEAVES[index], index, size, proof, roots[size])
            verify_inclusion(LEAVES[index], index, size, proof, roots[size])


def test_every_tree_up_to_130_is_proved_a_prefix_of_every_larger_one() -> None:
    tree = tree_of(LEAVES)
    roots = [root_of(LEAVES[:size]) for size in range(131)]

    for new in range(1, 131):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, tree.node)
            assert believes_consistency(old, new, proof, roots[old], roots[new])
            verify_consistency(old, new, proof, roots[old], roots[new])


@pytest.mark.parametrize("seed", range(20))
def test_no_spoilt_proof_is_believed(seed: int) -> None:
    dice, tree = random.Random(seed), tree_of(LEAVES)

    for _ in range(50):
        size = dice.randrange(1, 1001)
        index, old = dice.randrange(size), dice.randrange(1, size + 1)
        root, stray = root_at(size, tree.node), dice.randbytes(32)
        for name, proof in mutated_proofs(inclusion_proof(index, size, tree.node), stray):
            if not believes_inclusion(LEAVES[index], index, size, proof, root):
                with pytest.raises(ProofRefused):
                    verify_inclusion(LEAVES[index], index, size, proof, root)
                    pytest.fail(f"{name}: {index} of {size}, seed {seed}")
        for name, proof in mutated_proofs(consistency_proof(old, size, tree.node), stray):
            if not believes_consistency(old, size, proof, root_at(old, tree.node), root):
                with pytest.raises(ProofRefused):
                    verify_consistency(old, size, proof, root_at(old, tree.node), root)
                    pytest.fail(f"{name}: {old} to {size}, seed {seed}")


@pytest.mark.parametrize("seed", range(5))
def test_a_tree_grows_alike_in_batches_of_any_size(seed: int) -> None:
    dice, size, frontier, finished = random.Random(seed), 0, list[bytes](), []
    leaves = [leaf_hash(number.to_bytes(4)) for number in range(70_000)]

    while size < len(leaves):
        size, frontier, tiles = extend(
            size, frontier, leaves[size : size + dice.choice([1, 7, 255, 256, 9000])]
        )
        finished += tiles

    whole_size, whole, all_tiles = extend(0, [], leaves)
    assert (whole_size, fold(whole)) == (size, fold(frontier))
    assert finished == all_tiles
    assert [(one.level, one.index) for one in finished if one.level] == [(1, 0)]
    assert len(finished) == 70_000 // 256 + 1


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="right edge"):
        extend(3, [LEAVES[0]], LEAVES[:1])


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5)])
def test_from_nothing_or_backwards_nothing_is_proved(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="nothing can be proved"):
        consistency_proof(old, new, tree_of(LEAVES).node)
