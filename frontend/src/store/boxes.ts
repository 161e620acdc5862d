/** Encrypting and decrypting what lies in the database: AES-GCM, with the name of the thing as additional data so that boxes can't be exchanged. */
import { fromUtf8, utf8, type Bytes } from "../domain/bytes";
import type { Random } from "../domain/random";
import type { Box } from "./rows";

const IV_BYTES = 12;

/** A box doesn't open: another key, another name, or bytes that were changed. */
export class BoxSealed extends Error {}

/** Encrypt bytes under a key, bound to a name. */
export async function close(key: CryptoKey, name: string, bytes: BufferSource, random: Random): Promise<Box> {
  const iv = random(IV_BYTES);
  const params = { name: "AES-GCM", iv, additionalData: utf8(name) };
  return { iv, bytes: await crypto.subtle.encrypt(params, key, bytes) };
}

/** Decrypt. Throws BoxSealed. */
export async function open(key: CryptoKey, name: string, box: Box): Promise<Bytes> {
  const params = { name: "AES-GCM", iv: box.iv, additionalData: utf8(name) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(params, key, box.bytes));
  } catch {
    throw new BoxSealed(name);
  }
}

/** Encrypt something that JSON can hold; what a screen's reactive wrapper hides is unwrapped by that. */
export const closeJson = (key: CryptoKey, name: string, value: unknown, random: Random): Promise<Box> =>
  close(key, name, utf8(JSON.stringify(value)), random);

/** Decrypt what `closeJson` encrypted. Throws BoxSealed. */
export async function openJson<T>(key: CryptoKey, name: string, box: Box): Promise<T> {
  return JSON.parse(fromUtf8(await open(key, name, box))) as T;
}

/** An AES-GCM key from 32 bytes, not to be exported. */
export const aesKey = (raw: BufferSource): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
