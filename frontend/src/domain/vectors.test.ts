/** Known answers, and what must be refused: the same vectors that the server's own checker is tested by. */
import { describe, expect, it } from "vitest";

import { fromBase64, fromBase64url, fromHex, toBase64, toHex } from "./bytes";
import { cases } from "./cases";
import { sha256 } from "./digest";
import { leafHash, ProofRefused, verifyConsistency, verifyInclusion } from "./merkle";
import { NoteRefused, openNote, readCheckpoint, readLogKey } from "./note";
import { rootOf } from "../testing/log";

interface Inclusion {
  name: string;
  leaf_hash: string;
  index: number;
  size: number;
  proof: string[];
  root: string;
  believed: boolean;
}
interface Consistency {
  name: string;
  old: number;
  new: number;
  proof: string[];
  old_root: string;
  new_root: string;
  believed: boolean;
}

/** Whether the check passes; anything but the one named refusal is an error of the checker. */
function isBelieved(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof ProofRefused) return false;
    throw error;
  }
}

describe("the ledger's tree", () => {
  const inputs = cases<string>("merkle.json", "inputs").map((input) => leafHash(fromHex(input)));

  it("has the published root at each size", () => {
    const roots = cases<string>("merkle.json", "roots");
    expect(roots.map((_, size) => toBase64(rootOf(inputs.slice(0, size))))).toEqual(roots);
  });

  it.each(cases<Inclusion>("merkle.json", "inclusion"))(
    "inclusion $index in $size, $name: $believed",
    (one) => {
      const [leaf, root, proof] = [
        fromBase64(one.leaf_hash),
        fromBase64(one.root),
        one.proof.map(fromBase64),
      ];
      expect(isBelieved(() => verifyInclusion(leaf, one.index, one.size, proof, root))).toBe(one.believed);
    },
  );

  it.each(cases<Consistency>("merkle.json", "consistency"))(
    "consistency of $old with $new, $name: $believed",
    (one) => {
      const [oldRoot, newRoot, proof] = [
        fromBase64(one.old_root),
        fromBase64(one.new_root),
        one.proof.map(fromBase64),
      ];
      expect(isBelieved(() => verifyConsistency(one.old, one.new, proof, oldRoot, newRoot))).toBe(
        one.believed,
      );
    },
  );
});

describe("a signed note", () => {
  it.each(cases<{ name: string; key: string; note: string; text: string | null }>("notes.json", "notes"))(
    "$name",
    (one) => {
      const opened = (): string => openNote(one.note, readLogKey(one.key));
      if (one.text === null) expect(opened).toThrow(NoteRefused);
      else expect(opened()).toBe(one.text);
    },
  );

  it.each(cases<{ text: string; origin: string; size: number; root: string }>("notes.json", "checkpoints"))(
    "of $origin at $size is a checkpoint",
    ({ text, origin, size, root }) => {
      expect(readCheckpoint(text)).toEqual({ origin, size, root: fromBase64(root) });
    },
  );

  it.each(cases<string>("notes.json", "refused_checkpoints"))("%j is none", (text) => {
    expect(() => readCheckpoint(text)).toThrow(NoteRefused);
  });
});

describe("a handheld's signature", () => {
  it.each(
    cases<{ name: string; spki: string; text: string; signature: string; believed: boolean }>(
      "signatures.json",
      "signatures",
    ),
  )("$name: $believed", async ({ spki, text, signature, believed }) => {
    // What the server's library believes, the browser's own crypto must, and no more.
    const check = async (): Promise<boolean> => {
      const curve = { name: "ECDSA", namedCurve: "P-256" };
      const key = await crypto.subtle.importKey("spki", fromBase64url(spki), curve, false, ["verify"]);
      const signing = { name: "ECDSA", hash: "SHA-256" };
      return await crypto.subtle.verify(
        signing,
        key,
        fromBase64url(signature),
        new TextEncoder().encode(text),
      );
    };
    expect(await check().catch(() => false)).toBe(believed);
  });

  it.each(cases<{ spki: string; id: string }>("signatures.json", "key_ids"))(
    "is named $id",
    ({ spki, id }) => {
      expect(toHex(sha256(fromBase64url(spki))).slice(0, 16)).toBe(id);
    },
  );
});
