/** What an officer could not send, in one encrypted file: exactly that, nobody else's, and nothing on the handheld changes by it. */
import { beforeEach, describe, expect, it } from "vitest";

import { fromBase64, fromUtf8, utf8, type Bytes } from "../domain/bytes";
import { takenBy } from "../domain/outbox";
import type { Store, Vault } from "../store";
import { dispatchOf } from "../store/dispatch";
import { enrolled, newProfile, sealed, signedIn } from "../testing/handheld";
import { NothingToRescue, rescue, type Rescue } from "./rescue";

const WEN = "034512";
let store: Store;
let wen: Vault;

beforeEach(async () => {
  newProfile();
  ({ store, wen } = await enrolled(""));
});

interface Box {
  readonly letter: string;
  readonly inside: Bytes;
}

/** Open a file as field/sync/rescue.py does. */
async function opened(made: Rescue, passphrase = made.passphrase): Promise<Box[]> {
  const whole = new Uint8Array(await made.file.arrayBuffer());
  const number = (at: number): number => new DataView(whole.buffer).getUint32(at);
  expect(fromUtf8(whole.slice(0, 15))).toBe("luqin-rescue 1\n");
  const first = 19 + number(15);
  const head = JSON.parse(fromUtf8(whole.slice(19, first))) as { salt: string; rounds: number };
  const material = await crypto.subtle.importKey("raw", utf8(passphrase.replace(/ /g, "")), "PBKDF2", false, [
    "deriveKey",
  ]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: fromBase64(head.salt), iterations: head.rounds };
  const key = await crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, [
    "decrypt",
  ]);
  const additionalData = await crypto.subtle.digest("SHA-256", whole.slice(0, first));
  const boxes: Box[] = [];
  for (let at = first; at < whole.length; at += 4 + number(at)) {
    const iv = new Uint8Array(12);
    new DataView(iv.buffer).setUint32(8, boxes.length);
    const box = whole.slice(at + 4, at + 4 + number(at));
    const inside = new Uint8Array(
      await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, box),
    );
    boxes.push({ letter: fromUtf8(inside.slice(0, 1)), inside: inside.slice(1) });
  }
  return boxes;
}

describe("a phone that is full", () => {
  it("says whether what takes the room was not sent, or was sent and has no second copy", async () => {
    await sealed(store, wen, 2);
    expect(takenBy(await store.outbox.lying())).toBe("unsent");

    await delivered();

    expect(takenBy(await store.outbox.lying())).toBe("kept");
  });

  it("can hand over what was delivered, too, and keeps it all", async () => {
    await sealed(store, wen, 2);
    await delivered();
    await expect(rescue(store, WEN)).rejects.toBeInstanceOf(NothingToRescue);

    const boxes = await opened(await rescue(store, WEN, undefined, true));

    expect(boxes.map((one) => one.letter).join("")).toBe("HEPPZ");
    expect(await store.db.read(["files"], (tx) => tx.objectStore("files").count())).toBe(2);
  });

  it("has nothing to wait for where nothing lies here", () => {
    expect(takenBy({ unsent: 0, kept: 0 })).toBe("unsent");
  });
});

/** Every record and photo here has its receipt. */
async function delivered(): Promise<void> {
  const proved = { index: 1, name: "", at_ms: 0 };
  await store.db.write(["outbox", "photos"], async (tx) => {
    for (const row of await tx.objectStore("outbox").getAll())
      await tx.objectStore("outbox").put({ ...row, proved });
    for (const photo of await tx.objectStore("photos").getAll())
      await tx.objectStore("photos").put({ ...photo, arrived: proved, wanted: false });
  });
}

describe("a rescue", () => {
  it("holds the very envelopes and photos that would have gone up", async () => {
    await sealed(store, wen, 2);
    await sealed(store, wen, 1);
    const up = await dispatchOf(store).toSend(10, 1_000_000);

    const boxes = await opened(await rescue(store, WEN));

    expect(boxes.map((one) => one.letter).join("")).toBe("HEEPPPZ");
    expect(JSON.parse(fromUtf8(boxes[0]?.inside ?? utf8("")))).toEqual({ records: 2, photos: 3 });
    const envelopes = boxes.slice(1, 3).map((one) => JSON.parse(fromUtf8(one.inside)) as unknown);
    expect(envelopes).toEqual(up.map(({ text, signature }) => ({ text, signature })));
    const photos = boxes.slice(3, 6).map(({ inside }) => {
      const size = new DataView(inside.buffer).getUint32(0);
      const said = JSON.parse(fromUtf8(inside.slice(4, 4 + size))) as { digest: string };
      return [said.digest, inside.slice(4 + size)] as const;
    });
    for (const [digest, bytes] of photos)
      expect(bytes).toEqual(
        new Uint8Array((await (await dispatchOf(store).photoBytes(digest))?.arrayBuffer()) ?? []),
      );
  });

  it("changes nothing on the handheld", async () => {
    await sealed(store, wen, 1);
    const all = (): Promise<unknown> =>
      store.db.read(["outbox", "photos", "files", "meta"], (tx) =>
        Promise.all([
          tx.objectStore("outbox").getAll(),
          tx.objectStore("photos").getAll(),
          tx.objectStore("files").getAllKeys(),
          tx.objectStore("meta").getAll(),
        ]),
      );
    const before = await all();

    await rescue(store, WEN);

    expect(await all()).toEqual(before);
  });

  it("holds nothing of a colleague's, and nothing that has arrived", async () => {
    const mei = await signedIn(store, "034513");
    await sealed(store, mei, 1);
    await expect(rescue(store, WEN)).rejects.toThrow(NothingToRescue);
    const arrived = await sealed(store, wen, 0);
    await sealed(store, wen, 0);
    const proved = { index: 1, name: "x", at_ms: 0 };
    await dispatchOf(store).settleRecords([
      {
        text_sha256: arrived.text_sha256,
        verdict: { outcome: "admitted", reason: "" },
        proved,
        trouble: null,
      },
    ]);

    const boxes = await opened(await rescue(store, WEN));

    expect(boxes.map((one) => one.letter).join("")).toBe("HEZ");
  });

  it("brings a photo that is missing together with its record, even if that has arrived", async () => {
    const { text_sha256 } = await sealed(store, wen, 2);
    const proved = { index: 1, name: "x", at_ms: 0 };
    await dispatchOf(store).settleRecords([
      { text_sha256, verdict: { outcome: "admitted", reason: "" }, proved, trouble: null },
    ]);
    const [one] = await dispatchOf(store).photosAwaiting();
    await dispatchOf(store).settlePhotos([{ digest: one?.digest ?? "", wanted: false, proved }], 0);

    const boxes = await opened(await rescue(store, WEN));

    expect(boxes.map((each) => each.letter).join("")).toBe("HEPZ");
  });

  it("opens with its own 16 digits only, and each has others", async () => {
    await sealed(store, wen, 0);
    const [first, second] = [await rescue(store, WEN), await rescue(store, WEN)];

    expect(first.passphrase).toMatch(/^\d{4} \d{4} \d{4} \d{4}$/);
    expect(second.passphrase).not.toBe(first.passphrase);
    await expect(opened(first, second.passphrase)).rejects.toThrow();
  });

  it("holds one photo in memory at a time", async () => {
    await sealed(store, wen, 12);
    let most = 0;
    let here = 0;
    const dispatch = Object.getPrototypeOf(dispatchOf(store)) as {
      photoBytes(digest: string): Promise<Blob | null>;
    };
    const real = dispatch.photoBytes;
    dispatch.photoBytes = async function (digest) {
      most = Math.max(most, ++here);
      return await real.call(this, digest);
    };
    try {
      await rescue(store, WEN, () => (here = 0));
    } finally {
      dispatch.photoBytes = real;
    }

    expect(most).toBe(1);
  });
});
