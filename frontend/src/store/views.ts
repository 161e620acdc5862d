/** What came from the server for an officer (tasks, own violations, notices), under that officer's key. A page of the feed is one write. */
import { BoxSealed } from "./boxes";
import type { Changes } from "./changes";
import type { Database } from "./database";
import type { Vault } from "./pins";
import type { ViewRow } from "./rows";

/** What a view is about. */
export type About = "task" | "violation" | "notice" | "measure" | "to_confirm";

/** One piece of news. `gone`: it is no longer this officer's and leaves the handheld. */
export interface FeedItem {
  readonly n: number;
  readonly about: About;
  readonly id: string;
  readonly gone: boolean;
  readonly view: unknown;
}

/** A page of the feed. `start_over`: what is held is to be replaced by it. */
export interface FeedPage {
  readonly epoch: string;
  readonly start_over: boolean;
  readonly cursor: number;
  readonly more: boolean;
  readonly items: readonly FeedItem[];
}

/** Where an officer has got to in the feed. */
export interface FeedPlace {
  readonly epoch: string | null;
  readonly cursor: number | null;
}

const nameOf = (about: string, id: string): string => `view:${about}:${id}`;

/** The officers' views. */
export class Views {
  constructor(
    private readonly db: Database,
    private readonly changes: Changes,
  ) {}

  /** Where this officer has got to. */
  async place(officer: string): Promise<FeedPlace> {
    const row = await this.db.read(["officers"], (tx) => tx.objectStore("officers").get(officer));
    return { epoch: row?.epoch ?? null, cursor: row?.cursor ?? null };
  }

  /** Apply a page: items and cursor in one write, so that nothing is applied and forgotten, or skipped. Older news never covers newer. */
  async apply(vault: Vault, page: FeedPage): Promise<void> {
    const rows = await Promise.all(
      page.items
        .filter((item) => !item.gone && item.view !== null)
        .map(async ({ about, id, n, view }): Promise<ViewRow> => {
          return {
            officer: vault.officer,
            about,
            id,
            n,
            box: await vault.closeJson(nameOf(about, id), view),
          };
        }),
    );
    await this.db.write(["views", "officers", "opened"], async (tx) => {
      const views = tx.objectStore("views");
      if (page.start_over) {
        for (const key of await views.index("officer").getAllKeys(vault.officer)) await views.delete(key);
      }
      for (const item of page.items.filter((one) => one.gone || one.view === null)) {
        const held = await views.get([vault.officer, item.about, item.id]);
        if (held !== undefined && held.n <= item.n) await views.delete([vault.officer, item.about, item.id]);
      }
      for (const row of rows) {
        const held = await views.get([row.officer, row.about, row.id]);
        if (held === undefined || held.n <= row.n) await views.put(row);
      }
      const officer = await tx.objectStore("officers").get(vault.officer);
      if (officer !== undefined) {
        await tx.objectStore("officers").put({ ...officer, epoch: page.epoch, cursor: page.cursor });
      }
    });
    if (page.items.length > 0 || page.start_over) this.changes.tell("views");
  }

  /** All views of one sort, opened. Those under a key of before are left out; the feed brings them again after a new start. */
  async all<T>(vault: Vault, about: About): Promise<T[]> {
    const rows = await this.db.read(["views"], (tx) =>
      tx.objectStore("views").index("officer").getAll(vault.officer),
    );
    const opened = rows
      .filter((row) => row.about === about)
      .map((row) => vault.openJson<T>(nameOf(about, row.id), row.box).catch(ifSealed));
    return (await Promise.all(opened)).filter((view): view is Awaited<T> => view !== null);
  }

  /** Ask the feed for everything again at the next contact. */
  async startOver(officer: string): Promise<void> {
    await this.db.write(["officers"], async (tx) => {
      const row = await tx.objectStore("officers").get(officer);
      if (row !== undefined) await tx.objectStore("officers").put({ ...row, epoch: null, cursor: null });
    });
  }

  /** Remember that a task was seen on screen, to be told at the next contact. */
  async opened(officer: string, task: string): Promise<void> {
    await this.db.write(["opened"], (tx) => tx.objectStore("opened").put({ officer, task }));
  }

  /** Tasks that were seen and not told yet. */
  async openedTasks(officer: string): Promise<string[]> {
    const rows = await this.db.read(["opened"], (tx) =>
      tx.objectStore("opened").index("officer").getAll(officer),
    );
    return rows.map((row) => row.task);
  }

  /** They were told. */
  async toldOpened(officer: string, tasks: readonly string[]): Promise<void> {
    await this.db.write(["opened"], async (tx) => {
      for (const task of tasks) await tx.objectStore("opened").delete([officer, task]);
    });
  }
}

function ifSealed(error: unknown): null {
  if (error instanceof BoxSealed) return null;
  throw error;
}
