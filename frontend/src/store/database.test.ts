import { openDB } from "idb";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { cases } from "../domain/cases";
import { fromBase64, toHex } from "../domain/bytes";
import { sha256 } from "../domain/digest";
import { enrolled, newProfile, sealed } from "../testing/handheld";
import { SmallLog } from "../testing/log";
import { addStores, Database, DatabaseNewer, VERSION, type Schema } from "./database";
import { fingerprintOf } from "./keys";

beforeEach(newProfile);

describe("the handheld's database", () => {
  it("is upgraded without losing a row", async () => {
    const { store, wen } = await enrolled(new SmallLog().keyText);
    await sealed(store, wen, 2);
    const name = store.db["name" as never] as string;
    const all = async (): Promise<string> => {
      const db = await openDB(name);
      const rows = await Promise.all(
        [...db.objectStoreNames].map(async (one) => [one, (await db.getAllKeys(one)).length]),
      );
      db.close();
      return JSON.stringify(rows);
    };
    await store.close();
    const before = await all();

    // The next version adds a store, in the way that addStores does it; this one must still find its rows afterwards.
    const next = await openDB(name, VERSION + 1, {
      upgrade: (db) => void db.createObjectStore("of tomorrow"),
    });
    next.close();

    expect(JSON.parse(await all())).toEqual([...JSON.parse(before), ["of tomorrow", 0]].sort());
    await expect(
      new Database(name).read(["outbox"], (tx) => tx.objectStore("outbox").count()),
    ).rejects.toThrow(DatabaseNewer);
  });

  it("made by an earlier build that lacked stores gets them, and keeps what it had", async () => {
    const early = await openDB("early", 1, { upgrade: (db) => void db.createObjectStore("meta") });
    await early.put("meta", { seq: 7, prev: "x" }, "chain");
    early.close();

    const later = await openDB<Schema>("early", 2, { upgrade: (db) => addStores(db) });

    expect(await later.get("meta", "chain")).toEqual({ seq: 7, prev: "x" });
    expect([...later.objectStoreNames]).toContain("outbox");
    later.close();
  });

  it("lets go when a newer build wants to upgrade, and says so", async () => {
    const onNewer = vi.fn();
    const db = new Database("shared", onNewer);
    await db.read(["meta"], (tx) => tx.objectStore("meta").count());

    const next = await openDB("shared", VERSION + 1, { upgrade: () => undefined });

    expect(onNewer).toHaveBeenCalledOnce();
    next.close();
  });

  it("opens again when the connection died under it", async () => {
    const db = new Database("dying");
    await db.write(["meta"], (tx) => tx.objectStore("meta").put(1, "a"));
    // What a browser does when storage fails or is cleared: the connection is closed without asking.
    const opening = db["opening" as never] as Promise<IDBDatabase>;
    (await opening).close();

    expect(await db.read(["meta"], (tx) => tx.objectStore("meta").get("a"))).toBe(1);
  });

  it("undoes a write whose work fails", async () => {
    const db = new Database("undo");
    const failing = db.write(["meta"], async (tx) => {
      await tx.objectStore("meta").put(1, "a");
      throw new Error("no");
    });

    await expect(failing).rejects.toThrow("no");
    expect(await db.read(["meta"], (tx) => tx.objectStore("meta").get("a"))).toBeUndefined();
  });
});

describe("the handheld's keys", () => {
  it("can't be exported, are made once, and sign", async () => {
    const { store } = await enrolled(new SmallLog().keyText);
    const first = await store.keys.public();

    expect(await store.keys.make()).toEqual(first);
    expect(first.id).toBe(toHex(sha256(fromBase64(first.spki))).slice(0, 16));
    const [sign, box] = await store.db.read(["keys"], (tx) =>
      Promise.all([tx.objectStore("keys").get("sign"), tx.objectStore("keys").get("box")]),
    );
    expect([sign?.extractable, box?.extractable]).toEqual([false, false]);
    expect(Buffer.from(await store.keys.sign("text"), "base64url")).toHaveLength(64);
  });

  it.each(cases<{ spki_b64: string; key_id: string; fingerprint: string }>("fingerprints.json"))(
    "show $fingerprint for $key_id on both screens",
    ({ spki_b64, key_id, fingerprint }) => {
      const digest = sha256(fromBase64(spki_b64));
      expect([toHex(digest).slice(0, 16), fingerprintOf(digest)]).toEqual([key_id, fingerprint]);
    },
  );
});
