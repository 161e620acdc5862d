/**
 * This handheld's own two keys, made here and never exported: P-256 to sign with, AES-GCM for what must go up whoever is signed in.
 * They are no hardware keys: who owns the opened phone can use them, but not carry them away by any interface of the browser.
 */
import { toBase64, toBase64url, toHex, utf8, type Bytes } from "../domain/bytes";
import type { Database } from "./database";
import { digestOf } from "./hash";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

/** What the world may know of this handheld's signing key. */
export interface PublicKey {
  /** SubjectPublicKeyInfo, DER, base64: what enrolment sends. */
  readonly spki: string;
  /** First 16 hexadecimal digits of its SHA-256. */
  readonly id: string;
  /** Six digits that both screens show. */
  readonly fingerprint: string;
}

/** The handheld has no keys yet: it must be enrolled first. */
export class NoKeys extends Error {}

/** Access to this handheld's keys; read once, then kept in memory. */
export class Keys {
  private held: Promise<{ sign: CryptoKey; verify: CryptoKey; box: CryptoKey }> | null = null;

  constructor(private readonly db: Database) {}

  /** Make the keys if there are none yet, in one write; return the public half. Safe to call again after a kill. */
  async make(): Promise<PublicKey> {
    const pair = (await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"])) as CryptoKeyPair;
    const box = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
      "encrypt",
      "decrypt",
    ]);
    await this.db.write(["keys"], async (tx) => {
      const keys = tx.objectStore("keys");
      // Whoever came first stays: a second key would orphan the records of the first.
      if ((await keys.get("sign")) !== undefined) return;
      await keys.put(pair.privateKey, "sign");
      await keys.put(pair.publicKey, "verify");
      await keys.put(box, "box");
    });
    return await this.public();
  }

  /** The public half. Throws NoKeys. */
  async public(): Promise<PublicKey> {
    const { verify } = await this.get();
    const spki = new Uint8Array(await crypto.subtle.exportKey("spki", verify));
    const digest = await digestOf(spki);
    return { spki: toBase64(spki), id: toHex(digest).slice(0, 16), fingerprint: fingerprintOf(digest) };
  }

  /** Sign a text's exact bytes: raw r || s, base64url. Throws NoKeys. */
  async sign(text: string): Promise<string> {
    const { sign } = await this.get();
    return toBase64url(new Uint8Array(await crypto.subtle.sign(SIGNING, sign, utf8(text))));
  }

  /** The key for boxes that don't wait for a PIN. Throws NoKeys. */
  async box(): Promise<CryptoKey> {
    return (await this.get()).box;
  }

  private get(): Promise<{ sign: CryptoKey; verify: CryptoKey; box: CryptoKey }> {
    this.held ??= this.load().catch((error: unknown) => {
      this.held = null;
      throw error;
    });
    return this.held;
  }

  private async load(): Promise<{ sign: CryptoKey; verify: CryptoKey; box: CryptoKey }> {
    const [sign, verify, box] = await this.db.read(["keys"], async (tx) => {
      const keys = tx.objectStore("keys");
      return await Promise.all([keys.get("sign"), keys.get("verify"), keys.get("box")]);
    });
    if (!sign || !verify || !box) throw new NoKeys();
    return { sign, verify, box };
  }
}

/** Six decimal digits that two people compare on two screens: a key's SHA-256 as one number, its last six digits. */
export function fingerprintOf(digest: Bytes): string {
  let rest = 0;
  for (const byte of digest) rest = (rest * 256 + byte) % 1_000_000;
  return String(rest).padStart(6, "0");
}
