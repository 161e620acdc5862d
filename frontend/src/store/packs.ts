/** Packs of public knowledge on the handheld: the offence catalogue, the roads, the law, the papers. The newest replaces the one before in one write. */
import type { OffencePack } from "../domain/offence";
import type { LawPack, PapersPack } from "../domain/packs";
import type { RoadPack } from "../domain/roads";
import type { Changes } from "./changes";
import type { Database } from "./database";

interface Bodies {
  readonly offences: OffencePack;
  readonly roads: RoadPack;
  readonly law: LawPack;
  readonly papers: PapersPack;
}
export type PackName = keyof Bodies;

/** The packs. */
export class Packs {
  constructor(
    private readonly db: Database,
    private readonly changes: Changes,
    private readonly now: () => number,
  ) {}

  /** The pack that is held, or null before the first one came. */
  async get<N extends PackName>(name: N): Promise<Bodies[N] | null> {
    const row = await this.db.read(["packs"], (tx) => tx.objectStore("packs").get(name));
    return row === undefined ? null : (row.body as Bodies[N]);
  }

  /** The digest of the pack that is held, and when it was last known to be the newest (ms since 1970). */
  async held(name: PackName): Promise<{ digest: string; got_ms: number } | null> {
    const row = await this.db.read(["packs"], (tx) => tx.objectStore("packs").get(name));
    return row === undefined ? null : { digest: row.digest, got_ms: row.got_ms };
  }

  /** Keep a pack. */
  async keep<N extends PackName>(name: N, body: Bodies[N]): Promise<void> {
    await this.db.write(["packs"], (tx) =>
      tx.objectStore("packs").put({ name, digest: body.digest, got_ms: this.now(), body }),
    );
    this.changes.tell("packs");
  }

  /** The pack that is held is still the newest. */
  async stillNewest(name: PackName): Promise<void> {
    await this.db.write(["packs"], async (tx) => {
      const row = await tx.objectStore("packs").get(name);
      if (row !== undefined) await tx.objectStore("packs").put({ ...row, got_ms: this.now() });
    });
  }
}
