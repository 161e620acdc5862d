/** A server that was restored to an earlier time: with a declaration by the old log's own key it goes on, without one nothing is let go of. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { toBase64 } from "../domain/bytes";
import { Refused } from "../remote";
import type { Store, Vault } from "../store";
import { enrolled, newProfile, sealed } from "../testing/handheld";
import { SmallLog } from "../testing/log";
import { Service } from "../testing/service";
import { makeSync, type Sync } from ".";

let store: Store;
let wen: Vault;
let service: Service;
let sync: Sync;
let old: SmallLog;

beforeEach(async () => {
  newProfile();
  service = new Service();
  const handheld = await enrolled(service.log.keyText);
  ({ store, wen } = handheld);
  service.clock_ms = handheld.clock.now;
  sync = makeSync({
    store,
    server: service,
    contact: () =>
      Promise.resolve({ app_version: "0.1.0", browser: "", storage_persisted: null, battery_percent: null }),
    version: "0.1.0",
    moments: { listen: () => () => undefined, isVisible: () => true },
    now: handheld.clock.now,
    chance: () => 0,
    send: (photo) => service.upload(photo),
    socket: null,
  });
  // Three records with a photo each are delivered: the log has six entries.
  for (let at = 0; at < 3; at++) await sealed(store, wen, 1, `浙M5K08${at}`);
  await settleDown();
  expect(await states()).toEqual(["delivered", "delivered", "delivered"]);
  old = service.log;
  expect(old.size).toBe(6);
});
afterEach(async () => {
  sync.stop();
  await store.close();
});

async function settleDown(times = 5): Promise<void> {
  for (let turn = 0; turn < times; turn++) {
    await sync.now();
    while (sync.state().photos) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const states = async (): Promise<string[]> =>
  (await store.outbox.lines("034512")).map((line) => line.state.state);

/** The server as a backup of the first `kept` entries leaves it, its log under this name. */
function restored(kept: number, origin = "log.example/luqin2"): SmallLog {
  const next = new SmallLog(origin);
  next.leaves.push(...old.leaves.slice(0, kept).map((leaf) => ({ ...leaf })));
  for (const [text, one] of service.kept) if (one.entry >= kept) service.kept.delete(text);
  for (const [digest, entry] of service.arrived) if (entry >= kept) service.arrived.delete(digest);
  service.log = next;
  return next;
}

/** The text of a declaration; each part can be another. */
function words(next: SmallLog, kept: number, size = old.size, root = old.root()): string {
  const lines = ["luqin log succession 1", old.origin, size, toBase64(root), kept, toBase64(old.root(kept))];
  return `${[...lines, next.keyText, "2026-11-25T10:00:00+08:00", "disk lost"].join("\n")}\n`;
}

/** A note with the signatures of these logs. */
function signedBy(text: string, ...logs: SmallLog[]): string {
  return `${text}\n${logs.map((log) => log.sign(text).slice(text.length + 1)).join("")}`;
}

describe("a log with a declared successor", () => {
  it("goes on: what the new one lacks goes up again, the rest keeps its receipt", async () => {
    const next = restored(4);
    service.successions.set(old.origin, signedBy(words(next, 4), old, next));
    next.append({ kind: "log.succeeded" });
    const before = service.requests.length;

    await settleDown();

    expect(await states()).toEqual(["delivered", "delivered", "delivered"]);
    expect(sync.state()).toMatchObject({ estranged: false, contradicted: false, contact: "ok" });
    expect((await store.terminal.get())?.log_key).toBe(next.keyText);
    expect([service.kept.size, service.arrived.size]).toEqual([3, 3]);
    const again = service.requests.slice(before).flatMap((request) => request.envelopes);
    expect(again.length).toBeLessThan(3);
    expect((await store.log.verified())?.size).toBe(next.size);
  });

  it("is told once", async () => {
    const next = restored(4);
    service.successions.set(old.origin, signedBy(words(next, 4), old, next));
    next.append({ kind: "log.succeeded" });
    await settleDown();
    expect(await store.log.succession()).toMatchObject({ told: false, again: expect.any(Number) as number });
    expect((await store.log.succession())?.again).toBeGreaterThan(0);

    await store.log.successionTold();
    await settleDown();

    expect((await store.log.succession())?.told).toBe(true);
  });

  it("may have lost nothing that this handheld saw, or everything", async () => {
    const next = restored(0);
    service.successions.set(old.origin, signedBy(words(next, 0), old, next));
    next.append({ kind: "log.succeeded" });

    await settleDown();

    expect([service.kept.size, service.arrived.size]).toEqual([3, 3]);
    expect(await states()).toEqual(["delivered", "delivered", "delivered"]);
  });

  it("must hold what it says it kept", async () => {
    const next = restored(4);
    service.successions.set(old.origin, signedBy(words(next, 4), old, next));
    const [first] = next.leaves;
    if (first) first.payload = first.payload.replace("violation.recorded", "violation.redacted");
    next.append({ kind: "log.succeeded" });

    await settleDown();

    expect(sync.state().contradicted).toBe(true);
  });

  it("can have one itself", async () => {
    const next = restored(4);
    service.successions.set(old.origin, signedBy(words(next, 4), old, next));
    next.append({ kind: "log.succeeded" });
    await settleDown();
    old = next;
    const third = restored(5, "log.example/luqin3");
    service.successions.set(old.origin, signedBy(words(third, 5), old, third));
    third.append({ kind: "log.succeeded" });

    await settleDown();

    expect((await store.terminal.get())?.log_key).toBe(third.keyText);
    expect(await states()).toEqual(["delivered", "delivered", "delivered"]);
  });
});

describe("nothing is let go of, and it is said,", () => {
  async function expectKept(): Promise<void> {
    service.settled = { settled_up_to: 99, settled_by: "backup" };
    await settleDown();
    expect(sync.state()).toMatchObject({ estranged: true, contradicted: false });
    expect(await states()).toHaveLength(3);
    expect((await store.log.verified())?.size).toBe(6);
    expect((await store.log.settled()).up_to).not.toBe(99);
  }

  it("where the log has another key and nobody declared it", async () => {
    restored(4).append({ kind: "shift.opened" });
    await expectKept();
  });

  it("where it shrank under its own name", async () => {
    restored(4, old.origin);
    service.consistency = () => Promise.reject(new Refused(400, "not_provable", {}));
    await expectKept();
  });

  it("where it is empty", async () => {
    restored(0, old.origin);
    await expectKept();
  });

  it.each([
    ["its successor alone signed", (next: SmallLog) => signedBy(words(next, 4), next)],
    ["the old log alone signed", (next: SmallLog) => signedBy(words(next, 4), old)],
    [
      "owns up to less than was seen",
      (next: SmallLog) => signedBy(words(next, 4, 5, old.root(5)), old, next),
    ],
    [
      "names another root than was seen",
      (next: SmallLog) => signedBy(words(next, 4, 6, old.root(5)), old, next),
    ],
    ["keeps more than there was", (next: SmallLog) => signedBy(words(next, 6, 5), old, next)],
    ["names the old log itself", () => signedBy(words(old, 4), old)],
  ])("where the declaration %s", async (_, declaration) => {
    const next = restored(4);
    next.append({ kind: "log.succeeded" });
    service.successions.set(old.origin, declaration(next));
    await expectKept();
  });

  it("until the log that is known is back", async () => {
    restored(4).append({ kind: "shift.opened" });
    await settleDown();
    expect(sync.state().estranged).toBe(true);

    service.log = old;
    service.settled = { settled_up_to: 99, settled_by: "backup" };
    await settleDown();

    expect(sync.state().estranged).toBe(false);
  });
});
