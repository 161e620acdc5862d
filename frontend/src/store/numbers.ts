/**
 * Numbers of papers that this terminal holds, whoever is signed in. The next one is taken inside the write that seals its record
 * (sealing.ts), so that no number is on two papers and none is lost between.
 */
import { nextStem, numbersLeft, written, type Block, type Form } from "../domain/documents/number";
import type { Changes } from "./changes";
import type { Database, Reading, Writing } from "./database";
import type { NumberRow } from "./rows";

/** Blocks of one kind of paper, as the server leases them: `taken` are those it knows to be used or voided. */
export interface LeasedBlock extends Block {
  readonly taken: readonly number[];
}

/** How many are left of a kind, and when the server was last asked. */
export interface Left {
  readonly left: number;
  readonly asked_ms: number;
}

/** The numbers. */
export class Numbers {
  constructor(
    private readonly db: Database,
    private readonly changes: Changes,
    private readonly now: () => number,
  ) {}

  /** What is left of each kind of paper that numbers were leased for. */
  async left(): Promise<Readonly<Record<string, Left>>> {
    const rows = await this.db.read(["numbers"], (tx) => tx.objectStore("numbers").getAll());
    return Object.fromEntries(
      rows.map((row) => [
        row.kind,
        { left: numbersLeft(row.blocks, row.kind, takenOf(row)), asked_ms: row.asked_ms },
      ]),
    );
  }

  /** Keep what the server leases: its blocks replace those of before, and what was used here stays used. */
  async leased(kind: string, form: Form, blocks: readonly LeasedBlock[]): Promise<void> {
    await this.db.write(["numbers"], async (tx) => {
      const numbers = tx.objectStore("numbers");
      const before = await numbers.get(kind);
      const lowest = Math.min(...blocks.map((one) => one.first));
      await numbers.put({
        kind,
        form,
        blocks: blocks.map(({ kind, first, last }) => ({ kind, first, last })),
        taken: blocks.flatMap((one) => one.taken),
        // A number below all blocks can't be given again.
        used: (before?.used ?? []).filter((one) => one >= lowest || blocks.length === 0),
        asked_ms: this.now(),
      });
    });
    this.changes.tell("numbers");
  }
}

/** The number that the next paper of this kind gets, and its stem; null where none is left. */
export async function nextNumber(
  tx: Reading | Writing,
  kind: string,
): Promise<{ readonly stem: number; readonly number: string } | null> {
  const row = await tx.objectStore("numbers").get(kind);
  if (row === undefined) return null;
  const stem = nextStem(row.blocks, kind, takenOf(row));
  return stem === null ? null : { stem, number: written(row.form, stem) };
}

/** Mark a number as used, inside the write that seals its paper. */
export async function useNumber(tx: Writing, kind: string, stem: number): Promise<void> {
  const row = await tx.objectStore("numbers").get(kind);
  if (row !== undefined) await tx.objectStore("numbers").put({ ...row, used: [...row.used, stem] });
}

const takenOf = (row: NumberRow): ReadonlySet<number> => new Set([...row.taken, ...row.used]);
