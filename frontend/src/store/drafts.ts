/** The journal: every step and every shot of a violation being written, on the flash before the next screen. Only its officer can open it. */
import type { Draft, Taken } from "../domain/draft";
import { uuid7, type Random } from "../domain/random";
import { BoxSealed } from "./boxes";
import type { Changes } from "./changes";
import type { Database } from "./database";
import { DraftGone, DraftHasShots } from "./named";
import { boxPhoto, handOver, openWithVault } from "./photobox";
import type { Vault } from "./pins";

const nameOf = (id: string): string => `draft:${id}`;

/** The journal of drafts. */
export class Drafts {
  constructor(
    private readonly db: Database,
    private readonly changes: Changes,
    private readonly random: Random,
    private readonly now: () => number,
  ) {}

  /** Write the draft as it is now. */
  async save(vault: Vault, draft: Draft): Promise<void> {
    const row = await this.row(vault, draft);
    await this.db.write(["drafts"], (tx) => tx.objectStore("drafts").put(row));
    this.changes.tell("drafts");
  }

  /** Keep a shot: its bytes, and the draft that now names it, in one write. Returns that draft. */
  async addShot(vault: Vault, draft: Draft, taken: Taken, bytes: Blob): Promise<Draft> {
    const { box, key } = await boxPhoto(vault, taken.sha256, await bytes.arrayBuffer(), this.random);
    const changed = {
      ...draft,
      photos: [...draft.photos.filter((one) => one.sha256 !== taken.sha256), taken],
    };
    const row = await this.row(vault, changed);
    const file = uuid7(this.now(), this.random);
    await this.db.write(["drafts", "shots", "files"], async (tx) => {
      const shots = tx.objectStore("shots");
      const before = await shots.get([draft.id, taken.sha256]);
      if (before !== undefined) await tx.objectStore("files").delete(before.file);
      await tx.objectStore("files").put({ file, box });
      await shots.put({
        draft: draft.id,
        digest: taken.sha256,
        officer: vault.officer,
        file,
        mime: bytes.type || "image/jpeg",
        bytes: bytes.size,
        key,
      });
      await tx.objectStore("drafts").put(row);
    });
    this.changes.tell("drafts");
    return changed;
  }

  /** Throw a shot away, for another to be taken in its place. It counts nowhere. Returns the draft without it. */
  async dropShot(vault: Vault, draft: Draft, digest: string): Promise<Draft> {
    const changed = { ...draft, photos: draft.photos.filter((one) => one.sha256 !== digest) };
    const row = await this.row(vault, changed);
    await this.db.write(["drafts", "shots", "files"], async (tx) => {
      const shot = await tx.objectStore("shots").get([draft.id, digest]);
      if (shot !== undefined) {
        await tx.objectStore("files").delete(shot.file);
        await tx.objectStore("shots").delete([draft.id, digest]);
      }
      await tx.objectStore("drafts").put(row);
    });
    this.changes.tell("drafts");
    return changed;
  }

  /** Give up a draft that holds no shots of its own. One that does is closed by a record (outbox.seal, `draft_closed`). */
  async discard(vault: Vault, id: string): Promise<void> {
    await this.db.write(["drafts", "shots"], async (tx) => {
      const row = await tx.objectStore("drafts").get(id);
      if (row === undefined || row.officer !== vault.officer) throw new DraftGone(id);
      if ((await tx.objectStore("shots").index("draft").count(id)) > 0) throw new DraftHasShots(id);
      await tx.objectStore("drafts").delete(id);
    });
    this.changes.tell("drafts");
  }

  /** All drafts of this officer, the newest first. Those under a key of before can't be opened and are left out, not lost. */
  async all(vault: Vault): Promise<Draft[]> {
    const rows = await this.db.read(["drafts"], (tx) =>
      tx.objectStore("drafts").index("officer").getAll(vault.officer),
    );
    rows.sort((a, b) => b.changed_ms - a.changed_ms);
    const opened = await Promise.all(
      rows.map((row) => vault.openJson<Draft>(nameOf(row.id), row.box).catch(ifSealed)),
    );
    return opened.filter((draft) => draft !== null);
  }

  /** How many drafts this officer has here, whatever key they lie under. */
  async count(officer: string): Promise<number> {
    return await this.db.read(["drafts"], (tx) => tx.objectStore("drafts").index("officer").count(officer));
  }

  /** How many of them this key does not open: they lie under one of before. */
  async sealedOff(vault: Vault): Promise<number> {
    return (await this.count(vault.officer)) - (await this.all(vault)).length;
  }

  /** Bring what a key of before opens under the present one, shots and all, in one write. Returns how many drafts. */
  async adopt(former: Vault, vault: Vault): Promise<number> {
    const { drafts, shots } = await this.db.read(["drafts", "shots"], async (tx) => ({
      drafts: await tx.objectStore("drafts").index("officer").getAll(vault.officer),
      shots: await tx.objectStore("shots").getAll(),
    }));
    const opened = await Promise.all(
      drafts.map(async (row) => {
        const draft = await former.openJson<Draft>(nameOf(row.id), row.box).catch(ifSealed);
        return draft === null ? null : { ...row, box: await vault.closeJson(nameOf(row.id), draft) };
      }),
    );
    const adopted = opened.filter((row) => row !== null);
    const ids = new Set(adopted.map((row) => row.id));
    const own = shots.filter((shot) => shot.officer === vault.officer && ids.has(shot.draft));
    const moved = await Promise.all(
      own.map(async (shot) => ({ ...shot, key: await handOver(former, vault, shot.digest, shot.key) })),
    );
    await this.db.write(["drafts", "shots"], async (tx) => {
      for (const row of adopted) await tx.objectStore("drafts").put(row);
      for (const shot of moved) await tx.objectStore("shots").put(shot);
    });
    this.changes.tell("drafts");
    return adopted.length;
  }

  /** One draft. Throws DraftGone. */
  async one(vault: Vault, id: string): Promise<Draft> {
    const row = await this.db.read(["drafts"], (tx) => tx.objectStore("drafts").get(id));
    if (row === undefined || row.officer !== vault.officer) throw new DraftGone(id);
    return await vault.openJson<Draft>(nameOf(id), row.box);
  }

  /** The bytes of a draft's shot. Throws DraftGone. */
  async photo(vault: Vault, draft: string, digest: string): Promise<Blob> {
    const found = await this.db.read(["shots", "files"], async (tx) => {
      const shot = await tx.objectStore("shots").get([draft, digest]);
      const file = shot && (await tx.objectStore("files").get(shot.file));
      return shot && file && { shot, file };
    });
    if (found === undefined || found.shot.officer !== vault.officer) throw new DraftGone(digest);
    return new Blob([await openWithVault(vault, digest, found.shot.key, found.file.box)], {
      type: found.shot.mime,
    });
  }

  private async row(vault: Vault, draft: Draft) {
    if (draft.officer !== vault.officer) throw new DraftGone(draft.id);
    const box = await vault.closeJson(nameOf(draft.id), draft);
    return { id: draft.id, officer: draft.officer, changed_ms: this.now(), box };
  }
}

function ifSealed(error: unknown): null {
  if (error instanceof BoxSealed) return null;
  throw error;
}
