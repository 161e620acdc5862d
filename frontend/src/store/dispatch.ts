/**
 * The outbox as the sync sees it: what is to go up, what came of it, and what may leave. It asks for nobody's PIN.
 * A row leaves only when its receipt was verified and a second holder has its entry (domain/outbox.ts says when).
 */
import { mayLeave, type Proved, type Settled, type VerdictSaid } from "../domain/outbox";
import type { Store } from "./index";
import type { Envelope } from "./outbox";
import type { OutboxRow, PhotoRow } from "./rows";

/** A record that is to go up. */
export interface Outgoing extends Envelope {
  readonly uid: string;
  readonly text_sha256: string;
}

/** How much is looked for at once: records, their bytes together (one record at least), hashes of those asked about; and which are left out. */
export interface Limits {
  readonly most: number;
  readonly most_bytes: number;
  readonly most_pending: number;
  readonly except: ReadonlySet<string>;
}

/** What waits on this handheld, of everybody. */
export interface Waiting {
  readonly outgoing: readonly Outgoing[];
  /** Taken in by the server, as it says, and asked about until the receipt is verified. */
  readonly awaiting: readonly Outgoing[];
  readonly photos: readonly PhotoRow[];
  /** Photos that have arrived and whose bytes lie here still. */
  readonly held: readonly string[];
  /** Records without a verified receipt. */
  readonly records: number;
  /** There are more to send than fit. */
  readonly more: boolean;
}

/** What became of a record: a verdict, a verified receipt, or trouble; what is null stays as it was. */
export interface Outcome {
  readonly text_sha256: string;
  readonly verdict: VerdictSaid | null;
  readonly proved: Proved | null;
  readonly trouble: string | null;
}

/** Records of one officer and photos of theirs whose bytes lie here. */
export interface Sealed {
  readonly records: OutboxRow[];
  readonly photos: PhotoRow[];
}

/** The sync's side of the store. */
export class Dispatch {
  constructor(private readonly store: Pick<Store, "db" | "outbox" | "changes" | "now">) {}

  /** What waits, in one look: records to send within the portion, records and photos whose receipts are missing, and how many. */
  async look(portion: Limits): Promise<Waiting> {
    const { rows, photos } = await this.store.db.read(["outbox", "photos"], async (tx) => ({
      rows: await tx.objectStore("outbox").index("seq").getAll(),
      photos: await tx.objectStore("photos").getAll(),
    }));
    const unproved = rows.filter((row) => row.proved === null);
    const unsaid = unproved.filter(
      (row) => row.verdict === null && row.trouble === "" && !portion.except.has(row.uid),
    );
    const asked = unproved.filter((row) => row.verdict !== null && row.verdict.outcome !== "unreadable");
    const chosen = within(unsaid, portion);
    return {
      outgoing: await Promise.all(chosen.map((row) => this.opened(row))),
      awaiting: await Promise.all(asked.slice(0, portion.most_pending).map((row) => this.opened(row))),
      photos: photos.filter((photo) => photo.arrived === null || photo.lost_there === true),
      held: photos
        .filter((photo) => photo.arrived !== null && photo.file !== null && photo.lost_there !== true)
        .map((photo) => photo.digest),
      records: unproved.length,
      more: chosen.length < unsaid.length,
    };
  }

  /** Records that would go up next. */
  async toSend(most: number, most_bytes: number): Promise<readonly Outgoing[]> {
    return (await this.look({ most, most_bytes, most_pending: 0, except: new Set() })).outgoing;
  }

  /** Write what became of records, in one write. */
  async settleRecords(outcomes: readonly Outcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    await this.store.db.write(["outbox"], async (tx) => {
      const outbox = tx.objectStore("outbox");
      for (const { text_sha256, verdict, proved, trouble } of outcomes) {
        const row = await outbox.index("text").get(text_sha256);
        if (row === undefined) continue;
        await outbox.put({
          ...row,
          verdict: verdict ?? row.verdict,
          proved: row.proved ?? proved,
          trouble: trouble ?? row.trouble,
        });
      }
    });
    this.store.changes.tell("outbox");
  }

  /** The server knows nothing of these texts although it said so once: they go up again, and so do the receipts that were not kept. */
  async sendAgain(texts: readonly string[]): Promise<void> {
    await this.store.db.write(["outbox"], async (tx) => {
      for (const text of texts) {
        const row = await tx.objectStore("outbox").index("text").get(text);
        if (row !== undefined && row.proved === null)
          await tx.objectStore("outbox").put({ ...row, verdict: null });
      }
    });
  }

  /** Photos without a verified receipt. */
  async photosAwaiting(): Promise<PhotoRow[]> {
    const photos = await this.store.db.read(["photos"], (tx) => tx.objectStore("photos").getAll());
    return photos.filter((photo) => photo.arrived === null);
  }

  /** Photos whose bytes the server wants and which are here; one that it had and lost is among them. */
  async photosToSend(): Promise<PhotoRow[]> {
    const photos = await this.store.db.read(["photos"], (tx) => tx.objectStore("photos").getAll());
    return photos.filter((photo) => photo.wanted && photo.trouble === "" && photo.file !== null);
  }

  /** Write what the server said of photos at `asked_ms`: wanted, or arrived with a verified receipt. */
  async settlePhotos(
    said: readonly { digest: string; wanted: boolean; proved: Proved | null }[],
    asked_ms: number,
  ): Promise<void> {
    if (said.length === 0) return;
    await this.changePhotos(
      said.map((one) => one.digest),
      (photo) => {
        const one = said.find((each) => each.digest === photo.digest);
        if (one === undefined) return photo;
        const arrived = photo.arrived ?? one.proved;
        const isLost = one.wanted && photo.file === null && arrived === null;
        // Asked before its last byte went up: that it was wanted then is old news.
        const isOldNews = photo.up_ms !== null && photo.up_ms > asked_ms;
        const isLostThere = one.wanted && arrived !== null && photo.file !== null;
        return {
          ...photo,
          wanted: one.wanted && !isOldNews,
          arrived,
          lost_there: isOldNews ? photo.lost_there === true : isLostThere,
          trouble: isLost ? "lost" : photo.trouble,
        };
      },
    );
  }

  /** The address under which a photo's upload goes on, or null to begin anew. */
  async setUploadUrl(digest: string, upload_url: string | null): Promise<void> {
    await this.changePhotos([digest], (photo) => ({ ...photo, upload_url }));
  }

  /** All bytes of a photo are up: it is not sent again until the server wants it again. */
  async uploaded(digest: string): Promise<void> {
    await this.changePhotos([digest], (photo) => ({
      ...photo,
      wanted: false,
      upload_url: null,
      up_ms: this.store.now(),
    }));
  }

  /** A photo can't go up as it is. */
  async photoTrouble(digest: string, trouble: string): Promise<void> {
    await this.changePhotos([digest], (photo) => ({ ...photo, trouble }));
  }

  /** The bytes of a photo, whoever's. */
  async photoBytes(digest: string): Promise<Blob | null> {
    const found = await this.store.db.read(["photos", "files"], async (tx) => {
      const photo = await tx.objectStore("photos").get(digest);
      const file = photo?.file ? await tx.objectStore("files").get(photo.file) : undefined;
      return photo && file && { photo, file };
    });
    return found === undefined ? null : await this.store.outbox.openPhoto(found.photo, found.file.box);
  }

  /**
   * Let go of what is proved and settled: photos' bytes first, then records all of whose photos are. Returns how many records left.
   * A conflict stays for its officer; on a handheld that nobody may use any more (`forNobody`) it goes like the others.
   */
  async letGo(settled: Settled, forNobody = false): Promise<number> {
    const now = this.store.now();
    const left = await this.store.db.write(["outbox", "photos", "files"], async (tx) => {
      const photos = tx.objectStore("photos");
      const settledPhotos = new Set<string>();
      for (const photo of await photos.getAll()) {
        // The server has lost it, whatever was said of copies: an upload that ended, or was refused, is not yet its word for it.
        const isLastCopy = photo.file !== null && (photo.wanted || photo.lost_there === true);
        if (isLastCopy || !mayLeave(photo.arrived, settled, now)) continue;
        settledPhotos.add(photo.digest);
        if (photo.file === null) continue;
        await tx.objectStore("files").delete(photo.file);
        await photos.put({ ...photo, file: null, key: null });
      }
      let count = 0;
      for (const row of await tx.objectStore("outbox").getAll()) {
        const isDone =
          mayLeave(row.proved, settled, now) && row.photos.every((one) => settledPhotos.has(one));
        if (!isDone || (row.verdict?.outcome === "conflict" && !forNobody)) continue;
        await tx.objectStore("outbox").delete(row.uid);
        for (const digest of row.photos) await forget(digest, row.uid);
        count++;
      }
      return count;

      /** A photo's row goes with the last record that names it. */
      async function forget(digest: string, uid: string): Promise<void> {
        const photo = await photos.get(digest);
        if (photo === undefined) return;
        const records = photo.records.filter((one) => one !== uid);
        if (records.length === 0) await photos.delete(digest);
        else await photos.put({ ...photo, records });
      }
    });
    if (left > 0) this.store.changes.tell("outbox");
    return left;
  }

  /** What of this officer's has not arrived as a whole: records whose receipt or a photo's is missing, and those photos that lie here. */
  async unsent(officer: string): Promise<Sealed> {
    const isOnItsWay = (photo: PhotoRow) =>
      photo.arrived === null || photo.wanted || photo.lost_there === true;
    return await this.of(officer, isOnItsWay, false);
  }

  /** All of this officer's that lies here still: also what was delivered and waits for a second copy to be made. */
  async lying(officer: string): Promise<Sealed> {
    return await this.of(officer, () => true, true);
  }

  private async of(officer: string, isOne: (photo: PhotoRow) => boolean, proved: boolean): Promise<Sealed> {
    const rows = (await this.bySeq()).filter((row) => row.officer === officer);
    const all = await this.store.db.read(["photos"], (tx) => tx.objectStore("photos").getAll());
    const photos = all.filter(isOne);
    const digests = new Set(photos.map((photo) => photo.digest));
    const records = rows.filter(
      (row) => proved || row.proved === null || row.photos.some((one) => digests.has(one)),
    );
    const named = new Set(records.flatMap((row) => row.photos));
    return { records, photos: photos.filter((photo) => named.has(photo.digest) && photo.file !== null) };
  }

  /** How many records and photos still wait for their receipts, of everybody. */
  async waiting(): Promise<{ records: number; photos: number }> {
    const rows = await this.bySeq();
    return {
      records: rows.filter((row) => row.proved === null).length,
      photos: (await this.photosAwaiting()).length,
    };
  }

  /**
   * This terminal was revoked: everything that came from the server, every draft and every key to them goes at once. Sealed records and
   * their photos stay until they may leave: they lie under the terminal's key, no screen shows them, and until then this is the second copy.
   */
  async wipe(): Promise<void> {
    await this.store.db.write(
      ["drafts", "shots", "files", "views", "opened", "positions", "officers", "packs", "numbers"],
      async (tx) => {
        for (const shot of await tx.objectStore("shots").getAll())
          await tx.objectStore("files").delete(shot.file);
        for (const name of [
          "drafts",
          "shots",
          "views",
          "opened",
          "positions",
          "officers",
          "packs",
          "numbers",
        ] as const) {
          await tx.objectStore(name).clear();
        }
      },
    );
    this.store.changes.tell("drafts", "views", "officers", "outbox", "packs");
  }

  private async opened(row: OutboxRow): Promise<Outgoing> {
    return { uid: row.uid, text_sha256: row.text_sha256, ...(await this.store.outbox.envelope(row)) };
  }

  private async bySeq(): Promise<OutboxRow[]> {
    return await this.store.db.read(["outbox"], (tx) => tx.objectStore("outbox").index("seq").getAll());
  }

  private async changePhotos(
    digests: readonly string[],
    change: (photo: PhotoRow) => PhotoRow,
  ): Promise<void> {
    await this.store.db.write(["photos"], async (tx) => {
      for (const digest of digests) {
        const photo = await tx.objectStore("photos").get(digest);
        if (photo !== undefined) await tx.objectStore("photos").put(change(photo));
      }
    });
    this.store.changes.tell("outbox");
  }
}

/** The sync's side of a store. It holds nothing itself. */
export const dispatchOf = (store: Store): Dispatch => new Dispatch(store);

function within(rows: readonly OutboxRow[], { most, most_bytes }: Limits): OutboxRow[] {
  const chosen: OutboxRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    // An envelope in JSON is larger than its text: every quote of it is escaped.
    bytes += row.size * 1.5 + 200;
    if (chosen.length >= most || (chosen.length > 0 && bytes > most_bytes)) break;
    chosen.push(row);
  }
  return chosen;
}
