/** What this handheld witnesses of the log: the newest checkpoint it has verified, and a contradiction, which is kept for good. */
import { UNKNOWN_CLOCK, type ClockReading } from "../domain/clock";
import type { Settled } from "../domain/outbox";
import type { Changes } from "./changes";
import type { Database } from "./database";
import type { Contradiction, Succeeded, TerminalRow, VerifiedCheckpoint } from "./rows";

/** What is taken over from a declared successor. */
export interface Successor {
  readonly key: string;
  readonly checkpoint: VerifiedCheckpoint;
  /** Entries of the old log that are in the new one. */
  readonly kept: number;
  readonly note: string;
  readonly at: string;
}

/** What the handheld knows of the service as a whole. */
export class Log {
  constructor(
    private readonly db: Database,
    private readonly changes: Changes,
  ) {}

  /** Newest verified checkpoint, or null before the first. */
  verified(): Promise<VerifiedCheckpoint | null> {
    return this.get<VerifiedCheckpoint | null>("checkpoint", null);
  }

  /** Remember a checkpoint that was verified against the one before. Never goes back to a smaller one. */
  async setVerified(checkpoint: VerifiedCheckpoint): Promise<void> {
    await this.db.write(["meta"], async (tx) => {
      const held = (await tx.objectStore("meta").get("checkpoint")) as VerifiedCheckpoint | undefined;
      if (held === undefined || held.size < checkpoint.size)
        await tx.objectStore("meta").put(checkpoint, "checkpoint");
    });
    this.changes.tell("log");
  }

  /** The first contradiction that was met, or null. While there is one, nothing is let go of and nothing is read. */
  contradiction(): Promise<Contradiction | null> {
    return this.get<Contradiction | null>("contradiction", null);
  }

  /** Keep a contradiction. The first one stays. */
  async contradicted(found: Contradiction): Promise<void> {
    await this.db.write(["meta"], async (tx) => {
      if ((await tx.objectStore("meta").get("contradiction")) === undefined) {
        await tx.objectStore("meta").put(found, "contradiction");
      }
    });
    this.changes.tell("log");
  }

  /**
   * Go on with the log's declared successor, in one write: its key, the checkpoint that it begins with, and whatever had a receipt for an
   * entry that is gone has none any more and goes up again. What others hold copies of has to be said anew.
   */
  async succeeded({ key, checkpoint, kept, note, at }: Successor): Promise<void> {
    await this.db.write(["meta", "terminal", "outbox", "photos"], async (tx) => {
      const terminal = (await tx.objectStore("terminal").get("this")) as TerminalRow;
      await tx.objectStore("terminal").put({ ...terminal, log_key: key }, "this");
      const meta = tx.objectStore("meta");
      await meta.put(checkpoint, "checkpoint");
      await meta.put({ up_to: null, by: "backup" } satisfies Settled, "settled");
      const again = new Set<string>();
      for (const row of await tx.objectStore("outbox").getAll()) {
        if (row.proved === null || row.proved.index < kept) continue;
        again.add(row.uid);
        await tx.objectStore("outbox").put({ ...row, proved: null, verdict: null });
      }
      for (const photo of await tx.objectStore("photos").getAll()) {
        if (photo.arrived === null || photo.arrived.index < kept) continue;
        for (const uid of photo.records) again.add(uid);
        await tx.objectStore("photos").put({ ...photo, arrived: null, wanted: false, up_ms: null });
      }
      await meta.put({ note, at, again: again.size, told: false } satisfies Succeeded, "succeeded");
    });
    this.changes.tell("log", "outbox", "terminal");
  }

  /** The last succession, or null where there was none. */
  succession(): Promise<Succeeded | null> {
    return this.get<Succeeded | null>("succeeded", null);
  }

  /** It was told. */
  async successionTold(): Promise<void> {
    const found = await this.succession();
    if (found !== null) await this.set("succeeded", { ...found, told: true });
    this.changes.tell("log");
  }

  /** What the clock was found to be off by at the last exchange. */
  clock(): Promise<ClockReading> {
    return this.get<ClockReading>("clock", UNKNOWN_CLOCK);
  }
  async setClock(reading: ClockReading): Promise<void> {
    await this.set("clock", reading);
  }

  /** What the server last said of copies of the log. */
  settled(): Promise<Settled> {
    return this.get<Settled>("settled", { up_to: null, by: "backup" });
  }
  async setSettled(settled: Settled): Promise<void> {
    await this.set("settled", settled);
  }

  private async get<T>(key: string, otherwise: T): Promise<T> {
    const value = await this.db.read(["meta"], (tx) => tx.objectStore("meta").get(key));
    return value === undefined ? otherwise : (value as T);
  }

  private async set(key: string, value: unknown): Promise<void> {
    await this.db.write(["meta"], (tx) => tx.objectStore("meta").put(value, key));
  }
}
