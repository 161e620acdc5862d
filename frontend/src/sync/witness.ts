/**
 * The handheld as a witness of the log: it accepts a checkpoint only with proof that it follows from the one it holds.
 *
 * Two signed claims that can't both be true are kept, and the sync stops: from then on the handheld lets go of nothing.
 * Receipts count only under a checkpoint that was accepted here; else a forked log could buy the handheld's copies with good-looking proofs.
 */
import { fromBase64, NotBytes, toBase64 } from "../domain/bytes";
import { ProofRefused, verifyConsistency } from "../domain/merkle";
import { NoteRefused, openCheckpoint, readLogKey, type Checkpoint, type LogKey } from "../domain/note";
import { receiptName, verifyReceipt, type Receipt, type Receipted } from "../domain/receipt";
import type { Proved } from "../domain/outbox";
import type { Store } from "../store";

/** What became of a checkpoint: `accepted`; `unproved` (nobody gave the proof: later); `refused` (not signed by the log, malformed). */
export type Taken = "accepted" | "unproved" | "refused";

/** The log has shown two faces. The contradiction is kept in the store; the sync stops. */
export class LogContradicted extends Error {}

/** Asks the server for a consistency proof between two sizes; null where it gives none. */
export type AskProof = (from: number, to: number) => Promise<readonly string[] | null>;

/** A witness for one contact: what it has opened and accepted is remembered while it lives. */
export class Witness {
  private readonly opened = new Map<string, Checkpoint>();
  private readonly accepted = new Map<string, Taken>();

  private constructor(
    private readonly store: Store,
    private readonly log: LogKey,
    private readonly askProof: AskProof,
  ) {}

  /** A witness of the log whose key was learnt at enrolment. Throws NoteRefused where that key can't be read. */
  static of(store: Store, log_key: string, askProof: AskProof): Witness {
    return new Witness(store, readLogKey(log_key), askProof);
  }

  /** Take a newer checkpoint with its proof, or ask for one. Throws LogContradicted. */
  async follow(note: string, consistency: readonly string[] | null): Promise<Taken> {
    const known = this.accepted.get(note);
    if (known !== undefined) return known;
    const taken = await this.judge(note, consistency);
    this.accepted.set(note, taken);
    return taken;
  }

  /** The proof that a receipt gives for this thing, or null with the reason why it counts for nothing. Throws LogContradicted. */
  async prove(
    receipt: Receipt,
    thing: Receipted,
    now_ms: number,
  ): Promise<{ proved: Proved | null; why: string }> {
    const verdict = verifyReceipt(receipt, thing, this.log, (note) => this.open(note));
    if (!verdict.ok) return { proved: null, why: verdict.why };
    const taken = await this.follow(receipt.checkpoint, null);
    if (taken !== "accepted") return { proved: null, why: taken };
    const name = receiptName(verdict.index, verdict.checkpoint.root);
    return { proved: { index: verdict.index, name, at_ms: now_ms }, why: "" };
  }

  private open(note: string): Checkpoint {
    const there = this.opened.get(note);
    if (there !== undefined) return there;
    const checkpoint = openCheckpoint(note, this.log);
    this.opened.set(note, checkpoint);
    return checkpoint;
  }

  private async judge(note: string, consistency: readonly string[] | null): Promise<Taken> {
    let shown: Checkpoint;
    try {
      shown = this.open(note);
    } catch (error) {
      if (error instanceof NoteRefused) return "refused";
      throw error;
    }
    const held = await this.store.log.verified();
    // The very first one is believed for its signature; everything after it has to follow from it.
    if (held === null) return await this.accept(shown, note);
    const heldRoot = fromBase64(held.root);
    const [small, large] =
      shown.size <= held.size
        ? [
            { size: shown.size, root: shown.root },
            { size: held.size, root: heldRoot },
          ]
        : [
            { size: held.size, root: heldRoot },
            { size: shown.size, root: shown.root },
          ];
    if (small.size === 0) return shown.size === 0 ? "unproved" : await this.accept(shown, note);
    const given = shown.size > held.size ? consistency : null;
    const proof = small.size === large.size ? [] : (given ?? (await this.askProof(small.size, large.size)));
    if (proof === null) return "unproved";
    try {
      verifyConsistency(small.size, large.size, proof.map(fromBase64), small.root, large.root);
    } catch (error) {
      if (!(error instanceof ProofRefused) && !(error instanceof NotBytes)) throw error;
      await this.contradict(held.note, note, proof, error.message);
    }
    return shown.size > held.size ? await this.accept(shown, note) : "accepted";
  }

  private async accept(checkpoint: Checkpoint, note: string): Promise<Taken> {
    await this.store.log.setVerified({ size: checkpoint.size, root: toBase64(checkpoint.root), note });
    return "accepted";
  }

  private async contradict(
    held: string,
    shown: string,
    consistency: readonly string[],
    why: string,
  ): Promise<never> {
    await this.store.log.contradicted({ held, shown, consistency, why, at: this.store.moment() });
    throw new LogContradicted(why);
  }
}
