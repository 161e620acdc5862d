/**
 * The handheld's database: its stores, how it is opened, and the two ways to use it. No other file touches IndexedDB's opening.
 *
 * Every write is `strict`: it is on the flash before anybody says "saved". An upgrade adds stores and never deletes or empties one.
 * A connection dies (another tab upgrades, the browser closes it): the next use opens a new one.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";

import type {
  DraftRow,
  FileRow,
  NumberRow,
  OfficerRow,
  OpenedRow,
  OutboxRow,
  PackRow,
  PhotoRow,
  PositionRow,
  ShotRow,
  TerminalRow,
  ViewRow,
} from "./rows";

export const NAME = "luqin";
/** 2: numbers of papers. */
export const VERSION = 2;

/** What lies where. */
export interface Schema extends DBSchema {
  meta: { key: string; value: unknown };
  keys: { key: string; value: CryptoKey };
  terminal: { key: "this"; value: TerminalRow };
  officers: { key: string; value: OfficerRow };
  drafts: { key: string; value: DraftRow; indexes: { officer: string } };
  shots: { key: [string, string]; value: ShotRow; indexes: { draft: string } };
  outbox: { key: string; value: OutboxRow; indexes: { officer: string; seq: number; text: string } };
  photos: { key: string; value: PhotoRow };
  files: { key: string; value: FileRow };
  views: { key: [string, string, string]; value: ViewRow; indexes: { officer: string } };
  packs: { key: string; value: PackRow };
  opened: { key: [string, string]; value: OpenedRow; indexes: { officer: string } };
  positions: { key: number; value: PositionRow };
  numbers: { key: string; value: NumberRow };
}

export type Name = StoreNames<Schema>;
export type Reading = IDBPTransaction<Schema, Name[], "readonly">;
export type Writing = IDBPTransaction<Schema, Name[], "readwrite">;

/** The phone has no room left: nothing was written, what was there is still there. */
export class StorageFull extends Error {}

/** Another tab or window holds an older version of the database open and does not let go. */
export class DatabaseBlocked extends Error {}

/** A later build has been here: this older one must not touch what it doesn't know. */
export class DatabaseNewer extends Error {}

/** The database, opened when first used and again whenever it was closed under us. */
export class Database {
  private opening: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(
    private readonly name: string = NAME,
    /** Called when a newer build waits for this tab to let go; the app should offer to restart. */
    private readonly onNewer: () => void = () => undefined,
  ) {}

  /** Run a read. `work` may await nothing but requests of this transaction. */
  async read<T>(stores: Name[], work: (tx: Reading) => Promise<T>): Promise<T> {
    const tx = await this.begin(stores, "readonly");
    return await work(tx);
  }

  /**
   * Run a write: all of it or nothing, on the flash when this returns. `work` may await nothing but requests of this transaction.
   * Throws StorageFull; whatever `work` throws undoes everything.
   */
  async write<T>(stores: Name[], work: (tx: Writing) => Promise<T>): Promise<T> {
    const tx = await this.begin(stores, "readwrite");
    // Taken at once, so that an abort is never an unhandled rejection.
    const done = tx.done.then(
      () => null,
      (error: unknown) => error ?? new DOMException("aborted", "AbortError"),
    );
    let result: T;
    try {
      result = await work(tx);
    } catch (error) {
      abort(tx);
      const why = await done;
      throw isFull(error) || isFull(why) ? new StorageFull() : error;
    }
    const failed = await done;
    if (failed !== null) throw isFull(failed) ? new StorageFull() : failed;
    return result;
  }

  /** Let go of the connection. The next use opens a new one. */
  async close(): Promise<void> {
    const opening = this.opening;
    this.opening = null;
    if (opening !== null) (await opening).close();
  }

  private async begin(stores: Name[], mode: "readonly"): Promise<Reading>;
  private async begin(stores: Name[], mode: "readwrite"): Promise<Writing>;
  private async begin(stores: Name[], mode: "readonly" | "readwrite"): Promise<Reading | Writing> {
    try {
      return (await this.connection()).transaction(stores, mode, { durability: "strict" }) as
        Reading | Writing;
    } catch (error) {
      if (!isClosed(error)) throw error;
      // The browser closed it without a word (seen after storage was cleared or a disk error): once more with a new one.
      this.opening = null;
      return (await this.connection()).transaction(stores, mode, { durability: "strict" }) as
        Reading | Writing;
    }
  }

  private connection(): Promise<IDBPDatabase<Schema>> {
    if (this.opening === null) {
      const opening = this.open();
      this.opening = opening;
      opening.catch(() => {
        if (this.opening === opening) this.opening = null;
      });
    }
    return this.opening;
  }

  private async open(): Promise<IDBPDatabase<Schema>> {
    try {
      return await openDB<Schema>(this.name, VERSION, {
        upgrade: (db) => addStores(db),
        blocking: () => {
          void this.close();
          this.onNewer();
        },
        terminated: () => {
          this.opening = null;
        },
      });
    } catch (error) {
      if (error instanceof Error && error.name === "VersionError") throw new DatabaseNewer();
      if (isFull(error)) throw new StorageFull();
      throw error;
    }
  }
}

/** Add the stores that are not there yet. Versions to come add theirs below in the same way; nothing is ever deleted. */
export function addStores(db: IDBPDatabase<Schema>): void {
  const has = (name: Name): boolean => db.objectStoreNames.contains(name);
  if (!has("meta")) db.createObjectStore("meta");
  if (!has("keys")) db.createObjectStore("keys");
  if (!has("terminal")) db.createObjectStore("terminal");
  if (!has("officers")) db.createObjectStore("officers", { keyPath: "police_number" });
  if (!has("drafts")) db.createObjectStore("drafts", { keyPath: "id" }).createIndex("officer", "officer");
  if (!has("shots"))
    db.createObjectStore("shots", { keyPath: ["draft", "digest"] }).createIndex("draft", "draft");
  if (!has("outbox")) {
    const outbox = db.createObjectStore("outbox", { keyPath: "uid" });
    outbox.createIndex("officer", "officer");
    outbox.createIndex("seq", "seq", { unique: true });
    outbox.createIndex("text", "text_sha256", { unique: true });
  }
  if (!has("photos")) db.createObjectStore("photos", { keyPath: "digest" });
  if (!has("files")) db.createObjectStore("files", { keyPath: "file" });
  if (!has("views")) {
    db.createObjectStore("views", { keyPath: ["officer", "about", "id"] }).createIndex("officer", "officer");
  }
  if (!has("packs")) db.createObjectStore("packs", { keyPath: "name" });
  if (!has("opened")) {
    db.createObjectStore("opened", { keyPath: ["officer", "task"] }).createIndex("officer", "officer");
  }
  if (!has("positions")) db.createObjectStore("positions", { autoIncrement: true });
  if (!has("numbers")) db.createObjectStore("numbers", { keyPath: "kind" });
}

function abort(tx: Writing): void {
  try {
    tx.abort();
  } catch (error) {
    // It has ended by itself already, which is what was wanted.
    if (!isClosed(error)) throw error;
  }
}

const isClosed = (error: unknown): boolean =>
  error instanceof DOMException && error.name === "InvalidStateError";
const isFull = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "name" in error && error.name === "QuotaExceededError";
