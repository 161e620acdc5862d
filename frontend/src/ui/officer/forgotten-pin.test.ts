// @vitest-environment happy-dom
/** A PIN that was forgotten, a password that was reset, and both: what opens, what stays locked, and that sealed records go up all the same. */
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";

import { openStore, TRIES, type Store } from "@/store";
import { dispatchOf } from "@/store/dispatch";
import * as syncing from "@/sync";
import { drafted, sealed } from "@/testing/handheld";
import { draft } from "./draft";
import {
  forgetPin,
  keptUnderOldPin,
  lock,
  openSealed,
  openWithOldPin,
  setOldPinAside,
  setPin,
  signIn,
  unlock,
} from "./duty";
import { handheld, readOfficers, readTerminal } from "./handheld";
import { install, works, type Connection, type Server } from "./works";

for (const lacking of ["locks", "geolocation"])
  Object.defineProperty(navigator, lacking, { value: undefined, configurable: true });

const WEN = "034512";
const PIN = "271828";
const NEW_PIN = "314159";
const PASSWORD = "correct horse";
const RESET = "battery staple";
const OFFICER = {
  police_number: WEN,
  name: "文警官",
  role: "officer",
  unit_code: "330900010100",
  unit_name: "一中队",
  capabilities: ["record"],
  home_plate: "浙M",
};

/** The service, as far as signing in goes: it knows one password. */
class Station {
  password = PASSWORD;
  readonly server = {
    challenge: () => Promise.resolve("a-challenge"),
    signIn: ({ password }: { password: string }) =>
      password === this.password
        ? Promise.resolve({
            officer: OFFICER,
            shift: { id: "s", opened_at: "2026-11-25T08:00:00Z", ends_at: "2026-11-25T20:00:00Z" },
            resume: "a-secret",
          })
        : Promise.reject(new Error("wrong password")),
  } as unknown as Server;
}

let store: Store;
let station: Station;
let names = 0;

beforeEach(async () => {
  store = openStore({ name: `forgotten-${names++}` });
  station = new Station();
  const sync = { locked: () => undefined, unlocked: () => undefined, now: () => Promise.resolve() };
  const connection = { sync, server: station.server, entering: syncing } as unknown as Connection;
  install({ store, connect: () => Promise.resolve(connection) });
  const { id, fingerprint } = await store.keys.make();
  const row = {
    id,
    number: 17,
    fingerprint,
    label: "",
    state: "active" as const,
    enrolled_at: "",
    log_key: "",
  };
  await store.terminal.enrolled(row);
  await readTerminal();
  await readOfficers();
  await signIn(WEN, PASSWORD);
  await setPin(PIN);
});

/** A violation that is being written with a photo, and one that was saved; then the handheld is locked. */
async function atWork(): Promise<string> {
  const open = await drafted(store, works().vault(), 1);
  await sealed(store, works().vault(), 1);
  await lock();
  return open.id;
}

async function tryAll(): Promise<void> {
  for (let left = TRIES - 1; left >= 0; left--) expect(await unlock("999998")).toEqual({ triesLeft: left });
}

describe("a PIN that was forgotten", () => {
  it("is replaced by a new one after the password was given, and nothing is lost", async () => {
    const id = await atWork();
    forgetPin();

    await signIn(WEN, PASSWORD);
    expect(handheld.standing).toBe("no_pin");
    expect(await keptUnderOldPin()).toBe(0);
    await setPin(NEW_PIN);

    expect(handheld).toMatchObject({ standing: "open", sealedDrafts: 0 });
    expect(draft.value?.id).toBe(id);
    await lock();
    expect(await unlock(NEW_PIN)).toBe("open");
  });

  it("ends after five wrong tries with the password, online", async () => {
    const id = await atWork();
    await tryAll();
    expect(await unlock(PIN)).toEqual({ triesLeft: 0 });

    await signIn(WEN, PASSWORD);
    await setPin(NEW_PIN);

    expect(draft.value?.id).toBe(id);
  });
});

describe("a password that was reset", () => {
  beforeEach(() => {
    station.password = RESET;
  });

  it("leaves the PIN in force: it is asked for, and the new password opens the same key from then on", async () => {
    const id = await atWork();
    await signIn(WEN, RESET);
    expect(handheld.standing).toBe("old_pin");

    expect(await openWithOldPin("999998")).toEqual({ triesLeft: TRIES - 1 });
    expect(await openWithOldPin(PIN)).toBe("open");

    expect(draft.value?.id).toBe(id);
    await lock();
    await signIn(WEN, RESET);
    expect(handheld.standing).toBe("open");
  });

  it("gives the PIN its tries back where they were used up", async () => {
    await atWork();
    await tryAll();

    await signIn(WEN, RESET);

    expect(handheld.standing).toBe("old_pin");
    expect(await openWithOldPin(PIN)).toBe("open");
  });

  it("asks nobody for a forgotten PIN that locks nothing", async () => {
    await lock();
    forgetPin();

    await signIn(WEN, RESET);

    expect(handheld.standing).toBe("no_pin");
    await setPin(NEW_PIN);
    expect(handheld).toMatchObject({ standing: "open", sealedDrafts: 0 });
  });
});

describe("both at once", () => {
  let id: string;

  beforeEach(async () => {
    id = await atWork();
    station.password = RESET;
    forgetPin();
    await signIn(WEN, RESET);
    expect(await openWithOldPin("999998")).toEqual({ triesLeft: TRIES - 1 });
    setOldPinAside();
  });

  it("say before the new PIN how much it will not open, and afterwards, and send what was sealed", async () => {
    expect(handheld.standing).toBe("no_pin");
    expect(await keptUnderOldPin()).toBe(1);

    await setPin(NEW_PIN);

    expect(handheld).toMatchObject({ standing: "open", sealedDrafts: 1 });
    expect(draft.value).toBeNull();
    const up = await dispatchOf(store).toSend(10, 1_000_000);
    expect(up).toHaveLength(1);
    const [photo] = await dispatchOf(store).photosAwaiting();
    expect(photo && (await dispatchOf(store).photoBytes(photo.digest))?.size).toBe(photo?.bytes);
  });

  it.each([
    ["PIN", PIN],
    ["password", PASSWORD],
  ])("give everything back when the old %s comes to mind, photos and all", async (_, secret) => {
    await setPin(NEW_PIN);
    expect(await openSealed("000001")).toBeNull();
    expect(handheld.sealedDrafts).toBe(1);

    expect(await openSealed(secret)).toBe(1);

    expect(handheld.sealedDrafts).toBe(0);
    expect(draft.value?.id).toBe(id);
    const [shot] = draft.value?.photos ?? [];
    expect(shot && (await store.drafts.photo(works().vault(), id, shot.sha256)).size).toBe(shot?.bytes);
    await lock();
    expect(await unlock(NEW_PIN)).toBe("open");
    expect(await store.pins.openFormer(WEN, secret)).toBeNull();
  });

  it("leave a draft of today beside those of before", async () => {
    await setPin(NEW_PIN);
    const today = await drafted(store, works().vault(), 1);

    await openSealed(PIN);

    const all = await store.drafts.all(works().vault());
    expect(all.map((one) => one.id).sort()).toEqual([id, today.id].sort());
  });

  it("have what the server told asked for anew: the new key can't read it", async () => {
    await store.db.write(["officers"], async (tx) => {
      const row = await tx.objectStore("officers").get(WEN);
      if (row) await tx.objectStore("officers").put({ ...row, epoch: "e", cursor: 9 });
    });

    await setPin(NEW_PIN);

    expect(await store.views.place(WEN)).toEqual({ epoch: null, cursor: null });
  });
});
