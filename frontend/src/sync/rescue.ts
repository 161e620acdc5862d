/**
 * Rescue: what an officer could not send, as one encrypted file that is carried by hand and taken in by `manage.py import_rescue`.
 *
 * It holds the very envelopes and photos that would have gone up, with the same signatures, so that the server trusts nothing new.
 * Only the officer's own: whoever gets the passphrase can read the file. Nothing on the handheld changes; it goes on trying to send.
 * The format is written down in field/sync/rescue.py. One photo is in memory at a time.
 */
import { joined, toBase64, utf8, type Bytes } from "../domain/bytes";
import { uploadText } from "../remote";
import type { Store } from "../store";
import { dispatchOf } from "../store/dispatch";

/** A finished file, and what opens it: 16 digits, kept nowhere. */
export interface Rescue {
  readonly file: Blob;
  readonly name: string;
  readonly passphrase: string;
  readonly records: number;
  readonly photos: number;
}

/** Nothing of this officer's waits: there is nothing to rescue. */
export class NothingToRescue extends Error {}

const ROUNDS = 600_000;
const LENGTH = 4;

/**
 * Write the file: what waits, or with `delivered` all that lies here, for a phone that is full of what no backup holds yet.
 * `told` hears how many of how many records and photos are in it. Throws NothingToRescue.
 */
export async function rescue(
  store: Store,
  officer: string,
  told: (done: number, of: number) => void = () => undefined,
  delivered = false,
): Promise<Rescue> {
  const terminal = await store.terminal.get();
  const dispatch = dispatchOf(store);
  const { records, photos } = await (delivered ? dispatch.lying(officer) : dispatch.unsent(officer));
  if (terminal === null || records.length === 0) throw new NothingToRescue();
  const of = records.length + photos.length;
  const passphrase = drawPassphrase(store);
  const boxes = await Boxes.begin(passphrase, store.random(16), terminal.id, store.moment());
  await boxes.put("H", json({ records: records.length, photos: photos.length }));
  let done = 0;
  for (const row of records) {
    const { text, signature } = await store.outbox.envelope(row);
    await boxes.put("E", json({ text, signature }));
    told(++done, of);
  }
  for (const { digest } of photos) {
    const bytes = await dispatchOf(store).photoBytes(digest);
    // Gone up and let go of while the file was written: then it needs no rescue.
    if (bytes !== null) {
      const head = json({ digest, signature: await store.keys.sign(uploadText(terminal.id, digest)) });
      await boxes.put("P", length(head.length), head, new Uint8Array(await bytes.arrayBuffer()));
    }
    told(++done, of);
  }
  await boxes.put("Z");
  const day = store.moment().slice(0, 10);
  return {
    file: boxes.file(),
    name: `luqin-rescue-${terminal.number}-${officer}-${day}.luqin`,
    passphrase: passphrase.replace(/(....)(?=.)/g, "$1 "),
    records: records.length,
    photos: photos.length,
  };
}

/** The file as it grows. Parts lie in blobs, which the browser keeps on the flash. */
class Boxes {
  private place = 0;
  private constructor(
    private readonly key: CryptoKey,
    private readonly bound_to: ArrayBuffer,
    private readonly parts: Blob[],
  ) {}

  static async begin(passphrase: string, salt: Bytes, terminal: string, made_at: string): Promise<Boxes> {
    const head = json({ terminal, made_at, salt: toBase64(salt), rounds: ROUNDS });
    const start = joined(utf8("luqin-rescue 1\n"), length(head.length), head);
    const material = await crypto.subtle.importKey("raw", utf8(passphrase), "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
    const key = await crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, [
      "encrypt",
    ]);
    return new Boxes(key, await crypto.subtle.digest("SHA-256", start), [new Blob([start])]);
  }

  async put(letter: "H" | "E" | "P" | "Z", ...inside: Bytes[]): Promise<void> {
    const iv = new Uint8Array(12);
    new DataView(iv.buffer).setUint32(8, this.place++);
    const how = { name: "AES-GCM", iv, additionalData: this.bound_to };
    const box = await crypto.subtle.encrypt(how, this.key, joined(utf8(letter), ...inside));
    this.parts.push(new Blob([length(box.byteLength), box]));
  }

  file(): Blob {
    return new Blob(this.parts, { type: "application/octet-stream" });
  }
}

/** 16 digits, each as likely as any other: a byte of 250 or more is drawn again. */
function drawPassphrase(store: Pick<Store, "random">): string {
  let digits = "";
  while (digits.length < 16) {
    const byte = store.random(1)[0] ?? 255;
    if (byte < 250) digits += String(byte % 10);
  }
  return digits;
}

const json = (value: unknown): Bytes => utf8(JSON.stringify(value));

function length(of: number): Bytes {
  const bytes = new Uint8Array(LENGTH);
  new DataView(bytes.buffer).setUint32(0, of);
  return bytes;
}
