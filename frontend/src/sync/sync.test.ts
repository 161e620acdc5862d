import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { NotNow, Refused, Unreachable } from "../remote/ask";
import { drafted, enrolled, newProfile, sealed, signedIn, toSeal, type Clock } from "../testing/handheld";
import { SmallLog } from "../testing/log";
import { Service } from "../testing/service";
import { dispatchOf } from "../store/dispatch";
import { openStore, type Store, type Vault } from "../store";
import { makeSync, type Sync } from ".";
import type { Moments } from "./when";
import { seal } from "../store/sealing";

let store: Store;
let wen: Vault;
let clock: Clock;
let service: Service;
let sync: Sync;

const never: Moments = { listen: () => () => undefined, isVisible: () => true };
const contact = () =>
  Promise.resolve({ app_version: "0.1.0", browser: "test", storage_persisted: null, battery_percent: null });

function makeHandheldSync(of: Store = store): Sync {
  const send = (photo: Parameters<Service["upload"]>[0]): Promise<void> => service.upload(photo);
  return makeSync({
    store: of,
    server: service,
    contact,
    version: "0.1.0",
    moments: never,
    now: clock.now,
    chance: () => 0,
    send,
    socket: null,
  });
}

/** Contacts until nothing more happens: what the timer does over time. */
async function settleDown(times = 6): Promise<void> {
  for (let turn = 0; turn < times; turn++) {
    await sync.now();
    // Photos go up beside the contacts, and bring on another when they are up.
    while (sync.state().photos || sync.state().running)
      await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

beforeEach(async () => {
  newProfile();
  service = new Service();
  ({ store, wen, clock } = await enrolled(service.log.keyText));
  service.clock_ms = clock.now;
  sync = makeHandheldSync();
});
afterEach(async () => {
  sync.stop();
  await store.close();
});

const lines = async () => (await store.outbox.lines("034512")).map((line) => line.state);

describe("three violations with two photos each, sealed without a network", () => {
  it("arrive once each, with all photos, and every receipt is verified", async () => {
    service.faults.down = true;
    for (let at = 0; at < 3; at++) await sealed(store, wen, 2, `浙M5K08${at}`);
    await settleDown(2);
    expect(sync.state().contact).toBe("offline");
    expect(await lines()).toEqual([{ state: "saved" }, { state: "saved" }, { state: "saved" }]);

    service.faults.down = false;
    await settleDown();

    expect([service.kept.size, service.arrived.size]).toEqual([3, 6]);
    expect((await lines()).map((one) => one.state)).toEqual(["delivered", "delivered", "delivered"]);
    expect(sync.state()).toMatchObject({ contact: "ok", unproved: 0, contradicted: false });
  });

  it("go up whoever is signed in, or nobody", async () => {
    await sealed(store, wen, 1);
    sync.locked();
    await settleDown();
    expect([service.kept.size, service.arrived.size]).toEqual([1, 1]);
  });

  it("stay on the handheld until a second holder has them, and leave then, photos and all", async () => {
    await sealed(store, wen, 2);
    await settleDown();
    expect(await lines()).toHaveLength(1);

    service.settled = { settled_up_to: 2, settled_by: "backup" };
    await settleDown(2);
    // The record (entry 0) and one photo (entry 1) are settled; the record waits for its other photo.
    expect(await lines()).toHaveLength(1);
    expect(await files()).toBe(1);

    service.settled = { settled_up_to: 3, settled_by: "backup" };
    await settleDown(2);
    expect(await lines()).toEqual([]);
    expect(await files()).toBe(0);
  });

  it("stay seven days where nobody else holds a copy, and the app says so", async () => {
    service.settled = { settled_up_to: null, settled_by: "none" };
    await sealed(store, wen, 1);
    await settleDown();
    expect(sync.state().settled_by).toBe("none");

    clock.forward(7 * 86_400_000 - 1);
    await settleDown(1);
    expect(await lines()).toHaveLength(1);

    clock.forward(1);
    await settleDown(1);
    expect(await lines()).toEqual([]);
  });
});

describe("who holds a second copy", () => {
  it.each(["none", "backup", "standby"] as const)("is said as the server says it: %s", async (settled_by) => {
    service.settled = { settled_up_to: settled_by === "none" ? null : 0, settled_by };
    await settleDown(1);
    expect(sync.state().settled_by).toBe(settled_by);
  });
});

describe("a line that breaks", () => {
  it("after the server took the record in, before the answer came: it is sent again and stands there once", async () => {
    await sealed(store, wen, 1);
    service.faults.answer_lost = true;
    await settleDown(2);
    expect(service.kept.size).toBe(1);
    expect(await lines()).toEqual([{ state: "saved" }]);

    service.faults.answer_lost = false;
    await settleDown();

    expect([service.kept.size, service.log.leaves.length]).toEqual([1, 2]);
    expect((await lines())[0]?.state).toBe("delivered");
  });

  it("and an app that is killed in the middle of a contact: another start goes on", async () => {
    await sealed(store, wen, 1);
    service.faults.answer_lost = true;
    await sync.now();
    const name = store.db["name" as never] as string;
    await store.close();

    store = openStore({ name, now: clock.now });
    sync = makeHandheldSync();
    service.faults.answer_lost = false;
    await settleDown();

    expect(service.log.leaves.length).toBe(2);
    expect((await lines())[0]?.state).toBe("delivered");
  });

  it("of which only the photos break leaves the record proved and 1 of 3 done", async () => {
    await sealed(store, wen, 2);
    const send = (): Promise<never> => Promise.reject(new Unreachable("cut"));
    sync = makeSync({
      store,
      server: service,
      contact,
      version: "0.1.0",
      moments: never,
      now: clock.now,
      send,
      socket: null,
    });
    await settleDown(2);

    expect(await lines()).toEqual([{ state: "sending", done: 1, of: 3 }]);

    sync = makeHandheldSync();
    await settleDown();
    expect((await lines())[0]?.state).toBe("delivered");
  });
});

describe("a server that has no room for photos", () => {
  it("is said to have none, takes the record, and is sent the photos again when it has", async () => {
    await sealed(store, wen, 1);
    const isFull = vi.spyOn(service, "upload").mockRejectedValue(new NotNow("store_full"));
    await settleDown(2);

    expect(await lines()).toEqual([{ state: "sending", done: 1, of: 2 }]);
    expect(sync.state()).toMatchObject({ contact: "ok", photo_refusal: "store_full" });

    isFull.mockRestore();
    await settleDown();
    expect((await lines())[0]?.state).toBe("delivered");
    expect(sync.state().photo_refusal).toBe("");
  });
});

describe("a yes that proves nothing", () => {
  it("by a captive portal changes nothing", async () => {
    await sealed(store, wen, 0);
    service.faults.portal = true;
    await settleDown(2);

    expect(await lines()).toEqual([{ state: "saved" }]);
    expect(sync.state().contact).toBe("offline");
  });

  it("with a receipt of another record lets go of nothing, and goes on being asked about", async () => {
    await sealed(store, wen, 0);
    await sealed(store, wen, 0);
    service.faults.swapped = true;
    service.settled = { settled_up_to: 99, settled_by: "backup" };
    await settleDown(3);

    expect((await lines()).every((one) => one.state !== "delivered")).toBe(true);
    expect(sync.state().unproved).toBeGreaterThan(1);

    service.faults.swapped = false;
    await settleDown();
    expect(await lines()).toEqual([]);
  });

  it("without a receipt yet is asked about by its hash, not sent again", async () => {
    await sealed(store, wen, 0);
    service.faults.unsealed = true;
    await settleDown(2);
    expect(service.requests.at(-1)).toMatchObject({
      envelopes: [],
      pending: [{ text_sha256: expect.any(String), signature: expect.any(String) }],
    });

    service.faults.unsealed = false;
    await settleDown(1);
    expect((await lines())[0]?.state).toBe("delivered");
  });

  it("that the server has forgotten, since it was restored, makes the record go up again", async () => {
    await sealed(store, wen, 0);
    service.faults.unsealed = true;
    await settleDown(1);
    service.kept.clear();
    service.log.leaves.length = 0;
    service.faults.unsealed = false;
    await settleDown(3);

    expect(service.kept.size).toBe(1);
  });

  it("whose receipts stand under the answer's checkpoint need no further proof, a hundred in one contact neither", async () => {
    await sealed(store, wen, 0);
    await settleDown(1);
    let asked = 0;
    service.consistency = (from, to) => {
      asked++;
      return Service.prototype.consistency.call(service, from, to);
    };
    for (let at = 0; at < 100; at++) await sealed(store, wen, 0);
    await settleDown(1);

    expect(service.requests.at(-1)?.envelopes).toHaveLength(100);
    expect((await lines()).filter((one) => one.state === "delivered")).toHaveLength(101);
    expect(asked).toBe(0);
  });

  it("whose receipt hangs on an unproved checkpoint counts only once that is proved", async () => {
    await sealed(store, wen, 0);
    await settleDown(1);
    await sealed(store, wen, 0);
    service.faults.unproved = true;
    service.consistency = () => Promise.reject(new Refused(400, "not_provable", {}));
    await settleDown(2);
    expect((await lines()).map((one) => one.state)).toEqual(["saved", "delivered"]);

    service.faults.unproved = false;
    service.consistency = Service.prototype.consistency.bind(service);
    await settleDown(2);
    expect((await lines()).map((one) => one.state)).toEqual(["delivered", "delivered"]);
  });
});

describe("a log with two faces", () => {
  async function forked(): Promise<SmallLog> {
    await sealed(store, wen, 0);
    await settleDown(2);
    service.log.append({ kind: "look" });
    await settleDown(1);
    const other = new SmallLog();
    for (const leaf of service.log.leaves) other.leaves.push({ ...leaf });
    return other;
  }

  it("of one size stops the sync, keeps the proof, and lets go of nothing", async () => {
    const other = await forked();
    const last = other.leaves.at(-1);
    if (last) last.payload = last.payload.replace("look", "lock");
    service.log = other;
    service.settled = { settled_up_to: 99, settled_by: "backup" };
    await settleDown(2);

    expect(sync.state().contradicted).toBe(true);
    const kept = await store.log.contradiction();
    expect(kept?.held).toContain("log.example/luqin");
    expect(kept?.shown).not.toBe(kept?.held);
    expect(await lines()).toHaveLength(1);
    const asked = service.requests.length;
    await settleDown(2);
    expect(service.requests).toHaveLength(asked);
  });

  it("that has grown out of another past stops it, too", async () => {
    const other = await forked();
    const [first] = other.leaves;
    if (first) first.payload = first.payload.replace("violation.recorded", "violation.redacted");
    other.append({ kind: "shift.opened" });
    service.log = other;
    await settleDown(2);

    expect(sync.state().contradicted).toBe(true);
  });

  it("is not what a slow proxy makes: an old answer is only old", async () => {
    await forked();
    const fresh = service.log;
    const old = new SmallLog();
    old.leaves.push(...fresh.leaves.slice(0, 1));
    service.log = old;
    service.consistency = (from, to) => Promise.resolve(fresh.consistency(from, to));
    await settleDown(2);

    expect(sync.state().contradicted).toBe(false);
    expect((await store.log.verified())?.size).toBe(2);
  });
});

describe("one bad record", () => {
  it("never holds up the others: a server that breaks at it gets all the rest", async () => {
    const texts: string[] = [];
    for (let at = 0; at < 5; at++) await sealed(store, wen, 0, `浙M5K08${at}`);
    service.refuse = (request) =>
      request.envelopes.some((one) => one.text.includes("浙M5K082"))
        ? new Refused(500, "server_error", {})
        : null;
    await settleDown(2);

    for (const kept of service.kept.values()) texts.push(kept.text);
    expect(texts).toHaveLength(4);
    expect((await lines()).map((one) => one.state)).toEqual([
      "delivered",
      "delivered",
      "saved",
      "delivered",
      "delivered",
    ]);

    service.refuse = () => null;
    await settleDown(2);
    expect(service.kept.size).toBe(5);
  });

  it("that the server will never take needs the officer, and can be tried again", async () => {
    const { uid } = await sealed(store, wen, 0);
    service.refuse = (request) =>
      request.envelopes.length > 0 ? new Refused(400, "not_understood", {}) : null;
    await settleDown(2);
    expect(await lines()).toEqual([{ state: "needs_you", reason: "refused" }]);

    service.refuse = () => null;
    await store.outbox.tryAgain(uid);
    await settleDown(2);
    expect((await lines())[0]?.state).toBe("delivered");
  });

  it("that was set aside is delivered, and said to be checked", async () => {
    service.quarantine = () => true;
    await sealed(store, wen, 1);
    await settleDown();
    expect(await lines()).toMatchObject([{ state: "delivered", checking: "wrong_shift" }]);
  });
});

describe("a photo that has just gone up", () => {
  it("is not sent again because of an answer that was asked for before", async () => {
    await sealed(store, wen, 1);
    service.upload = () => Promise.reject(new Unreachable("cut"));
    await settleDown(1);
    const [photo] = await dispatchOf(store).photosAwaiting();
    clock.forward(10);
    await dispatchOf(store).uploaded(photo?.digest ?? "");

    await dispatchOf(store).settlePhotos(
      [{ digest: photo?.digest ?? "", wanted: true, proved: null }],
      clock.ms - 5,
    );
    expect(await dispatchOf(store).photosToSend()).toEqual([]);

    await dispatchOf(store).settlePhotos(
      [{ digest: photo?.digest ?? "", wanted: true, proved: null }],
      clock.ms + 5,
    );
    expect(await dispatchOf(store).photosToSend()).toHaveLength(1);
  });
});

describe("a photo that the server has lost after it had arrived", () => {
  it("is sent again while it lies here, is said once, and the record stays delivered", async () => {
    await sealed(store, wen, 2);
    await settleDown();
    const [lost] = await store.db.read(["photos"], (tx) => tx.objectStore("photos").getAll());
    service.lost.add(lost?.digest ?? "");
    const entries = service.log.leaves.length;
    // Whatever is said of copies: the server itself has none.
    service.settled = { settled_up_to: 99, settled_by: "backup" };
    clock.forward(31 * 60_000);
    await sync.now();
    expect(service.requests.at(-1)?.held_photos).toHaveLength(2);
    await settleDown(2);

    expect([service.lost.size, service.log.leaves.length]).toEqual([0, entries]);
    expect(await lines()).toEqual([]);
  });

  it("stays here past its seven days until the server says that it has it again, whatever became of the upload", async () => {
    service.settled = { settled_up_to: null, settled_by: "none" };
    await sealed(store, wen, 1);
    await settleDown();
    const [photo] = await store.db.read(["photos"], (tx) => tx.objectStore("photos").getAll());
    service.lost.add(photo?.digest ?? "");
    clock.forward(8 * 86_400_000);
    const send = service.upload.bind(service);

    // Its upload was forgotten there in the meantime: begun anew after the next contact.
    service.upload = () => Promise.reject(new Refused(410, "expired", {}));
    await settleDown(1);
    expect([await files(), (await lines()).length]).toEqual([1, 1]);

    // Its last byte went up and the server said so, and has no copy all the same.
    let ups = 0;
    service.upload = () => (ups++ === 0 ? Promise.resolve() : Promise.reject(new Unreachable("cut")));
    await settleDown(1);
    expect([await files(), (await lines()).length]).toEqual([1, 1]);

    service.upload = send;
    await settleDown(2);
    expect(service.lost.size).toBe(0);
    expect([await files(), await lines()]).toEqual([0, []]);
  });

  it("and comes to lie here no longer than the server's word for it, in whichever order the two arrive", async () => {
    await sealed(store, wen, 1);
    await settleDown();
    const [photo] = await store.db.read(["photos"], (tx) => tx.objectStore("photos").getAll());
    const digest = photo?.digest ?? "";
    const settled = { up_to: 99, by: "backup" } as const;
    const dispatch = dispatchOf(store);
    const said = (wanted: boolean, asked_ms: number) =>
      dispatch.settlePhotos([{ digest, wanted, proved: null }], asked_ms);

    await said(true, clock.ms);
    clock.forward(10);
    await dispatch.uploaded(digest);
    await said(false, clock.ms - 5); // asked before its last byte went up: of the copy that was lost
    expect([await dispatch.letGo(settled), await files()]).toEqual([0, 1]);
    await said(true, clock.ms - 5);
    expect([await dispatch.letGo(settled), await files()]).toEqual([0, 1]);
    await said(false, clock.ms + 5);
    expect([await dispatch.letGo(settled), await files()]).toEqual([1, 0]);
  });

  it("is asked about twice an hour, and not in every contact", async () => {
    await sealed(store, wen, 1);
    await settleDown();
    const asked = () => service.requests.filter((one) => one.held_photos.length > 0).length;
    const before = asked();
    await settleDown(3);
    expect(asked()).toBe(before);

    clock.forward(30 * 60_000);
    await settleDown(3);
    expect(asked()).toBe(before + 1);
  });

  it("and of which the receipt is still missing, goes up again and gets it", async () => {
    await sealed(store, wen, 1);
    await sync.now();
    const [photo] = await dispatchOf(store).photosAwaiting();
    const digest = photo?.digest ?? "";
    while (sync.state().photos) await new Promise((resolve) => setTimeout(resolve, 1));
    service.lost.add(digest);
    await settleDown();

    expect([service.arrived.size, service.lost.size]).toEqual([1, 0]);
    expect((await lines())[0]?.state).toBe("delivered");
  });
});

describe("130 records", () => {
  it("go up in portions of at most 100, in the order of their numbers", async () => {
    const draft = await drafted(store, wen, 0);
    await seal(store, wen, toSeal(store, wen, draft));
    for (let at = 1; at < 130; at++) await seal(store, wen, { ...toSeal(store, wen, draft), draft: null });
    await settleDown(1);

    const portions = service.requests.map((request) => request.envelopes.length).filter((count) => count > 0);
    expect(portions).toEqual([100, 30]);
    const numbers = [...service.kept.values()].map((one) => (JSON.parse(one.text) as { seq: number }).seq);
    expect(numbers).toEqual(Array.from({ length: 130 }, (_, at) => at + 1));
  });
});

describe("reading", () => {
  const item = (n: number, id: string, view: unknown = { id, n }) => ({
    n,
    about: "task",
    id,
    gone: view === null,
    view,
  });

  beforeEach(() => {
    service.standing = "ok";
    sync.unlocked(wen);
  });

  it("applies the feed page by page and remembers where it was", async () => {
    const pages = [
      { epoch: "e1", start_over: true, cursor: 5, more: true, items: [item(3, "a"), item(4, "b")] },
      { epoch: "e1", start_over: false, cursor: 9, more: false, items: [item(7, "b", { id: "b", n: 7 })] },
    ];
    service.during = () => Promise.resolve(void (service.feed = pages.shift() ?? null));
    await settleDown(1);

    expect(service.requests.map(({ epoch, cursor }) => [epoch, cursor])).toEqual([
      [null, null],
      ["e1", 5],
    ]);
    expect(await store.views.all(wen, "task")).toEqual([
      { id: "a", n: 3 },
      { id: "b", n: 7 },
    ]);
  });

  it("replaces everything when it starts over, and takes away what is no longer this officer's", async () => {
    service.feed = {
      epoch: "e1",
      start_over: true,
      cursor: 5,
      more: false,
      items: [item(3, "a"), item(4, "b")],
    };
    await settleDown(1);
    service.feed = { epoch: "e1", start_over: false, cursor: 6, more: false, items: [item(5, "a", null)] };
    await settleDown(1);
    expect(await store.views.all(wen, "task")).toEqual([{ id: "b", n: 4 }]);

    service.feed = { epoch: "e2", start_over: true, cursor: 9, more: false, items: [item(8, "c")] };
    await settleDown(1);
    expect(await store.views.all(wen, "task")).toEqual([{ id: "c", n: 8 }]);
  });

  it("never covers newer with older", async () => {
    service.feed = { epoch: "e1", start_over: true, cursor: 9, more: false, items: [item(8, "a")] };
    await settleDown(1);
    service.feed = {
      epoch: "e1",
      start_over: false,
      cursor: 9,
      more: false,
      items: [item(3, "a", { id: "a", n: 3 })],
    };
    await settleDown(1);
    expect(await store.views.all(wen, "task")).toEqual([{ id: "a", n: 8 }]);
  });

  it("takes the shift up again when the cookie is gone", async () => {
    service.standing = "none";
    await store.officers.keepResume(wen, "secret");
    service.feed = { epoch: "e1", start_over: true, cursor: 1, more: false, items: [item(0, "a")] };
    await settleDown(1);

    expect([service.resumes, sync.state().session]).toEqual([1, "ok"]);
    expect(await store.views.all(wen, "task")).toHaveLength(1);
  });

  it("gives nothing of one officer's to another who unlocks the same handheld", async () => {
    service.feed = { epoch: "e1", start_over: true, cursor: 1, more: false, items: [item(0, "a")] };
    const mei = await signedIn(store, "034513");
    sync.unlocked(mei);
    await settleDown(2);

    expect(await store.views.all(mei, "task")).toEqual([]);
    expect(sync.state().session).toBe("ended");

    await store.officers.keepResume(mei, "hers");
    service.resume = () => {
      service.officer = "034513";
      return Promise.resolve({ now: "", officer: null, shift: null, terminal: null });
    };
    await settleDown(2);
    expect(await store.views.all(mei, "task")).toHaveLength(1);
  });

  it("ends where the server says that the shift is over, and not where it says anything else", async () => {
    service.standing = "none";
    await store.officers.keepResume(wen, "secret");
    service.resumeRefused = new Refused(403, "terminal_refused", {});
    await settleDown(1);
    expect((await store.officers.one("034512"))?.shift).not.toBeNull();

    service.resumeRefused = new Refused(409, "shift_ended", {});
    await settleDown(1);
    expect((await store.officers.one("034512"))?.shift).toBeNull();
    const asked = service.resumes;
    await settleDown(1);
    expect([service.resumes, sync.state().session, sync.state().contact]).toEqual([asked, "ended", "ok"]);
  });

  it("goes on where the server has no roads", async () => {
    service.roads = () => Promise.reject(new Refused(404, "not_found", {}));
    service.feed = { epoch: "e1", start_over: true, cursor: 1, more: false, items: [item(0, "a")] };
    await settleDown(2);
    expect(sync.state()).toMatchObject({ contact: "ok", session: "ok" });
  });

  it("tells once which tasks were seen and where the handheld was", async () => {
    await store.views.opened("034512", "t1");
    await store.positions.add("034512", {
      lat: 30,
      lon: 120,
      acc_m: 5,
      at: "2026-11-25T10:00:00+08:00",
      source: "gps",
      crs: "wgs84",
    });
    await settleDown(2);

    expect(service.requests.map((one) => one.opened)).toEqual([["t1"], []]);
    expect(service.requests.map((one) => one.positions.length)).toEqual([1, 0]);
  });

  it("says when this build is too old, and the clock off", async () => {
    service.minimum_version = "0.2.0";
    service.clock_ms = () => clock.now() + 3_600_000;
    await settleDown(1);
    expect(sync.state()).toMatchObject({ too_old: true, clock_says: "off", clock: { offset_ms: 3_600_000 } });
  });
});

describe("a handheld that was revoked", () => {
  it("sends first what it has, wipes what came from the server and every draft, and keeps what is sealed until it is settled", async () => {
    service.standing = "ok";
    service.feed = {
      epoch: "e",
      start_over: true,
      cursor: 1,
      more: false,
      items: [{ n: 0, about: "task", id: "a", gone: false, view: { id: "a" } }],
    };
    sync.unlocked(wen);
    await settleDown(1);
    await drafted(store, wen, 1);
    await sealed(store, wen, 2);
    service.terminal_state = "revoked";
    service.standing = "ended";
    await settleDown();

    const left = async () => {
      return await store.db.read(
        ["drafts", "shots", "views", "officers", "outbox", "photos", "files"],
        async (tx) =>
          await Promise.all(
            (["drafts", "shots", "views", "officers", "outbox", "photos", "files"] as const).map((name) =>
              tx.objectStore(name).count(),
            ),
          ),
      );
    };
    expect([service.kept.size, service.arrived.size]).toEqual([1, 2]);
    expect(await left()).toEqual([0, 0, 0, 0, 1, 2, 2]);

    service.settled = { settled_up_to: 3, settled_by: "backup" };
    await settleDown(2);
    expect(await left()).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it("keeps what it could not send", async () => {
    await sealed(store, wen, 1);
    service.terminal_state = "revoked";
    service.faults.unsealed = true;
    await settleDown(3);
    expect(await store.db.read(["outbox"], (tx) => tx.objectStore("outbox").count())).toBe(1);

    service.faults.unsealed = false;
    service.settled = { settled_up_to: 9, settled_by: "backup" };
    await settleDown();
    expect(await store.db.read(["outbox"], (tx) => tx.objectStore("outbox").count())).toBe(0);
  });
});

async function files(): Promise<number> {
  return await store.db.read(["files"], (tx) => tx.objectStore("files").count());
}
