/** What this handheld witnesses of the log: the newest checkpoint it has verified, and a contradiction, which is kept for good. */
import { UNKNOWN_CLOCK, type ClockReading } from "../domain/clock";
import type { Settled } from "../domain/outbox";
import type { Changes } from "./changes";
import type { Database } from "./database";
import type { Contradiction, VerifiedCheckpoint } from "./rows";

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
