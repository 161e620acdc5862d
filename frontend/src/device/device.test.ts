// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";

import { battery, photosLeft, space } from "./phone";
import { MOST_BYTES, PhotoEmpty, photoFromFile, PhotoTooLarge } from "./photo";
import { ageOf, judgeFix, watchPosition, type Where } from "./position";
import { CameraUnusable, openCamera } from "./camera";
import { onlyTheWorker, registerWorker } from "./worker";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a photo from the phone", () => {
  it("keeps its bytes as given and is hashed at once, also where no browser can open it", async () => {
    const file = new File(["abc"], "IMG_1.HEIC", { type: "image/heic" });
    const photo = await photoFromFile(file);

    expect(photo).toMatchObject({
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      px: null,
      source: "file",
    });
    expect(photo.bytes).toBe(file);
  });

  it("that is empty or larger than the server takes is refused by name", async () => {
    await expect(photoFromFile(new File([], "x.jpg"))).rejects.toThrow(PhotoEmpty);
    const huge = new File([new Uint8Array(MOST_BYTES + 1)], "x.jpg");
    await expect(photoFromFile(huge)).rejects.toThrow(PhotoTooLarge);
  });
});

describe("the camera", () => {
  it.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "none"],
    ["NotReadableError", "busy"],
  ])("that fails with %s is said to be %s", async (name, why) => {
    const getUserMedia = () => Promise.reject(new DOMException("", name));
    vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
    await expect(openCamera(document.createElement("video"))).rejects.toEqual(
      new CameraUnusable(why as "denied"),
    );
    await expect(openCamera(document.createElement("video"))).rejects.toMatchObject({ why });
  });

  it("is not there without a secure origin", async () => {
    vi.stubGlobal("navigator", {});
    await expect(openCamera(document.createElement("video"))).rejects.toMatchObject({ why: "insecure" });
  });
});

describe("the position", () => {
  function phone() {
    let good: PositionCallback = () => undefined;
    let bad: PositionErrorCallback = () => undefined;
    const clearWatch = vi.fn();
    const watch = (onGood: PositionCallback, onBad?: PositionErrorCallback | null): number => {
      good = onGood;
      bad = onBad ?? bad;
      return 7;
    };
    const fix = (accuracy: number, timestamp: number): void =>
      good({ coords: { latitude: 30, longitude: 120, accuracy }, timestamp } as GeolocationPosition);
    const fail = (code: number): void => bad({ code, PERMISSION_DENIED: 1 } as GeolocationPositionError);
    return {
      geolocation: { watchPosition: watch, clearWatch } as unknown as Geolocation,
      fix,
      fail,
      clearWatch,
    };
  }

  it("waits, comes, stays with its age when satellites are lost, and says so when it is forbidden", () => {
    const { geolocation, fix, fail, clearWatch } = phone();
    const heard: Where[] = [];
    const stop = watchPosition((where) => heard.push(where), geolocation);
    fail(2);
    fix(8, 1000);
    fail(3);
    fail(1);
    stop();

    expect(heard.map((where) => where.state)).toEqual(["waiting", "unavailable", "fix", "denied"]);
    expect(clearWatch).toHaveBeenCalledWith(7);
  });

  it("is unavailable where the phone has none", () => {
    const heard: Where[] = [];
    vi.stubGlobal("navigator", {});
    watchPosition((where) => heard.push(where))();
    expect(heard).toEqual([{ state: "unavailable" }]);
  });

  it.each([
    [30, 0, "sure"],
    [31, 0, "poor"],
    [5, 30_000, "sure"],
    [5, 30_001, "old"],
  ])("with %s m, %s ms ago, is %s", (acc_m, age, verdict) => {
    const fix = { lat: 30, lon: 120, acc_m, at_ms: 1_000_000 };
    expect(judgeFix(fix, 1_000_000 + age)).toBe(verdict);
    expect(ageOf(fix, 0)).toBe(0);
  });
});

describe("the phone", () => {
  it("says how many photos still fit, never fewer than none, and nothing where the browser doesn't tell", async () => {
    const storage = (quota?: number, usage?: number) =>
      ({
        estimate: () => Promise.resolve({ quota, usage }),
        persisted: () => Promise.resolve(true),
      }) as StorageManager;
    expect(photosLeft(await space(storage(200_000_000, 42_000_000)))).toBe(230);
    expect(photosLeft(await space(storage(30_000_000, 25_000_000)))).toBe(0);
    expect(photosLeft(await space(storage()))).toBeNull();
    expect(await space({} as StorageManager)).toEqual({ free_bytes: null, persisted: null });
  });

  it("tells its charge, or not", async () => {
    vi.stubGlobal("navigator", { getBattery: () => Promise.resolve({ level: 0.684, charging: true }) });
    expect(await battery()).toEqual({ percent: 68, charging: true });
    vi.stubGlobal("navigator", { getBattery: () => Promise.reject(new DOMException("", "NotAllowedError")) });
    expect(await battery()).toBeNull();
    vi.stubGlobal("navigator", {});
    expect(await battery()).toBeNull();
  });
});

describe("a new build", () => {
  function worker() {
    const waiting = { postMessage: vi.fn() };
    const registration = Object.assign(new EventTarget(), {
      waiting: null as unknown,
      installing: null,
      update: vi.fn(() => Promise.reject(new TypeError("offline"))),
    });
    const container = Object.assign(new EventTarget(), {
      controller: {} as unknown,
      register: vi.fn(() => Promise.resolve(registration)),
    });
    vi.stubGlobal("navigator", { serviceWorker: container });
    const reload = vi.fn();
    vi.stubGlobal("location", { reload });
    return { waiting, registration, container, reload };
  }

  it("waits until it is asked for, and then starts the app again once", async () => {
    const { waiting, registration, container, reload } = worker();
    registration.waiting = waiting;
    let take = (): void => undefined;
    await registerWorker({ onWaiting: (now) => (take = now) });
    container.dispatchEvent(new Event("controllerchange"));
    expect([waiting.postMessage.mock.calls.length, reload.mock.calls.length]).toEqual([0, 0]);

    take();
    container.dispatchEvent(new Event("controllerchange"));
    expect([waiting.postMessage.mock.calls, reload.mock.calls.length]).toEqual([[["take-over"]], 1]);
  });

  it("is registered by the one address that a page with trusted types lets through", async () => {
    const { container } = worker();
    const trusted = { trusted: "address" };
    const createPolicy = vi.fn((_name: string, rules: { createScriptURL: (address: string) => string }) => ({
      createScriptURL: (address: string) => rules.createScriptURL(address) && trusted,
    }));
    vi.stubGlobal("trustedTypes", { createPolicy });

    await registerWorker({ onWaiting: vi.fn() });

    expect(container.register.mock.calls).toEqual([[trusted, expect.anything()]]);
    expect(createPolicy.mock.calls.map(([name]) => name)).toEqual(["luqin-worker"]);
    for (const other of ["", "/app/sw.js?x", "https://elsewhere.example/sw.js"])
      expect(() => onlyTheWorker(other)).toThrow(TypeError);
  });

  it("is no news at the very first installation", async () => {
    const { waiting, registration, container } = worker();
    registration.waiting = waiting;
    container.controller = null;
    const onWaiting = vi.fn();
    await registerWorker({ onWaiting });
    expect(onWaiting).not.toHaveBeenCalled();
  });

  it("is looked for without complaint where there is no network, and not at all where there are no workers", async () => {
    worker();
    await (
      await registerWorker({ onWaiting: vi.fn() })
    )();
    vi.stubGlobal("navigator", {});
    await (
      await registerWorker({ onWaiting: vi.fn() })
    )();
  });
});
