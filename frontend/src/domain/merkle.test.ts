import { describe, expect, it } from "vitest";

import { equal, joined, type Bytes } from "./bytes";
import { growthFrom as grown, pathTo as path, rootOf as root } from "../testing/log";
import { leafHash, nodeHash, ProofRefused, verifyConsistency, verifyInclusion } from "./merkle";

const leaves = Array.from({ length: 66 }, (_, at) => leafHash(new Uint8Array([at, at * 3])));
const tree = (size: number): Bytes[] => leaves.slice(0, size);
const bent = (hash: Bytes): Bytes => hash.map((byte, at) => (at === 7 ? byte ^ 1 : byte)) as Bytes;

describe("a proof of the ledger's tree", () => {
  it("shows each leaf of each tree up to 66, and nothing else", () => {
    for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 64, 65, 66]) {
      const top = root(tree(size));
      for (let index = 0; index < size; index++) {
        const proof = path(index, tree(size));
        const leaf = leaves[index] as Bytes;
        verifyInclusion(leaf, index, size, proof, top);

        const refused: [Bytes, number, number, Bytes[], Bytes][] = [
          [bent(leaf), index, size, proof, top],
          [leaf, index, size, proof, bent(top)],
          [leaf, index, size, [...proof, leaf], top],
          [leaf, size, size, proof, top],
          [leaf, -1, size, proof, top],
          [leaf, index + 0.5, size, proof, top],
        ];
        if (proof.length > 0)
          refused.push(
            [leaf, index, size, proof.slice(1), top],
            [leaf, index, size, proof.slice(0, -1), top],
          );
        if (size > 1) refused.push([leaf, (index + 1) % size, size, proof, top]);
        proof.forEach((hash, at) => {
          const wrong = proof.map((one, each) => (each === at ? bent(hash) : one));
          refused.push([leaf, index, size, wrong, top]);
        });
        for (const one of refused) expect(() => verifyInclusion(...one)).toThrow(ProofRefused);
      }
    }
  });

  it("shows that each tree up to 66 grew out of each smaller one, and nothing else", () => {
    for (const size of [2, 3, 4, 7, 8, 9, 33, 64, 66]) {
      for (let old = 1; old <= size; old++) {
        const proof = grown(old, tree(size));
        const [oldRoot, newRoot] = [root(tree(old)), root(tree(size))];
        verifyConsistency(old, size, proof, oldRoot, newRoot);

        const refused: [number, number, Bytes[], Bytes, Bytes][] = [
          [old, size, proof, bent(oldRoot), newRoot],
          [old, size, proof, oldRoot, bent(newRoot)],
          [old, size, [...proof, newRoot], oldRoot, newRoot],
          [size + 1, size, proof, oldRoot, newRoot],
        ];
        if (proof.length > 0)
          refused.push([old, size, proof.slice(1), oldRoot, newRoot], [old, size, [], oldRoot, newRoot]);
        proof.forEach((hash, at) => {
          refused.push([
            old,
            size,
            proof.map((one, each) => (each === at ? bent(hash) : one)),
            oldRoot,
            newRoot,
          ]);
        });
        for (const one of refused) expect(() => verifyConsistency(...one)).toThrow(ProofRefused);
      }
    }
  });

  it("proves nothing from the empty tree", () => {
    const top = root(tree(4));
    expect(() => verifyConsistency(0, 4, [], top, top)).toThrow("empty tree");
    expect(() => verifyConsistency(0, 0, [], top, top)).toThrow("empty tree");
  });

  it("accepts hashes of 32 bytes only", () => {
    const short = new Uint8Array(31);
    expect(() => verifyInclusion(short, 0, 1, [], short)).toThrow("32 bytes");
  });

  it("counts beyond 32 bits", () => {
    // Leaf 2^40 is the last of a tree of 2^40 + 1: one step up to the root of all before it.
    const [before, leaf] = [leaves[0] as Bytes, leaves[1] as Bytes];
    const top = nodeHash(before, leaf);
    verifyInclusion(leaf, 2 ** 40, 2 ** 40 + 1, [before], top);
    expect(() => verifyInclusion(leaf, 2 ** 40 - 1, 2 ** 40 + 1, [before], top)).toThrow(ProofRefused);
  });

  it("keeps leaves and nodes apart", () => {
    const [a, b] = [leaves[0] as Bytes, leaves[1] as Bytes];
    expect(equal(leafHash(joined(a, b)), nodeHash(a, b))).toBe(false);
  });
});
