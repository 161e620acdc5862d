/** A small log for tests, built by the definitions of RFC 6962 and shared with nothing that is tested: it proves, signs, and can be told to lie. */
import { hashes, getPublicKey, sign } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";

import { joined, toBase64, toBase64url, utf8, type Bytes } from "../domain/bytes";
import { sha256 } from "../domain/digest";
import { leafHash, nodeHash } from "../domain/merkle";
import { logKeyText, type LogKey } from "../domain/note";
import type { Receipt } from "../domain/receipt";

hashes.sha512 = sha512;

const split = (size: number): number => 2 ** Math.floor(Math.log2(size - 1));

/** Root over leaf hashes. */
export function rootOf(nodes: readonly Bytes[]): Bytes {
  const [first] = nodes;
  if (first === undefined) return sha256(new Uint8Array());
  if (nodes.length === 1) return first;
  const k = split(nodes.length);
  return nodeHash(rootOf(nodes.slice(0, k)), rootOf(nodes.slice(k)));
}

/** Inclusion proof. */
export function pathTo(index: number, nodes: readonly Bytes[]): Bytes[] {
  if (nodes.length === 1) return [];
  const k = split(nodes.length);
  return index < k
    ? [...pathTo(index, nodes.slice(0, k)), rootOf(nodes.slice(k))]
    : [...pathTo(index - k, nodes.slice(k)), rootOf(nodes.slice(0, k))];
}

/** Consistency proof. */
export function growthFrom(old: number, nodes: readonly Bytes[], whole = true): Bytes[] {
  if (old === nodes.length) return whole ? [] : [rootOf(nodes)];
  const k = split(nodes.length);
  return old <= k
    ? [...growthFrom(old, nodes.slice(0, k), whole), rootOf(nodes.slice(k))]
    : [...growthFrom(old - k, nodes.slice(k), false), rootOf(nodes.slice(0, k))];
}

/** A log that signs with a key of its own. */
export class SmallLog {
  readonly leaves: { salt: Bytes; payload: string }[] = [];
  readonly key: LogKey;

  constructor(
    readonly origin = "log.example/luqin",
    private readonly seed: Bytes = sha256(utf8(origin)),
  ) {
    this.key = { name: origin, public: getPublicKey(seed) as Bytes };
  }

  /** The key as one line. */
  get keyText(): string {
    return logKeyText(this.key);
  }

  get size(): number {
    return this.leaves.length;
  }

  /** Append an entry; returns its number. */
  append(said: object): number {
    const payload = JSON.stringify(said);
    this.leaves.push({ salt: sha256(utf8(`salt ${this.size} ${payload}`)), payload });
    return this.size - 1;
  }

  hashes(size = this.size): Bytes[] {
    return this.leaves
      .slice(0, size)
      .map(({ salt, payload }) => leafHash(sha256(joined(salt, utf8(payload)))));
  }

  root(size = this.size): Bytes {
    return rootOf(this.hashes(size));
  }

  /** Sign any text as a note. */
  sign(text: string): string {
    const [, id = ""] = this.keyText.split("+");
    const signature = sign(utf8(text), this.seed);
    return `${text}\n\u2014 ${this.origin} ${toBase64(joined(Buffer.from(id, "hex"), signature))}\n`;
  }

  /** The signed checkpoint at a size. */
  checkpoint(size = this.size): string {
    return this.sign(`${this.origin}\n${size}\n${toBase64(this.root(size))}\n`);
  }

  receipt(index: number, size = this.size): Receipt {
    const leaf = this.leaves[index];
    if (leaf === undefined) throw new Error(`no entry ${index}`);
    return {
      index,
      leaf: { salt: toBase64url(leaf.salt), payload: leaf.payload },
      proof: pathTo(index, this.hashes(size)).map(toBase64),
      checkpoint: this.checkpoint(size),
    };
  }

  consistency(old: number, size = this.size): string[] {
    return growthFrom(old, this.hashes(size)).map(toBase64);
  }
}
