import { beforeEach, describe, expect, it } from "vitest";

import { type Clock, drafted, enrolled, newProfile, shot, signedIn } from "../testing/handheld";
import { SmallLog } from "../testing/log";
import { BoxSealed, DraftGone, DraftHasShots, openStore, type Store, type Vault } from ".";

let store: Store;
let wen: Vault;
let clock: Clock;

beforeEach(async () => {
  newProfile();
  ({ store, wen, clock } = await enrolled(new SmallLog().keyText));
});

describe("the journal of drafts", () => {
  it("has each step and each shot after the app was killed", async () => {
    const draft = await drafted(store, wen, 1);
    await store.drafts.save(wen, { ...draft, step: "plate", note: "雨" });

    // Another start of the app: nothing in memory, the same database, the same officer's key.
    const again = openStore({ name: store.db["name" as never] as string });
    const [found] = await again.drafts.all(wen);

    expect(found).toMatchObject({ step: "plate", note: "雨", plate: "浙M5K082" });
    const photo = await again.drafts.photo(wen, draft.id, draft.photos[0]?.sha256 ?? "");
    expect([await photo.text(), photo.type]).toEqual([`${draft.id} 0`, "image/jpeg"]);
  });

  it("keeps a shot and the draft that names it together, and lets both go together", async () => {
    const draft = await drafted(store, wen, 2);
    const [first] = draft.photos;

    const without = await store.drafts.dropShot(wen, draft, first?.sha256 ?? "");

    expect(without.photos).toHaveLength(1);
    expect((await store.drafts.one(wen, draft.id)).photos).toEqual(without.photos);
    await expect(store.drafts.photo(wen, draft.id, first?.sha256 ?? "")).rejects.toThrow(DraftGone);
    const files = await store.db.read(["files"], (tx) => tx.objectStore("files").count());
    expect(files).toBe(1);
  });

  it("takes the same shot twice as one", async () => {
    const { taken, bytes } = shot("same");
    let draft = await drafted(store, wen, 0);
    draft = await store.drafts.addShot(wen, draft, taken, bytes);
    draft = await store.drafts.addShot(wen, draft, { ...taken, shot: "near" }, bytes);

    expect(draft.photos.map((one) => one.shot)).toEqual(["near"]);
    expect(await store.db.read(["files"], (tx) => tx.objectStore("files").count())).toBe(1);
  });

  it("shows the newest first, to their officer alone", async () => {
    const old = await drafted(store, wen, 0);
    const mei = await signedIn(store, "034513");
    await drafted(store, mei, 0);
    clock.forward(1000);
    const newer = await drafted(store, wen, 0);

    expect((await store.drafts.all(wen)).map((one) => one.id)).toEqual([newer.id, old.id]);
    await expect(store.drafts.one(mei, old.id)).rejects.toThrow(DraftGone);
    await expect(store.drafts.save(mei, old)).rejects.toThrow(DraftGone);
    await expect(store.drafts.discard(mei, old.id)).rejects.toThrow(DraftGone);
  });

  it("can't be opened by another key, and is left alone then", async () => {
    const draft = await drafted(store, wen, 1);
    const thief = await signedIn(store, "034512");

    expect(await store.drafts.all(thief)).toEqual([]);
    await expect(store.drafts.one(thief, draft.id)).rejects.toThrow(BoxSealed);
    await expect(store.drafts.photo(thief, draft.id, draft.photos[0]?.sha256 ?? "")).rejects.toThrow(
      BoxSealed,
    );
    expect(await store.drafts.all(wen)).toHaveLength(1);
  });

  it("lets an empty draft go, and never one with shots", async () => {
    const empty = await drafted(store, wen, 0);
    const full = await drafted(store, wen, 1);

    await store.drafts.discard(wen, empty.id);

    await expect(store.drafts.discard(wen, full.id)).rejects.toThrow(DraftHasShots);
    expect((await store.drafts.all(wen)).map((one) => one.id)).toEqual([full.id]);
  });

  it("takes what a screen's reactive wrapper hides", async () => {
    const draft = await drafted(store, wen, 0);
    const wrapped = new Proxy({ ...draft, place: new Proxy({ lat: 1, lon: 2 }, {}) }, {});

    await store.drafts.save(wen, wrapped as never);

    expect((await store.drafts.one(wen, draft.id)).place).toEqual({ lat: 1, lon: 2 });
  });

  it("tells the screens that something has changed", async () => {
    const heard: string[] = [];
    const stop = store.changes.listen((topic) => heard.push(topic));
    await drafted(store, wen, 1);
    stop();
    await drafted(store, wen, 1);

    expect(heard).toEqual(["drafts", "drafts"]);
  });
});
