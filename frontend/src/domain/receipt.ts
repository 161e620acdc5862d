/**
 * A receipt: the server's proof that exactly these bytes stand in its signed log. Only a verified one lets the handheld let go.
 * A yes from a server, or from something that only looks like one, counts for nothing without it.
 */
import { fromBase64, fromBase64url, joined, NotBytes, toBase64, utf8 } from "./bytes";
import { sha256 } from "./digest";
import { leafHash, ProofRefused, verifyInclusion } from "./merkle";
import { NoteRefused, openCheckpoint, type Checkpoint, type LogKey } from "./note";

// Fixed, so that salt and payload can be told apart in what was hashed.
const SALT_BYTES = 32;

/** A receipt as it comes over the wire. */
export interface Receipt {
  readonly index: number;
  readonly leaf: { readonly salt: string; readonly payload: string };
  readonly proof: readonly string[];
  /** A checkpoint as a signed note. */
  readonly checkpoint: string;
}

/** What a receipt has to be about. */
export type Receipted =
  | { readonly what: "record"; readonly text: string; readonly signature: string; readonly terminal: string }
  | { readonly what: "photo"; readonly digest: string };

/** Why a receipt was refused. */
export type WhyNot = "malformed" | "other_bytes" | "wrong_proof" | "wrong_checkpoint";

/** Verified, with the number in the log and the checkpoint it was proved against, or why not. */
export type Verdict =
  | { readonly ok: true; readonly index: number; readonly checkpoint: Checkpoint }
  | { readonly ok: false; readonly why: WhyNot; readonly detail: string };

/** Opens a checkpoint's note, or throws NoteRefused. A caller with many receipts under few notes may remember those it has opened. */
export type OpenNote = (note: string) => Checkpoint;

/** Say whether a receipt proves that this thing stands in the log with this key. */
export function verifyReceipt(
  receipt: unknown,
  thing: Receipted,
  log: LogKey,
  open: OpenNote = (note) => openCheckpoint(note, log),
): Verdict {
  if (!isReceipt(receipt)) return refuse("malformed", "not a receipt");
  try {
    if (!isAbout(receipt.leaf.payload, thing))
      return refuse("other_bytes", "the leaf is about something else");
    const checkpoint = open(receipt.checkpoint);
    const salt = fromBase64url(receipt.leaf.salt);
    if (salt.length !== SALT_BYTES) return refuse("malformed", "a salt has 32 bytes");
    const leaf = leafHash(sha256(joined(salt, utf8(receipt.leaf.payload))));
    verifyInclusion(leaf, receipt.index, checkpoint.size, receipt.proof.map(fromBase64), checkpoint.root);
    return { ok: true, index: receipt.index, checkpoint };
  } catch (error) {
    if (error instanceof NoteRefused) return refuse("wrong_checkpoint", error.message);
    if (error instanceof ProofRefused) return refuse("wrong_proof", error.message);
    if (error instanceof NotBytes || error instanceof SyntaxError) return refuse("malformed", error.message);
    throw error;
  }
}

/** A receipt's short name for people: its number and the first digits of its root, as on the outbox line. */
export function receiptName(index: number, root: Uint8Array): string {
  const head = Array.from(root.slice(0, 2), (byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(
    "",
  );
  return `${head}-${index}`;
}

/** The checkpoint as a record names it. */
export const seenOf = (checkpoint: Checkpoint): { size: number; root: string } => ({
  size: checkpoint.size,
  root: toBase64(checkpoint.root),
});

function isAbout(payload: string, thing: Receipted): boolean {
  const said: unknown = JSON.parse(payload);
  if (!isObject(said)) return false;
  if (thing.what === "record") {
    // The kind is not looked at: a quarantined or conflicting record is in the log like any other.
    return (
      isObject(said.record) &&
      said.record.text === thing.text &&
      said.record.signature === thing.signature &&
      said.record.key === thing.terminal
    );
  }
  return said.kind === "photo.arrived" && isObject(said.body) && said.body.digest === thing.digest;
}

function isReceipt(value: unknown): value is Receipt {
  return (
    isObject(value) &&
    typeof value.index === "number" &&
    typeof value.checkpoint === "string" &&
    isObject(value.leaf) &&
    typeof value.leaf.salt === "string" &&
    typeof value.leaf.payload === "string" &&
    Array.isArray(value.proof) &&
    value.proof.every((one) => typeof one === "string")
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const refuse = (why: WhyNot, detail: string): Verdict => ({ ok: false, why, detail });
