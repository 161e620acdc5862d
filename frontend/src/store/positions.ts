/** Where the handheld was, until it is told to the server: the newest few, encrypted. They prove nothing and enter no record. */
import type { Random } from "../domain/random";
import { closeJson, openJson } from "./boxes";
import type { Database } from "./database";
import type { Keys } from "./keys";
import type { PositionRow } from "./rows";

/** A position as it is told to the server. */
export interface Position {
  readonly lat: number;
  readonly lon: number;
  readonly acc_m: number;
  readonly at: string;
  readonly source: "gps";
  readonly crs: "wgs84";
}

const MOST_POSITIONS = 60;
const positionName = (at_ms: number): string => `position:${at_ms}`;

/** Positions on their way. */
export class Positions {
  constructor(
    private readonly db: Database,
    private readonly keys: Keys,
    private readonly random: Random,
    private readonly now: () => number,
  ) {}

  /** Remember where the handheld is, for the next contact. Only the newest few are kept. */
  async add(officer: string, position: Position): Promise<void> {
    const at_ms = this.now();
    const box = await closeJson(await this.keys.box(), positionName(at_ms), position, this.random);
    await this.db.write(["positions"], async (tx) => {
      const positions = tx.objectStore("positions");
      await positions.add({ officer, at_ms, box });
      const keys = await positions.getAllKeys();
      for (const key of keys.slice(0, Math.max(0, keys.length - MOST_POSITIONS))) await positions.delete(key);
    });
  }

  /** Positions of this officer not told yet, with what removes them once they are. */
  async waiting(officer: string): Promise<{ positions: Position[]; told: () => Promise<void> }> {
    const { keys, rows } = await this.db.read(["positions"], async (tx) => ({
      keys: await tx.objectStore("positions").getAllKeys(),
      rows: await tx.objectStore("positions").getAll(),
    }));
    const box = await this.keys.box();
    const mine = rows.filter((row) => row.officer === officer);
    const positions = await Promise.all(
      mine.map((row: PositionRow) => openJson<Position>(box, positionName(row.at_ms), row.box)),
    );
    const told = (): Promise<void> =>
      this.db.write(["positions"], async (tx) => {
        for (const [at, key] of keys.entries())
          if (rows[at]?.officer === officer) await tx.objectStore("positions").delete(key);
      });
    return { positions, told };
  }
}
