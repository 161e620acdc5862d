/**
 * The handheld's store: one object, made once. Screens read from it, and read again when `changes` says so; nothing else is the truth.
 *
 *     const store = openStore();
 *     const vault = await store.pins.open("034512", "271828");        // unlocked: PinWrong, PinLocked
 *     const draft = newDraft(store.id(), "034512", store.moment());
 *     await store.drafts.save(vault, draft);                          // at every step
 *     const next = await store.drafts.addShot(vault, draft, taken, blob);
 *     await seal(store, vault, { head, photos, content, draft: draft.id, token });   // saved, when this returns
 *
 * `seal` is in ./sealing and what the sync needs in ./dispatch: the first screen needs neither.
 */
import { isoWithOffset } from "../domain/clock";
import { uuid7, type Random } from "../domain/random";
import { makeAlone, type Alone } from "./alone";
import { Changes } from "./changes";
import { Database, NAME } from "./database";
import type { Drafts } from "./drafts";
import { Keys } from "./keys";
import { later } from "./later";
import { Log } from "./log";
import type { Numbers } from "./numbers";
import { Officers } from "./officers";
import type { Outbox } from "./outbox";
import type { Packs } from "./packs";
import { Pins } from "./pins";
import type { Positions } from "./positions";
import { Terminals } from "./terminal";
import type { Views } from "./views";

export { type Alone, makeAlone } from "./alone";
export { BoxSealed } from "./boxes";
export type { Topic } from "./changes";
export { DatabaseBlocked, DatabaseNewer, StorageFull } from "./database";
export type { Position } from "./positions";
export { DraftGone, DraftHasShots } from "./named";
export { NoKeys, type PublicKey } from "./keys";
export type { Officer, Welcome } from "./officers";
export type { LeasedBlock, Left } from "./numbers";
export type { OutboxLine } from "./outbox";
export type { PackName } from "./packs";
export { KeyLost, PinLocked, PinTooSimple, PinWrong, TRIES, type Vault } from "./pins";
export type { Contradiction, ShiftRow, TerminalRow, VerifiedCheckpoint } from "./rows";
export type { About, FeedItem, FeedPage } from "./views";

/** The handheld's store. */
export interface Store {
  readonly db: Database;
  readonly changes: Changes;
  readonly alone: Alone;
  readonly keys: Keys;
  readonly terminal: Terminals;
  readonly officers: Officers;
  readonly pins: Pins;
  readonly drafts: Drafts;
  readonly outbox: Outbox;
  readonly positions: Positions;
  readonly views: Views;
  readonly packs: Packs;
  readonly numbers: Numbers;
  readonly log: Log;
  /** Uids of records that are being sent at this moment; known to this tab only. */
  readonly sending: Set<string>;
  /** A fresh UUIDv7. */
  id(): string;
  /** Random bytes. */
  readonly random: Random;
  /** Ms since 1970, by the handheld. */
  readonly now: () => number;
  /** This moment as records write it, or another one given in ms since 1970. */
  moment(ms?: number): string;
  /** Let go of the database and of other tabs. */
  close(): Promise<void>;
}

/** What the store is made of; everything has a usual value. */
export interface StoreParts {
  readonly name?: string;
  readonly now?: () => number;
  readonly random?: Random;
  readonly alone?: Alone;
  readonly onNewer?: () => void;
}

const opened = (): Promise<typeof import("./opened")> => import("./opened");

/** Make the store. The database is opened at its first use. */
export function openStore(parts: StoreParts = {}): Store {
  const now = parts.now ?? Date.now;
  const random = parts.random ?? ((count) => crypto.getRandomValues(new Uint8Array(count)));
  const alone = parts.alone ?? makeAlone();
  const db = new Database(parts.name ?? NAME, parts.onNewer);
  const changes = new Changes(`${parts.name ?? NAME}-changes`);
  const keys = new Keys(db);
  const sending = new Set<string>();
  return {
    db,
    changes,
    alone,
    keys,
    terminal: new Terminals(db, changes),
    officers: new Officers(db, changes),
    pins: new Pins(db, random),
    drafts: later(async () => new (await opened()).Drafts(db, changes, random, now)),
    outbox: later(async () => new (await opened()).Outbox(db, keys, changes, sending)),
    positions: later(async () => new (await opened()).Positions(db, keys, random, now)),
    views: later(async () => new (await opened()).Views(db, changes)),
    packs: later(async () => new (await opened()).Packs(db, changes, now)),
    numbers: later(async () => new (await opened()).Numbers(db, changes, now)),
    log: new Log(db, changes),
    sending,
    random,
    now,
    id: () => uuid7(now(), random),
    moment: (ms = now()) => isoWithOffset(ms, -new Date(ms).getTimezoneOffset()),
    async close() {
      changes.close();
      await db.close();
    },
  };
}
