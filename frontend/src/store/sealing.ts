/**
 * Sealing: one strict write in which number and previous hash are taken, the record and its photos are stored, the draft is deleted.
 * Where a paper is made its number is taken in the same write: number, paper and record are there together, or none of them.
 * Whenever the power goes, either the draft is there or the sealed record, never both, never neither.
 */
import { utf8 } from "../domain/bytes";
import { writeRecord, type Content, type Head, type RecordPhoto } from "../domain/record";
import { closeJson } from "./boxes";
import type { Name, Writing } from "./database";
import { hashOfText } from "./hash";
import type { Store } from "./index";
import { DraftGone } from "./named";
import { nextNumber, useNumber } from "./numbers";
import { nameOf, type Envelope } from "./outbox";
import { rewrap } from "./photobox";
import type { Vault } from "./pins";
import type { Box, Chain, OutboxRow, ShotRow } from "./rows";

/** What is to be sealed. Everything of the head but the numbers of the chain and the terminal, which are taken here. */
export interface ToSeal {
  readonly head: Omit<Head, "seq" | "prev" | "terminal">;
  readonly photos: readonly RecordPhoto[];
  readonly content: Content | Numbered;
  /** The draft that it was written in, deleted by the same write. */
  readonly draft: string | null;
  /** The slip's secret, kept for showing the QR until the record leaves the handheld. */
  readonly token: string | null;
}

/** Content that takes the next number of a kind of paper; written once the number is known, and again where another tab took it first. */
export interface Numbered {
  readonly paper: string;
  readonly write: (number: string) => Content;
}

/** A record that has been sealed. */
export interface Sealed {
  readonly uid: string;
  readonly seq: number;
  readonly text_sha256: string;
  /** The number that its paper took; empty where it took none. */
  readonly number: string;
}

/** No number of this kind of paper is left on this terminal: nothing was sealed. */
export class NumbersGone extends Error {}

/** A photo that the record names is neither in the draft nor with a sealed record: nothing was sealed. */
export class PhotoMissing extends Error {}

/** What sealing takes from the store. */
type Sealer = Pick<Store, "db" | "keys" | "changes" | "alone" | "random" | "now">;

const SEALING: Name[] = ["meta", "outbox", "photos", "shots", "files", "drafts", "numbers"];
const FIRST: Chain = { seq: 0, prev: "" };

/** Seal a record. When this returns it is on the flash. Throws StorageFull, DraftGone, PhotoMissing, NumbersGone, and what writing the paper throws; then nothing has changed. */
export async function seal(store: Sealer, vault: Vault, what: ToSeal): Promise<Sealed> {
  const moved = await movedPhotos(store, vault, what);
  const sealed = await store.alone("luqin-seal", async () => {
    // The lock makes collisions rare, the check inside the write makes them harmless: without locks another tab may have sealed meanwhile.
    for (;;) {
      const done = await trySeal(store, vault, what, moved);
      if (done !== null) return done;
    }
  });
  store.changes.tell("outbox", "drafts", ...(sealed.number === "" ? [] : (["numbers"] as const)));
  return sealed;
}

async function trySeal(
  store: Sealer,
  vault: Vault,
  what: ToSeal,
  moved: readonly Moved[],
): Promise<Sealed | null> {
  const { chain, next } = await store.db.read(["meta", "numbers"], async (tx) => ({
    chain: (await tx.objectStore("meta").get("chain")) as Chain | undefined,
    next: "write" in what.content ? await nextNumber(tx, what.content.paper) : null,
  }));
  const { seq, prev } = chain ?? FIRST;
  const content = contentWith(what.content, next?.number);
  const { id: terminal } = await store.keys.public();
  const text = writeRecord({ ...what.head, terminal, seq: seq + 1, prev }, what.photos, content);
  const text_sha256 = await hashOfText(text);
  const envelope: Envelope = { text, signature: await store.keys.sign(text), token: what.token };
  const box = await closeJson(await store.keys.box(), nameOf(what.head.uid), envelope, store.random);
  const row: OutboxRow = {
    uid: what.head.uid,
    seq: seq + 1,
    officer: vault.officer,
    type: content.type,
    sealed_ms: store.now(),
    text_sha256,
    size: utf8(text).length,
    photos: what.photos.map((one) => one.sha256),
    verdict: null,
    proved: null,
    trouble: "",
    box,
  };
  const stored = await store.db.write(SEALING, async (tx) => {
    const now = ((await tx.objectStore("meta").get("chain")) as Chain | undefined) ?? FIRST;
    if (now.seq !== seq) return false;
    if ("write" in what.content && next !== null) {
      if ((await nextNumber(tx, what.content.paper))?.stem !== next.stem) return false;
      await useNumber(tx, what.content.paper, next.stem);
    }
    if (what.draft !== null) await closeDraft(tx, vault.officer, what.draft, moved);
    for (const one of moved) await keepPhoto(tx, one, row);
    await tx.objectStore("outbox").add(row);
    await tx.objectStore("meta").put({ seq: row.seq, prev: text_sha256 } satisfies Chain, "chain");
    return true;
  });
  return stored ? { uid: row.uid, seq: row.seq, text_sha256, number: next?.number ?? "" } : null;
}

function contentWith(content: Content | Numbered, number: string | undefined): Content {
  if (!("write" in content)) return content;
  if (number === undefined) throw new NumbersGone(content.paper);
  return content.write(number);
}

/** The photos' keys, put under the terminal's, before the write: it may await nothing but the database. */
async function movedPhotos(store: Sealer, vault: Vault, what: ToSeal): Promise<Moved[]> {
  const shots = what.draft === null ? [] : await shotsOf(store, what.draft);
  const terminal = await store.keys.box();
  return await Promise.all(
    what.photos.map(async (photo) => {
      const shot = shots.find((one) => one.digest === photo.sha256) ?? null;
      const key = shot && (await rewrap(vault, terminal, shot.digest, shot.key, store.random));
      return { photo, shot, key };
    }),
  );
}

function shotsOf(store: Sealer, draft: string): Promise<ShotRow[]> {
  return store.db.read(["shots"], (tx) => tx.objectStore("shots").index("draft").getAll(draft));
}

interface Moved {
  readonly photo: RecordPhoto;
  readonly shot: ShotRow | null;
  readonly key: Box | null;
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
    up_ms: null,
    arrived: there?.arrived ?? null,
    trouble: "",
  });
}
