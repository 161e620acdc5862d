import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { sha256OfText } from "../domain/digest";
import { readRecord } from "../domain/record";
import {
  drafted,
  enrolled,
  headOf,
  newProfile,
  sealed,
  shot,
  signedIn,
  toSeal,
  words,
} from "../testing/handheld";
import { SmallLog } from "../testing/log";
import { openStore, StorageFull, type Store, type Vault } from ".";
import { DraftGone } from "./named";
import { seal, PhotoMissing } from "./sealing";
import { dispatchOf } from "./dispatch";

const log = new SmallLog();
let store: Store;
let wen: Vault;

beforeEach(async () => {
  newProfile();
  ({ store, wen } = await enrolled(log.keyText));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
});

/** Everything that lies in the database, as counts. */
async function counts(): Promise<Record<string, number>> {
  return await store.db.read(["drafts", "shots", "files", "outbox", "photos"], async (tx) => ({
    drafts: await tx.objectStore("drafts").count(),
    shots: await tx.objectStore("shots").count(),
    files: await tx.objectStore("files").count(),
    outbox: await tx.objectStore("outbox").count(),
    photos: await tx.objectStore("photos").count(),
  }));
}

describe("sealing a record", () => {
  it("leaves the sealed record with its photos, and no draft", async () => {
    const draft = await drafted(store, wen, 2);
    expect(await counts()).toEqual({ drafts: 1, shots: 2, files: 2, outbox: 0, photos: 0 });

    await seal(store, wen, toSeal(store, wen, draft));

    expect(await counts()).toEqual({ drafts: 0, shots: 0, files: 2, outbox: 1, photos: 2 });
    const [line] = await store.outbox.lines("034512");
    expect(line?.state).toEqual({ state: "saved" });
    expect(line?.record.content).toMatchObject({ plate: "浙M5K082" });
    const photo = await store.outbox.photo("034512", draft.photos[0]?.sha256 ?? "");
    expect(await photo?.text()).toBe(`${draft.id} 0`);
  });

  it("signs exactly the bytes that are kept, with the handheld's key", async () => {
    await sealed(store, wen, 0);
    const [out] = await dispatchOf(store).toSend(10, 1e6);
    const { spki, id } = await store.keys.public();
    const key = await crypto.subtle.importKey(
      "spki",
      Buffer.from(spki, "base64"),
      { name: "ECDSA", namedCurve: "P-256" },
      true,
      ["verify"],
    );

    const isGood = await crypto.subtle.verify(
      { name: "ECDSA", hash: "SHA-256" },
      key,
      Buffer.from(out?.signature ?? "", "base64url"),
      Buffer.from(out?.text ?? ""),
    );

    expect(isGood).toBe(true);
    expect(readRecord(out?.text ?? "").head.terminal).toBe(id);
  });

  it("numbers records without a gap, each with the hash of the one before, also when 20 are sealed at once", async () => {
    const drafts = [];
    for (let at = 0; at < 20; at++) drafts.push(await drafted(store, wen, 0));

    await Promise.all(drafts.map((draft) => seal(store, wen, toSeal(store, wen, draft))));

    const texts = (await dispatchOf(store).toSend(100, 1e7)).map((one) => one.text);
    const heads = texts.map((text) => readRecord(text).head);
    expect(heads.map((head) => head.seq)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(heads.map((head) => head.prev)).toEqual(["", ...texts.slice(0, -1).map(sha256OfText)]);
  });

  it("keeps the chain also where two tabs seal without a lock between them", async () => {
    const alone = Object.assign(<T>(_: string, work: () => Promise<T>) => work(), {
      ifFree: <T>(_: string, work: () => Promise<T>): Promise<T | null> => work(),
    });
    const name = "two-tabs";
    const tabs = [openStore({ name, alone }), openStore({ name, alone })];
    await tabs[0]?.keys.make();
    await Promise.all(
      tabs.flatMap((tab) =>
        Array.from({ length: 10 }, async () => {
          const vault = await signedIn(tab, "034512");
          const head = headOf(tab, vault);
          await seal(tab, vault, {
            head,
            photos: [],
            content: { type: "violation", ...words() },
            draft: null,
            token: null,
          });
        }),
      ),
    );

    const texts = ((await dispatchOf(tabs[0] as Store).toSend(100, 1e7)) ?? []).map((one) => one.text);
    expect(texts.map((text) => readRecord(text).head.seq)).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    expect(texts.map((text) => readRecord(text).head.prev)).toEqual([
      "",
      ...texts.slice(0, -1).map(sha256OfText),
    ]);
    await Promise.all(tabs.map((tab) => tab.close()));
  });

  it("cut off after any step of the write leaves the draft whole; a second try then seals it once", async () => {
    const draft = await drafted(store, wen, 2);
    const before = await counts();
    const methods = ["put", "add", "delete"] as const;
    let steps = 0;

    for (let cut = 1; ; cut++) {
      let done = 0;
      const spies = methods.map((method) => {
        const real = IDBObjectStore.prototype[method] as (
          this: IDBObjectStore,
          ...given: unknown[]
        ) => IDBRequest;
        return vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (
          this: IDBObjectStore,
          ...given: unknown[]
        ) {
          if (++done === cut) throw new Error("power gone");
          return real.apply(this, given) as never;
        });
      });
      const end = await seal(store, wen, toSeal(store, wen, draft)).then(
        () => "sealed",
        (error: Error) => error.message,
      );
      for (const spy of spies) spy.mockRestore();
      if (end === "sealed") break;
      steps++;
      expect(end).toBe("power gone");
      expect(await counts(), `cut at step ${cut}`).toEqual(before);
      expect((await store.drafts.one(wen, draft.id)).photos).toHaveLength(2);
    }

    expect(steps).toBeGreaterThan(6);
    expect(await counts()).toEqual({ drafts: 0, shots: 0, files: 2, outbox: 1, photos: 2 });
    const [line] = await store.outbox.lines("034512");
    expect(line?.seq).toBe(1);
  });

  it("survives the app: another start finds the same record, and the next number follows", async () => {
    const name = store.db["name" as never] as string;
    await sealed(store, wen, 1);
    await store.close();

    store = openStore({ name });
    const [line] = await store.outbox.lines("034512");

    expect(line?.seq).toBe(1);
    expect(await sealed(store, await signedIn(store, "034512"), 0)).toMatchObject({ seq: 2 });
  });

  it("of a draft that another tab has sealed meanwhile changes nothing", async () => {
    const draft = await drafted(store, wen, 1);
    await seal(store, wen, toSeal(store, wen, draft));

    const again = toSeal(store, wen, draft);
    await expect(seal(store, wen, again)).rejects.toThrow(DraftGone);

    expect(await store.outbox.lines("034512")).toHaveLength(1);
  });

  it("does not name a photo that is nowhere", async () => {
    const draft = await drafted(store, wen, 0);
    const named = { ...draft, photos: [shot("never taken").taken] };

    await expect(seal(store, wen, toSeal(store, wen, named))).rejects.toThrow(PhotoMissing);

    expect((await counts()).drafts).toBe(1);
  });

  it("throws away with the draft the bytes that the record doesn't name", async () => {
    const draft = await drafted(store, wen, 3);
    const two = { ...draft, photos: draft.photos.slice(0, 2) };

    await seal(store, wen, toSeal(store, wen, two));

    expect(await counts()).toMatchObject({ files: 2, photos: 2, shots: 0 });
  });

  it("of the same picture twice keeps it once, under both records", async () => {
    const one = shot("the same car");
    for (let turn = 0; turn < 2; turn++) {
      const draft = await store.drafts.addShot(wen, await drafted(store, wen, 0), one.taken, one.bytes);
      await seal(store, wen, toSeal(store, wen, draft));
    }

    expect(await counts()).toMatchObject({ files: 1, photos: 1, outbox: 2 });
    expect(await (await store.outbox.photo("034512", one.taken.sha256))?.text()).toBe("the same car");
  });

  it("of a correction may name photos that were let go of already", async () => {
    const draft = { ...(await drafted(store, wen, 0)), photos: [shot("arrived long ago").taken] };
    const content = {
      type: "amendment",
      ...words("浙M5K083"),
      amends: store.id(),
      reason: "车牌看错",
    } as const;

    await seal(store, wen, toSeal(store, wen, draft, content));

    expect(await counts()).toMatchObject({ photos: 1, files: 0, outbox: 1 });
    expect(await store.outbox.photo("034512", shot("arrived long ago").taken.sha256)).toBeNull();
  });

  it("writes strictly, like every write of this database", async () => {
    const modes: unknown[] = [];
    const real = IDBDatabase.prototype.transaction as (...given: unknown[]) => IDBTransaction;
    vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (
      this: IDBDatabase,
      ...given: unknown[]
    ) {
      if (given[1] === "readwrite") modes.push(given[2]);
      return real.apply(this, given);
    });

    await sealed(store, wen, 1);
    await dispatchOf(store).settleRecords([]);
    await store.views.opened("034512", "t");

    expect(modes.length).toBeGreaterThan(3);
    expect(modes.every((one) => (one as IDBTransactionOptions | undefined)?.durability === "strict")).toBe(
      true,
    );
  });
});

describe("a full phone", () => {
  it("is named, whether the write throws or the transaction is aborted, and nothing is half there", async () => {
    const draft = await drafted(store, wen, 1);
    const before = await counts();
    const full = new DOMException("full", "QuotaExceededError");
    vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(() => {
      throw full;
    });

    await expect(seal(store, wen, toSeal(store, wen, draft))).rejects.toThrow(StorageFull);

    vi.restoreAllMocks();
    expect(await counts()).toEqual(before);

    // Chrome says it by aborting: the requests succeed, the transaction does not.
    const real = IDBObjectStore.prototype.add as (this: IDBObjectStore, ...given: unknown[]) => IDBRequest;
    vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(function (
      this: IDBObjectStore,
      ...given: unknown[]
    ) {
      const { transaction } = this;
      Object.defineProperty(transaction, "error", { value: full });
      queueMicrotask(() => transaction.abort());
      return real.apply(this, given);
    });

    await expect(seal(store, wen, toSeal(store, wen, draft))).rejects.toThrow(StorageFull);

    vi.restoreAllMocks();
    expect(await counts()).toEqual(before);
    await seal(store, wen, toSeal(store, wen, draft));
  });
});

describe("a shared handheld", () => {
  it("shows sealed records and photos to their owner alone, and counts those of everybody", async () => {
    await sealed(store, wen, 1);
    const mei = await signedIn(store, "034513");
    const hers = await drafted(store, mei, 1);
    await seal(store, mei, toSeal(store, mei, hers));

    expect(await store.outbox.lines("034512")).toHaveLength(1);
    expect(await store.outbox.lines("034513")).toHaveLength(1);
    expect(await store.outbox.photo("034512", hers.photos[0]?.sha256 ?? "")).toBeNull();
    expect(await store.outbox.counts("034512")).toEqual({ waiting: 1, needs_you: 0, everybody: 2 });
  });

  it("holds no plate, name or photo in clear", async () => {
    const draft = await drafted(store, wen, 1, "浙M77777");
    await sealed(store, wen, 1, "浙M88888");
    await store.drafts.save(wen, {
      ...draft,
      person: { name: "张三丰", licence: "11010519491231002X", phone: "" },
    });
    await store.positions.add("034512", {
      lat: 30.123456,
      lon: 1,
      acc_m: 1,
      at: "",
      source: "gps",
      crs: "wgs84",
    });

    const names = ["drafts", "shots", "outbox", "photos", "files", "views", "positions"] as const;
    const all = await store.db.read([...names], (tx) =>
      Promise.all(names.map((name) => tx.objectStore(name).getAll())),
    );
    const bytes = Buffer.from(inspected(all));
    for (const canary of [
      "浙M77777",
      "浙M88888",
      "张三丰",
      "11010519491231002X",
      "30.123456",
      draft.id + " 0",
    ]) {
      expect(bytes.includes(canary), canary).toBe(false);
    }
    expect(bytes.includes("034512")).toBe(true);
  });
});

/** Everything as one text: strings, and bytes as characters. */
function inspected(value: unknown): string {
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString("utf-8");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf-8");
  if (Array.isArray(value)) return value.map(inspected).join("\n");
  if (typeof value === "object" && value !== null) return Object.values(value).map(inspected).join("\n");
  return String(value);
}
