/** Bytes and the texts that stand for them. Readers accept only the one text that the writer here would make. */

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64URL = BASE64.slice(0, 62) + "-_";

/** Bytes with a buffer of their own, as WebCrypto and IndexedDB want them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** The text is not what it should be: hexadecimal, base64, base64url or UTF-8. */
export class NotBytes extends Error {}

/** UTF-8 bytes of a text. */
export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

/** Text from UTF-8 bytes. Throws NotBytes where they are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new NotBytes("not UTF-8");
  }
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Bytes from lower-case hexadecimal. Throws NotBytes. */
export function fromHex(text: string): Bytes {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) throw new NotBytes("not hexadecimal");
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(text.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

/** Base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  const text = encode(bytes, BASE64);
  return text + "=".repeat((4 - (text.length % 4)) % 4);
}

/** Base64url without padding. */
export const toBase64url = (bytes: Uint8Array): string => encode(bytes, BASE64URL);

/** Bytes from base64 with padding. Throws NotBytes. */
export function fromBase64(text: string): Bytes {
  const bytes = decode(text.replace(/=+$/, ""), BASE64);
  if (toBase64(bytes) !== text) throw new NotBytes("not the one base64 of these bytes");
  return bytes;
}

/** Bytes from base64url without padding. Throws NotBytes. */
export function fromBase64url(text: string): Bytes {
  const bytes = decode(text, BASE64URL);
  if (toBase64url(bytes) !== text) throw new NotBytes("not the one base64url of these bytes");
  return bytes;
}

/** The pieces one after the other. */
export function joined(...pieces: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Whether two byte strings are equal. */
export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function encode(bytes: Uint8Array, alphabet: string): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += alphabet.charAt(three >> 18) + alphabet.charAt((three >> 12) & 63);
    if (left > 1) text += alphabet.charAt((three >> 6) & 63);
    if (left > 2) text += alphabet.charAt(three & 63);
  }
  return text;
}

function decode(text: string, alphabet: string): Bytes {
  if (text.length % 4 === 1) throw new NotBytes("a length that base64 does not have");
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let [held, bits, at] = [0, 0, 0];
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) throw new NotBytes("a character that base64 does not have");
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  return bytes;
}
