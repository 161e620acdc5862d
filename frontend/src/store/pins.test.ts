import { beforeEach, describe, expect, it, vi } from "vitest";

import { newProfile, signedIn } from "../testing/handheld";
import { KeyLost, openStore, PinLocked, PinTooSimple, PinWrong, TRIES, type Store } from ".";
import { ROUNDS } from "./pins";

const WEN = "034512";
const PIN = "271828";
let store: Store;

beforeEach(async () => {
  newProfile();
  store = openStore({ name: "pins" });
  await signedIn(store, WEN);
});

describe("the PIN", () => {
  it("opens the key that it was chosen for, also after another start", async () => {
    const chosen = await store.pins.choose(WEN, PIN, "long password");
    const box = await chosen.closeJson("x", { plate: "浙M5K082" });

    const opened = await openStore({ name: "pins" }).pins.open(WEN, PIN);

    expect(await opened.openJson("x", box)).toEqual({ plate: "浙M5K082" });
  });

  it("goes through 600,000 rounds or more", async () => {
    const rounds: unknown[] = [];
    const real = crypto.subtle.deriveKey.bind(crypto.subtle) as (...given: unknown[]) => Promise<CryptoKey>;
    vi.spyOn(crypto.subtle, "deriveKey").mockImplementation((...given: unknown[]) => {
      rounds.push((given[0] as Pbkdf2Params).iterations);
      return real(...given);
    });
    await store.pins.choose(WEN, PIN, "long password");

    expect(ROUNDS).toBeGreaterThanOrEqual(600_000);
    expect(rounds).toEqual([ROUNDS, ROUNDS]);
  });

  it("has five tries, then only the password, online", async () => {
    await store.pins.choose(WEN, PIN, "long password");

    for (let left = TRIES - 1; left >= 0; left--) {
      await expect(store.pins.open(WEN, "111112")).rejects.toMatchObject({ tries_left: left });
    }

    await expect(store.pins.open(WEN, PIN)).rejects.toThrow(PinLocked);
    const vault = await store.pins.openByPassword(WEN, "long password");
    await store.pins.setPin(vault, "314159");
    await store.pins.open(WEN, "314159");
  });

  it("counts a try before it is made: killing the app gains none; the right one gives all back", async () => {
    await store.pins.choose(WEN, PIN, "long password");
    const derive = vi.spyOn(crypto.subtle, "deriveKey").mockRejectedValue(new Error("killed"));
    await expect(store.pins.open(WEN, "000001")).rejects.toThrow("killed");
    derive.mockRestore();
    expect((await store.officers.one(WEN))?.tries_left).toBe(TRIES - 1);

    await store.pins.open(WEN, PIN);

    expect((await store.officers.one(WEN))?.tries_left).toBe(TRIES);
  });

  it.each(["12345", "1234567", "abcdef", "111111", "123456", "654321", ""])("is not %j", async (pin) => {
    await expect(store.pins.choose(WEN, pin, "p")).rejects.toThrow(PinTooSimple);
  });

  it("is nobody's before it was chosen", async () => {
    await expect(store.pins.open(WEN, PIN)).rejects.toThrow(PinLocked);
    await expect(store.pins.open("999999", PIN)).rejects.toThrow(PinLocked);
    await expect(store.pins.openByPassword(WEN, "x")).rejects.toThrow(PinLocked);
  });

  it("forgotten together with a changed password loses no key: the earlier one is kept", async () => {
    const first = await store.pins.choose(WEN, PIN, "old password");
    const box = await first.closeJson("x", 1);
    await expect(store.pins.openByPassword(WEN, "new password")).rejects.toThrow(KeyLost);

    await store.pins.choose(WEN, "314159", "new password");

    const recovered = await store.pins.openFormer(WEN, "old password");
    expect(await recovered?.openJson("x", box)).toBe(1);
    expect(await store.pins.openFormer(WEN, "never")).toBeNull();
  });

  it("of one officer opens nothing of another", async () => {
    await signedIn(store, "034513");
    await store.pins.choose(WEN, PIN, "p1");
    await store.pins.choose("034513", "314159", "p2");

    await expect(store.pins.open("034513", PIN)).rejects.toThrow(PinWrong);
  });
});
