/** Sealed records as their officer sees them, and the opening of their boxes. Sealing is in sealing.ts, sending in dispatch.ts. */
import { stateOf, type Lying, type OutboxState, type PhotoStanding } from "../domain/outbox";
import { readRecord, type ReadRecord } from "../domain/record";
import { BoxSealed, openJson } from "./boxes";
import type { Changes } from "./changes";
import type { Database } from "./database";
import type { Keys } from "./keys";
import { openWithTerminal } from "./photobox";
import type { Box, OutboxRow, PhotoRow } from "./rows";

/** A sealed record as its officer sees it. */
export interface OutboxLine {
  readonly uid: string;
  readonly seq: number;
  readonly sealed_ms: number;
  readonly state: OutboxState;
  readonly record: ReadRecord;
  readonly photos: readonly PhotoStanding[];
  readonly token: string | null;
}

/** What lies in a record's box. */
export interface Envelope {
  readonly text: string;
  readonly signature: string;
  readonly token: string | null;
}

/** Binds a record's box to its uid. */
export const nameOf = (uid: string): string => `record:${uid}`;

/** The outbox. */
export class Outbox {
  constructor(
    private readonly db: Database,
    private readonly keys: Keys,
    private readonly changes: Changes,
    private readonly sending: ReadonlySet<string>,
  ) {}

  /** The newest records of this officer, the newest first; after a long outage there may be thousands behind them. */
  async lines(officer: string, most = 200): Promise<OutboxLine[]> {
    const { rows, photos } = await this.db.read(["outbox", "photos"], async (tx) => ({
      rows: await tx.objectStore("outbox").index("officer").getAll(officer),
      photos: new Map((await tx.objectStore("photos").getAll()).map((one) => [one.digest, one])),
    }));
    rows.sort((a, b) => b.seq - a.seq);
    return await Promise.all(rows.slice(0, most).map((row) => this.line(row, photos)));
  }

  /** How many records of this officer wait, and how many need him; and how many wait for anybody on this handheld. */
  async counts(officer: string): Promise<{ waiting: number; needs_you: number; everybody: number }> {
    const { rows, photos } = await this.db.read(["outbox", "photos"], async (tx) => ({
      rows: await tx.objectStore("outbox").getAll(),
      photos: new Map((await tx.objectStore("photos").getAll()).map((one) => [one.digest, one])),
    }));
    const states = rows.map((row) => ({ officer: row.officer, state: this.stateOf(row, photos).state }));
    const waits = states.filter((one) => one.state !== "delivered");
    const mine = waits.filter((one) => one.officer === officer);
    const needs_you = mine.filter((one) => one.state === "needs_you").length;
    return { waiting: mine.length - needs_you, needs_you, everybody: waits.length };
  }

  /** How much the photos of sealed records take up here, of everybody. */
  async lying(): Promise<Lying> {
    const photos = await this.db.read(["photos"], (tx) => tx.objectStore("photos").getAll());
    const sum = { unsent: 0, kept: 0 };
    for (const photo of photos)
      if (photo.file !== null) sum[photo.arrived === null ? "unsent" : "kept"] += photo.bytes;
    return sum;
  }

  /** The bytes of a sealed record's photo, for its officer; null where they are no longer on this handheld. */
  async photo(officer: string, digest: string): Promise<Blob | null> {
    const found = await this.db.read(["photos", "files"], async (tx) => {
      const photo = await tx.objectStore("photos").get(digest);
      const file = photo?.file ? await tx.objectStore("files").get(photo.file) : undefined;
      return photo && file && { photo, file };
    });
    if (found?.photo.officer !== officer) return null;
    return await this.openPhoto(found.photo, found.file.box);
  }

  /** Try again what needed the officer: whatever was said of it is forgotten, the record itself is not touched. */
  async tryAgain(uid: string): Promise<void> {
    await this.db.write(["outbox", "photos"], async (tx) => {
      const row = await tx.objectStore("outbox").get(uid);
      if (row === undefined) return;
      await tx
        .objectStore("outbox")
        .put({ ...row, trouble: "", verdict: row.proved === null ? null : row.verdict });
      for (const digest of row.photos) {
        const photo = await tx.objectStore("photos").get(digest);
        if (photo !== undefined) await tx.objectStore("photos").put({ ...photo, trouble: "" });
      }
    });
    this.changes.tell("outbox");
  }

  /** Open a record's box: for sending it, whoever is signed in. */
  async envelope(row: OutboxRow): Promise<Envelope> {
    return await openJson<Envelope>(await this.keys.box(), nameOf(row.uid), row.box);
  }

  /** Open a photo's bytes: for sending them, whoever is signed in. */
  async openPhoto(photo: PhotoRow, box: Box): Promise<Blob> {
    if (photo.key === null) throw new BoxSealed(photo.digest);
    return new Blob([await openWithTerminal(await this.keys.box(), photo.digest, photo.key, box)], {
      type: photo.mime,
    });
  }

  private async line(row: OutboxRow, photos: ReadonlyMap<string, PhotoRow>): Promise<OutboxLine> {
    const { text, token } = await this.envelope(row);
    return {
      uid: row.uid,
      seq: row.seq,
      sealed_ms: row.sealed_ms,
      state: this.stateOf(row, photos),
      record: readRecord(text),
      photos: standings(row, photos),
      token,
    };
  }

  private stateOf(row: OutboxRow, photos: ReadonlyMap<string, PhotoRow>): OutboxState {
    const { proved, verdict, trouble } = row;
    return stateOf({
      proved,
      verdict,
      trouble,
      photos: standings(row, photos),
      sending: this.sending.has(row.uid),
    });
  }
}

/** Where each photo of a record stands. One that is no longer here has been proved and let go. */
export function standings(row: OutboxRow, photos: ReadonlyMap<string, PhotoRow>): PhotoStanding[] {
  return row.photos.map((digest) => {
    const photo = photos.get(digest);
    return { digest, arrived: photo?.arrived ?? null, trouble: photo === undefined ? "lost" : photo.trouble };
  });
}
