/** Checking proofs of the ledger's Merkle tree (RFC 6962, checks as in RFC 9162 section 2.1). It believes nothing that it has not hashed itself. */
import { equal, joined, type Bytes } from "./bytes";
import { sha256 } from "./digest";

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

/** The proof does not show what it claims; the message says where it fails. */
export class ProofRefused extends Error {}

/** Hash of a leaf: SHA-256(0x00 || leaf). */
export const leafHash = (leaf: Uint8Array): Bytes => sha256(joined(LEAF, leaf));

/** Hash of an inner node: SHA-256(0x01 || left || right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Bytes => sha256(joined(NODE, left, right));

/** Check that the leaf with hash `leaf` stands at `index` (from 0) in the tree of this size and root. Throws ProofRefused. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): void {
  if (!isCount(index) || !isCount(size) || index >= size)
    throw new ProofRefused("the leaf is outside the tree");
  hashesOnly(leaf, root, ...proof);
  let [at, last, seen]: [number, number, Uint8Array] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) throw new ProofRefused("the proof is longer than the tree is high");
    if (at % 2 === 1 || at === last) {
      seen = nodeHash(sibling, seen);
      while (at % 2 === 0 && at > 0) [at, last] = [half(at), half(last)];
    } else {
      seen = nodeHash(seen, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  if (last !== 0) throw new ProofRefused("the proof is shorter than the tree is high");
  if (!equal(seen, root)) throw new ProofRefused("the proof leads to another root");
}

/** Check that the tree (old, oldRoot) is a prefix of (size, root). Throws ProofRefused, also where `old` is 0: that proves nothing. */
export function verifyConsistency(
  old: number,
  size: number,
  proof: readonly Uint8Array[],
  oldRoot: Uint8Array,
  root: Uint8Array,
): void {
  if (!isCount(old) || !isCount(size) || old === 0)
    throw new ProofRefused("from the empty tree nothing is proved");
  if (old > size) throw new ProofRefused("the old tree is larger than the new one");
  hashesOnly(oldRoot, root, ...proof);
  if (old === size) {
    if (proof.length > 0) throw new ProofRefused("between equal trees the proof is empty");
    if (!equal(oldRoot, root)) throw new ProofRefused("two roots for one size");
    return;
  }
  const path = isPowerOfTwo(old) ? [oldRoot, ...proof] : [...proof];
  const first = path.shift();
  if (first === undefined) throw new ProofRefused("the proof is empty");
  let [at, last] = [old - 1, size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  let [seenOld, seenNew] = [first, first];
  for (const sibling of path) {
    if (last === 0) throw new ProofRefused("the proof is longer than the tree is high");
    if (at % 2 === 1 || at === last) {
      seenOld = nodeHash(sibling, seenOld);
      seenNew = nodeHash(sibling, seenNew);
      while (at % 2 === 0 && at > 0) [at, last] = [half(at), half(last)];
    } else {
      seenNew = nodeHash(seenNew, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  if (last !== 0) throw new ProofRefused("the proof is shorter than the tree is high");
  if (!equal(seenOld, oldRoot)) throw new ProofRefused("the proof does not lead to the old root");
  if (!equal(seenNew, root)) throw new ProofRefused("the proof does not lead to the new root");
}

// Sizes go beyond 32 bits, so they are halved as numbers and not shifted.
const half = (number: number): number => Math.floor(number / 2);
const isCount = (number: number): boolean => Number.isSafeInteger(number) && number >= 0;

function isPowerOfTwo(number: number): boolean {
  while (number % 2 === 0) number /= 2;
  return number === 1;
}

function hashesOnly(...hashes: readonly Uint8Array[]): void {
  if (hashes.some((one) => one.length !== 32)) throw new ProofRefused("a hash has 32 bytes");
}
