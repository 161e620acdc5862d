/**
 * Sealed records: sealing them, showing them to their officer, and what the sync reads and writes of them.
 *
 * Sealing is one strict write: number and previous hash are taken, the record and its photos are stored, the draft is deleted. Whenever
 * the power goes, either the draft is there or the sealed record, never both, never neither.
 */
import { utf8 } from "../domain/bytes";
import { sha256OfText } from "../domain/digest";
import { stateOf, type OutboxState, type PhotoStanding } from "../domain/outbox";
import type { Random } from "../domain/random";
import {
  readRecord,
  writeRecord,
  type Content,
  type Head,
  type ReadRecord,
  type RecordPhoto,
} from "../domain/record";
import type { Alone } from "./alone";
import { closeJson, openJson } from "./boxes";
import type { Changes } from "./changes";
import type { Database, Name, Writing } from "./database";
import { DraftGone } from "./drafts";
import type { Keys } from "./keys";
import { openWithTerminal, rewrap } from "./photobox";
import type { Vault } from "./pins";
import type { Box, Chain, OutboxRow, PhotoRow, ShotRow } from "./rows";

/** What is to be sealed. Everything of the head but the numbers of the chain and the terminal, which are taken here. */
export interface ToSeal {
  readonly head: Omit<Head, "seq" | "prev" | "terminal">;
  readonly photos: readonly RecordPhoto[];
  readonly content: Content;
  /** The draft that it was written in, deleted by the same write. */
  readonly draft: string | null;
  /** The slip's secret, kept for showing the QR until the record leaves the handheld. */
  readonly token: string | null;
}

/** A record that has been sealed. */
export interface Sealed {
  readonly uid: string;
  readonly seq: number;
  readonly text_sha256: string;
}

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

/** A photo that the record names is neither in the draft nor with a sealed record: nothing was sealed. */
export class PhotoMissing extends Error {}

const nameOf = (uid: string): string => `record:${uid}`;
const SEALING: Name[] = ["meta", "outbox", "photos", "shots", "files", "drafts"];
const FIRST: Chain = { seq: 0, prev: "" };

/** The outbox. */
export class Outbox {
  /** Uids that are being sent at this moment, for the screens; known to this tab only. */
  readonly sending = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly keys: Keys,
    private readonly changes: Changes,
    private readonly alone: Alone,
    private readonly random: Random,
    private readonly now: () => number,
  ) {}

  /** Seal a record. When this returns it is on the flash. Throws StorageFull, DraftGone, PhotoMissing; then nothing has changed. */
  async seal(vault: Vault, what: ToSeal): Promise<Sealed> {
    const moved = await this.movedPhotos(vault, what);
    const sealed = await this.alone("luqin-seal", async () => {
      // The lock makes collisions rare, the check inside the write makes them harmless: without locks another tab may have sealed meanwhile.
      for (;;) {
        const done = await this.trySeal(vault, what, moved);
        if (done !== null) return done;
      }
    });
    this.changes.tell("outbox", "drafts");
    return sealed;
  }

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
    if (photo.key === null) throw new PhotoMissing(photo.digest);
    return new Blob([await openWithTerminal(await this.keys.box(), photo.digest, photo.key, box)], {
      type: photo.mime,
    });
  }

  private async trySeal(vault: Vault, what: ToSeal, moved: readonly Moved[]): Promise<Sealed | null> {
    const chain = await this.db.read(
      ["meta"],
      async (tx) => (await tx.objectStore("meta").get("chain")) as Chain | undefined,
    );
    const { seq, prev } = chain ?? FIRST;
    const { id: terminal } = await this.keys.public();
    const text = writeRecord({ ...what.head, terminal, seq: seq + 1, prev }, what.photos, what.content);
    const text_sha256 = sha256OfText(text);
    const envelope: Envelope = { text, signature: await this.keys.sign(text), token: what.token };
    const box = await closeJson(await this.keys.box(), nameOf(what.head.uid), envelope, this.random);
    const row: OutboxRow = {
      uid: what.head.uid,
      seq: seq + 1,
      officer: vault.officer,
      type: what.content.type,
      sealed_ms: this.now(),
      text_sha256,
      size: utf8(text).length,
      photos: what.photos.map((one) => one.sha256),
      verdict: null,
      proved: null,
      trouble: "",
      box,
    };
    const stored = await this.db.write(SEALING, async (tx) => {
      const now = ((await tx.objectStore("meta").get("chain")) as Chain | undefined) ?? FIRST;
      if (now.seq !== seq) return false;
      if (what.draft !== null) await closeDraft(tx, vault.officer, what.draft, moved);
      for (const one of moved) await keepPhoto(tx, one, row);
      await tx.objectStore("outbox").add(row);
      await tx.objectStore("meta").put({ seq: row.seq, prev: text_sha256 } satisfies Chain, "chain");
      return true;
    });
    return stored ? { uid: row.uid, seq: row.seq, text_sha256 } : null;
  }

  /** The photos' keys, put under the terminal's, before the write: it may await nothing but the database. */
  private async movedPhotos(vault: Vault, what: ToSeal): Promise<Moved[]> {
    const shots = what.draft === null ? [] : await this.shotsOf(what.draft);
    const terminal = await this.keys.box();
    return await Promise.all(
      what.photos.map(async (photo) => {
        const shot = shots.find((one) => one.digest === photo.sha256) ?? null;
        const key = shot && (await rewrap(vault, terminal, shot.digest, shot.key, this.random));
        return { photo, shot, key };
      }),
    );
  }

  private shotsOf(draft: string): Promise<ShotRow[]> {
    return this.db.read(["shots"], (tx) => tx.objectStore("shots").index("draft").getAll(draft));
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

interface Moved {
  readonly photo: RecordPhoto;
  readonly shot: ShotRow | null;
  readonly key: Box | null;
}

/** Where each photo of a record stands. One that is no longer here has been proved and let go. */
export function standings(row: OutboxRow, photos: ReadonlyMap<string, PhotoRow>): PhotoStanding[] {
  return row.photos.map((digest) => {
    const photo = photos.get(digest);
    return { digest, arrived: photo?.arrived ?? null, trouble: photo === undefined ? "lost" : photo.trouble };
  });
}

/** Delete the draft and its shots. Bytes of a shot that the record does not name go with it. */
async function closeDraft(tx: Writing, officer: string, id: string, moved: readonly Moved[]): Promise<void> {
  const draft = await tx.objectStore("drafts").get(id);
  if (draft === undefined || draft.officer !== officer) throw new DraftGone(id);
  const named = new Set(moved.map((one) => one.photo.sha256));
  for (const shot of await tx.objectStore("shots").index("draft").getAll(id)) {
    if (!named.has(shot.digest)) await tx.objectStore("files").delete(shot.file);
    await tx.objectStore("shots").delete([id, shot.digest]);
  }
  await tx.objectStore("drafts").delete(id);
}

/** Put a photo beside its record. The same picture may stand in two records: it is kept once. */
async function keepPhoto(tx: Writing, { photo, shot, key }: Moved, row: OutboxRow): Promise<void> {
  const photos = tx.objectStore("photos");
  const there = await photos.get(photo.sha256);
  if (there !== undefined && there.officer === row.officer && (there.file !== null || shot === null)) {
    if (shot !== null) await tx.objectStore("files").delete(shot.file);
    await photos.put({ ...there, records: [...there.records, row.uid], wanted: false });
    return;
  }
  // Another officer of this handheld sealed the very same bytes: they stay once, and now under this record, too.
  if (there !== undefined && there.file !== null && shot !== null)
    await tx.objectStore("files").delete(there.file);
  if (there === undefined && shot === null && row.type !== "amendment") throw new PhotoMissing(photo.sha256);
  await photos.put({
    digest: photo.sha256,
    officer: row.officer,
    records: [...(there?.records ?? []), row.uid],
    shot: photo.shot,
    mime: shot?.mime ?? "image/jpeg",
    bytes: photo.bytes,
    file: shot?.file ?? there?.file ?? null,
    key: shot === null ? (there?.key ?? null) : key,
    upload_url: there?.upload_url ?? null,
    wanted: false,
    arrived: there?.arrived ?? null,
    trouble: "",
  });
}
